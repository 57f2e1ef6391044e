"""Make the pictures of the chat that the documentation shows, from a chat about the seeds that is running.

python -m tests.browser.screenshot http://127.0.0.1:7860 docs
"""

from __future__ import annotations

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.talking import QUESTION, UNANSWERED, answered, ask, drawn, open_first, quote, replies

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
    before = quote(
        n=2,
        title="Compte rendu du comité de juin",
        text="Le budget de formation est fixé à 35 000 euros pour l'année.",
        found="35 000 euros",
        date="2025-06-11",
        section="Budget",
        group=2,
    )
    now = quote(
        title="Décision du 2 juillet",
        text="Le comité porte le budget de formation à 40 000 euros.",
        section="Budget",
    )
    replies(page, "ask", answered(now, before, opposed=[1, 2], confidence=0.72))
    ask(page, "Quel est le budget de formation ?")


PICTURES: Final[dict[str, tuple[ViewportSize, str, Callable[[Page], None]]]] = {
    "chat": (WIDE, "light", _answer),
    "chat-document": (WIDE, "light", _document),
    "chat-phone": (PHONE, "light", _answer),
    "chat-dark": (WIDE, "dark", _answer),
    "chat-not-found": (WIDE, "light", _not_found),
    "chat-disagreement": (WIDE, "light", _disagreement),
}


def pictures(address: str, folder: str) -> None:
    """Take each picture of a chat, and write it into a folder."""
    chromium = os.environ.get("SOURCIER_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in PICTURES:
            _take(browser, address, name, Path(folder) / f"{name}.png")
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
    pictures(*sys.argv[1:])
