from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from qa.training import datasets
from qa.training.examples import Examples
from qa.training.passages import Searched, pieces_of
from qa.training.schedule import Deck, Schedule
from qa.training.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from index.encode import Encoder

RATES = Settings(steps=10, examples=4, french=1.0, french_at_last=1.0, passages=1, passages_at_last=3, written_from=0.5)


@pytest.fixture
def schedule(encoder: Encoder, data: Path, written: Path, tmp_path: Path) -> Schedule:
    return Schedule(data, written, encoder, RATES, tmp_path)


def questions(schedule: Schedule, steps: range) -> set[str]:
    return {example.question for step in steps for example in schedule.examples(step)}


def test_a_deck_gives_all_questions_before_one_comes_again(data: Path) -> None:
    set_ = datasets.piaf(data, "train")
    deck = Deck(Examples(Searched(set_, pieces_of(set_.paragraphs), [[0]] * 6)), "seed")
    turns = [[deck.draw() for _ in range(6)] for _ in range(3)]
    assert [sorted(turn) for turn in turns] == [list(range(6))] * 3
    assert turns[0] != turns[1] or turns[1] != turns[2]


def test_written_questions_are_asked_from_their_step_on(schedule: Schedule) -> None:
    auteur = "auteur"
    assert not any(auteur in question for question in questions(schedule, range(5)))
    assert any(auteur in question for question in questions(schedule, range(5, 10)))


def test_more_passages_are_read_toward_the_end(schedule: Schedule) -> None:
    assert max(len(example.texts) for example in schedule.examples(0)) == 1
    assert max(len(example.texts) for step in (8, 9) for example in schedule.examples(step)) == 3


def test_other_languages_are_asked_by_their_share(encoder: Encoder, data: Path, written: Path, tmp_path: Path) -> None:
    settings = replace(RATES, examples=400, french=0.25, french_at_last=0.25)
    asked = Schedule(data, written, encoder, settings, tmp_path)
    asked.examples(0)
    assert sum(asked.drawn) == 400
    assert 60 < sum(asked.drawn[-2:]) < 140


def test_a_schedule_goes_on_where_another_stopped(
    schedule: Schedule, encoder: Encoder, data: Path, written: Path, tmp_path: Path
) -> None:
    for step in range(7):
        schedule.examples(step)
    other = Schedule(data, written, encoder, RATES, tmp_path)
    other.drawn = schedule.drawn
    assert other.examples(7) == schedule.examples(7)
