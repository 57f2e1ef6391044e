"""A file of questions with their right answers -> QuestionSet, from either of two formats.

- SQuAD, version 1 or 2: {"data": [{"paragraphs": [{"context", "qas": [{"question", "answers": [{"text"}]}]}]}]}
  (Rajpurkar et al., 2016 and 2018), in which `is_impossible`, or an empty list, says that nothing answers;
- JSON lines: on each line one object with `question`, and where they are known `document` and `answers`.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from index.errors import InvalidQuestion, QuestionSetMalformed, QuestionSetUnreadable
from qa.question import LONGEST_QUESTION, clean_question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["answerable", "unanswerable", "unknown"]

_WHOLE = "the whole file"
_FIELDS = ("id", "question", "document", "answers")  # `id` is taken and not read: most sets have one


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known of its right answer.

    `place` is where it stands in its file. `answers` are the right answers, () when the corpus holds none, None when
    nothing is said of them. `document` is the id of the document that answers; `context` is a text that answers.
    """

    text: str
    place: str
    answers: tuple[str, ...] | None = None
    document: str | None = None
    context: str | None = None

    @property
    def kind(self) -> Kind:
        """Whether the corpus answers it; "unknown" when the set says neither a document nor answers."""
        if self.answers is None:
            return "unknown" if self.document is None else "answerable"
        return "answerable" if self.answers else "unanswerable"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of a file, at least one, in their order."""

    file: str
    questions: tuple[Question, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file of either format.

        Raises QuestionSetUnreadable (there is no such file, or no question in it) or QuestionSetMalformed, which names
        the place of the first mistake.
        """
        text = _text(path)
        questions = tuple(_questions(text, str(path)))
        if not questions:
            raise QuestionSetUnreadable(file=str(path), reason="it holds no question")
        return cls(str(path), questions)


@dataclass(frozen=True, slots=True)
class _Place:
    """Somewhere in a file of questions: a line, or a path of fields and positions."""

    file: str
    name: str

    def __truediv__(self, below: str | int) -> _Place:
        """Return a place below this one: a field, or a position in a list (from 0, as in jq and in Python)."""
        if isinstance(below, int):
            return _Place(self.file, f"{self.name}[{below}]")
        return _Place(self.file, f"{self.name}.{below}" if self.name != _WHOLE else below)

    def refused(self, reason: str) -> QuestionSetMalformed:
        """Return the error that says what is wrong here."""
        return QuestionSetMalformed(file=self.file, place=self.name, reason=reason)


def _line(file: str, number: int) -> _Place:
    return _Place(file, f"line {number}")


def _text(path: Path) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise QuestionSetUnreadable(file=str(path), reason=error.strerror or "Input/output error") from error
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        place = _line(str(path), content.count(b"\n", 0, error.start) + 1)
        raise place.refused(reason="this is not UTF-8; save the file in that encoding") from error


def _questions(text: str, file: str) -> Iterator[Question]:
    """Tell the two formats apart, and give the questions; nothing for a text without any value."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        return
    whole = _parsed(text)
    if isinstance(whole, dict) and "data" in whole:
        yield from _squad_questions(whole, _Place(file, _WHOLE))
    elif isinstance(whole, dict):
        yield _line_question(whole, _line(file, lines[0][0]))
    elif not isinstance(whole, ValueError):
        raise _line(file, lines[0][0]).refused(reason="this is not a JSON object; write one with the field question")
    elif not any(isinstance(_parsed(line), dict) for _, line in lines):
        raise _no_json(whole, file, 1)
    else:
        for number, line in lines:
            record = _parsed(line)
            if isinstance(record, ValueError):
                raise _no_json(record, file, number)
            yield _line_question(record, _line(file, number))


def _parsed(text: str) -> Any:
    """Return the value that a JSON text tells, or as a value the ValueError that says why it tells none."""
    try:
        return json.loads(text)
    except ValueError as error:
        return error
    except RecursionError as error:
        return ValueError(str(error))


def _no_json(error: ValueError, file: str, first_line: int) -> QuestionSetMalformed:
    """Return the error for a text, which begins on `first_line`, that is not JSON."""
    further = error.lineno - 1 if isinstance(error, json.JSONDecodeError) else 0
    place = _line(file, first_line + further)
    return place.refused(reason="this is not JSON; write one object a line, or the whole file in SQuAD format")


def _line_question(record: Any, place: _Place) -> Question:
    """Return the question of one line."""
    if not isinstance(record, dict):
        raise place.refused(reason="this is not a JSON object; write one with the field question")
    for name in record:
        if name not in _FIELDS:
            raise place.refused(reason=f"the field {name!r} is unknown; there are question, document and answers")
    document = record.get("document")
    if document is not None and not _is_text(document):
        raise place.refused(reason="the field document must be a text that is not empty; write it, or leave it out")
    answers = record.get("answers")
    if answers is not None and not (isinstance(answers, list) and all(map(_is_text, answers))):
        raise place.refused(reason="the field answers must be a list of texts that are not empty; write it so")
    return Question(
        text=_question_text(record, place),
        place=place.name,
        answers=None if answers is None else tuple(answers),
        document=None if document is None else unicodedata.normalize("NFC", document),
    )


def _squad_questions(whole: dict[str, Any], place: _Place) -> Iterator[Question]:
    """Give the questions of a file in SQuAD format."""
    for article, in_article in _objects(whole, "data", place):
        for paragraph, in_paragraph in _objects(article, "paragraphs", in_article):
            context = paragraph.get("context")
            if not _is_text(context):
                raise in_paragraph.refused(reason="the field context must be a text that is not empty; write it")
            for record, here in _objects(paragraph, "qas", in_paragraph):
                answers = _squad_answers(record, here)
                text = _question_text(record, here)
                yield Question(text=text, place=here.name, answers=answers, context=context)


def _squad_answers(record: dict[str, Any], place: _Place) -> tuple[str, ...]:
    """Return the right answers of a question in SQuAD format, none where it is impossible to answer."""
    is_impossible = record.get("is_impossible", False)
    if not isinstance(is_impossible, bool):
        raise place.refused(reason="the field is_impossible must be true or false; write one of them")
    if is_impossible:
        return ()
    answers = []
    for answer, here in _objects(record, "answers", place):
        if not _is_text(answer.get("text")):
            raise here.refused(reason="the field text must be a text that is not empty; write it")
        answers.append(answer["text"])
    return tuple(answers)


def _objects(parent: dict[str, Any], name: str, place: _Place) -> Iterator[tuple[dict[str, Any], _Place]]:
    """Give each object of a list in a field, with its place."""
    children = parent.get(name)
    if not isinstance(children, list):
        raise place.refused(reason=f"the field {name} must be a list of objects; write it, if need be empty")
    for position, child in enumerate(children):
        here = place / name / position
        if not isinstance(child, dict):
            raise here.refused(reason="this is not a JSON object; write one, as SQuAD format has it")
        yield child, here


def _question_text(record: dict[str, Any], place: _Place) -> str:
    """Return the question itself, which the engine must be able to ask."""
    question = record.get("question")
    if not isinstance(question, str):
        raise place.refused(reason="the field question must be a text; write it")
    try:
        clean_question(question)
    except InvalidQuestion as error:
        reason = f"the question holds no word, or more than {LONGEST_QUESTION} characters; change it"
        raise place.refused(reason=reason) from error
    return question


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
