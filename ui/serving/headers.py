"""The headers by which a browser is told what a page may do, and who may show it."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final

from ui.access.guard import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.settings import Settings

_INLINE_SCRIPT: Final = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE
)
_OF_GRADIO: Final = "/"
_OF_OUR_OWN_MAKE: Final = frozenset({"/embed"})
_ASK_AGAIN: Final = (b"cache-control", b"private, no-cache")  # what one was let see, another may not be
_YEAR: Final = 31_536_000  # seconds


class SecurityHeaders:
    """Adds the headers to every response. A page is held back until it is whole: its policy names its own scripts.

    Gradio writes what its page begins with into the page. Such scripts are let run by their SHA-256 (Content Security
    Policy Level 3, 6.6.2), and no other inline script is.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._framers = ("'self'", *settings.frame_ancestors) if settings.frame_ancestors else ()
        self._others = _others(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []
        writes_styles = path_of(scope) not in _OF_OUR_OWN_MAKE

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
                return
            if held:
                held.append(message)
                if message.get("more_body"):
                    return
                start, body = held[0], b"".join(part.get("body", b"") for part in held[1:])
                held.clear()
                scripts = scripts_in(body) if path_of(scope) == _OF_GRADIO else ()
                self._add(start, scripts, writes_styles=writes_styles)
                await send(start)
                message = {"type": "http.response.body", "body": body}
            elif message["type"] == "http.response.start":
                self._add(message, (), writes_styles=writes_styles)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add(self, start: Message, scripts: Iterable[str], *, writes_styles: bool) -> None:
        policy = content_security_policy(scripts, self._framers, writes_styles=writes_styles).encode()
        told = [*start.get("headers", ()), (b"content-security-policy", policy), *self._others]
        if not any(name.lower() == b"cache-control" for name, _ in told):
            told.append(_ASK_AGAIN)
        start["headers"] = told


def content_security_policy(scripts: Iterable[str], framers: Iterable[str], *, writes_styles: bool) -> str:
    """Return the policy of a page: nothing from another host, and no inline script but those of these hashes.

    `writes_styles` lets the page write styles into itself as it is built, as those of Gradio and Swagger UI do.
    """
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *scripts)),
            "style-src 'self'" + " 'unsafe-inline'" * writes_styles,
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors " + (" ".join(framers) or "'none'"),
        )
    )


def scripts_in(page: bytes) -> list[str]:
    """Return the inline scripts of a page, as a policy names them."""
    digests = (hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page))
    return sorted({f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests})


def _is_page(start: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start.get("headers", ())
    )


def _others(settings: Settings) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that are the same for every response."""
    headers = [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    ]
    if not settings.frame_ancestors:
        headers.append((b"x-frame-options", b"DENY"))
    if settings.tls:
        headers.append((b"strict-transport-security", f"max-age={_YEAR}".encode()))
    return tuple(headers)
