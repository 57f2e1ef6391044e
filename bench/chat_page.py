"""The chat page in a browser: how soon it can be used, what it weighs, how fast a long document opens."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure
from bench.growth import mean_encoder
from index.sync import synchronise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

_SEEDS = Path(__file__).parents[1] / "seeds"
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_ROUNDS = 5
_PAGES, _LINES = 500, 40
_BOX = "#sourcier-question"
_SECTION = "chat page"
# From the moment the place is named in the address until the browser has drawn the highlighted passage.
_OPENED = """async (place) => {
    const began = performance.now();
    window.location.hash = place;
    while (!document.querySelector("#sourcier-panel mark.current")) await new Promise(requestAnimationFrame);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - began;
}"""


def figures(work: Path) -> list[Figure]:
    """Return every figure of the page; none where there is no Chromium (SOURCIER_CHROMIUM names one)."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("SOURCIER_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        return []
    encoder = mean_encoder(work / "encoder")
    long = _long_document(work / "documents")
    synchronise([_SEEDS, work / "documents"], work / "corpus", encoder)
    with _served(work / "corpus", encoder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        loads = [_load(browser, address) for _ in range(_ROUNDS)]
        seconds = [_open(browser, address, f"documents/{long.name}") for _ in range(_ROUNDS)]
        browser.close()
    usable, weights = zip(*loads, strict=True)
    return [
        Figure(_SECTION, "until a question can be typed", statistics.median(usable), "s", most=2.0),
        Figure(_SECTION, "over the wire, nothing kept before", max(weights) / 1000, "kB", most=500.0),
        Figure(_SECTION, f"opening a document of {_PAGES} pages", statistics.median(seconds), "s", most=1.0),
    ]


def _load(browser: Browser, address: str) -> tuple[float, float]:
    """Return the seconds until the question box has the focus, and all bytes that came over the wire."""
    page = _page(browser)
    received: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(address)
    page.locator(f"{_BOX}:focus").wait_for()
    usable = time.perf_counter() - began
    page.wait_for_load_state("networkidle")
    page.context.close()
    return usable, sum(received)


def _open(browser: Browser, address: str, document: str) -> float:
    """Return the seconds until a passage in the middle of a document is shown."""
    page = _page(browser)
    page.goto(address)
    page.locator(_BOX).wait_for()
    milliseconds: float = page.evaluate(_OPENED, f"#doc={document}&start=600000&end=600100")
    page.context.close()
    return milliseconds / 1000


def _page(browser: Browser) -> Page:
    return browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800}).new_page()


def _long_document(folder: Path) -> Path:
    """Write a PDF of so many pages of text."""
    from reportlab.pdfgen.canvas import Canvas

    folder.mkdir(parents=True)
    file = folder / "long.pdf"
    canvas = Canvas(str(file))
    for page in range(_PAGES):
        for line in range(_LINES):
            said = f"À la page {page + 1}, la ligne {line + 1} dit ce que disent les lignes d'un long rapport."
            canvas.drawString(60, 780 - 18 * line, said)
        canvas.showPage()
    canvas.save()
    return file


@contextmanager
def _served(corpus: Path, encoder: str) -> Iterator[str]:
    """Serve a corpus as an administrator does; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui.cli", "chat", "--corpus", str(corpus), "--port", str(port)]
    command += ["--encoder", encoder, "--reader", "sentences"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError("the chat did not start")
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGINT)
