from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import InvalidHistory, InvalidQuestion
from qa.answer import Turn
from qa.question import LONGEST_QUESTION, clean_question, clean_turns, is_too_long

if TYPE_CHECKING:
    from qa.engine import Engine


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x01", "???", "\u200b", "«  »"])
def test_a_question_without_a_word_is_refused_in_one_sentence(seeds_engine: Engine, question: str) -> None:
    with pytest.raises(InvalidQuestion, match="no word"):
        seeds_engine.ask(question)


def test_a_question_that_is_too_long_is_refused_with_the_bound(seeds_engine: Engine) -> None:
    with pytest.raises(InvalidQuestion, match=str(LONGEST_QUESTION)):
        seeds_engine.ask("mot " * 2_500)


def test_a_question_that_is_too_long_once_it_is_written_out_is_refused(seeds_engine: Engine) -> None:
    with pytest.raises(InvalidQuestion, match=f"written out.* 2016 characters, and {LONGEST_QUESTION}"):
        seeds_engine.ask("ﷺ" * 112)


def test_the_longest_question_is_answered_cleanly(seeds_engine: Engine) -> None:
    assert seeds_engine.ask("mot " * (LONGEST_QUESTION // 4)).verdict == "not_found"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
def test_any_text_gets_an_answer_or_a_clear_refusal(seeds_engine: Engine, question: str) -> None:
    try:
        answer = seeds_engine.ask(question)
    except InvalidQuestion:
        assert not any(character.isalnum() for character in question)
    else:
        assert answer.question == clean_question(question)


def test_a_turn_that_is_too_long_is_refused(seeds_engine: Engine) -> None:
    with pytest.raises(InvalidHistory, match=str(LONGEST_QUESTION)):
        seeds_engine.ask("Et lui ?", [Turn(question="a " * 1_000_000)])


def test_a_turn_that_is_too_long_once_it_is_written_out_is_refused(seeds_engine: Engine) -> None:
    with pytest.raises(InvalidHistory, match=str(LONGEST_QUESTION)):
        seeds_engine.ask("Et lui ?", [Turn(question="ﷺ" * 112)])


def test_an_answer_that_is_too_long_once_it_is_written_out_is_left_out() -> None:
    assert clean_turns([Turn(question="Qui ?", answer="ﷺ" * 112)]) == [Turn(question="Qui ?", answer="")]


@pytest.mark.parametrize(
    ("text", "is_too"),
    [("a" * LONGEST_QUESTION, False), ("a" * (LONGEST_QUESTION + 1), True), ("ﷺ" * 111, False), ("ﷺ" * 112, True)],
)
def test_a_text_is_too_long_as_it_is_sent_or_as_it_is_written_out(text: str, is_too: bool) -> None:  # noqa: FBT001
    assert is_too_long(text) is is_too


def test_a_turn_is_cleaned_before_it_is_searched(seeds_engine: Engine) -> None:
    turn = Turn(question="Qui est\n\x1b[31m Mark\ud800 ?", answer="un \x00chercheur")
    assert seeds_engine.ask("Et lui ?", [turn]).searched == "Lui ? ← Qui est [31m Mark ? un chercheur"


def test_a_turn_without_a_word_is_passed_over(seeds_engine: Engine) -> None:
    assert seeds_engine.ask("Et lui, Sam Altman ?", [Turn(question="\x00 ?")]).searched == "Et lui, Sam Altman ?"
