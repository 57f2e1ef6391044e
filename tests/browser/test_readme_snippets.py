"""The snippets of the README, run as they stand against a running chat; only the address is another."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def snippet(language: str, server: str) -> str:
    api = README.partition("\n## The API\n")[2]
    found = re.search(rf"^```{language}\n(.*?)^```", api, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1].replace("http://127.0.0.1:7860", server)


def test_the_curl_snippet_prints_an_answer(server: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    ran = subprocess.run(["bash", "-ec", snippet("sh", server)], capture_output=True, text=True, check=True, timeout=60)
    assert "event: complete" in ran.stdout
    assert '"verdict": "answered"' in ran.stdout


def test_the_python_snippet_prints_an_answer_with_its_quotes(server: str) -> None:
    script = snippet("python", server)
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.startswith("answered Dario Amodei")
    assert "Anthropic a été fondé en 2021" in ran.stdout
