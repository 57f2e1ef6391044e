"""Addresses that a program can hand to a person: the page, opened at a place of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from ui.server import address_of

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from qa.answer import Quote
    from ui.settings import Settings

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_HASH_LENGTH: Final = 12  # of the SHA-256 of a text, as ui/web/place.js has it


def root_of(connection: HTTPConnection, settings: Settings) -> str:
    """Return the address of the page as whoever asks sees it, without a slash at its end.

    The name is what `Host` says, which the locks have let through; the scheme is that of the request, as
    `ui.serving.forwarded` has it from a proxy that is trusted.
    """
    host = connection.headers.get("host", "")
    if not _HOST.fullmatch(host):
        return address_of(settings.host, settings.port) + settings.root_path
    scheme = "https" if settings.tls or connection.scope["scheme"] == "https" else "http"
    return f"{scheme}://{host}{settings.root_path}"


def link_to(quote: Quote, root: str) -> str:
    """Return the address at which the page shows a quote in its document; the page at `root` reads it."""
    place = {"doc": quote.document, "start": quote.start, "end": quote.end, "text": quote.sha256[:_HASH_LENGTH]}
    return f"{root}/#{urlencode(place)}"
