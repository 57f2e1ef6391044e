"""What the trial promises: what ends the process that reads a damaged part ends no other, and is named."""

from __future__ import annotations

import shutil
import signal
import tempfile
from typing import TYPE_CHECKING

import pytest

from index import trial
from index.doctor import examine
from index.pointer import live
from index.seal import read_manifest, sealed_files
from tests.index.corpora import dated_tree
from tests.index.damages import told, vector_file

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType


@pytest.fixture
def corpus(indexed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(indexed, tmp_path / "corpus")


def test_a_whole_corpus_is_tried_without_a_finding(corpus: Path) -> None:
    assert examine(corpus).findings == ()


def test_to_look_changes_nothing(corpus: Path) -> None:
    before = dated_tree(corpus)
    examine(corpus)
    assert dated_tree(corpus) == before


def test_the_death_of_the_process_that_reads_is_a_finding(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.trial._START", "import os; os.kill(os.getpid(), 11)")
    (finding,) = examine(corpus).findings
    assert (finding.code, finding.part, finding.detail) == (
        "vectors",
        "store",
        "the process that read it was ended by SIGSEGV",
    )


def test_a_process_that_does_not_end_is_a_finding(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.trial._START", "import time; time.sleep(60)")
    monkeypatch.setattr("index.trial._SECONDS", 0.2)
    assert [finding.detail for finding in examine(corpus).findings] == [
        "the process that read it did not end, and was stopped"
    ]


KILLED_AT_ITS_COPY = """
import os, signal
import index.store
index.store.Store.open = lambda _folder: os.kill(os.getpid(), signal.SIGKILL)
"""
INTERRUPTS = """
import os, pathlib, signal, sys, time
pathlib.Path(sys.argv[3], "copy.txt").write_text("Un texte du corpus.")
os.kill(os.getppid(), signal.SIGUSR1)
time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are to lie."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def test_a_killed_process_leaves_nothing_of_the_documents(
    corpus: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, rest = trial._START.split(";", 1)
    path = "sys.path[:] = json.loads(sys.argv[1])"
    monkeypatch.setattr("index.trial._START", f"{first}; {path}\n{KILLED_AT_ITS_COPY}\n{rest.strip()}")

    assert [finding.detail for finding in examine(corpus).findings] == ["the process that read it was ended by SIGKILL"]
    assert list(temporary.iterdir()) == []


def test_an_interrupted_doctor_leaves_nothing_of_the_documents(
    corpus: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_number: int, _frame: FrameType | None) -> None:
        seen.extend(file.name for file in temporary.rglob("*.txt"))
        raise KeyboardInterrupt

    seen: list[str] = []
    before = signal.signal(signal.SIGUSR1, interrupted)  # what Ctrl-C does, and to this process alone
    monkeypatch.setattr("index.trial._START", INTERRUPTS)
    try:
        with pytest.raises(KeyboardInterrupt):
            examine(corpus)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert (seen, list(temporary.iterdir())) == (["copy.txt"], [])


def test_a_graph_of_nothing_is_found_even_if_it_was_sealed(corpus: Path) -> None:
    file = vector_file(corpus)
    file.write_bytes(bytes(file.stat().st_size))
    reseal(corpus)
    assert told(examine(corpus)) == {"vectors": "encode"}


def reseal(corpus: Path) -> None:
    manifest = read_manifest(corpus, live(corpus))
    files = {name: sha for name, sha in sealed_files(live(corpus)).items() if name != "manifest.json"}
    fresh = manifest.model_copy(update={"files": files})
    (live(corpus) / "manifest.json").write_text(fresh.model_dump_json())
