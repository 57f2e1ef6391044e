"""Every route of the app is behind the guard, whatever it is and whoever added it. The engine is never asked."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.routing import Mount, Route

from tests.ui.doors.conftest import FakeEngine
from ui.access.keys import keys_of, new_key
from ui.app import build_app
from ui.embedding import loader
from ui.serving.locks import is_of_gradio, is_ours
from ui.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.routing import BaseRoute

HEALTH = {"/healthz", "/readyz"}
SCRIPT = {"/embed.js"}  # for pages of other sites, from where no browser sends a login
LOGIN = {"/login", "/auth/callback", "/auth/done", "/auth/login.js", "/auth/login.css"}
ADDRESS = "http://sourcier.example"
OIDC: dict[str, Any] = {
    "access": "oidc",
    "oidc_issuer": "https://connexion.example",
    "oidc_client_id": "sourcier",
    "oidc_client_secret": "très secret",
}
HEADER: dict[str, Any] = {"access": "header", "trusted_proxies": ["192.0.2.0/24"]}


def app_of(folder: Path, **settings: Any) -> tuple[FastAPI, Settings]:
    offered: dict[str, Any] = {
        "uploads": folder / "ajouts",
        "offer_files": True,
        "frame_ancestors": ["https://a.example"],
    }
    set_so = load_settings(corpus=folder / "corpus", **offered, **settings)

    async def build() -> FastAPI:
        return build_app(FakeEngine(), set_so)  # type: ignore[arg-type]

    return asyncio.run(build()), set_so  # without a loop that runs, Gradio opens one, and leaves it open


@pytest.fixture(scope="module", params=["basic", "header", "oidc"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("app")
    settings: dict[str, Any] = {"basic": {"access": "basic"}, "header": HEADER, "oidc": OIDC}[request.param]
    return app_of(folder, **settings)[0]


def routes_of(routes: Iterable[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Give the method and the path of every route, those of mounted apps too."""
    for route in routes:
        if isinstance(route, Mount):
            yield "GET", f"{before}{route.path}/main.js"
            yield from routes_of(route.routes, before + route.path)
        elif isinstance(route, Route):
            for method in sorted(route.methods or {"GET"}):
                yield method, before + re.sub(r"\{[^}]*\}", "x", route.path)


def statuses(app: FastAPI, requests: Iterable[tuple[str, str]], **headers: str) -> dict[tuple[str, str], int]:
    async def asked() -> dict[tuple[str, str], int]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as client:
            return {(method, path): (await client.request(method, path)).status_code for method, path in requests}

    return asyncio.run(asked())


def test_nobody_gets_anything_but_health_and_the_script_without_credentials(app: FastAPI) -> None:
    asked = set(routes_of(app.routes)) | {("GET", "/"), ("GET", "/embed"), ("GET", "/no-such-page")}
    closed = {pair for pair in asked if pair[1] not in HEALTH | SCRIPT | LOGIN and pair[0] != "OPTIONS"}
    told = statuses(app, closed)
    assert {pair for pair, status in told.items() if status not in {401, 404}} == set()
    # What nobody gets through the locks to is told before anybody is asked who they are; all else asks.
    behind = {pair for pair in closed if is_ours(pair[1]) or is_of_gradio(pair[1])}
    assert len({path for _, path in behind}) > 25
    assert {pair for pair in behind if told[pair] != 401} == set()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/config"),
        ("GET", "/embed"),
        ("GET", "/embed.jsx"),
        ("GET", "/page/main.js"),
        ("GET", "/assets/x.js"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/api/v1/ask"),
        ("GET", "/api/v1/document"),
        ("GET", "/api/v1/openapi.json"),
        ("POST", "/v1/chat/completions"),
        ("GET", "/v1/models"),
        ("POST", "/mcp"),
        ("GET", "/files/notes/a.txt"),
        ("POST", "/uploads"),
        ("GET", "/uploads/a.txt"),
        ("GET", "/metrics"),
    ],
)
def test_what_there_is_for_those_who_are_let_in_wants_them_to_be(app: FastAPI, method: str, path: str) -> None:
    assert set(statuses(app, [(method, path)]).values()) == {401}


@pytest.mark.parametrize("path", sorted(HEALTH))
def test_health_is_open(app: FastAPI, path: str) -> None:
    assert set(statuses(app, [("GET", path)]).values()) <= {200, 503}


def test_the_script_is_the_same_for_everybody_and_tells_nothing_of_anybody(app: FastAPI) -> None:
    async def loaded() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS) as client:
            return await client.get("/embed.js", headers={"Cookie": "sourcier_session=x", "Sec-Fetch-Dest": "script"})

    script = asyncio.run(loaded())
    assert (script.status_code, script.text) == (200, loader("fr"))
    assert "set-cookie" not in script.headers


def test_a_reader_is_no_administrator(tmp_path: Path) -> None:
    app, settings = app_of(tmp_path, access="basic")
    secrets = {}
    for role in ("reader", "administrator"):
        secrets[role], entry = new_key(role, is_administrator=role == "administrator")
        keys_of(settings).add(entry)
    for_administrators = [("GET", "/metrics"), ("GET", "/uploads/a.txt")]
    reader = statuses(app, for_administrators, Authorization=f"Bearer {secrets['reader']}")
    assert set(reader.values()) == {403}
    administrator = statuses(app, for_administrators, Authorization=f"Bearer {secrets['administrator']}")
    assert 403 not in administrator.values()
    assert 401 not in administrator.values()


@pytest.mark.parametrize("settings", [{"hosts": ["sourcier.example"]}, {"open_to_all": True}])
def test_where_everybody_is_let_in_beyond_this_machine_the_measurements_take_a_key(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    app, set_so = app_of(tmp_path, upload_key="une longue clé", **settings)
    key, entry = new_key("prometheus", is_administrator=True)
    keys_of(set_so).add(entry)
    measurements = [("GET", "/metrics")]
    assert set(statuses(app, measurements).values()) == {403}  # the client is at 127.0.0.1, as of a proxy
    assert set(statuses(app, measurements, Authorization=f"Bearer {key}").values()) == {200}
