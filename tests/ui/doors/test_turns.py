"""Whichever door somebody asks by, their question comes before those that another has waiting."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.ui.doors.conftest import _listening as listening_at
from tests.ui.doors.conftest import app_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.doors.conftest import FakeEngine

QUESTION = "Quel est le budget ?"
MESSAGES = {"model": "sourcier", "messages": [{"role": "user", "content": QUESTION}]}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask"}}
CALL["params"] |= {"arguments": {"question": QUESTION}}  # type: ignore[operator]
BY_MCP = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
WAITING = 6


def _posted(client: httpx.Client, path: str, body: dict[str, Any], **headers: str) -> str:
    return client.post(path, json=body, headers=headers).raise_for_status().text


def _called(client: httpx.Client) -> str:
    begun = client.post("/gradio_api/call/v2/ask", json={"question": QUESTION}).json()
    return client.get(f"/gradio_api/call/ask/{begun['event_id']}").text


DOORS: dict[str, Callable[[httpx.Client], str]] = {
    "REST": lambda client: _posted(client, "/api/v1/ask", {"question": QUESTION}),
    "events": lambda client: _posted(client, "/api/v1/ask", {"question": QUESTION}, Accept="text/event-stream"),
    "OpenAI": lambda client: _posted(client, "/v1/chat/completions", MESSAGES),
    "OpenAI's stream": lambda client: _posted(client, "/v1/chat/completions", MESSAGES | {"stream": True}),
    "MCP": lambda client: _posted(client, "/mcp", CALL, **BY_MCP),
    "Gradio": lambda client: _posted(client, "/gradio_api/run/ask", {"data": [QUESTION, *[None] * 5]}),
    "Gradio's queue": _called,
}


def asker(address: str, client: str) -> httpx.Client:
    """Return somebody at another address, as a proxy tells it."""
    return httpx.Client(base_url=address, headers={"X-Forwarded-For": client}, timeout=20, trust_env=False)


@pytest.fixture(scope="module")
def app(_engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server that answers one question at a time, behind a proxy."""
    settings: dict[str, Any] = {"at_a_time": 1, "max_waiting": WAITING, "trusted_proxies": ["127.0.0.1"]}
    return app_of(_engine, tmp_path_factory.mktemp("feedback") / "said.jsonl", **settings)


@pytest.fixture(scope="module")
def there(app: Any) -> Iterator[str]:
    with listening_at(app) as address:
        yield address


@pytest.fixture
def flooded(app: Any, there: str, engine: FakeEngine) -> Iterator[str]:
    """The address of the server, at which somebody has all places to wait; each question takes 0.2 s."""
    engine.seconds = 0.2
    admission = app.state.service.admission
    with asker(there, "192.0.2.1") as client, ThreadPoolExecutor(WAITING + 1) as many:
        for number in range(WAITING + 1):
            many.submit(client.post, "/api/v1/ask", json={"question": f"Quel est le budget {number} ?"})
        until = time.monotonic() + 5
        while admission.waiting < WAITING - 1:
            assert time.monotonic() < until
            time.sleep(0.005)
        yield there


@pytest.mark.parametrize("door", DOORS)
def test_who_asks_one_question_is_answered_before_those_that_another_has_waiting(
    flooded: str, engine: FakeEngine, door: str
) -> None:
    with asker(flooded, "192.0.2.2") as client:
        assert "answered" in DOORS[door](client)
    before = [question for question, _ in engine.asked].index(QUESTION)
    assert before <= WAITING // 2
