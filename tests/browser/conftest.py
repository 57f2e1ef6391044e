"""A chat that runs in a process of its own, as a user starts it, and a Chromium that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import ViewportSize, expect, sync_playwright

from index.sync import synchronise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page

ROOT = Path(__file__).parents[2]
DOCUMENT = "002_12a1e5f383fb0e8f.txt"
DISAGREEING = ROOT / "tests" / "browser" / "disagreeing"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WIDE: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 8_000  # ms, on a machine that is busy


@contextmanager
def chat(corpus: Path, *options: str, **settings: str) -> Iterator[str]:
    """Start a chat, give its address, and stop it as a person does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui.cli", "chat", "--corpus", str(corpus), "--port", str(port), *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOURCIER_")}
    environment |= {"SOURCIER_REQUESTS_PER_MINUTE": "100000"} | settings
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = f"http://127.0.0.1:{port}"
        assert address in process.stdout.readline()
        yield address
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) in {0, 130}


@pytest.fixture(scope="session")
def feedback_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the chat keeps what readers say."""
    return tmp_path_factory.mktemp("feedback") / "said.jsonl"


@pytest.fixture(scope="session")
def server(seeds_corpus: Path, feedback_file: Path) -> Iterator[str]:
    """The address of a chat about the seeds."""
    with chat(seeds_corpus, SOURCIER_FEEDBACK=str(feedback_file)) as address:
        yield address


@pytest.fixture(scope="session")
def otherwise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a chat without feedback, which offers files: one of the seeds, and two documents that disagree."""
    room = tmp_path_factory.mktemp("otherwise")
    shutil.copytree(DISAGREEING, room / "documents")
    shutil.copy(ROOT / "seeds" / DOCUMENT, room / "documents")
    synchronise([room / "documents"], room / "corpus")
    with chat(room / "corpus", SOURCIER_COLLECT_FEEDBACK="false", SOURCIER_OFFER_FILES="true") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium of this machine."""
    path = os.environ.get("SOURCIER_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium here: install it, or name it in SOURCIER_CHROMIUM")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def requested() -> list[str]:
    """The addresses that the page asked for."""
    return []


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained of on its console."""
    return []


@pytest.fixture(autouse=True)
def nothing_complained_of(complaints: list[str]) -> Iterator[None]:
    """No error and no warning, whatever was done with the page."""
    yield
    assert complaints == []


def _notes_a_refusal(said: ConsoleMessage) -> bool:
    """Tell whether the browser itself notes that the API refused something, which the page tells in its own words."""
    return (
        "the server responded with a status of" in said.text
        and re.search("/(api/v1|uploads|readyz)", said.location["url"]) is not None
    )


@contextmanager
def _watched(page: Page, requested: list[str], complaints: list[str]) -> Iterator[None]:
    """Note what a page asks for, and what it complains of; a dialog that a script opens is a complaint too."""

    def on_console(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and not _notes_a_refusal(said):
            complaints.append(said.text)

    def on_dialog(dialog: Dialog) -> None:
        complaints.append(f"a dialog says {dialog.message}")
        dialog.dismiss()

    listeners: dict[Any, Callable[..., None]] = {
        "request": lambda request: requested.append(request.url),
        "pageerror": lambda error: complaints.append(str(error)),
        "console": on_console,
        "dialog": on_dialog,
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    yield
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


@pytest.fixture
def new_page(browser: Browser, requested: list[str], complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Make an empty page in a French browser of its own, or in one with other `options`."""
    with ExitStack() as made:

        def make(**options: Any) -> Page:
            context = browser.new_context(**{"locale": "fr-FR", "viewport": WIDE} | options)
            made.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            made.enter_context(_watched(page, requested, complaints))
            return page

        yield make


@pytest.fixture(scope="session")
def _kept_page(browser: Browser, server: str) -> Iterator[Page]:
    """A page that the tests share: loading Gradio's frame costs more than most of them."""
    context = browser.new_context(locale="fr-FR", viewport=WIDE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(server)
    yield page
    context.close()


@pytest.fixture
def page(_kept_page: Page, server: str, requested: list[str], complaints: list[str]) -> Iterator[Page]:
    """The chat in a French browser, as it is when it has just been loaded, its suggestions shown."""
    page = _kept_page
    with _watched(page, requested, complaints):
        left_over = page.locator(".exchange, dialog[open], .chip, .error").count()
        if page.url.rstrip("/") != server or left_over or not page.locator(".examples button").count():
            page.goto("about:blank")
            page.goto(server)
        page.locator(".examples button").first.wait_for()
        yield page
        page.unroute_all()
        _clear(page)


def _clear(page: Page) -> None:
    """Bring a page back to its beginning, as far as that can be done without loading it again."""
    page.set_viewport_size(WIDE)
    page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
    page.evaluate("""() => {
        for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
        document.querySelector("#sourcier-panel .close")?.click();
        localStorage.clear();
        for (const box of document.querySelectorAll("#sourcier-question, #sourcier-library input")) box.value = "";
        document.querySelector("nav button").click();
    }""")
