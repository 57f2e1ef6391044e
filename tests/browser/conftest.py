from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@pytest.fixture(scope="session")
def server(seeds_corpus: Path) -> Iterator[str]:
    """The address of a chat that runs in a process of its own, as a user starts it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui.cli", "chat", "--corpus", str(seeds_corpus), "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOURCIER_")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = f"http://127.0.0.1:{port}"
        assert address in process.stdout.readline()
        yield address
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) in {0, 130}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium of this machine."""
    path = os.environ.get("SOURCIER_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium here: install it, or name it in SOURCIER_CHROMIUM")
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


@pytest.fixture
def page(browser: Browser, server: str, requested: list[str], complaints: list[str]) -> Iterator[Page]:
    """The chat, loaded in a French browser."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.goto(server)
    page.locator("#sourcier-question textarea").wait_for()
    yield page
    context.close()
