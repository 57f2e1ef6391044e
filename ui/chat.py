"""The Gradio page: the place in which the scripts of `ui/web` build the chat, and what they are told as they begin.

Gradio's own chat components are not used: their labels stay English in part, they name each message by its HTML to a
screen reader, and they keep the conversation on the server. Gradio draws the frame, and queues what the page asks: the
scripts are a client of the public endpoints like any other, and keep the conversation in the browser.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from qa.question import LONGEST_QUESTION
from ui import page_texts
from ui.doors.gradio_api import CheckedBlocks

if TYPE_CHECKING:
    from ui.settings import Settings

WEB: Final = Path(__file__).parent / "web"
"""The scripts and the style of the page."""

WEB_PATH: Final = "page"
"""Where they are served, below the address of the page."""

PLACE: Final = "sourcier-place"
"""The element in which the scripts build the chat."""

FRAMED_START: Final = "embedded.js"
"""The script that the page begins with where another page shows it in a frame."""

LOGIN_SCRIPT: Final = "login.js"
LOADER: Final = "embed.js"
"""The script that puts such a frame into another page; no page of ours loads it."""

_START: Final = "main.js"


def build_page(settings: Settings) -> gr.Blocks:
    """Return the page, in the language of the settings until a reader's browser asks for another."""
    title = page_texts.TITLE.into(settings.language)
    blocks = CheckedBlocks(settings.language, title=title, analytics_enabled=False, fill_height=True)
    with blocks:
        gr.Column(elem_id=PLACE)  # gr.HTML would need 'unsafe-eval'
    return blocks


def page_head(settings: Settings) -> str:
    """Return what the page has of its own in its head: its style, its scripts, and what they are told."""
    return head_of(_START, setup_of(settings))


def head_of(start: str, told: dict[str, Any]) -> str:
    """Return what belongs into the head of a page that begins with one of the scripts, which are told something."""
    others = {FRAMED_START, LOADER, LOGIN_SCRIPT} - {start}
    scripts = sorted(file.name for file in WEB.glob("*.js") if file.name not in others)
    setup = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")  # it ends no element of HTML
    links = [
        f'<link rel="icon" type="image/svg+xml" href="{WEB_PATH}/icon.svg">',  # else it is sought outside the root path
        f'<link rel="stylesheet" href="{WEB_PATH}/style.css">',
        *(f'<link rel="modulepreload" href="{WEB_PATH}/{name}">' for name in scripts),
        f'<script type="application/json" id="sourcier-setup">{setup}</script>',
        f'<script type="module" src="{WEB_PATH}/{start}"></script>',
    ]
    return "".join(links)


def setup_of(settings: Settings) -> dict[str, Any]:
    """Return what the scripts are told."""
    return {
        "language": settings.language,
        "words": page_texts.words(),
        "longest": LONGEST_QUESTION,
        "feedback": settings.collect_feedback,
        "files": settings.offer_files,
        "uploads": settings.uploads is not None,
        "uploadsByKey": settings.upload_key is not None,
    }
