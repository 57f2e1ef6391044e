from __future__ import annotations

import pytest

from qa.measure import (
    auroc,
    contains,
    exact_match,
    expected_calibration_error,
    f1,
    first_right,
    mean_reciprocal_rank,
    percentile,
    rank_of,
    recall_at,
)


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


def test_first_right_is_the_place_of_the_first_right_passage() -> None:
    assert first_right([False, True, True]) == 1
    assert first_right([False]) is None


@pytest.mark.parametrize(
    ("confidences", "rights", "expected"),
    [
        ([1.0, 0.0], [True, False], 0.0),
        ([0.9, 0.9], [True, False], 0.4),
        ([0.85, 0.95], [False, True], (0.85 + 0.05) / 2),  # two bins: one would make it 0.4
        ([0.81, 0.89], [False, True], 0.35),  # one bin: two would make it 0.46
        ([0.7, 0.65], [True, False], 0.175),  # 0.7 is the upper edge of the bin of 0.65
        ([0.9, 0.9, 0.9, 0.1], [True, True, True, True], (3 * 0.1 + 0.9) / 4),  # a bin counts by what is in it
    ],
)
def test_expected_calibration_error_is_the_mean_gap_over_ten_bins(
    confidences: list[float], rights: list[bool], expected: float
) -> None:
    assert expected_calibration_error(confidences, rights) == pytest.approx(expected)


@pytest.mark.parametrize(("percent", "expected"), [(95, 19), (94, 19), (50, 10), (100, 20), (0, 1)])
def test_percentile_is_the_least_value_that_so_many_do_not_exceed(percent: float, expected: float) -> None:
    assert percentile(percent, list(range(20, 0, -1))) == expected


def test_figures_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        expected_calibration_error([], [])
    with pytest.raises(ValueError, match="at least one"):
        percentile(95, [])


def test_exact_match_forgives_case_accents_articles_and_punctuation() -> None:
    assert exact_match("L'Élysée.", ["élysee"]) == 1.0
    assert exact_match("Paris", ["Lyon"]) == 0.0


def test_f1_is_the_best_overlap_with_any_right_answer() -> None:
    assert f1("Ilya Sutskever", ["Sutskever", "Daniel Gross"]) == pytest.approx(2 / 3)
    assert f1("", ["Sutskever"]) == 0.0


def test_contains_wants_whole_words() -> None:
    assert contains("fondé par Dario Amodei en 2021", ["en 2021"])
    assert not contains("l'artisanat", ["art"])
