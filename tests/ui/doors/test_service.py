"""What holds whichever door is taken. The engine is a fake: what it answers does not matter here."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from index.errors import InvalidQuestion
from qa.answer import Answer, CorpusInfo, Timings
from ui.doors.service import Service
from ui.errors import InvalidField, ServerBusy, TookTooLong
from ui.serving.admission import Admission
from ui.serving.metrics import Metrics
from ui.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

CORPUS = CorpusInfo(stamp="1", documents=1, chunks=1, encoder="e", reader="r")


class SlowEngine:
    """Answers when it is told to, and counts what it is asked."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.asked: list[str] = []

    def ask(self, question: str, **_given: Any) -> Answer:
        self.asked.append(question)
        self.go_on.wait(10)
        times = Timings(search=1, read=1, total=2)
        return Answer(
            question=question,
            searched=question,
            verdict="not_found",
            text="",
            confidence=0,
            quotes=[],
            near=[],
            corpus=CORPUS,
            timings_ms=times,
        )


@pytest.fixture
def engine() -> SlowEngine:
    return SlowEngine()


@pytest.fixture
def service_of(engine: SlowEngine, bare_environment: Path) -> Callable[..., Service]:  # noqa: ARG001
    def make(at_a_time: int = 1, max_waiting: int = 10, **settings: Any) -> Service:
        set_so = load_settings(**settings)
        admission = Admission(at_a_time, max_waiting, set_so.question_seconds)
        return Service(engine, set_so, admission, Metrics())  # type: ignore[arg-type]

    return make


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


async def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"question": "x" * 2001}, InvalidQuestion),
        ({"question": "?"}, InvalidQuestion),
        ({"question": 3}, InvalidField),
        ({"question": "Meta ?", "history": [{}] * 51}, InvalidField),
        ({"question": "Meta ?", "colour": "blue"}, InvalidField),
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_takes_a_place(
    service_of: Callable[..., Service], engine: SlowEngine, fields: dict[str, Any], error: type[Exception]
) -> None:
    async def work() -> None:
        service = service_of(max_waiting=0)
        await service.admission.enter("zoe")  # whoever came now for a place would be told that the server is busy
        with pytest.raises(error):
            await service.ask("rest", "lea", fields)

    run(work())
    assert engine.asked == []


def test_who_waits_is_told_so_and_when_the_turn_has_come(
    service_of: Callable[..., Service], engine: SlowEngine
) -> None:
    async def work() -> None:
        service = service_of()
        told: list[str] = []
        first = asyncio.create_task(service.ask("rest", "lea", {"question": "Un ?"}))
        await until(lambda: service.admission.working == 1)
        second = asyncio.create_task(service.ask("rest", "lea", {"question": "Deux ?"}, told.append))
        await until(lambda: bool(told))
        assert told == ["waiting"]
        engine.go_on.set()
        await asyncio.gather(first, second)
        assert told == ["waiting", "working"]

    run(work())


def test_who_goes_away_while_waiting_makes_no_work(service_of: Callable[..., Service], engine: SlowEngine) -> None:
    async def work() -> None:
        service = service_of()
        first = asyncio.create_task(service.ask("rest", "lea", {"question": "Un ?"}))
        await until(lambda: service.admission.working == 1)
        gone = asyncio.create_task(service.ask("rest", "lea", {"question": "Deux ?"}))
        await until(lambda: service.admission.waiting == 1)
        gone.cancel()
        await until(lambda: service.admission.waiting == 0)
        engine.go_on.set()
        await first
        await until(lambda: service.admission.working == 0)

    run(work())
    assert engine.asked == ["Un ?"]


def test_a_question_that_takes_too_long_is_given_up_and_keeps_its_place_until_it_has_ended(
    service_of: Callable[..., Service], engine: SlowEngine
) -> None:
    async def work() -> None:
        service = service_of(max_waiting=0, question_seconds=1)
        with pytest.raises(TookTooLong):
            await service.ask("rest", "lea", {"question": "Un ?"})
        with pytest.raises(ServerBusy):
            await service.ask("rest", "lea", {"question": "Deux ?"})
        engine.go_on.set()
        await until(lambda: service.admission.working == 0)
        assert (await service.ask("rest", "lea", {"question": "Trois ?"})).question == "Trois ?"

    run(work())


@pytest.mark.parametrize(("log_questions", "is_logged"), [(True, True), (False, False)])
def test_the_log_holds_a_question_only_where_that_is_asked_for(
    service_of: Callable[..., Service],
    engine: SlowEngine,
    caplog: pytest.LogCaptureFixture,
    log_questions: bool,  # noqa: FBT001
    is_logged: bool,  # noqa: FBT001
) -> None:
    engine.go_on.set()
    with caplog.at_level("INFO", logger="ui"):
        run(_ask(service_of(log_questions=log_questions), "Qui est Zénon ?"))
    assert any("Zénon" in str(vars(record)) for record in caplog.records) is is_logged


async def _ask(service: Service, question: str) -> None:
    await service.ask("rest", "lea", {"question": question})
