"""What it is to read: question and passages in; spans, relevance and "not here" out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.search import Candidate


@dataclass(frozen=True, slots=True)
class Span:
    """A place that may answer, in code points of its document.

    `start` to `end` is the sentence; `answer_start` to `answer_end` the words of the answer in it, or None where they
    cannot be told. `candidate` is the index of the passage that was read; `score` compares the spans of one reading.
    """

    candidate: int
    start: int
    end: int
    answer_start: int | None
    answer_end: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: spans, the best first; the relevance of each candidate (0 to 1), in the order given.

    `not_here` is the probability (0 to 1) that none of the passages answers; `confidence` is the probability that the
    first span is right.
    """

    spans: tuple[Span, ...]
    relevance: tuple[float, ...]
    not_here: float
    confidence: float


NOTHING = Reading((), (), 1.0, 0.0)
"""What is read where there is no passage."""


class Reader(Protocol):
    """Reads passages with a question in mind."""

    @property
    def name(self) -> str:
        """What the reader is called in an Answer."""

    @property
    def threshold(self) -> float:
        """The confidence from which a question counts as answered, the least for a further passage to be quoted."""

    def read(self, question: str, candidates: Sequence[Candidate]) -> Reading:
        """Read the candidates, which come best first; with none, nothing is here."""
