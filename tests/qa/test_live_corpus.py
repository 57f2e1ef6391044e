from __future__ import annotations

import shutil
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from index.generation import Generation
from index.pointer import live
from index.sync import recipe, synchronise
from qa.engine import Engine
from tests.qa.conftest import by_sentences

if TYPE_CHECKING:
    from pathlib import Path

    from index.encode import Encoder
    from qa.answer import Answer


def answer_from(engine: Engine, stamp: str, seconds: float) -> Answer | None:
    """Ask until an answer comes from a generation; None when that takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = engine.ask("Combien coûte le timbre rouge ?")
        if answer.corpus.stamp == stamp:
            return answer
        time.sleep(0.05)
    return None


def test_a_corpus_that_is_built_anew_is_taken_up_by_itself(
    small_folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    first = synchronise([small_folder], tmp_path / "corpus")
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    assert engine.ask("Combien coûte le timbre rouge ?").corpus.stamp == first.stamp
    (small_folder / "lettre.txt").write_text("La lettre verte\nElle arrive en trois jours.", encoding="utf-8")
    second = synchronise([small_folder], tmp_path / "corpus")
    answer = answer_from(engine, second.stamp, seconds=20)  # how fast it is, the benchmarks tell
    assert answer is not None
    assert answer.corpus.documents == 2
    engine.close()


def test_while_a_new_generation_is_opened_the_old_one_answers(
    small_folder: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = synchronise([small_folder], tmp_path / "corpus")
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    (small_folder / "lettre.txt").write_text("La lettre verte\nElle arrive en trois jours.", encoding="utf-8")
    opening, may_open = threading.Event(), threading.Event()
    really_open = Generation.open

    def slowly(*arguments: object) -> Generation:
        opening.set()
        may_open.wait(20)
        return really_open(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Generation, "open", slowly)
    second = synchronise([small_folder], tmp_path / "corpus")
    assert opening.wait(20)
    assert engine.ask("Combien coûte le timbre rouge ?").corpus.stamp == first.stamp
    may_open.set()
    assert answer_from(engine, second.stamp, seconds=20)
    engine.close()


def test_a_generation_that_was_replaced_is_removed_when_its_last_answer_is_given(
    small_folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    synchronise([small_folder], tmp_path / "corpus")
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    (small_folder / "prix.txt").write_text("Le prix du timbre\nIl a changé.", encoding="utf-8")
    second = synchronise([small_folder], tmp_path / "corpus")
    assert answer_from(engine, second.stamp, seconds=20)
    deadline = time.monotonic() + 20
    while len(list((tmp_path / "corpus" / "generations").iterdir())) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [folder.name for folder in (tmp_path / "corpus" / "generations").iterdir()] == [second.stamp]
    engine.close()


def test_a_corpus_that_was_built_anew_and_is_damaged_is_tried_once_and_the_old_one_goes_on(
    small_folder: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = synchronise([small_folder], tmp_path / "corpus")
    monkeypatch.setattr("qa.live_corpus._LOOK_EVERY", 3600)  # it looks when it is told to, and not before the damage
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    (small_folder / "lettre.txt").write_text("La lettre verte\nElle arrive en trois jours.", encoding="utf-8")
    synchronise([small_folder], tmp_path / "corpus")
    (live(tmp_path / "corpus") / "store" / "chroma.sqlite3").write_bytes(b"")
    engine.take_up()
    assert engine.ask("Combien coûte le timbre rouge ?").corpus.stamp == first.stamp
    monkeypatch.setattr(Generation, "open", lambda *_: pytest.fail("it was tried again"))
    engine.take_up()
    assert engine.ask("Combien coûte le timbre rouge ?").corpus.stamp == first.stamp
    engine.close()


def test_a_corpus_that_disappears_goes_on_answering(small_folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    synchronise([small_folder], tmp_path / "corpus")
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    shutil.move(tmp_path / "corpus" / "current.json", tmp_path / "away.json")
    assert engine.ask("Combien coûte le timbre rouge ?").question
    engine.close()
