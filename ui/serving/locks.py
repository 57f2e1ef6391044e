"""What is refused before anybody is asked who they are: by size, by name, by where it comes from, by address."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from ui.access.guard import path_of
from ui.doors.problems import problem_of
from ui.errors import FromElsewhere, NoSuchAddress, RequestTooLarge
from ui.languages import language_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from index.errors import SourcierError
    from ui.settings import Settings
    from ui.texts import Language

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_UPLOADS: Final = "/uploads"  # has a limit of its own

# What is left of a body that is too large is taken and dropped for so long: who is still sending it would not read why.
_SECONDS_TO_DROP: Final = 2.0
_MOST_TO_DROP: Final = 64_000_000

# What there is of Gradio's own addresses: the page, and its API. Not: uploads, files, proxies, components, monitoring.
_OF_GRADIO: Final = re.compile(
    r"/|/config|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/pwa_icon.*"
    r"|/(?:assets|static|svelte)/.*"
    r"|/gradio_api/(?:info|startup-events|app_id|heartbeat/[^/]+|queue/(?:join|data)|cancel|reset)"
    r"|/gradio_api/(?:call|run|api)/.*"
)
_OF_OURS: Final = re.compile(
    r"/(?:api|v1|page|files|uploads|mcp|embed|docs|auth)(?:[/.].*)?|/(?:healthz|readyz|metrics|login|logout)"
)


_HOST: Final = re.compile(r"(?:([A-Za-z0-9._-]+)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]*)?")  # RFC 9110, 7.2
_LONGEST_NAME: Final = 255  # bytes, of a file; a longer one is an error of the system to ask for


def is_ours(path: str) -> bool:
    """Tell whether a path, below the root path, is one of ours, or would be."""
    return _OF_OURS.fullmatch(path) is not None


def is_of_gradio(path: str) -> bool:
    """Tell whether a path, below the root path, is one of Gradio's that there is."""
    return _OF_GRADIO.fullmatch(path) is not None


class Locks:
    """Refuses what no door is there for, in the form that every door says it in."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._language: Language = settings.language
        self._most = 1000 * settings.max_body_kilobytes
        self._hosts = _hosts(settings)
        self._origins = frozenset(settings.cross_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            else:  # nothing here is a websocket
                await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        if error := self._refusal(scope, headers):
            await _drop(receive)
            await problem_of(error).response(language_of(headers, self._language))(scope, receive, send)
            return
        if path_of(scope) == _UPLOADS:
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._most)
        with suppress(RequestTooLarge):
            await self._app(scope, body.receive, body.send)
        if body.is_too_large and not body.is_answered:
            await _drop(receive)
            too_large = problem_of(RequestTooLarge(most=self._most))
            await too_large.response(language_of(headers, self._language))(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> SourcierError | None:
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""  # of two, nobody knows which one counts (RFC 9112, 3.2)
        if self._hosts and (_name_of(host) not in self._hosts):
            return FromElsewhere(origin=host[:200])
        if scope["method"] not in _SAFE and (origin := self._foreign(headers, host)):
            return FromElsewhere(origin=origin[:200])
        path = path_of(scope) or "/"
        if not (is_ours(path) or is_of_gradio(path)) or _longest_name(path) > _LONGEST_NAME:
            return NoSuchAddress(method=scope["method"])
        if path != _UPLOADS and _length(headers) > self._most:
            return RequestTooLarge(most=self._most)
        return None

    def _foreign(self, headers: Headers, host: str) -> str:
        """Return the site whose page sends a request, "" when it is our own, one that may, or no browser at all.

        A browser sends what it knows of somebody, a login for one, with the requests of any page.
        """
        origin = headers.get("origin")
        if origin is None:
            site = headers.get("sec-fetch-site", "none")
            return "" if site in {"same-origin", "none"} else site
        is_ours = _place_of(origin) == host.lower() != ""
        return "" if is_ours or origin.lower() in self._origins else origin or "null"


class _Body:
    """A body whose length nobody told: it is counted as it comes, and no answer to too large a one is sent."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self._received = 0
        self.is_answered = False

    @property
    def is_too_large(self) -> bool:
        return self._received > self._most

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self.is_too_large:
            raise RequestTooLarge(most=self._most)
        return message

    async def send(self, message: Message) -> None:
        if self.is_answered or not self.is_too_large:
            self.is_answered = True
            await self._send(message)


def _hosts(settings: Settings) -> frozenset[str]:
    """Return the names by which the server may be addressed; none is any.

    Where everybody of this machine is let in, a page of another site could have its own name lead here (DNS rebinding)
    and read what it likes: then only the names of this machine count, unless others are set.
    """
    if settings.hosts:
        return frozenset(name.lower() for name in settings.hosts) | _THIS_MACHINE
    return _THIS_MACHINE if settings.access == "none" and not settings.open_to_all else frozenset()


def _name_of(host: str) -> str:
    """Return the name in a Host header, "" where there is none."""
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).lower() if found else ""


def _place_of(origin: str) -> str:
    """Return the name and the port of an origin, "" for what is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _longest_name(path: str) -> int:
    """Return the bytes of the longest name in a path."""
    return max(len(name.encode("utf-8", "surrogatepass")) for name in path.split("/"))


def _length(headers: Headers) -> int:
    told = headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdigit() else 0


async def _drop(receive: Receive) -> None:
    """Take what is left of a body, and keep nothing of it."""
    dropped = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS_TO_DROP):
            while dropped < _MOST_TO_DROP:
                message = await receive()
                dropped += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
