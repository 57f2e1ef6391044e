from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.errors import QuestionSetMalformed
from qa.evaluation import MOST_LISTED, evaluate, measure
from qa.question_set import Question, QuestionSet
from tests.qa.outcomes import outcome_of, quote_of

if TYPE_CHECKING:
    from qa.engine import Engine

ANSWERABLE = Question("Qui ?", "line 1", answers=("Ada Lovelace",))
UNANSWERABLE = Question("Où ?", "line 2", answers=())
UNKNOWN = Question("Quand ?", "line 3")


def test_retrieval_counts_the_place_of_the_first_right_passage() -> None:
    right, wrong = quote_of("Ada Lovelace"), quote_of("Babbage")
    found = evaluate(
        [
            outcome_of(ANSWERABLE, found=(right, right), shown=wrong),
            outcome_of(ANSWERABLE, found=(wrong, wrong, right), shown=right, said="Ada"),
            outcome_of(ANSWERABLE, found=(wrong,) * 7 + (right,), shown=right),
            outcome_of(ANSWERABLE, found=(wrong,) * 10, shown=wrong),
            outcome_of(UNANSWERABLE, found=(wrong,)),
            outcome_of(UNKNOWN, found=(wrong,)),
        ]
    ).retrieval
    assert (found.questions, found.recall_at_1, found.recall_at_5, found.recall_at_10) == (4, 0.25, 0.5, 0.75)
    assert found.mean_reciprocal_rank == pytest.approx((1 + 1 / 3 + 1 / 8) / 4, abs=1e-4)
    assert found.recall_at_1_read == 0.5


def test_a_question_that_is_not_answered_counts_nothing_for_the_short_answer() -> None:
    right = quote_of("Ada Lovelace")
    short = evaluate(
        [
            outcome_of(ANSWERABLE, said="Ada Lovelace", shown=right),
            outcome_of(ANSWERABLE, said="Ada", shown=right),
            outcome_of(ANSWERABLE, said="Babbage", shown=quote_of("Babbage")),
            outcome_of(ANSWERABLE, shown=right),
            outcome_of(UNANSWERABLE, said="Paris"),
            outcome_of(Question("q", "", document="a.txt"), said="Paris"),
        ]
    ).short_answer
    assert (short.questions, short.exact_match, short.best_quote_right) == (4, 0.25, 0.5)
    assert short.f1 == pytest.approx((1 + 2 / 3) / 4, abs=1e-4)


def test_a_refusal_is_not_a_right_answer_that_has_no_word_but_articles() -> None:
    short = evaluate([outcome_of(Question("q", "", answers=("L'un",)))]).short_answer
    assert (short.f1, short.exact_match) == (0.0, 0.0)


def test_verdict_weighs_the_answered_and_the_refused_of_both_kinds() -> None:
    verdict = evaluate(
        [
            outcome_of(ANSWERABLE, said="Ada Lovelace", confidence=0.9),
            outcome_of(Question("q", "", document="a.txt"), said="Paris", confidence=0.8),
            outcome_of(ANSWERABLE, confidence=0.2),
            outcome_of(UNANSWERABLE, said="Paris", confidence=0.6),
            outcome_of(UNANSWERABLE, confidence=0.1),
            outcome_of(UNKNOWN, said="Paris", confidence=0.99),
        ]
    ).verdict
    assert verdict.answerable_answered == pytest.approx(2 / 3, abs=1e-4)
    assert verdict.unanswerable_refused == 0.5
    assert verdict.precision_of_answered == pytest.approx(2 / 3, abs=1e-4)
    assert verdict.auroc == pytest.approx(5 / 6, abs=1e-4)
    # What has no known answers says nothing of whether a short answer is right.
    assert verdict.expected_calibration_error == pytest.approx((0.1 + 0.2 + 0.6 + 0.1) / 4, abs=1e-4)


def test_nothing_is_told_where_nothing_can_be() -> None:
    evaluation = evaluate([outcome_of(UNKNOWN, said="Paris")])
    told = [
        *evaluation.retrieval.model_dump(exclude={"questions"}).values(),
        *evaluation.short_answer.model_dump(exclude={"questions"}).values(),
        *evaluation.verdict.model_dump().values(),
    ]
    assert set(told) == {None}
    assert evaluation.questions.model_dump() == {"total": 1, "answerable": 0, "unanswerable": 0, "unknown": 1}
    assert evaluation.worst == []


def test_one_kind_alone_gives_neither_precision_nor_auroc() -> None:
    verdict = evaluate([outcome_of(ANSWERABLE, said="Ada")]).verdict
    assert (verdict.answerable_answered, verdict.unanswerable_refused) == (1.0, None)
    assert (verdict.precision_of_answered, verdict.auroc) == (None, None)


def test_latency_is_that_of_the_answers() -> None:
    latency = evaluate([outcome_of(UNKNOWN, took=took) for took in range(1, 21)]).latency_ms
    assert (latency.median, latency.percentile_95) == (10.5, 19.0)


def test_worst_come_first_by_kind_and_then_by_how_far_the_confidence_misled() -> None:
    evaluation = evaluate(
        [
            outcome_of(ANSWERABLE, said="Babbage", confidence=0.99),
            outcome_of(ANSWERABLE, confidence=0.3),
            outcome_of(ANSWERABLE, confidence=0.1),
            outcome_of(UNANSWERABLE, said="Paris", confidence=0.5),
            outcome_of(UNANSWERABLE, said="Rome", confidence=0.7),
            outcome_of(ANSWERABLE, said="Ada", confidence=0.9),
            outcome_of(UNANSWERABLE, confidence=0.3),
            outcome_of(Question("q", "", document="a.txt"), said="Paris", confidence=0.9),
        ]
    )
    assert [(mistake.kind, mistake.confidence) for mistake in evaluation.worst] == [
        ("wrongly_answered", 0.7),
        ("wrongly_answered", 0.5),
        ("wrongly_refused", 0.1),
        ("wrongly_refused", 0.3),
        ("wrong_answer", 0.99),
    ]
    assert evaluation.mistakes.model_dump() == {"wrongly_answered": 2, "wrongly_refused": 2, "wrong_answer": 1}


def test_a_mistake_tells_what_was_said_and_what_was_expected_with_their_documents() -> None:
    question = Question("Qui ?", "line 4", answers=("Ada",), document="b.txt")
    mistake = evaluate([outcome_of(question, said="Babbage", confidence=0.8, shown=quote_of("Babbage"))]).worst[0]
    assert mistake.model_dump() == {
        "kind": "wrong_answer",
        "place": "line 4",
        "question": "Qui ?",
        "said": "Babbage",
        "confidence": 0.8,
        "expected": ["Ada"],
        "document": "a.txt",
        "expected_document": "b.txt",
    }


def test_only_so_many_mistakes_are_listed_and_all_are_counted() -> None:
    evaluation = evaluate([outcome_of(UNANSWERABLE, said="Paris")] * 12)
    assert (len(evaluation.worst), evaluation.mistakes.wrongly_answered) == (MOST_LISTED, 12)


SEEN = "002_12a1e5f383fb0e8f.txt"


def test_the_seeds_are_measured_on_what_they_answer_and_what_not(seeds_engine: Engine) -> None:
    questions = QuestionSet(
        "f",
        (
            Question("Qui a fondé Anthropic ?", "line 1", ("Dario Amodei et Daniela Amodei",), SEEN),
            Question("Qui a refusé l'offre de Meta ?", "line 2", ("Ilya Sutskever",)),
            Question("Quelle est la capitale du Japon ?", "line 3", ()),
        ),
    )
    seen: list[tuple[int, int]] = []
    evaluation = measure(questions, seeds_engine, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert evaluation.corpus.documents == 5
    assert evaluation.retrieval.recall_at_10 == 1.0
    assert evaluation.short_answer.best_quote_right == 1.0
    assert (evaluation.verdict.answerable_answered, evaluation.verdict.unanswerable_refused) == (1.0, 1.0)
    assert evaluation.verdict.auroc == 1.0
    assert 0 < evaluation.latency_ms.median <= evaluation.latency_ms.percentile_95


def test_a_wrong_document_and_answer_are_not_found_right(seeds_engine: Engine) -> None:
    questions = QuestionSet("f", (Question("Qui a fondé Anthropic ?", "line 1", ("Jeanne d'Arc",)),))
    evaluation = measure(questions, seeds_engine)
    assert (evaluation.retrieval.recall_at_10, evaluation.short_answer.f1) == (0.0, 0.0)
    assert [mistake.kind for mistake in evaluation.worst] == ["wrong_answer"]


def test_a_document_that_the_corpus_lacks_is_told_with_its_place(seeds_engine: Engine) -> None:
    named = (SEEN, "no.txt", "neither.txt", "no.txt")
    questions = tuple(Question("Qui ?", f"line {n}", document=name) for n, name in enumerate(named, start=1))
    with pytest.raises(QuestionSetMalformed, match=r"\(line 2\): the corpus holds no document 'no\.txt'"):
        measure(QuestionSet("f", questions), seeds_engine)
