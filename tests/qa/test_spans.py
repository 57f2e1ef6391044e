from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.spans import LONGEST, best_answers, tokens_of, whole_words

TEXT = "Ilya Sutskever a refusé l'offre."
# Tokens as the tokenizer cuts them: with the blank before, and inside words.
PLACES = [(0, 4), (4, 9), (9, 14), (14, 16), (16, 23), (23, 25), (25, 26), (26, 31), (31, 32)]


def logits(*at: int) -> np.ndarray:
    scores = np.zeros(len(PLACES), np.float32)
    scores[list(at)] = [9.0 - number for number in range(len(at))]
    return scores


def test_the_best_answer_goes_from_the_likeliest_start_to_the_likeliest_end() -> None:
    (best,) = best_answers(TEXT, PLACES, logits(0), logits(2), 1)
    assert TEXT[best.start : best.end] == "Ilya Sutskever"
    assert best.score == pytest.approx(18.0)


def test_an_answer_cuts_no_word_and_begins_with_none_of_the_blank() -> None:
    (best,) = best_answers(TEXT, PLACES, logits(2), logits(2), 1)
    assert TEXT[best.start : best.end] == "Sutskever"


def test_an_answer_never_ends_before_it_begins() -> None:
    (best,) = best_answers(TEXT, PLACES, logits(4), logits(0), 1)
    assert best.start < best.end


def test_further_answers_do_not_overlap_and_come_in_order() -> None:
    found = best_answers(TEXT, PLACES, logits(0, 4), logits(2, 4), 3)
    assert [TEXT[one.start : one.end] for one in found[:2]] == ["Ilya Sutskever", "refusé"]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_an_answer_is_not_longer_than_the_longest() -> None:
    text = "mot " * (2 * LONGEST)
    places = [(4 * n, 4 * n + 3) for n in range(2 * LONGEST)]
    start, end = np.zeros(2 * LONGEST, np.float32), np.zeros(2 * LONGEST, np.float32)
    start[0] = end[-1] = 5.0
    (best,) = best_answers(text, places, start, end, 1)
    assert len(text[best.start : best.end].split()) <= LONGEST


def test_without_tokens_there_is_no_answer() -> None:
    assert best_answers("", [], np.zeros(0, np.float32), np.zeros(0, np.float32), 3) == []


@given(st.data())
def test_any_scores_give_places_inside_the_text(data: st.DataObject) -> None:
    scores = st.lists(st.floats(-20, 20, width=32), min_size=len(PLACES), max_size=len(PLACES))
    start, end = (np.array(data.draw(scores), np.float32) for _ in range(2))
    for one in best_answers(TEXT, PLACES, start, end, 3):
        assert 0 <= one.start < one.end <= len(TEXT)
        assert whole_words(TEXT, one.start, one.end) == (one.start, one.end)
        assert TEXT[one.start : one.end] == TEXT[one.start : one.end].strip()


def test_the_tokens_of_a_stretch_are_its_first_and_its_last() -> None:
    assert tokens_of(PLACES, 5, 14) == (1, 2)
    assert tokens_of(PLACES, 0, 32) == (0, 8)
    assert tokens_of(PLACES, 40, 44) is None


@pytest.mark.parametrize(
    ("place", "words"), [((1, 3), "Ilya"), ((17, 20), "refusé"), ((26, 28), "offre"), ((31, 32), "."), ((4, 5), " ")]
)
def test_a_place_is_widened_to_whole_words(place: tuple[int, int], words: str) -> None:
    assert TEXT[slice(*whole_words(TEXT, *place))] == words
