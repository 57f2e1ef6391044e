"""What a measurement tells: the JSON of `sourcier measure`.

Every figure is None where the set does not let it be told: a share of no questions, or of questions of one kind only.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qa.answer import Contract, CorpusInfo

MistakeKind = Literal["wrongly_answered", "wrongly_refused", "wrong_answer"]


class Counts(Contract):
    """How many questions there are of each kind."""

    total: int
    answerable: int
    unanswerable: int
    unknown: int = Field(description="neither a document nor answers are given")


class Retrieval(Contract):
    """How high the first right passage stands, over the questions whose right passage can be told."""

    questions: int
    recall_at_1: float | None
    recall_at_5: float | None
    recall_at_10: float | None
    mean_reciprocal_rank: float | None = Field(description="of the first ten passages")
    recall_at_1_read: float | None = Field(description="of the passage that the answer shows first")


class ShortAnswer(Contract):
    """How right the short answers are, over the questions with right answers; one that is not answered counts 0."""

    questions: int
    f1: float | None
    exact_match: float | None
    best_quote_right: float | None = Field(description="share whose best quote holds a right answer")


class Verdict(Contract):
    """Whether it is known what the corpus answers and what not."""

    answerable_answered: float | None
    unanswerable_refused: float | None
    precision_of_answered: float | None = Field(description="share of the answered that are answerable")
    auroc: float | None = Field(description="of the confidence, answerable against unanswerable")
    expected_calibration_error: float | None = Field(
        description="of the confidence, as the chance that the right short answer is given"
    )


class Latency(Contract):
    """How long `Engine.ask` took, in milliseconds."""

    median: float
    percentile_95: float


class Mistake(Contract):
    """A question that went wrong: what was said, and what was expected ([] when nothing answers, null when unknown)."""

    kind: MistakeKind
    place: str = Field(description="where the question stands in its file")
    question: str
    said: str = Field(description='the short answer, "" when there was none')
    confidence: float
    expected: list[str] | None
    document: str = Field(description='of the passage that the answer shows first, "" when there was none')
    expected_document: str | None


class MistakeCounts(Contract):
    """How many mistakes there are of each kind, listed or not."""

    wrongly_answered: int
    wrongly_refused: int
    wrong_answer: int


class Evaluation(Contract):
    """What was measured, and on which corpus."""

    corpus: CorpusInfo
    questions: Counts
    retrieval: Retrieval
    short_answer: ShortAnswer
    verdict: Verdict
    latency_ms: Latency
    mistakes: MistakeCounts
    worst: list[Mistake]
