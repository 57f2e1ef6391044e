"""Two real workers on a corpus of two documents; each opens the real encoder and the reader of sentences."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest

from index.errors import CorpusMissing, DocumentUnknown, InvalidQuestion, InvalidRequest
from index.sync import synchronise
from qa.engine import Engine
from ui.errors import ServerBusy
from ui.serving.admission import Admission
from ui.serving.metrics import Metrics
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
    stopped = pool.processes[0]
    with ThreadPoolExecutor(2) as asking:
        os.kill(stopped, signal.SIGSTOP)
        try:
            asked = [asking.submit(pool.ask, QUESTION) for _ in range(2)]
            answered, waiting = wait(asked, 120, FIRST_COMPLETED)
            assert pool.ask(QUESTION).question == QUESTION
            assert (len(answered), [question.done() for question in waiting]) == (1, [False])
        finally:
            os.kill(stopped, signal.SIGCONT)
        assert [question.result(120).question for question in asked] == [QUESTION, QUESTION]


def test_a_signal_to_all_processes_ends_no_worker(pool: EnginePool) -> None:
    before = pool.processes
    for process in before:
        os.kill(process, signal.SIGTERM)
        os.kill(process, signal.SIGINT)
    assert pool.ask(QUESTION).question == QUESTION
    assert pool.processes == before


def test_a_worker_that_is_killed_costs_its_question_and_is_started_again(pool: EnginePool) -> None:
    killed, other = pool.processes
    restarts = sum(worker.restarts for worker in pool.workers)
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
    assert sum(worker.restarts for worker in pool.workers) == restarts + 1


def test_the_measurements_cover_every_worker(pool: EnginePool) -> None:
    metrics = Metrics()
    metrics.watch(cast("Engine", pool), Admission(4, 8, 30))
    metrics.watch_workers(pool)
    answer = pool.ask(QUESTION)
    metrics.answered("rest", answer)
    _until(lambda: all(worker.usage for worker in pool.workers), 10)

    lines = (line.rpartition(" ") for line in metrics.text("")[0].decode().splitlines() if line[0] != "#")
    told = {name: float(value) for name, _, value in lines}
    assert told['sourcier_stage_seconds_count{stage="total"}'] == 1
    assert told["sourcier_corpus_documents"] == answer.corpus.documents
    for place in ("1", "2"):
        assert told[f'sourcier_worker_ready{{worker="{place}"}}'] == 1
        assert told[f'sourcier_worker_corpus_info{{stamp="{answer.corpus.stamp}",worker="{place}"}}'] == 1
        assert told[f'sourcier_worker_resident_memory_bytes{{worker="{place}"}}'] > 50_000_000
        assert told[f'sourcier_worker_cpu_seconds_total{{worker="{place}"}}'] > 0.5


def test_a_new_generation_is_taken_up(pool: EnginePool, folder: Path, corpus: Path, quick: str) -> None:
    (folder / "nantes.txt").write_text("Le château de Nantes a été bâti en 1466.", "utf-8")
    stamp = synchronise([folder], corpus, quick).stamp

    _until(lambda: pool.corpus and pool.corpus.stamp == stamp and pool.ask(QUESTION).corpus.stamp == stamp)
    assert pool.ask(QUESTION).corpus.documents == 3


def _tell_whether_it_can_be_read() -> Engine:
    raise InvalidRequest(reason=f"PR_GET_DUMPABLE is {ctypes.CDLL(None).prctl(3)}")


@pytest.mark.skipif(sys.platform != "linux", reason="it is the kernel of Linux that shields")
def test_a_worker_is_shielded_before_it_opens_its_engine() -> None:
    with pytest.raises(InvalidRequest, match="PR_GET_DUMPABLE is 0"):
        EnginePool(_tell_whether_it_can_be_read, Settings(workers=2))


def test_a_corpus_that_is_not_there_is_told_at_once(tmp_path: Path, quick: str) -> None:
    opening = partial(Engine.open, tmp_path / "corpus", quick, reader="sentences")

    with pytest.raises(CorpusMissing):
        EnginePool(opening, Settings(workers=2))
