from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import tempfile
import threading
from typing import TYPE_CHECKING, Any

import pytest

import ui.watch_lines
from ui.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("bare_environment")


def test_folder_is_indexed_and_then_up_to_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("La réunion du conseil aura lieu le 3 mars 2026 à Lyon.", encoding="utf-8")
    (notes / "b.bin").write_bytes(b"\x00\x01")
    assert main(["index", str(notes), "--corpus", "corpus"]) == 0
    first = capsys.readouterr()
    assert "Le corpus est prêt\u00a0: 1 document, 1 passage" in first.out
    assert "b.bin" in first.out
    assert first.err == ""  # no progress bar where nobody looks
    assert main(["index", "--corpus", "corpus"]) == 0
    assert "déjà à jour" in capsys.readouterr().out


def test_a_dry_run_tells_what_would_be_done_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("Un texte.", encoding="utf-8")
    assert main(["index", "notes", "--corpus", "corpus", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "+ a.txt"
    assert not (tmp_path / "corpus").exists()


def test_limits_of_the_command_line_reach_the_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("Un texte.", encoding="utf-8")
    (tmp_path / "notes" / "b.txt").write_bytes(b"Un long texte. " * 100_000)
    assert main(["index", "notes", "--corpus", "corpus", "--max-file-megabytes", "1"]) == 0
    assert "b.txt\u00a0: il dépasse 1 Mo" in capsys.readouterr().out


def test_status_tells_how_the_corpus_stands(seeds_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--corpus", str(seeds_corpus)]) == 0
    assert "État\u00a0: à jour" in capsys.readouterr().out
    assert main(["status", "--json", "--corpus", str(seeds_corpus)]) == 0
    assert json.loads(capsys.readouterr().out)["up_to_date"] is True


def test_doctor_finds_a_whole_corpus_whole_and_a_damaged_one_damaged(
    seeds_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = shutil.copytree(seeds_corpus, tmp_path / "damaged")
    next(damaged.glob("generations/*/spelling.json")).write_text("{}")
    assert main(["doctor", "--corpus", str(seeds_corpus)]) == 0
    assert "le corpus est entier" in capsys.readouterr().out
    assert main(["doctor", "--json", "--corpus", str(damaged)]) == 3
    assert [finding["code"] for finding in json.loads(capsys.readouterr().out)["findings"]] == ["spelling"]
    assert main(["doctor", "--repair", "--corpus", str(damaged)]) == 0
    assert "le corpus est entier" in capsys.readouterr().out


def test_a_doctor_that_is_stopped_leaves_no_copy_of_the_corpus(
    seeds_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = "import os, signal, time; os.kill(os.getppid(), signal.SIGTERM); time.sleep(60)"
    monkeypatch.setattr("index.trial._START", stopping)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["doctor", "--corpus", str(seeds_corpus)]) == 143
    assert list(tmp_path.iterdir()) == []


def test_what_the_doctor_tells_to_run_makes_that_corpus_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mes notes").mkdir()
    (tmp_path / "mes notes" / "a.txt").write_text("Un texte.", encoding="utf-8")
    assert main(["index", "mes notes", "--corpus", "k/mon corpus"]) == 0
    next(tmp_path.glob("k/mon corpus/generations/*/manifest.json")).unlink()
    capsys.readouterr()
    assert main(["doctor", "--corpus", "k/mon corpus"]) == 3
    command = shlex.split(capsys.readouterr().out.splitlines()[3].split("`")[1])
    assert main(["mes notes" if word == "DOSSIER" else word for word in command[1:]]) == 0
    assert main(["doctor", "--corpus", "k/mon corpus"]) == 0


@pytest.fixture
def signalled(monkeypatch: pytest.MonkeyPatch) -> list[signal.Signals]:
    """Signals that this process gets once a watch has told something."""
    awaited: list[signal.Signals] = []

    told = ui.watch_lines.outcome_lines

    def outcome_lines(*arguments: Any, **options: Any) -> Iterator[str]:
        yield from told(*arguments, **options)
        threading.Timer(0.2, os.kill, [os.getpid(), awaited.pop()]).start()

    monkeypatch.setattr(ui.watch_lines, "outcome_lines", outcome_lines)
    return awaited


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_watch_is_ended_by_a_signal(
    signalled: list[signal.Signals],
    seeds_corpus: Path,
    number: signal.Signals,
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    signalled.append(number)
    before = signal.getsignal(signal.SIGTERM)
    assert main(["index", "--watch", "--corpus", str(seeds_corpus)]) == status
    said = capsys.readouterr()
    assert "déjà à jour" in said.out
    assert said.err.splitlines() == ["À l'écoute des dossiers (Ctrl-C pour arrêter)"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_an_error_does_not_end_a_watch_and_is_told_on_standard_error(
    signalled: list[signal.Signals], capsys: pytest.CaptureFixture[str]
) -> None:
    signalled.append(signal.SIGTERM)
    assert main(["index", "--watch", "nowhere", "--corpus", "corpus"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "Le dossier" in said.err
