from __future__ import annotations

import pytest

from qa.measure import auroc, contains, exact_match, f1, mean_reciprocal_rank, rank_of, recall_at


def test_recall_counts_ranks_below_k() -> None:
    assert recall_at(5, [0, 4, 5, None]) == 0.5


def test_mean_reciprocal_rank_gives_nothing_for_what_was_not_found() -> None:
    assert mean_reciprocal_rank([0, 1, None]) == pytest.approx(0.5)


def test_rank_counts_each_document_once() -> None:
    assert rank_of("b", ["a", "a", "b"]) == 1
    assert rank_of("c", ["a", "a", "b"]) is None


@pytest.mark.parametrize(
    ("positives", "negatives", "expected"),
    [([2, 3], [0, 1], 1.0), ([0, 1], [2, 3], 0.0), ([1, 1], [1, 1], 0.5), ([1, 3], [2], 0.5), ([2, 2], [1, 2], 0.75)],
)
def test_auroc_is_the_chance_that_a_positive_scores_higher(
    positives: list[float], negatives: list[float], expected: float
) -> None:
    assert auroc(positives, negatives) == pytest.approx(expected)


def test_auroc_refuses_one_kind_alone() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        auroc([1.0], [])


def test_exact_match_forgives_case_accents_articles_and_punctuation() -> None:
    assert exact_match("L'Élysée.", ["élysee"]) == 1.0
    assert exact_match("Paris", ["Lyon"]) == 0.0


def test_f1_is_the_best_overlap_with_any_right_answer() -> None:
    assert f1("Ilya Sutskever", ["Sutskever", "Daniel Gross"]) == pytest.approx(2 / 3)
    assert f1("", ["Sutskever"]) == 0.0


def test_contains_wants_whole_words() -> None:
    assert contains("fondé par Dario Amodei en 2021", ["en 2021"])
    assert not contains("l'artisanat", ["art"])
