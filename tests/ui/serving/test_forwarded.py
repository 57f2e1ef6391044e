from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from ui.serving.forwarded import Forwarded
from ui.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

PROXY = "10.0.0.7"
pytestmark = pytest.mark.usefixtures("bare_environment")

LIES = {
    "X-Forwarded-For": "1.2.3.4",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "autre.example",
    "X-Forwarded-Prefix": "/autre",
    "X-Forwarded-Port": "81",
    "Forwarded": "for=1.2.3.4;host=autre.example",
    "X-Gradio-Server": "http://autre.example",
}


async def seen(request: Request) -> JSONResponse:
    """Give back what lies behind sees of a request."""
    client = request.client.host if request.client else ""
    return JSONResponse({"url": str(request.url), "client": client, "headers": dict(request.headers)})


def sent(headers: dict[str, str] | list[tuple[str, str]], client: str = PROXY, **settings: Any) -> dict[str, Any]:
    """Send a request from an address; return what is seen of it behind the middleware."""
    known = {"trusted_proxies": ("10.0.0.0/29", "2001:db8::1")} | settings
    app = Forwarded(Starlette(routes=[Route("/", seen)]), Settings(**known))
    return asyncio.run(_got(app, headers, client))


async def _got(app: ASGIApp, headers: Any, client: str) -> dict[str, Any]:
    transport = httpx.ASGITransport(app=app, client=(client, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://sourcier.example") as browser:
        found: dict[str, Any] = (await browser.get("/", headers=headers)).json()
    return found


def _said(found: dict[str, Any]) -> set[str]:
    """Return which of the headers are left that say where a request came by."""
    return set(found["headers"]) & {name.lower() for name in LIES}


@pytest.mark.parametrize("stranger", ["10.0.0.8", "2001:db8::2", "127.0.0.1", "not an address", ""])
def test_of_a_stranger_nothing_is_believed(stranger: str) -> None:
    found = sent(LIES, client=stranger)
    assert _said(found) == set()
    assert found["url"] == "http://sourcier.example/"


@pytest.mark.parametrize("proxy", [PROXY, "2001:db8::1", "::ffff:10.0.0.7"])
def test_of_a_trusted_proxy_the_scheme_and_the_addresses_are_believed(proxy: str) -> None:
    found = sent(LIES, client=proxy)
    assert _said(found) == {"x-forwarded-for"}
    assert found["url"] == "https://sourcier.example/"


def test_the_peer_of_the_connection_remains_the_client() -> None:
    assert sent(LIES)["client"] == PROXY


def test_nobody_is_trusted_unless_that_is_set() -> None:
    found = sent(LIES, client="127.0.0.1", trusted_proxies=())
    assert _said(found) == set()


@pytest.mark.parametrize(
    ("said", "scheme"),
    [(["https"], "https"), (["http, HTTPS "], "https"), (["https", "http"], "http"), (["javascript"], "http")],
)
def test_the_scheme_is_what_the_nearest_proxy_says(said: list[str], scheme: str) -> None:
    found = sent([("X-Forwarded-Proto", each) for each in said])
    assert found["url"] == f"{scheme}://sourcier.example/"


def test_where_browsers_come_by_https_every_address_begins_with_it() -> None:
    found = sent({}, client="127.0.0.1", tls=True)
    assert found["url"] == "https://sourcier.example/"


def test_all_other_headers_pass() -> None:
    found = sent({"X-Remote-User": "zoe", "X-Request-ID": "7"}, client="192.0.2.1")
    assert {"x-remote-user", "x-request-id", "host"} <= set(found["headers"])


@pytest.mark.parametrize(("client", "is_believed"), [(PROXY, True), ("192.0.2.1", False)])
def test_a_name_that_a_proxy_gives_among_these_headers_is_believed_of_it_alone(
    client: str,
    is_believed: bool,  # noqa: FBT001
) -> None:
    found = sent({"X-Forwarded-User": "zoe"}, client=client, user_header="X-Forwarded-User")
    assert ("x-forwarded-user" in found["headers"]) is is_believed
