"""What a proxy says of a request: believed of the proxies that are trusted, and taken off all other requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import HTTPConnection

from ui.access.addresses import comes_from, networks_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ui.settings import Settings

_FOR: Final = b"x-forwarded-for"
_PROTO: Final = b"x-forwarded-proto"
_FORWARDED: Final = b"forwarded"
_BEGINNINGS: Final = (b"x-forwarded-", b"x-gradio-server")  # Gradio would lead its page wherever the last one says
_WEB_SCHEMES: Final = frozenset({"http", "https"})


class Forwarded:
    """Takes the scheme from what a trusted proxy says, and leaves no such header to what lies behind but its addresses.

    `X-Forwarded-For` stays where a trusted proxy sends it, for whoever counts and logs; `client` remains the peer of
    the connection. `X-Forwarded-Host` is believed of nobody, for most proxies let through one that a visitor made up:
    a proxy passes `Host` on. It comes before everything that makes addresses of a request.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._trusted = networks_of(settings.trusted_proxies)
        self._tls = settings.tls
        self._user = settings.user_header.lower().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http":
            is_trusted = comes_from(HTTPConnection(scope), self._trusted)
            scheme = "https" if self._tls else (is_trusted and _scheme_in(scope)) or scope["scheme"]
            kept = (_FOR, self._user) if is_trusted else ()
            headers = [pair for pair in scope["headers"] if pair[0] in kept or not _is_said(pair[0])]
            scope = {**scope, "scheme": scheme, "headers": headers}
        await self._app(scope, receive, send)


def _is_said(name: bytes) -> bool:
    """Tell whether a header, in small letters as ASGI has it, says where a request came by."""
    return name == _FORWARDED or name.startswith(_BEGINNINGS)


def _scheme_in(scope: Scope) -> str | None:
    """Return the scheme that the nearest proxy was addressed by; None when it says none that a browser has."""
    said = [value for name, value in scope["headers"] if name == _PROTO]
    scheme = said[-1].decode("latin-1").rpartition(",")[2].strip().lower() if said else ""
    return scheme if scheme in _WEB_SCHEMES else None
