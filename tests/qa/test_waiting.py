"""What is promised of an engine that is opened before its corpus is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.errors import CorpusForeign, CorpusMissing, CorpusOutdated
from index.sync import synchronise
from qa.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTION = "Qui a refusé l'offre ?"


@pytest.fixture
def waiting(tmp_path: Path, quick: str) -> Iterator[Engine]:
    engine = Engine.open(tmp_path / "corpus", quick, reader="sentences", wait=True)
    yield engine
    engine.close()


def index(tmp_path: Path, quick: str) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "offre.txt").write_text("Ilya Sutskever a refusé l'offre de Meta.", encoding="utf-8")
    synchronise([tmp_path / "documents"], tmp_path / "corpus", quick)


def test_until_there_is_a_corpus_each_question_says_how_to_make_one(waiting: Engine) -> None:
    assert isinstance(waiting.missing, CorpusMissing)
    for ask in (waiting.ask, waiting.search, waiting.document):
        with pytest.raises(CorpusMissing, match="sourcier index"):
            ask(QUESTION)


def test_a_corpus_that_is_made_is_taken_up(waiting: Engine, tmp_path: Path, quick: str) -> None:
    index(tmp_path, quick)
    waiting.take_up()

    assert waiting.missing is None
    assert waiting.search(QUESTION)[0].document == "offre.txt"


def test_a_corpus_of_an_earlier_version_is_waited_for(tmp_path: Path, quick: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "current.json").write_text('{"format": 1, "generation": "a"}', encoding="utf-8")
    engine = Engine.open(tmp_path / "corpus", quick, reader="sentences", wait=True)

    assert isinstance(engine.missing, CorpusOutdated)
    engine.close()


def test_a_folder_of_something_else_is_not_waited_for(tmp_path: Path, quick: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "photo.jpg").write_bytes(b"")
    with pytest.raises(CorpusForeign):
        Engine.open(tmp_path / "corpus", quick, reader="sentences", wait=True)


def test_without_waiting_a_missing_corpus_is_told_at_once(tmp_path: Path, quick: str) -> None:
    with pytest.raises(CorpusMissing):
        Engine.open(tmp_path / "corpus", quick, reader="sentences")
