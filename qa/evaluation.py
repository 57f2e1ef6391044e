"""A question set, asked of an Engine -> how well the corpus is searched, read and answered from."""

from __future__ import annotations

import statistics
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from index.errors import InvalidFilter, QuestionSetMalformed
from index.sync import silent
from qa.answer import Filters
from qa.figures import Counts, Evaluation, Latency, Mistake, MistakeCounts, Retrieval, ShortAnswer, Verdict
from qa.measure import (
    auroc,
    contains,
    exact_match,
    expected_calibration_error,
    first_right,
    mean_reciprocal_rank,
    percentile,
    recall_at,
)
from qa.outcome import Outcome, answers_it

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qa.engine import Engine
    from qa.figures import MistakeKind
    from qa.measure import Rank
    from qa.question_set import QuestionSet

T = TypeVar("T")

SEARCHED = 10
"""How many passages of `Engine.search` are looked at."""

MOST_LISTED = 10
"""How many mistakes are listed, the worst first."""

_DOCUMENTS_AT_A_TIME = 100  # each is a parameter of one statement of the database


def measure(questions: QuestionSet, engine: Engine, on_progress: Callable[[int, int], None] = silent) -> Evaluation:
    """Ask every question and measure what comes; `on_progress` is called with how many are done, of how many.

    Raises QuestionSetMalformed, before anything is asked, when a question names a document that the corpus lacks.
    """
    _check_documents(questions, engine)
    total = len(questions.questions)
    on_progress(0, total)
    outcomes = []
    for question in questions.questions:
        # The engine remembers how it encoded the last questions: a search beforehand would make the answer look faster.
        answer = engine.ask(question.text)
        outcomes.append(Outcome(question, answer, tuple(engine.search(question.text, k=SEARCHED))))
        on_progress(len(outcomes), total)
    return evaluate(outcomes)


def evaluate(outcomes: Sequence[Outcome]) -> Evaluation:
    """Return the figures of questions that were asked, at least one."""
    kinds = [outcome.question.kind for outcome in outcomes]
    mistakes = [outcome.mistake for outcome in outcomes]
    times = [outcome.answer.timings_ms.total for outcome in outcomes]
    return Evaluation(
        corpus=outcomes[-1].answer.corpus,
        questions=Counts(
            total=len(kinds),
            answerable=kinds.count("answerable"),
            unanswerable=kinds.count("unanswerable"),
            unknown=kinds.count("unknown"),
        ),
        retrieval=_retrieval(outcomes),
        short_answer=_short_answer([outcome for outcome in outcomes if outcome.question.answers]),
        verdict=_verdict(outcomes),
        latency_ms=Latency(median=round(statistics.median(times), 1), percentile_95=round(percentile(95, times), 1)),
        mistakes=MistakeCounts(
            wrongly_answered=mistakes.count("wrongly_answered"),
            wrongly_refused=mistakes.count("wrongly_refused"),
            wrong_answer=mistakes.count("wrong_answer"),
        ),
        worst=list(_worst(outcomes)),
    )


def _check_documents(questions: QuestionSet, engine: Engine) -> None:
    """Raise QuestionSetMalformed for the first document that is named and that the corpus lacks."""
    places: dict[str, str] = {}
    for question in questions.questions:
        if question.document is not None:
            places.setdefault(question.document, question.place)
    named = list(places)
    for first in range(0, len(named), _DOCUMENTS_AT_A_TIME):
        some = Filters(documents=tuple(named[first : first + _DOCUMENTS_AT_A_TIME]))
        try:
            engine.search("documents", k=1, filters=some)
        except InvalidFilter as error:
            document = str(error.details["value"])
            reason = f"the corpus holds no document {document!r}; write its path below the folder that was indexed"
            raise QuestionSetMalformed(file=questions.file, place=places[document], reason=reason) from error


def _retrieval(outcomes: Sequence[Outcome]) -> Retrieval:
    ranks: list[Rank] = []
    read_ranks: list[Rank] = []
    for outcome in outcomes:
        is_right = answers_it(outcome.question)
        if is_right is not None:
            ranks.append(first_right(map(is_right, outcome.found)))
            read_ranks.append(0 if outcome.shown is not None and is_right(outcome.shown) else None)
    return Retrieval(
        questions=len(ranks),
        recall_at_1=_over(ranks, partial(recall_at, 1)),
        recall_at_5=_over(ranks, partial(recall_at, 5)),
        recall_at_10=_over(ranks, partial(recall_at, 10)),
        mean_reciprocal_rank=_over(ranks, mean_reciprocal_rank),
        recall_at_1_read=_over(read_ranks, partial(recall_at, 1)),
    )


def _short_answer(outcomes: Sequence[Outcome]) -> ShortAnswer:
    """Measure the short answers to questions with right answers."""
    matches: list[float] = []
    holding: list[float] = []
    for outcome in outcomes:
        rights = outcome.question.answers or ()
        matches.append(exact_match(outcome.answer.text, rights) if outcome.is_answered else 0.0)
        holding.append(outcome.is_answered and contains(outcome.answer.quotes[0].text, rights))
    return ShortAnswer(
        questions=len(outcomes),
        f1=_over([outcome.score for outcome in outcomes], statistics.fmean),
        exact_match=_over(matches, statistics.fmean),
        best_quote_right=_over(holding, statistics.fmean),
    )


def _verdict(outcomes: Sequence[Outcome]) -> Verdict:
    here = [outcome for outcome in outcomes if outcome.question.kind == "answerable"]
    absent = [outcome for outcome in outcomes if outcome.question.kind == "unanswerable"]
    both = bool(here and absent)
    answered = [outcome.question.kind == "answerable" for outcome in here + absent if outcome.is_answered]
    return Verdict(
        answerable_answered=_over([outcome.is_answered for outcome in here], statistics.fmean),
        unanswerable_refused=_over([not outcome.is_answered for outcome in absent], statistics.fmean),
        precision_of_answered=_over(answered, statistics.fmean) if both else None,
        auroc=_rounded(auroc(_confidences(here), _confidences(absent))) if both else None,
        expected_calibration_error=_over(
            # Whether an answer is right is known where the right answers are, "none" included.
            [outcome for outcome in outcomes if outcome.question.answers is not None],
            _calibration_error,
        ),
    )


def _calibration_error(outcomes: Sequence[Outcome]) -> float:
    return expected_calibration_error(_confidences(outcomes), [outcome.is_right for outcome in outcomes])


def _worst(outcomes: Sequence[Outcome]) -> Iterator[Mistake]:
    """Give the worst mistakes: kind by kind, and of each kind first those of which the confidence misled most."""
    rising = sorted(outcomes, key=_confidence)
    misled: dict[MistakeKind, Iterable[Outcome]] = {
        "wrongly_answered": reversed(rising),
        "wrongly_refused": rising,
        "wrong_answer": reversed(rising),
    }
    ordered = ((outcome, kind) for kind, some in misled.items() for outcome in some if outcome.mistake == kind)
    for outcome, kind in islice(ordered, MOST_LISTED):
        yield _listed(outcome, kind)


def _listed(outcome: Outcome, kind: MistakeKind) -> Mistake:
    question, answer = outcome.question, outcome.answer
    return Mistake(
        kind=kind,
        place=question.place,
        question=answer.question,
        said=answer.text,
        confidence=answer.confidence,
        expected=None if question.answers is None else list(question.answers),
        document="" if outcome.shown is None else outcome.shown.document,
        expected_document=None if question.kind == "unanswerable" else question.document,
    )


def _confidence(outcome: Outcome) -> float:
    return outcome.answer.confidence


def _confidences(outcomes: Sequence[Outcome]) -> list[float]:
    return [_confidence(outcome) for outcome in outcomes]


def _over(values: Sequence[T], figure: Callable[[Sequence[T]], float]) -> float | None:
    """Return a figure over values, or None where there are none to tell it from."""
    return _rounded(figure(values)) if values else None


def _rounded(value: float) -> float:
    return round(value, 4)
