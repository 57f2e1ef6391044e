"""What a browser is told when it asks, before a page of another site does, whether that page may (CORS).

Gradio leaves its own rules out, which let any site read answers, only where it finds Starlette's CORSMiddleware itself
among ours. So that one answers, and what it refuses in a line of text is said here in the form of all doors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from ui import door_texts as texts
from ui.doors.problems import problem_of
from ui.errors import FromElsewhere, MalformedRequest
from ui.languages import language_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from index.errors import SourcierError
    from ui.texts import Language

ALLOWED_HEADERS: Final = (
    *("Authorization", "Content-Type", "Last-Event-ID"),
    *("Mcp-Session-Id", "Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name"),
)
"""What a page of an origin that may ask may send; of the streamable HTTP of the Model Context Protocol, as of 2025
(session, version) and of 2026 (method, name)."""

EXPOSED_HEADERS: Final = ("Retry-After", "X-Request-ID", "Mcp-Session-Id", "Mcp-Protocol-Version")
"""What its programs may read of an answer, beside what a browser always lets them read."""

_MAY_ASK: Final = "access-control-allow-origin"  # told to an origin that may ask, whatever else is refused to it
_LONGEST_ORIGIN: Final = 200  # characters that are said of it


class Preflights:
    """Stands before CORSMiddleware, which answers every preflight by itself, and says in JSON why it refuses one."""

    def __init__(self, app: ASGIApp, language: Language) -> None:
        self._app = app
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if not _is_preflight(scope, headers):
            await self._app(scope, receive, send)
            return
        refused: list[Headers] = []

        async def send_unless_refused(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                refused.append(Headers(raw=message["headers"]))
            if not refused:
                await send(message)

        await self._app(scope, receive, send_unless_refused)
        for told in refused:
            language = language_of(headers, self._language)
            response = problem_of(_refusal(headers["origin"], told)).response(language, _of_cors(told))
            await response(scope, receive, send)


def _is_preflight(scope: Scope, headers: Headers) -> bool:
    """Tell whether a request is one by which a browser asks for a page (Fetch Standard, 3.3.2)."""
    return "origin" in headers and scope["method"] == "OPTIONS" and "access-control-request-method" in headers


def _refusal(origin: str, told: Headers) -> SourcierError:
    """Return why a preflight was refused, by what was told to the browser."""
    if _MAY_ASK in told:
        return MalformedRequest(reason=texts.NOT_ACROSS_SITES)
    return FromElsewhere(origin=origin[:_LONGEST_ORIGIN] or "null")


def _of_cors(told: Headers) -> dict[str, str]:
    return {name: value for name, value in told.items() if name == "vary" or name.startswith("access-control-")}
