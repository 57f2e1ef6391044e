"""Answers as streams of server-sent events, and answers that nobody waits for any more.

The format is that of the HTML standard, section 9.2 (https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from fastapi.responses import StreamingResponse

from ui.doors.problems import problem_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable

    from fastapi import Request

    from ui.doors.service import Door, Progress, Service
    from ui.texts import Language

Found = TypeVar("Found")

EVENT_STREAM: Final = "text/event-stream"
AS_EVENTS: Final[dict[str, Any]] = {
    "content": {
        EVENT_STREAM: {
            "schema": {
                "type": "object",
                "description": "each event; `data` is JSON",
                "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
                "required": ["data"],
            }
        }
    }
}
"""What a description of the API says of an answer that comes as events."""

_STILL_HERE: Final = ": still here\n\n"
_SILENCE: Final = 10.0  # seconds, after which something is said: proxies cut what is silent for a minute

_UNBUFFERED: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Gone(Exception):
    """Whoever asked has gone away."""


async def while_there(request: Request, work: Coroutine[Any, Any, Found]) -> Found:
    """Return what some work gives; it is given up, and Gone raised, when whoever asked goes away meanwhile.

    The body of the request must have been read.
    """
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_left(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Gone
        return task.result()
    finally:
        for each in (task, gone):
            each.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


async def soon(request: Request, work: Coroutine[Any, Any, Found]) -> asyncio.Task[Found]:
    """Return some work once it is done, or has gone on for so long that something has to be said meanwhile.

    It is given up, and Gone raised, when whoever asked goes away before. The body of the request must have been read.
    """
    task = asyncio.create_task(work)
    try:
        await while_there(request, _silent_wait(task))
    except BaseException:
        task.cancel()
        raise
    return task


async def _silent_wait(task: asyncio.Task[Any]) -> None:
    """Wait for some work, but no longer than may be silent."""
    await asyncio.wait({task}, timeout=_SILENCE)


async def _left(request: Request) -> None:
    """Return once whoever asked has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def answer_events(
    service: Service, door: Door, person: str, fields: dict[str, Any], language: Language
) -> AsyncIterator[tuple[str, Any]]:
    """Give the events of an answer: its progress, and at last the answer, or what is wrong."""
    told: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    def on_progress(progress: Progress) -> None:
        told.put_nowait((progress, {}))

    async def answer() -> None:
        try:
            found = await service.ask(door, person, fields, on_progress)
        except Exception as error:  # noqa: BLE001  the response has begun: every error is an event
            told.put_nowait(("error", problem_of(error).body(language)))
        else:
            told.put_nowait(("answer", found.model_dump(mode="json")))

    task = asyncio.create_task(answer())
    try:
        kind = ""
        while kind not in {"answer", "error"}:
            kind, data = await told.get()
            yield kind, data
    finally:
        task.cancel()


def event_stream(events: AsyncIterator[tuple[str, Any]]) -> StreamingResponse:
    """Return a response that sends events as they come, and says that it is still there when none come."""
    return StreamingResponse(_written(events), media_type=EVENT_STREAM, headers=_UNBUFFERED)


def chunk_stream(
    work: asyncio.Task[Found], chunks: Callable[[Found], Iterable[dict[str, Any]]], language: Language
) -> StreamingResponse:
    """Return a response that sends what some work gives in chunks, as the clients of OpenAI read them.

    Work that is done and failed raises its error at once. Until it is done, something is said now and then; what goes
    wrong then is sent as the last chunk, with the field `error`.
    """
    if work.done():
        work.result()
    return StreamingResponse(_chunked(work, chunks, language), media_type=EVENT_STREAM, headers=_UNBUFFERED)


async def _chunked(
    work: asyncio.Task[Found], chunks: Callable[[Found], Iterable[dict[str, Any]]], language: Language
) -> AsyncIterator[str]:
    try:
        while not work.done():
            yield _STILL_HERE
            await _silent_wait(work)
        for chunk in chunks(work.result()):
            yield _data(chunk)
        yield "data: [DONE]\n\n"
    except Exception as error:  # noqa: BLE001  the response has begun: every error is a chunk
        yield _data(problem_of(error).body(language))
    finally:
        work.cancel()


def _data(value: Any) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


async def _written(events: AsyncIterator[tuple[str, Any]]) -> AsyncIterator[str]:
    source = events.__aiter__()
    coming = asyncio.ensure_future(anext(source, None))
    try:
        while True:
            await asyncio.wait({coming}, timeout=_SILENCE)
            if not coming.done():
                yield _STILL_HERE
                continue
            if (event := coming.result()) is None:
                return
            kind, data = event
            yield f"event: {kind}\n{_data(data)}"
            coming = asyncio.ensure_future(anext(source, None))
    finally:
        coming.cancel()
