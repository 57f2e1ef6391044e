"""What a browser is told that asks whether a page of another site may ask: of the whole app."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.ui.doors.conftest import FakeEngine, app_of

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp

ALLOWED = "https://portail.example"
FOREIGN = "https://mechant.example"
PATHS = ["/api/v1/ask", "/v1/chat/completions", "/mcp", "/gradio_api/call/v2/ask"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> ASGIApp:
    feedback: Path = tmp_path_factory.mktemp("feedback") / "said.jsonl"
    return app_of(FakeEngine(), feedback, cross_origins=[ALLOWED], hosts=["sourcier.example"])


def sent(app: ASGIApp, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    async def answered() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sourcier.example") as client:
            return await client.request(method, path, headers=headers | {"Accept-Language": "en"})

    return asyncio.run(answered())


def preflight(app: ASGIApp, path: str, origin: str, method: str = "POST", headers: str = "") -> httpx.Response:
    wanted = {"Origin": origin, "Access-Control-Request-Method": method}
    return sent(app, "OPTIONS", path, wanted | ({"Access-Control-Request-Headers": headers} if headers else {}))


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_origin_is_refused_in_the_form_of_all_doors(app: ASGIApp, path: str) -> None:
    told = preflight(app, path, FOREIGN)
    assert (told.status_code, told.headers["content-type"]) == (403, "application/json")
    assert set(told.json()["error"]) == {"code", "message", "action"}
    assert told.json()["error"]["code"] == "FromElsewhere"
    assert told.json()["error"]["message"] == f"This request comes from {FOREIGN}, which is not let in."
    assert "access-control-allow-origin" not in told.headers


@pytest.mark.parametrize(("method", "headers"), [("DELETE", ""), ("POST", "x-upload-key")])
def test_what_no_page_of_another_site_may_send_is_refused_in_the_same_form(
    app: ASGIApp, method: str, headers: str
) -> None:
    told = preflight(app, "/mcp", ALLOWED, method, headers)
    assert (told.status_code, told.json()["error"]["code"]) == (400, "MalformedRequest")
    assert told.headers["access-control-allow-origin"] == ALLOWED  # so that the browser names what it misses
    assert told.headers["vary"].startswith("Origin")


@pytest.mark.parametrize("path", PATHS)
def test_an_origin_that_is_named_may_ask_with_a_key(app: ASGIApp, path: str) -> None:
    told = preflight(app, path, ALLOWED, headers="authorization, content-type")
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (200, ALLOWED)
    assert "access-control-allow-credentials" not in told.headers


def test_a_client_of_mcp_may_send_the_headers_of_its_transport(app: ASGIApp) -> None:
    headers = "mcp-session-id, mcp-protocol-version, last-event-id, mcp-method, mcp-name, authorization, content-type"
    for method in ("POST", "GET"):
        assert preflight(app, "/mcp", ALLOWED, method, headers).status_code == 200


def test_gradio_adds_no_rule_of_its_own(app: ASGIApp) -> None:
    # It does, for every origin, unless it finds one among ours; on localhost it would keep to itself.
    told = sent(app, "GET", "/gradio_api/info", {"Origin": FOREIGN})
    assert told.status_code == 200
    assert "access-control-allow-origin" not in told.headers
