"""Two real workers on a corpus of two documents; each opens the real encoder and the reader of sentences."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from index.errors import CorpusMissing, DocumentUnknown, InvalidQuestion
from index.sync import synchronise
from qa.engine import Engine
from ui.errors import ServerBusy
from ui.serving.pool import EnginePool
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qa.answer import Answer

QUESTION = "Qui a fondé la bibliothèque de Tours ?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "tours.txt").write_text("La bibliothèque de Tours a été fondée par Jeanne Martin en 1953.", "utf-8")
    (folder / "lyon.txt").write_text("Le musée de Lyon est ouvert de neuf heures à midi, sauf le lundi.", "utf-8")
    return folder


@pytest.fixture(scope="module")
def corpus(folder: Path, quick: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("pool") / "corpus"
    synchronise([folder], corpus, quick)
    return corpus


@pytest.fixture(scope="module")
def opening(corpus: Path, quick: str) -> Callable[[], Engine]:
    return partial(Engine.open, corpus, quick, reader="sentences")


@pytest.fixture(scope="module")
def pool(opening: Callable[[], Engine]) -> Iterator[EnginePool]:
    pool = EnginePool(opening, Settings(workers=2))
    yield pool
    pool.close()


def _until(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def _without_timings(answer: Answer) -> dict[str, object]:
    return answer.model_dump(exclude={"timings_ms"})


def test_an_answer_is_that_of_an_engine(pool: EnginePool, opening: Callable[[], Engine]) -> None:
    engine = opening()
    try:
        assert _without_timings(pool.ask(QUESTION)) == _without_timings(engine.ask(QUESTION))
        assert pool.search(QUESTION, 2) == engine.search(QUESTION, 2)
        assert pool.documents("tours") == engine.documents("tours")
        assert pool.document("lyon.txt") == engine.document("lyon.txt")
        assert pool.original("lyon.txt") == engine.original("lyon.txt")
        assert (pool.missing, pool.corpus) == (None, engine.corpus)
    finally:
        engine.close()


def test_an_error_arrives_as_itself(pool: EnginePool) -> None:
    with pytest.raises(InvalidQuestion) as refused:
        pool.ask("")
    assert "reason" in refused.value.details
    with pytest.raises(DocumentUnknown, match=r"nulle-part\.txt"):
        pool.document("nulle-part.txt")


def test_an_error_that_nobody_expected_tells_where_and_not_what(pool: EnginePool) -> None:
    with pytest.raises(RuntimeError, match=r"TypeError in a worker: .*qa/question\.py:\d+") as failed:
        pool.ask(["le secret"])  # type: ignore[arg-type]
    assert "secret" not in str(failed.value)


def test_both_workers_answer(pool: EnginePool) -> None:
    os.kill(pool.processes[0], signal.SIGSTOP)
    try:
        threads = [threading.Thread(target=pool.ask, args=[QUESTION], daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        _until(lambda: [thread.is_alive() for thread in threads].count(True) == 1)
    finally:
        os.kill(pool.processes[0], signal.SIGCONT)
    for thread in threads:
        thread.join(10)


def test_a_signal_to_all_processes_ends_no_worker(pool: EnginePool) -> None:
    before = pool.processes
    for process in before:
        os.kill(process, signal.SIGTERM)
        os.kill(process, signal.SIGINT)
    assert pool.ask(QUESTION).question == QUESTION
    assert pool.processes == before


def test_a_worker_that_is_killed_costs_its_question_and_is_started_again(pool: EnginePool) -> None:
    killed, other = pool.processes
    for process in (killed, other):  # so that each has a question
        os.kill(process, signal.SIGSTOP)
    told: list[object] = []

    def ask() -> None:
        try:
            told.append(pool.ask(QUESTION).verdict)
        except ServerBusy as busy:
            told.append(busy.details)

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    os.kill(killed, signal.SIGKILL)
    _until(lambda: told)
    os.kill(other, signal.SIGCONT)
    for thread in threads:
        thread.join(10)

    assert told[0] == {"seconds": 1}
    assert told[1] in {"answered", "not_found"}
    assert pool.ask(QUESTION).question == QUESTION  # by the other, meanwhile
    _until(lambda: len(pool.processes) == 2)
    assert killed not in pool.processes


def test_a_new_generation_is_taken_up(pool: EnginePool, folder: Path, corpus: Path, quick: str) -> None:
    (folder / "nantes.txt").write_text("Le château de Nantes a été bâti en 1466.", "utf-8")
    stamp = synchronise([folder], corpus, quick).stamp

    _until(lambda: pool.corpus and pool.corpus.stamp == stamp and pool.ask(QUESTION).corpus.stamp == stamp)
    assert pool.ask(QUESTION).corpus.documents == 3


def test_a_corpus_that_is_not_there_is_told_at_once(tmp_path: Path, quick: str) -> None:
    opening = partial(Engine.open, tmp_path / "corpus", quick, reader="sentences")

    with pytest.raises(CorpusMissing):
        EnginePool(opening, Settings(workers=2))
