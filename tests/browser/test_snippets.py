"""The snippets of the README, run as they stand against a chat, and those of docs/api.md against one that takes a key.

Only the address is another, and the key.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.doors.conftest import _listening as listening
from ui.access.keys import keys_of, new_key
from ui.app import build_app
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

    from qa.engine import Engine

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## The API\n")[2].partition("\n## ")[0]
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS, KEY = "http://127.0.0.1:7860", "src_..."
ANSWER = "Dario Amodei et Daniela Amodei"
_SNIPPET = re.compile(r"^```(sh|python|js)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def snippets(document: str, language: str) -> list[str]:
    found = [code for name, code in _SNIPPET.findall(document) if name == language]
    assert found
    return found


def shown(maker: str, document: str, language: str) -> list[tuple[str, str]]:
    """Return the snippets of a document, each with the fixture that makes it one for a server."""
    return [(maker, code) for code in snippets(document, language)]


def ran(command: list[str], folder: Path) -> str:
    """Run a command; return what it prints, and the letters that JSON escapes as letters."""
    environment = os.environ | {"PYTHONWARNINGS": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def of_readme(server: str) -> Callable[[str], str]:
    """Make a snippet of the README one for a chat that lets everybody in."""
    return lambda snippet: snippet.replace(ADDRESS, server)


@pytest.fixture(scope="module")
def of_api(seeds_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Make a snippet of docs/api.md one for a server that lets nobody in without a key."""
    settings = Settings(access="basic", corpus=tmp_path_factory.mktemp("guarded") / "corpus")
    key, entry = new_key("essai", is_administrator=False)
    keys_of(settings).add(entry)

    async def build() -> FastAPI:
        return build_app(seeds_engine, settings)

    with ThreadPoolExecutor(1) as beside:  # the browser of other tests runs an event loop in this thread
        app = beside.submit(asyncio.run, build()).result()
    with listening(app) as address:
        yield lambda snippet: snippet.replace(ADDRESS, address).replace(KEY, key)


@pytest.mark.parametrize(("maker", "script"), [*shown("of_readme", README, "sh"), *shown("of_api", API, "sh")])
def test_the_curl_snippets_print_an_answer(
    request: pytest.FixtureRequest, maker: str, script: str, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    assert ANSWER in ran(["bash", "-ec", request.getfixturevalue(maker)(script)], tmp_path)


@pytest.mark.parametrize(("maker", "script"), [*shown("of_readme", README, "python"), *shown("of_api", API, "python")])
def test_the_python_snippets_print_an_answer(
    request: pytest.FixtureRequest, maker: str, script: str, tmp_path: Path
) -> None:
    assert ANSWER in ran([sys.executable, "-c", request.getfixturevalue(maker)(script)], tmp_path)


@pytest.mark.parametrize("script", snippets(API, "js"))
def test_the_javascript_snippets_print_an_answer(of_api: Callable[[str], str], script: str, node_modules: Path) -> None:
    assert ANSWER in ran(["node", "--input-type=module", "--eval", of_api(script)], node_modules.parent)
