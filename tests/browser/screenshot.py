"""Make the picture of the chat that the README shows, from a chat that is running.

python -m tests.browser.screenshot http://127.0.0.1:7860 docs/chat.png
"""

from __future__ import annotations

import os
import shutil
import sys

from playwright.sync_api import sync_playwright

QUESTION = "Qui a refusé l'offre de Meta ?"


def picture(address: str, path: str, question: str = QUESTION) -> None:
    """Ask a question, open the document of the first quote, and take the picture."""
    chromium = os.environ.get("SOURCIER_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="fr-FR", viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.locator("#sourcier-question textarea").fill(question)
        page.keyboard.press("Enter")
        page.locator(".sourcier-answer a.open").first.click()
        page.locator("#quoted-place").wait_for()
        page.wait_for_timeout(500)  # the panel scrolls to the place
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    picture(*sys.argv[1:])
