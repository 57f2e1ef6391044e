"""The snippets of the README and of docs/api.md, run as they stand against a chat; only the address is another."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NODE = ROOT / "tests" / "node"
README = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## The API\n")[2].partition("\n## ")[0]
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ANSWER = "Dario Amodei et Daniela Amodei"
_SNIPPET = re.compile(r"^```(sh|python|js)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def snippets(document: str, language: str) -> list[str]:
    found = [code for name, code in _SNIPPET.findall(document) if name == language]
    assert found
    return found


def ran(command: list[str], folder: Path) -> str:
    """Run a command; return what it prints, and the letters that JSON escapes as letters."""
    environment = os.environ | {"PYTHONWARNINGS": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("script", [*snippets(README, "sh"), *snippets(API, "sh")])
def test_the_curl_snippets_print_an_answer(server: str, script: str, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    assert ANSWER in ran(["bash", "-ec", script.replace("http://127.0.0.1:7860", server)], tmp_path)


@pytest.mark.parametrize("script", [*snippets(README, "python"), *snippets(API, "python")])
def test_the_python_snippets_print_an_answer(server: str, script: str, tmp_path: Path) -> None:
    assert ANSWER in ran([sys.executable, "-c", script.replace("http://127.0.0.1:7860", server)], tmp_path)


@pytest.mark.parametrize("script", snippets(API, "js"))
def test_the_javascript_snippets_print_an_answer(server: str, script: str, node_modules: Path) -> None:
    module = script.replace("http://127.0.0.1:7860", server)
    assert ANSWER in ran(["node", "--input-type=module", "--eval", module], node_modules.parent)
