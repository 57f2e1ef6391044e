"""The sets of questions that the reader is trained and measured on, each with its licence.

PIAF: Keraron et al., "Project PIAF: Building a Native French Question-Answering Dataset", LREC 2020, MIT.
AfriQA: Ogundepo et al., "AfriQA: Cross-lingual Open-Retrieval Question Answering", 2023, CC BY 4.0.
XQuAD: Artetxe et al., "On the Cross-lingual Transferability of Monolingual Representations", 2020, CC BY-SA 4.0.
SQuAD-it: Croce et al., "Neural Learning for Question Answering in Italian", 2018, CC BY-SA 4.0.
Written for this project: `written.jsonl` beside this file, under the project's own licence (see docs/reader.md); on
sheets of service-public.fr (DILA, 2020, gathered by Etalab, Licence Ouverte) beside the paragraphs of PIAF and AfriQA.
"""

from __future__ import annotations

import gzip
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from qa.spans import whole_words

Split = Literal["train", "development", "test"]

LANGUAGES = ("en", "es", "de", "ro")
_PIAF = Path("piaf") / "piaf-v1.1.json"
_SQUAD_IT = Path("other_languages") / "SQuAD_it-test.json.gz"
_SHEETS = Path("service_public") / "fiches_txt.zip"
_SHEET = 1_600  # characters of a sheet that were read to write questions
_SPLITS: dict[int, Split] = {0: "test", 1: "development"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text under the title of its article, which may be ""."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the number of its paragraph, and the places of its answers there: none where it has no answer."""

    text: str
    paragraph: int
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Paragraphs, and questions asked of them."""

    paragraphs: list[Paragraph]
    questions: list[Question]

    def __add__(self, other: QuestionSet) -> QuestionSet:
        """Return both sets as one."""
        first = len(self.paragraphs)
        moved = [Question(q.text, first + q.paragraph, q.answers) for q in other.questions]
        return QuestionSet(self.paragraphs + other.paragraphs, self.questions + moved)

    def first(self, questions: int) -> QuestionSet:
        """Return the first questions, with the paragraphs up to the last of them."""
        kept = self.questions[:questions]
        return QuestionSet(self.paragraphs[: max((q.paragraph for q in kept), default=-1) + 1], kept)


def piaf(data: Path, split: Split, *, all_paragraphs: bool = False) -> QuestionSet:
    """Return one split of PIAF: by article, the CRC-32 of its title modulo 10, 0 for the test, 1 for development.

    The paragraphs are those of the split, or all of the set. Raises FileNotFoundError where the data is not there.
    """
    articles = json.loads((data / _PIAF).read_text(encoding="utf-8"))["data"]
    found = QuestionSet([], [])
    for article in articles:
        chosen = _SPLITS.get(zlib.crc32(article["title"].encode()) % 10, "train") == split
        if chosen or all_paragraphs:
            own = _squad([article])
            found.paragraphs.extend(own.paragraphs)
            first = len(found.paragraphs) - len(own.paragraphs)
            if chosen:
                found.questions.extend(Question(q.text, first + q.paragraph, q.answers) for q in own.questions)
    return found


def afriqa(data: Path, split: Literal["train", "dev"]) -> QuestionSet:
    """Return the French side of AfriQA, less the 5 % of its answers that are not where they are said to be."""
    found = QuestionSet([], [])
    file = data / "afriqa" / f"gold.fon.fr.{split}.json"
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answer = row["answer_pivot"]
        told = zip(answer["answer_start"], answer["text"], strict=False)  # some have more texts than places
        answers = _mended(row["context"], [{"answer_start": start, "text": text} for start, text in told])
        if answers:
            found.questions.append(Question(row["question_translated"], len(found.paragraphs), answers))
            found.paragraphs.append(Paragraph(row["title"], row["context"]))
    return found


def xquad(data: Path, language: str) -> QuestionSet:
    """Return XQuAD in one of LANGUAGES: paragraphs and questions have the same numbers in each of them."""
    file = data / "other_languages" / f"xquad.{language}.json"
    return _squad(json.loads(file.read_text(encoding="utf-8"))["data"], keep_all=True)


def squad_it(data: Path) -> QuestionSet:
    """Return the test part of SQuAD-it, less its wrong answers."""
    with gzip.open(data / _SQUAD_IT, "rt", encoding="utf-8") as file:
        return _squad(json.load(file)["data"])


def service_public(data: Path) -> QuestionSet:
    """Return questions of service-public.fr, each with the page that answers it, without places of answers.

    Licence Ouverte: Direction de l'information légale et administrative, pages as of July 2020, gathered by Etalab.
    """
    pages = json.loads((data / "service_public" / "questions_spf.json").read_text(encoding="utf-8"))
    return QuestionSet(
        [Paragraph("", text) for _, _, text in pages],
        [Question(question, number, ()) for number, (_, question, _) in enumerate(pages)],
    )


def written(data: Path, file: Path) -> QuestionSet:
    """Return the questions written for this project, on the training paragraphs of PIAF and AfriQA and on sheets.

    `file` has one JSON object a line: what it is asked "of", the "question", and its "answer", or null where the
    paragraph looks as if it answered and does not. The paragraphs are all of the two sets, and those sheets of
    service-public.fr that are asked about. Raises KeyError for a paragraph that is not there.
    """
    known = piaf(data, "train") + afriqa(data, "train")
    found = QuestionSet(known.paragraphs, [])
    numbers = {_key(paragraph): number for number, paragraph in enumerate(found.paragraphs)}
    with zipfile.ZipFile(data / _SHEETS) as sheets:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["of"] not in numbers:
                numbers[row["of"]] = len(found.paragraphs)
                found.paragraphs.append(_sheet(sheets.read(row["of"]).decode()))
            number = numbers[row["of"]]
            answers = () if row["answer"] is None else _places(found.paragraphs[number].text, row["answer"])
            found.questions.append(Question(row["question"], number, answers))
    return found


def _places(text: str, words: str) -> tuple[tuple[int, int], ...]:
    """Return all places where the words stand as whole words; raise ValueError where there is none."""
    found = [match.span() for match in re.finditer(re.escape(words), text)]
    whole = tuple(place for place in found if whole_words(text, *place) == place)
    if not whole:
        raise ValueError(f"« {words} » does not stand in its paragraph, which begins « {text[:40]} »")
    return whole


def _key(paragraph: Paragraph) -> str:
    """Return what names a paragraph in the file of written questions: its title, and a hash of its text."""
    return f"{paragraph.title}#{zlib.crc32(paragraph.text.encode()):08x}"


def _sheet(text: str) -> Paragraph:
    """Return the beginning of a sheet, to the last line that ends in it; its first line is its title."""
    whole = text.strip()
    body = whole if len(whole) <= _SHEET else whole[:_SHEET].rsplit("\n", 1)[0]
    return Paragraph(whole.split("\n", 1)[0].strip(), body)


def _squad(articles: list[dict[str, Any]], *, keep_all: bool = False) -> QuestionSet:
    found = QuestionSet([], [])
    for article in articles:
        title = re.sub(r"<[^>]+>", "", article.get("title", "")).replace("_", " ")  # some titles are HTML
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                answers = _mended(paragraph["context"], question["answers"])
                if answers or keep_all:
                    found.questions.append(Question(question["question"], len(found.paragraphs), answers))
            found.paragraphs.append(Paragraph(title, paragraph["context"]))
    return found


def _mended(text: str, answers: list[dict[str, Any]]) -> tuple[tuple[int, int], ...]:
    """Return the places of the answers that stand where they are said to, widened to whole words."""
    places = []
    for answer in answers:
        words = answer["text"].strip()
        start = answer["answer_start"] + len(answer["text"]) - len(answer["text"].lstrip())
        if words and start >= 0 and text[start : start + len(words)] == words:
            places.append(whole_words(text, start, start + len(words)))
    return tuple(dict.fromkeys(places))
