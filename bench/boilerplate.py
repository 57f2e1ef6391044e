"""Whether what belongs to a page outranks its content: on pages that were written for this, and on the seeds."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure
from index import load, split
from index.document import Scope
from index.draft import Draft
from index.generation import Generation
from index.lock import writer
from index.seal import Source, Sources
from index.sync import recipe
from qa.measure import recall_at
from qa.search import search

if TYPE_CHECKING:
    from index.document import Document
    from index.encode import Encoder
    from index.passage import Passage

_PAGES = Path(__file__).with_name("pages")
_SEEDS = Path(__file__).parents[1] / "seeds"
_QUESTIONS = Path(__file__).with_name("questions.txt")
_TOP = 5


@dataclass(frozen=True, slots=True)
class _Question:
    """A question, the document that answers it and the words that answer; "" where that is not known."""

    text: str
    document: str = ""
    answers: tuple[str, ...] = ()


def figures(encoder: Encoder, work: Path) -> list[Figure]:
    """Return, with boilerplate found and as if there were none, what search gives first."""
    lines = (_PAGES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines if line]
    pages = [_Question(one["question"], one["document"], tuple(one["answers"])) for one in asked]
    lines = _QUESTIONS.read_text(encoding="utf-8").splitlines()
    seeds = [_Question(line) for line in lines if line]
    return [
        *_figures(encoder, _PAGES, pages, work / "pages"),
        *_figures(encoder, _SEEDS, seeds, work / "seeds"),
    ]


def _figures(encoder: Encoder, folder: Path, questions: list[_Question], work: Path) -> list[Figure]:
    documents = [load.load(file, folder) for file in sorted(folder.iterdir()) if file.suffix != ".jsonl"]
    marked = [
        document.text[stretch.start : stretch.end].strip() for document in documents for stretch in document.boilerplate
    ]
    unmarked = [replace(document, boilerplate=()) for document in documents]
    found = []
    for case, those in (("found", documents), ("not looked for", unmarked)):
        section = f"boilerplate {case}, {folder.name}"
        given = _search(encoder, those, questions, work / case.replace(" ", "-"))
        ranks = [_rank(question, passages) for question, passages in zip(questions, given, strict=True)]
        if questions[0].document:
            found += [
                Figure(section, "R@1: the right page, by a passage that holds the answer", recall_at(1, ranks)),
                Figure(section, "R@5", recall_at(_TOP, ranks)),
            ]
        shares = [_share(passage, marked) for passages in given for passage in passages[:_TOP]]
        found.append(Figure(section, f"first {_TOP} passages that are mostly boilerplate", _mean(shares)))
    return found


def _search(
    encoder: Encoder, documents: list[Document], questions: list[_Question], corpus: Path
) -> list[list[Passage]]:
    pieces = [(document, split.split(document)) for document in documents]
    vectors = encoder.encode_passages([chunk.encoded for _document, chunks in pieces for chunk in chunks])
    with writer(corpus):
        draft = Draft(corpus)
        draft.store.add_all(pieces, vectors)
        draft.publish(recipe(), [], Sources(files={one.id: Source(sha256="", size=0) for one in documents}))
    generation = Generation.open(corpus)
    given = [
        [candidate.passage for candidate in search(generation, encoder, question.text, 2 * _TOP, Scope())]
        for question in questions
    ]
    generation.close()
    return given


def _rank(question: _Question, passages: list[Passage]) -> int | None:
    """Return the rank, from 0, of the first passage of the right page that holds the answer."""
    for rank, passage in enumerate(passages):
        if passage.document == question.document and any(answer in passage.text for answer in question.answers):
            return rank
    return None


def _share(passage: Passage, marked: list[str]) -> float:
    """Return 1 for a passage that is mostly boilerplate, be it marked or not."""
    inside = sum(len(words) for words in marked if words in passage.text)
    return float(inside > len(passage.text.strip()) / 2 or any(passage.text.strip() in words for words in marked))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
