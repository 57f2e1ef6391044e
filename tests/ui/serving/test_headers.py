from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.serving.headers import SecurityHeaders, scripts_in
from ui.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from starlette.requests import Request

PAGE = """<head><script>let ours = 1;</script><script src="a.js"></script>
<script type="application/json">{"a": "<b>"}</script><SCRIPT type="module">
let second;</SCRIPT></head>"""


async def page(_request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


async def pieces(_request: Request) -> StreamingResponse:
    async def written() -> AsyncIterator[str]:
        for letter in PAGE:
            yield letter

    return StreamingResponse(written(), media_type="text/html; charset=utf-8")


async def stream(_request: Request) -> StreamingResponse:
    async def written() -> AsyncIterator[str]:
        yield "data: 1\n\n"
        yield "data: 2\n\n"

    return StreamingResponse(written(), media_type="text/event-stream")


@pytest.fixture
def client_of(bare_environment: Path) -> Callable[..., TestClient]:  # noqa: ARG001
    def make(**settings: Any) -> TestClient:
        routes = [Route("/", page), Route("/embed", page), Route("/pieces", pieces), Route("/stream", stream)]
        app = Starlette(routes=routes)
        app.add_middleware(SecurityHeaders, settings=load_settings(**settings))
        return TestClient(app)

    return make


def policy(headers: Any) -> dict[str, list[str]]:
    rules = [rule.split() for rule in headers["content-security-policy"].split(";")]
    return {rule[0]: rule[1:] for rule in rules}


def digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_the_page_of_gradio_runs_its_own_inline_scripts_and_no_other(client_of: Callable[..., TestClient]) -> None:
    answered = client_of().get("/")
    assert set(policy(answered.headers)["script-src"]) == {
        "'self'",
        digest("let ours = 1;"),
        digest("\nlet second;"),
    }
    assert answered.text == PAGE


def test_no_other_page_runs_an_inline_script(client_of: Callable[..., TestClient]) -> None:
    answered = client_of().get("/pieces")
    assert policy(answered.headers)["script-src"] == ["'self'"]
    assert answered.text == PAGE


def test_whoever_keeps_an_answer_has_to_ask_again(client_of: Callable[..., TestClient]) -> None:
    assert client_of().get("/").headers["cache-control"] == "private, no-cache"


def test_a_stream_is_not_held_back_and_has_its_headers(client_of: Callable[..., TestClient]) -> None:
    with client_of().stream("GET", "/stream") as answered:
        assert list(answered.iter_text()) == ["data: 1\n\n", "data: 2\n\n"]
        assert policy(answered.headers)["script-src"] == ["'self'"]


def test_nothing_of_another_host_is_let_in(client_of: Callable[..., TestClient]) -> None:
    told = client_of().get("/").headers["content-security-policy"]
    assert "default-src 'self'" in told
    assert "form-action 'self'" in told
    assert not any(word in told for word in ("http", "*", "unsafe-eval"))


def test_nobody_may_frame_it_unless_told(client_of: Callable[..., TestClient]) -> None:
    closed = client_of().get("/").headers
    assert (policy(closed)["frame-ancestors"], closed["x-frame-options"]) == (["'none'"], "DENY")
    opened = client_of(frame_ancestors=["https://intranet.example"]).get("/").headers
    assert policy(opened)["frame-ancestors"] == ["'self'", "https://intranet.example"]
    assert "x-frame-options" not in opened


def test_browsers_keep_to_https_where_there_is_some(client_of: Callable[..., TestClient]) -> None:
    assert "strict-transport-security" not in client_of().get("/").headers
    assert "max-age=" in client_of(tls=True).get("/").headers["strict-transport-security"]


def test_data_in_a_page_is_no_script() -> None:
    assert scripts_in(b'<script type="application/json">{}</script><script defer src="x.js"></script>') == []


def test_the_page_for_frames_writes_no_style_into_itself(client_of: Callable[..., TestClient]) -> None:
    client = client_of()
    assert policy(client.get("/").headers)["style-src"] == ["'self'", "'unsafe-inline'"]
    assert policy(client.get("/embed").headers)["style-src"] == ["'self'"]
