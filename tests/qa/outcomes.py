"""Outcomes of questions, as they come of an engine that says what a test wants it to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.answer import Answer, CorpusInfo, Quote, Timings
from qa.outcome import Outcome

if TYPE_CHECKING:
    from qa.question_set import Question


def quote_of(text: str, document: str = "a.txt") -> Quote:
    """Make a passage as an answer shows it."""
    return Quote(
        n=1,
        document=document,
        title="",
        date="",
        origin="",
        sha256="",
        start=0,
        end=len(text),
        text=text,
        score=1.0,
    )


def outcome_of(
    question: Question,
    *,
    said: str = "",
    confidence: float = 0.5,
    shown: Quote | None = None,
    found: tuple[Quote, ...] = (),
    took: float = 10.0,
) -> Outcome:
    """Make an outcome that says something, or refuses when that is ""."""
    passage = shown or quote_of(said or "Autre chose.")
    answer = Answer(
        question=question.text,
        searched=question.text,
        verdict="answered" if said else "not_found",
        text=said,
        confidence=confidence,
        quotes=[passage] if said else [],
        near=[] if said else [passage],
        corpus=CorpusInfo(stamp="s", documents=1, chunks=1, encoder="e", reader="r"),
        timings_ms=Timings(search=1, read=1, total=took),
    )
    return Outcome(question, answer, found)
