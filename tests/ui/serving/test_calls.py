"""Gradio's own app behind Calls, with an engine that does nothing: what matters is what is kept, and given up."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from ui.access.person import Person, remember
from ui.serving import calls
from ui.serving.calls import MOST_KEPT, Calls, make_queue
from ui.serving.locks import is_of_gradio

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.doors.service import Service


def service(waiting: int = 8) -> Service:
    settings = SimpleNamespace(language="en", at_a_time=1, workers=1, max_waiting=waiting)
    return cast("Service", SimpleNamespace(settings=settings, admission=SimpleNamespace(refusal=busy)))


def busy(_person: str) -> Exception:
    from ui.errors import ServerBusy

    return ServerBusy(seconds=7)


class Behind:
    """Gradio in an app of its own, in which `wait` is an endpoint that ends when it is told to."""

    def __init__(self) -> None:
        import gradio as gr
        from starlette.middleware import Middleware

        from ui.doors.gradio_api import CheckedBlocks

        self.may_end = asyncio.Event()
        self.given_up = 0

        async def wait(text: str) -> str:
            try:
                await self.may_end.wait()
            except asyncio.CancelledError:
                self.given_up += 1
                raise
            return text

        async def echo(text: str) -> str:
            return text

        self.page = CheckedBlocks("en", analytics_enabled=False)
        with self.page:
            for endpoint in (wait, echo):
                gr.api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)  # type: ignore[attr-defined]
        made = service()
        make_queue(self.page, made)
        middleware = [Middleware(Calls, page=self.page, service=made)]
        self.app = gr.routes.App.create_app(self.page, app_kwargs={"middleware": middleware})
        self.queue = self.page._queue

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-name", b"lea").decode()
            remember(scope, Person(name))
        await self.app(scope, receive, send)

    async def begun(self, client: httpx.AsyncClient, endpoint: str = "echo", name: str = "lea") -> str:
        body = {"data": ["a"]}
        response = await client.post(f"/gradio_api/call/{endpoint}", json=body, headers={"x-name": name})
        return cast("str", response.json()["event_id"])

    async def until(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + 5
        while not holds():
            assert time.monotonic() < until
            await asyncio.sleep(0.01)

    @property
    def kept(self) -> int:
        return len(self.queue.pending_event_ids_session) + len(self.queue.pending_messages_per_session)


async def tried(attack: Callable[[Behind, httpx.AsyncClient], Any]) -> None:
    behind = Behind()
    behind.page.run_startup_events()  # type: ignore[no-untyped-call]
    transport = httpx.ASGITransport(app=cast("Any", behind))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=10) as client:
        await attack(behind, client)
    behind.may_end.set()
    behind.queue.close()  # type: ignore[no-untyped-call]
    await asyncio.sleep(0.05)


def test_result_is_kept_until_it_is_fetched_and_no_longer() -> None:
    async def attack(behind: Behind, client: httpx.AsyncClient) -> None:
        event = await behind.begun(client)
        assert '["a"]' in (await client.get(f"/gradio_api/call/echo/{event}")).text
        assert behind.kept == 0
        assert (await client.get(f"/gradio_api/call/echo/{event}")).status_code == 404

    asyncio.run(tried(attack))


def test_of_one_person_only_the_last_results_are_kept() -> None:
    async def attack(behind: Behind, client: httpx.AsyncClient) -> None:
        hers = await behind.begun(client, name="zoe")
        his = [await behind.begun(client) for _ in range(MOST_KEPT + 10)]
        await behind.until(lambda: not behind.queue.event_ids_to_events)
        his.append(await behind.begun(client))
        assert behind.kept == 2 * (MOST_KEPT + 2)
        assert (await client.get(f"/gradio_api/call/echo/{his[0]}")).status_code == 404
        assert '["a"]' in (await client.get(f"/gradio_api/call/echo/{his[-1]}")).text
        assert '["a"]' in (await client.get(f"/gradio_api/call/echo/{hers}")).text

    asyncio.run(tried(attack))


def test_result_that_is_not_fetched_for_long_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS_KEPT", 0.05)

    async def attack(behind: Behind, client: httpx.AsyncClient) -> None:
        event = await behind.begun(client)
        await asyncio.sleep(0.1)
        await behind.begun(client, name="zoe")
        assert (await client.get(f"/gradio_api/call/echo/{event}")).status_code == 404

    asyncio.run(tried(attack))


def test_call_that_is_still_being_answered_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS_KEPT", 0.05)

    async def attack(behind: Behind, client: httpx.AsyncClient) -> None:
        event = await behind.begun(client, "wait")
        await asyncio.sleep(0.1)
        await behind.begun(client)
        behind.may_end.set()
        assert (await client.get(f"/gradio_api/call/wait/{event}")).status_code == 200

    asyncio.run(tried(attack))


def test_as_many_calls_are_taken_up_as_questions_may_wait_and_one_too_many_is_told_when_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "MOST_QUEUED", 1)

    async def attack(behind: Behind, client: httpx.AsyncClient) -> None:
        taken = behind.page.max_threads
        for number in range(taken):
            await behind.begun(client, "wait", name=f"p{number}")
            await behind.until(lambda: len(behind.queue) == 0)
        await behind.begun(client, "wait")
        refused = await client.post("/gradio_api/call/wait", json={"data": ["a"]})
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "7"

    asyncio.run(tried(attack))


@pytest.mark.parametrize("path", ["/login", "/logout", "/openapi.json", "/monitoring", "/gradio_api/upload", "/docs"])
def test_what_gradio_has_besides_is_not_there(path: str) -> None:
    async def attack(_behind: Behind, client: httpx.AsyncClient) -> None:
        for method in ("GET", "POST"):
            assert (await client.request(method, path)).status_code == 404

    assert not is_of_gradio(path)
    asyncio.run(tried(attack))


@pytest.mark.parametrize("value", [{"path": "http://a"}, [[{"url": "http://a"}]], {"a": [{"meta": {}}]}])
def test_value_that_looks_like_a_file_is_refused(value: Any) -> None:
    async def attack(_behind: Behind, client: httpx.AsyncClient) -> None:
        response = await client.post("/gradio_api/run/echo", json={"data": [value]})
        assert response.status_code == 400
        assert response.json()["error"]["code"] == "MalformedRequest"

    asyncio.run(tried(attack))
