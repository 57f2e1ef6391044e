"""What came of a question of a set: whether the answer is right, and which passages are."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from qa.measure import contains, f1

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.answer import Answer, Quote
    from qa.figures import MistakeKind
    from qa.question_set import Question

RIGHT_FROM = 0.5
"""The F1 from which a short answer counts as right: half of the words are those of a right answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: its answer, and the passages that search alone found, best first."""

    question: Question
    answer: Answer
    found: tuple[Quote, ...]

    @property
    def is_answered(self) -> bool:
        """Whether an answer was given at all."""
        return self.answer.verdict == "answered"

    @property
    def shown(self) -> Quote | None:
        """The passage that the answer shows first."""
        return next(iter(self.answer.quotes or self.answer.near), None)

    @property
    def score(self) -> float:
        """F1 of the short answer with the right answers; 0 without either."""
        return f1(self.answer.text, self.question.answers or ()) if self.is_answered else 0.0

    @property
    def is_right(self) -> bool:
        """Whether the short answer counts as right."""
        return self.score >= RIGHT_FROM

    @property
    def mistake(self) -> MistakeKind | None:
        """What went wrong, or None for what went well or cannot be told."""
        if self.question.kind == "unanswerable":
            return "wrongly_answered" if self.is_answered else None
        if self.question.kind == "answerable" and not self.is_answered:
            return "wrongly_refused"
        return "wrong_answer" if self.question.answers and not self.is_right else None


def answers_it(question: Question) -> Callable[[Quote], bool] | None:
    """Return what tells the right passages of a question, by the best that its set gives; None where none can be told.

    A passage is right that is of the document that answers; else one that lies in the context or contains it, whatever
    the white space; else one that holds a right answer.
    """
    if question.kind == "unanswerable":
        return None
    if question.document is not None:
        return partial(_is_of, question.document)
    if question.context is not None:
        return partial(_overlaps, _one_line(question.context))
    if question.answers:
        return partial(_holds, question.answers)
    return None


def _is_of(document: str, passage: Quote) -> bool:
    return passage.document == document


def _overlaps(context: str, passage: Quote) -> bool:
    text = _one_line(passage.text)
    return bool(text) and (text in context or context in text)


def _holds(answers: Sequence[str], passage: Quote) -> bool:
    return contains(passage.text, answers)


def _one_line(text: str) -> str:
    """Return a text in the form in which the corpus keeps texts (NFC), with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
