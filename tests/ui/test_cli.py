from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

import index.sync
from ui.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("bare_environment")


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        *([command, "--help"] for command in ("ask", "chat", "index", "status", "doctor", "feedback")),
    ],
)
def test_help_and_version_import_nothing_heavy(arguments: Sequence[str]) -> None:
    program = (
        "import sys\nfrom ui.cli import main\n"
        f"main({arguments!r})\n"
        "heavy = {'torch', 'gradio', 'chromadb', 'transformers', 'sentence_transformers', 'pydantic', 'numpy'}\n"
        "heavy.add('watchfiles')\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    assert _python("-c", program).stderr == ""


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", ""],
        ["ask", "-"],
        ["ask", "--from", "hier", "Qui ?"],
        ["ask", "--json", "--from", "2025", "-"],
        ["ask", "--max-quotes", "0", "Qui ?"],
        ["ask"],
        ["what"],
        ["index", "no-such-folder"],
        ["chat", "--port", "99999"],
        ["index", "no-such-folder", "--dry-run"],
        ["index", ".", "--max-file-pages", "0"],
    ],
)
def test_error_of_use_is_a_french_sentence_then_an_english_one(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 2
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "Qui ?"],
        ["ask", "--json", "-"],
        ["index"],
        ["index", "--dry-run"],
        ["index", "--watch"],
        ["status"],
        ["status", "--json"],
        ["doctor"],
        ["doctor", "--repair"],
    ],
)
def test_missing_corpus_has_its_own_status(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--corpus", "nowhere"]) == 3
    said = capsys.readouterr().err
    assert "Il n'y a pas encore de corpus dans nowhere" in said
    assert "There is no corpus in nowhere" in said


def test_settings_that_cannot_be_used_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCIER_LANGAGE", "fr")
    assert main(["ask", "Qui ?"]) == 2
    assert "peut-être SOURCIER_LANGUAGE" in capsys.readouterr().err


def test_interruption_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(index.sync, "synchronise", interrupted)
    assert main(["index", "."]) == 130
    assert capsys.readouterr().err == ""


def test_closed_pipe_ends_quietly() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    program = (
        "import sys, index.sync\nfrom ui.cli import main\n"
        "nothing = index.sync.Changes((), (), (), (), (), (), {})\n"
        "done = index.sync.Report('', 1, 1, (), nothing, 0, 0, 0.0)\n"
        "index.sync.synchronise = lambda *_, **__: done\n"
        "sys.exit(main(['index']))"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=ROOT, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert (ended.returncode, ended.stderr) == (141, b"")
