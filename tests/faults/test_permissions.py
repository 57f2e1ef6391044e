"""What may not be read or written is told, by name, and costs nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.conftest import generations, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.conftest import Opened, Sync


@pytest.fixture(autouse=True)
def _allowed_again(tmp_path: Path) -> Iterator[None]:
    """Let pytest remove what a test has forbidden."""
    yield
    for root, names, _files in os.walk(tmp_path):
        for name in names:
            path = Path(root, name)
            if not path.is_symlink():
                path.chmod(0o700)


# --- what is to be read


@pytest.mark.parametrize("mode", [0o000, pytest.param(0o111, marks=pytest.mark.long)])
def test_a_folder_that_may_not_be_listed_keeps_its_documents_as_they_were_until_it_may_again(
    folder: Path, tmp_path: Path, sync: Sync, opened: Opened, mode: int
) -> None:
    sync(tmp_path / "corpus", folder)
    write(folder / "notes" / "prime.md", "Une prime de départ.")
    (folder / "notes").chmod(mode)
    refused = sync(tmp_path / "corpus", folder)
    meanwhile = opened(tmp_path / "corpus").texts
    (folder / "notes").chmod(0o755)
    restored = sync(tmp_path / "corpus", folder)

    assert refused.skipped == {"notes": "it is a folder that may not be read; what was read of it before stays"}
    assert "d'entrée" in meanwhile["notes/prime.md"]
    assert restored.skipped == {}
    assert "de départ" in opened(tmp_path / "corpus").texts["notes/prime.md"]


def test_a_file_that_may_not_be_read_keeps_its_former_text_until_it_may_again(
    folder: Path, tmp_path: Path, sync: Sync, opened: Opened
) -> None:
    sync(tmp_path / "corpus", folder)
    write(folder / "offre.txt", "Une autre offre.")
    (folder / "offre.txt").chmod(0)
    refused = sync(tmp_path / "corpus", folder)
    again = sync(tmp_path / "corpus", folder)
    meanwhile = opened(tmp_path / "corpus").texts
    (folder / "offre.txt").chmod(0o644)
    restored = sync(tmp_path / "corpus", folder)

    assert (refused.skipped, refused.unread) == ({}, {"offre.txt": "permission denied"})
    assert (again.is_unchanged, again.unread) == (True, refused.unread)
    assert "Sutskever" in meanwhile["offre.txt"]
    assert restored.unread == {}
    assert "autre offre" in opened(tmp_path / "corpus").texts["offre.txt"]


def test_a_folder_whose_names_may_be_listed_and_no_more_keeps_what_was_read_of_it(
    folder: Path, tmp_path: Path, sync: Sync, opened: Opened
) -> None:
    write(folder / "notes" / "annexes" / "carte.txt", "Une carte.")
    sync(tmp_path / "corpus", folder)
    write(folder / "notes" / "neuf.txt", "Un texte que personne n'a lu.")
    (folder / "notes").chmod(0o444)
    report = sync(tmp_path / "corpus", folder)

    assert not report.error, report
    assert report.skipped == {
        "notes/annexes": "it is a folder that may not be read; what was read of it before stays",
        "notes/neuf.txt": "permission denied",
    }
    assert report.unread == {"notes/prime.md": "permission denied"}
    assert set(opened(tmp_path / "corpus").texts) == {
        "offre.txt",
        "bail.txt",
        "notes/prime.md",
        "notes/annexes/carte.txt",
    }


@pytest.mark.parametrize("closed", ["documents", "."])
def test_a_folder_that_may_not_be_indexed_at_all_is_refused_and_the_old_corpus_stays(
    folder: Path, tmp_path: Path, sync: Sync, opened: Opened, closed: str
) -> None:
    inside = shutil.copytree(folder, tmp_path / "closed" / "documents")
    sync(tmp_path / "corpus", inside)
    old = opened(tmp_path / "corpus")
    (tmp_path / "closed" / closed).chmod(0)
    refused = sync(tmp_path / "corpus", inside)

    assert refused.error == "FolderUnusable", refused
    assert opened(tmp_path / "corpus") == old


# --- what is to be written


@pytest.mark.parametrize("closed", [".", pytest.param("generations", marks=pytest.mark.long)])
def test_a_corpus_that_may_not_be_written_is_refused_and_stays(
    folder: Path, tmp_path: Path, sync: Sync, opened: Opened, closed: str
) -> None:
    corpus = tmp_path / "corpus"
    stamp = sync(corpus, folder).stamp
    old = opened(corpus)
    write(folder / "neuf.txt", "Un nouveau texte.")
    (corpus / "writer.lock").unlink()
    (corpus / closed).chmod(0o555)
    refused = sync(corpus, folder)
    read = opened(corpus)
    (corpus / closed).chmod(0o755)

    assert (refused.error, "Permission denied" in refused.message) == ("CorpusUnwritable", True), refused
    assert read == old
    assert generations(corpus) == [stamp]
    assert sync(corpus, folder).documents == 4


def test_a_corpus_on_a_read_only_disk_is_read_and_not_written(
    folder: Path, disk: Path, sync: Sync, opened: Opened
) -> None:
    sync(disk / "corpus", folder)
    old = opened(disk / "corpus")
    write(folder / "neuf.txt", "Un nouveau texte.")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    refused = sync(disk / "corpus", folder)

    assert (refused.error, "Read-only file system" in refused.message) == ("CorpusUnwritable", True), refused
    assert opened(disk / "corpus") == old
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert sync(disk / "corpus", folder).documents == 4


@pytest.mark.parametrize("part", ["store/chroma.sqlite3", pytest.param("manifest.json", marks=pytest.mark.long)])
def test_a_corpus_that_may_not_be_read_is_refused_by_name(
    folder: Path, tmp_path: Path, sync: Sync, opened: Opened, part: str
) -> None:
    stamp = sync(tmp_path / "corpus", folder).stamp
    closed = tmp_path / "corpus" / "generations" / stamp / part
    closed.chmod(0)
    refused = opened(tmp_path / "corpus")
    closed.chmod(0o755)

    assert refused.error == "CorpusUnreadable", refused
    assert opened(tmp_path / "corpus").documents == 3
