"""Make the pictures of the chat that the documentation shows: `python -m tests.browser.screenshot docs`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import ViewportSize, sync_playwright

from index.sync import synchronise
from tests.browser.conftest import DISAGREEING, FLAGS, ROOT, chat
from tests.browser.talking import DISPUTED, QUESTION, UNANSWERED, ask, drawn, open_first

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

WIDE: Final[ViewportSize] = {"width": 1280, "height": 800}
PHONE: Final[ViewportSize] = {"width": 390, "height": 760}
COLOURS: Final = 128
"""Enough for a page of text; it keeps a picture below 120 kB."""


def _answer(page: Page) -> None:
    ask(page, QUESTION)


def _document(page: Page) -> None:
    ask(page, QUESTION)
    open_first(page)


def _not_found(page: Page) -> None:
    ask(page, UNANSWERED)


def _disagreement(page: Page) -> None:
    ask(page, DISPUTED)


PICTURES: Final[dict[str, tuple[ViewportSize, str, Callable[[Page], None]]]] = {
    "chat": (WIDE, "light", _answer),
    "chat-document": (WIDE, "light", _document),
    "chat-phone": (PHONE, "light", _answer),
    "chat-dark": (WIDE, "dark", _answer),
    "chat-not-found": (WIDE, "light", _not_found),
    "chat-disagreement": (WIDE, "light", _disagreement),
}


def pictures(folder: Path) -> None:
    """Take each picture of a chat about the seeds and two documents that disagree, and write it into a folder."""
    chromium = os.environ.get("SOURCIER_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as room, sync_playwright() as playwright:
        documents, corpus = Path(room) / "documents", Path(room) / "corpus"
        shutil.copytree(ROOT / "seeds", documents)
        shutil.copytree(DISAGREEING, documents, dirs_exist_ok=True)
        synchronise([documents], corpus)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with chat(corpus) as address:
            for name in PICTURES:
                _take(browser, address, name, folder / f"{name}.png")
        browser.close()


def _take(browser: Browser, address: str, name: str, file: Path) -> None:
    from PIL import Image

    viewport, scheme, reach = PICTURES[name]
    context = browser.new_context(locale="fr-FR", viewport=viewport)
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    reach(page)
    page.mouse.move(0, 0)
    drawn(page)
    taken = Image.open(BytesIO(page.screenshot()))
    taken.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    context.close()


if __name__ == "__main__":
    pictures(Path(sys.argv[1]))
