from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from ui.access.guard import path_of
from ui.serving.root_path import RootPath, Slash

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


async def seen(scope: Scope, receive: Receive, send: Send) -> None:
    """Give back what lies behind sees of a request."""
    told = {"root_path": scope["root_path"], "path": scope["path"], "below": path_of(scope)}
    await JSONResponse(told)(scope, receive, send)


def got(app: ASGIApp, path: str, method: str = "GET") -> httpx.Response:
    async def get() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://sourcier.example"
        ) as each:
            return await each.request(method, path)

    return asyncio.run(get())


@pytest.mark.parametrize("path", ["/chat/healthz", "/healthz"])
def test_a_path_is_the_same_whether_the_root_path_was_passed_on_or_taken_off(path: str) -> None:
    told = got(RootPath(seen, "/chat"), path).json()
    assert told == {"root_path": "/chat", "path": "/chat/healthz", "below": "/healthz"}


@pytest.mark.parametrize("path", ["/chat/", "/"])
def test_the_page_lies_at_the_root_path(path: str) -> None:
    assert got(RootPath(seen, "/chat"), path).json()["below"] == "/"


def test_what_only_begins_like_the_root_path_is_below_it() -> None:
    assert got(RootPath(seen, "/chat"), "/chatter").json()["below"] == "/chatter"


@pytest.mark.parametrize("path", ["/healthz", "/", "/chat/healthz"])
def test_without_a_root_path_nothing_changes(path: str) -> None:
    assert got(RootPath(seen, ""), path).json() == {"root_path": "", "path": path, "below": path}


@pytest.mark.parametrize(
    ("path", "there"), [("/a/b", "/a/b/"), ("/a/b?q=Qui%20%3F&lang=en", "/a/b/?q=Qui%20%3F&lang=en")]
)
def test_the_root_path_without_its_slash_leads_to_the_page(path: str, there: str) -> None:
    answered = got(RootPath(Slash(seen), "/a/b"), path)
    assert (answered.status_code, answered.headers["location"]) == (307, there)


def test_mounted_apps_are_found_below_the_root_path() -> None:
    inner = Starlette(routes=[Route("/main.js", lambda request: JSONResponse(str(request.url)))])
    app = RootPath(Starlette(routes=[Mount("/page", inner)]), "/chat")
    assert got(app, "/page/main.js").json() == "http://sourcier.example/chat/page/main.js"
