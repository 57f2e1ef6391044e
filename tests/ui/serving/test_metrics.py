from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from starlette.requests import Request

from qa.answer import Answer, CorpusInfo, Quote
from ui.access.person import Person, remember
from ui.errors import NotForReaders
from ui.serving.admission import Admission
from ui.serving.metrics import Metrics, metrics_route
from ui.serving.worker import WorkerSeen
from ui.serving.worker_messages import Usage
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.engine import Engine
    from ui.access.person import Role
    from ui.serving.pool import EnginePool

CORPUS = CorpusInfo(
    stamp="20261122T120000Z-a1b2c3",
    documents=3,
    chunks=40,
    encoder="/srv/secret",
    reader="r",
    built="2026-11-22T12:00:00Z",
)


def _engine(corpus: CorpusInfo | None) -> Engine:
    """Stand in for an engine, of which the measurements read the corpus alone."""
    return cast("Engine", SimpleNamespace(corpus=corpus))


def _text(metrics: Metrics) -> str:
    return metrics.text("")[0].decode()


def test_an_answer_is_counted_by_door_and_verdict_and_timed_by_stage(
    answer_with: Callable[..., Answer], quote_of: Callable[..., Quote]
) -> None:
    metrics = Metrics()
    metrics.answered("rest", answer_with(quote_of("Ilya Sutskever")))
    metrics.answered("rest", answer_with(withheld=2))

    text = _text(metrics)
    assert 'sourcier_questions_total{door="rest",verdict="answered"} 1.0' in text
    assert 'sourcier_questions_total{door="rest",verdict="not_found"} 1.0' in text
    assert "sourcier_quotes_withheld_total 2.0" in text
    assert 'sourcier_stage_seconds_sum{stage="total"} 0.004' in text  # two milliseconds each


def test_no_label_holds_what_was_asked(answer_with: Callable[..., Answer], quote_of: Callable[..., Quote]) -> None:
    metrics = Metrics()
    metrics.answered("rest", answer_with(quote_of("Ilya Sutskever")))

    assert not [word for word in ("Ilya", "Qui", "notes/a.txt", "Titre") if word in _text(metrics)]


@pytest.mark.parametrize("code", ["ServerBusy", "TooManyRequests", "NotLetIn", "NoSuchAddress"])
def test_a_refusal_is_counted_as_one(code: str) -> None:
    metrics = Metrics()
    metrics.failed(code)

    assert f'sourcier_refusals_total{{code="{code}"}} 1.0' in _text(metrics)


@pytest.mark.parametrize("code", ["InvalidQuestion", "CorpusMissing", "Unexpected"])
def test_an_error_is_counted_as_one(code: str) -> None:
    metrics = Metrics()
    metrics.failed(code)

    assert f'sourcier_errors_total{{code="{code}"}} 1.0' in _text(metrics)


def test_questions_are_read_as_they_are_when_asked_for() -> None:
    metrics, admission = Metrics(), Admission(1, 8, 30)
    metrics.watch(_engine(None), admission)

    async def read_while_one_waits() -> str:
        await admission.enter("lea")
        waiting = asyncio.create_task(admission.enter("lea"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        text = _text(metrics)
        waiting.cancel()
        admission.leave("lea", 0.1)
        return text

    text = asyncio.run(read_while_one_waits())
    assert "sourcier_questions_working 1.0" in text
    assert "sourcier_questions_waiting 1.0" in text
    assert "sourcier_questions_working 0.0" in _text(metrics)


def test_the_corpus_is_told_without_paths() -> None:
    metrics = Metrics()
    metrics.watch(_engine(CORPUS), Admission(1, 1, 1))

    text = _text(metrics)
    assert 'sourcier_corpus_info{reader="r",stamp="20261122T120000Z-a1b2c3"} 1.0' in text
    assert "sourcier_corpus_documents 3.0" in text
    assert "sourcier_corpus_passages 40.0" in text
    assert "sourcier_corpus_built_timestamp_seconds 1.7953488e+09" in text
    assert "/srv/secret" not in text


def test_without_a_corpus_there_are_measurements_all_the_same() -> None:
    metrics = Metrics()
    metrics.watch(_engine(None), Admission(1, 1, 1))

    assert "sourcier_corpus_open 0.0" in _text(metrics)


def test_each_worker_is_told_by_its_place_also_while_it_is_started_again() -> None:
    metrics = Metrics()
    stamp, usage = "20261122T120000Z-a1b2c3", Usage(memory=1_000_000, processor=2.5)
    up = WorkerSeen(number=1, is_ready=True, stamp=stamp, calls=2, restarts=0, usage=usage)
    down = WorkerSeen(number=2, is_ready=False, stamp="", calls=0, restarts=3, usage=None)
    metrics.watch_workers(cast("EnginePool", SimpleNamespace(workers=[up, down])))

    text = _text(metrics)
    for told in (
        'ready{worker="1"} 1.0',
        'ready{worker="2"} 0.0',
        'calls{worker="1"} 2.0',
        'restarts_total{worker="2"} 3.0',
        'corpus_info{stamp="20261122T120000Z-a1b2c3",worker="1"} 1.0',
        'resident_memory_bytes{worker="1"} 1e+06',
        'cpu_seconds_total{worker="1"} 2.5',
    ):
        assert f"sourcier_worker_{told}" in text
    assert 'sourcier_worker_resident_memory_bytes{worker="2"}' not in text


def test_two_servers_measure_apart() -> None:
    first, second = Metrics(), Metrics()
    first.searched("mcp")

    assert 'door="mcp"' in _text(first)
    assert 'door="mcp"' not in _text(second)


def _request(role: Role, address: str) -> Request:
    scope: dict[str, Any] = {"type": "http", "headers": [], "client": (address, 1)}
    remember(scope, Person("somebody", role))
    return Request(scope)


@pytest.mark.parametrize(
    ("role", "address", "settings"),
    [
        ("administrator", "192.0.2.7", Settings(access="basic")),
        ("reader", "127.0.0.1", Settings()),
        ("reader", "::1", Settings()),
    ],
)
def test_administrators_and_this_machine_may_read_them(role: Role, address: str, settings: Settings) -> None:
    response = metrics_route(Metrics(), settings)(_request(role, address))

    assert response.headers["content-type"].startswith("text/plain; version=")


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        ("127.0.0.1", Settings(access="basic")),
        ("127.0.0.1", Settings(open_to_all=True)),
        ("127.0.0.1", Settings(hosts=("sourcier.example",))),
        ("127.0.0.1", Settings(root_path="/sourcier")),
        ("127.0.0.1", Settings(tls=True)),
        ("127.0.0.1", Settings(trusted_proxies=("127.0.0.1",))),
        ("192.0.2.7", Settings()),
    ],
)
def test_readers_may_not(address: str, settings: Settings) -> None:
    with pytest.raises(NotForReaders):
        metrics_route(Metrics(), settings)(_request("reader", address))
