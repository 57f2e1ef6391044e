"""The small pages around a login at another place: they need nothing that is behind the guard, and no inline script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from ui.texts import Language, Text

_STYLE: Final = (
    ":root{color-scheme:light dark;--ink:#1c2630;--ground:#f5f6f8;--accent:#1f4e8c;--on:#fff}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6eaef;--ground:#12171e;--accent:#9cc2f3;--on:#10161d}}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);"
    "font:16px/1.5 system-ui,sans-serif}main{max-width:32rem;padding:1.5rem;text-align:center}h1{font-size:1.4rem}"
    "a,button{display:inline-block;margin:.5rem;padding:.6rem 1.2rem;border:0;border-radius:.4rem;"
    "background:var(--accent);color:var(--on);font:inherit;text-decoration:none;cursor:pointer}"
    "a:focus-visible,button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}"
)


def page(  # noqa: PLR0913
    language: Language, title: Text, sentence: Text, further: str = "", *, status: int = 200, script: str | None = None
) -> HTMLResponse:
    """Return a page that says one thing; `further` is HTML of `link` or `button`, `script` an address."""
    said, heading = escape(sentence.into(language)), escape(title.into(language))
    loaded = "" if script is None else f'<script type="module" src="{escape(script)}"></script>'
    html = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{heading} – Sourcier</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style>{loaded}</head>'
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
