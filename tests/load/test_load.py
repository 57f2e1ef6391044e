"""A minute of what `make load` does for ten: real clients, a real server, a swap of the corpus in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import load

if TYPE_CHECKING:
    from bench.load import Outcome

SECONDS = 60
CLIENTS = 32
QUESTIONS = 8  # asked one by one before and after, too


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """What became of all requests."""
    return load.run(SECONDS, CLIENTS, most_questions=QUESTIONS)


def test_no_answer_is_wrong_or_mixed(outcome: Outcome) -> None:
    assert outcome.wrong == []


def test_nobody_is_told_anything_but_to_come_again(outcome: Outcome) -> None:
    assert outcome.errors == []


def test_questions_are_answered_by_both_doors_from_both_generations(outcome: Outcome) -> None:
    assert all(outcome.seconds[door] for door in load.DOORS)
    assert len(outcome.stamps) == 2


def test_memory_stays(outcome: Outcome) -> None:
    before, after = outcome.memory
    assert after < 1.15 * before + 0.1  # GB; two generations are open for a moment


@pytest.mark.parametrize(
    ("answer", "expected", "are_equal"),
    [
        ({"text": "a", "timings_ms": 1}, {"text": "a", "timings_ms": 2}, True),
        ({"text": "a"}, {"text": "b"}, False),
        ({"quotes": [{"score": 0.50004}]}, {"quotes": [{"score": 0.5}]}, True),
        ({"quotes": [{"score": 0.6}]}, {"quotes": [{"score": 0.5}]}, False),
        ({"quotes": [1, 2]}, {"quotes": [1]}, False),
        ({"text": "a"}, None, False),
        ({"text": "a", "near": []}, {"text": "a"}, False),
    ],
)
def test_what_is_compared_tells_answers_apart(answer: object, expected: object, are_equal: bool) -> None:  # noqa: FBT001
    assert load.equal(answer, expected) is are_equal
