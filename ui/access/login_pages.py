"""The small pages around a login at another place: they need nothing that is behind the guard, and nothing inline."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from ui.texts import Language, Text


def page(  # noqa: PLR0913
    language: Language,
    title: Text,
    sentence: Text,
    further: str = "",
    *,
    style: str,
    status: int = 200,
    script: str | None = None,
) -> HTMLResponse:
    """Return a page that says one thing; `further` is HTML of `link` or `button`, `style` and `script` are addresses.

    The style is no part of the page, for a frame has a policy that lets no page of ours have one in it.
    """
    said, heading = escape(sentence.into(language)), escape(title.into(language))
    loaded = "" if script is None else f'<script type="module" src="{escape(script)}"></script>'
    html = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{heading} – Sourcier</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{escape(style)}">{loaded}</head>'
        f"<body><main><h1>{heading}</h1><p>{said}</p>{further}</main></body></html>"
    )
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def link(language: Language, said: Text, address: str, *, opens_a_tab: bool = False) -> str:
    """Return a link; in a tab of its own, the page there knows nothing of this one."""
    tab = ' target="_blank" rel="noopener"' if opens_a_tab else ""
    return f'<p><a href="{escape(address)}"{tab}>{escape(said.into(language))}</a></p>'


def button(language: Language, said: Text, address: str) -> str:
    """Return a button that posts to an address."""
    return f'<form method="post" action="{escape(address)}"><button>{escape(said.into(language))}</button></form>'
