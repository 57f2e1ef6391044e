from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from qa.answer import Turn
from ui.chat import MOST_EXCHANGES, TURNS_BEFORE, ChatPage, Exchange, read_place
from ui.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from qa.engine import Engine

QUESTION = "Qui est le directeur de la recherche d'OpenAI ?"


@pytest.fixture
def page(seeds_engine: Engine, bare_environment: Path) -> ChatPage:  # noqa: ARG001  settings are read in it
    return ChatPage(seeds_engine, load_settings())


def _last_block(step: tuple[Any, ...]) -> str:
    return str(step[0][-1]["content"])


def test_states_are_shown_as_they_begin_and_the_answer_after_them(page: ChatPage) -> None:
    blocks = [_last_block(step) for step in page.answer(QUESTION, ())]
    assert ["Je cherche" in blocks[0], "Je lis" in blocks[1], "Mark Chen" in blocks[2]] == [True] * 3
    assert len(blocks) == 3


def test_answer_becomes_a_turn_of_the_conversation(page: ChatPage) -> None:
    *_, (_, _, _, conversation) = page.answer(QUESTION, ())
    assert [exchange.turn for exchange in conversation] == [Turn(question=QUESTION, answer="Mark Chen")]


def test_unexpected_error_is_told_without_its_words(
    page: ChatPage, seeds_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise ValueError("secret")

    monkeypatch.setattr(seeds_engine, "ask", fail)
    (step,) = page.answer(QUESTION, ())
    assert "Une erreur imprévue" in _last_block(step)
    assert "secret" not in _last_block(step)
    assert step[3][-1].turn is None


def test_turns_before_are_passed_on_but_no_question_that_failed(
    page: ChatPage, seeds_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[Turn] = []

    def remember(_question: str, history: list[Turn], **_: object) -> NoReturn:
        passed.extend(history)
        raise ValueError

    turns = [Turn(question=str(number), answer="a") for number in range(TURNS_BEFORE + 2)]
    conversation = (*(Exchange(turn.question, "b", turn) for turn in turns), Exchange("failed", "b"))
    monkeypatch.setattr(seeds_engine, "ask", remember)
    list(page.answer(QUESTION, conversation))
    assert passed == turns[-TURNS_BEFORE:]


def test_conversation_does_not_grow_for_ever(page: ChatPage) -> None:
    *_, (messages, _, _, conversation) = page.answer("?", (Exchange("q", "b"),) * MOST_EXCHANGES)
    assert len(conversation) == MOST_EXCHANGES
    assert len(messages) == 2 * MOST_EXCHANGES


def test_nothing_typed_is_nothing_asked(page: ChatPage) -> None:
    (step,) = page.answer(" \n", ())
    assert all("update" in str(part) for part in step)


@pytest.mark.parametrize(
    ("place", "read"),
    [
        ("#doc=a.txt&start=3&end=9", ("a.txt", 3, 9)),
        ("#doc=%C3%A9t%C3%A9+%26+hiver.txt&start=0&end=1", ("été & hiver.txt", 0, 1)),
        ("#doc=a.txt", ("a.txt", 0, 0)),
        ("#doc=a.txt&start=-3&end=x", ("a.txt", 0, 0)),
        ("#doc=a.txt&start=²&end=1", ("a.txt", 0, 1)),
        ("#doc=a.txt&start=" + "9" * 5000, ("a.txt", 0, 0)),
        ("", ("", 0, 0)),
        ("#", ("", 0, 0)),
        ("#elsewhere", ("", 0, 0)),
    ],
)
def test_place_is_read_from_a_link(place: str, read: tuple[str, int, int]) -> None:
    assert read_place(place) == read
