"""Folders that change under the hand, names that nobody expects, links that lead nowhere, a clock that goes back."""

from __future__ import annotations

import os
import shutil
import socket
import time
from typing import TYPE_CHECKING

import pytest

from index import scan as scanning
from index import sync as syncing
from index.errors import DocumentUnreadable, FolderUnusable
from index.parsing import Parser
from index.pointer import live
from index.seal import file_sha256, read_sources
from index.sync import synchronise
from tests.faults.conftest import generations, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.conftest import Opened


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


@pytest.fixture
def once_listed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something happen when the next synchronisation has listed the files, and not read them yet."""

    def arrange(happens: Callable[[], object]) -> None:
        scan = scanning.scan

        def listed(*arguments: object) -> object:
            files = scan(*arguments)  # type: ignore[arg-type]
            happens()
            return files

        monkeypatch.setattr(syncing, "scan", listed)

    return arrange


def reasons(report: syncing.Report) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in report.skipped}


# --- what changes while it is read


def test_a_file_that_vanishes_before_it_is_read_costs_itself(
    folder: Path, corpus: Path, quick: str, once_listed: Callable[[Callable[[], object]], None], opened: Opened
) -> None:
    once_listed((folder / "bail.txt").unlink)
    report = synchronise([folder], corpus, quick)

    assert reasons(report) == {"bail.txt": "it has vanished"}
    assert set(opened(corpus).texts) == {"offre.txt", "notes/prime.md"}


@pytest.mark.long
def test_a_file_that_vanished_and_is_there_again_comes_back(
    folder: Path,
    corpus: Path,
    quick: str,
    once_listed: Callable[[Callable[[], object]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    once_listed(lambda: (folder / "bail.txt").rename(folder / ".bail"))
    synchronise([folder], corpus, quick)
    monkeypatch.undo()
    (folder / ".bail").rename(folder / "bail.txt")

    assert (synchronise([folder], corpus, quick).documents, reasons(synchronise([folder], corpus, quick))) == (3, {})


@pytest.mark.long
def test_a_file_that_the_disk_could_not_give_for_a_moment_keeps_its_former_text_and_is_read_again(
    folder: Path, corpus: Path, quick: str, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    def failing(_parser: Parser, _path: Path, _root: Path, _prefix: str = "") -> object:
        raise DocumentUnreadable(reason="it cannot be read (Input/output error)")

    synchronise([folder], corpus, quick)
    write(folder / "bail.txt", "Le bail a été résilié.")
    monkeypatch.setattr(Parser, "parse", failing)
    report = synchronise([folder], corpus, quick)
    assert (report.skipped, [unread.path for unread in report.unread]) == ((), ["bail.txt"])
    monkeypatch.undo()

    assert synchronise([folder], corpus, quick).unread == ()
    assert opened(corpus).texts["bail.txt"] == "Le bail a été résilié.\n"


def test_when_every_file_vanishes_before_it_is_read_the_old_corpus_stays(
    folder: Path, corpus: Path, quick: str, once_listed: Callable[[Callable[[], object]], None], opened: Opened
) -> None:
    synchronise([folder], corpus, quick)
    old = opened(corpus)
    for name in ("offre.txt", "bail.txt", "notes/prime.md"):
        write(folder / name, "Un texte qui a changé.")
    once_listed(lambda: shutil.rmtree(folder))

    with pytest.raises(FolderUnusable):
        synchronise([folder], corpus, quick)
    assert opened(corpus) == old


def test_a_folder_that_vanishes_while_it_is_listed_costs_itself(
    folder: Path, corpus: Path, quick: str, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:

    def hashed(file: Path) -> str:
        shutil.rmtree(folder / "notes", ignore_errors=True)
        return file_sha256(file)

    monkeypatch.setattr(scanning, "file_sha256", hashed)
    synchronise([folder], corpus, quick)
    monkeypatch.undo()

    assert set(opened(corpus).texts) == {"offre.txt", "bail.txt"}
    assert reasons(synchronise([folder], corpus, quick)) == {}


def test_what_is_recorded_of_a_file_that_grew_is_what_was_read(
    folder: Path, corpus: Path, quick: str, once_listed: Callable[[Callable[[], object]], None], opened: Opened
) -> None:
    once_listed(lambda: write(folder / "bail.txt", "Le bail a été résilié."))
    synchronise([folder], corpus, quick)

    recorded = read_sources(corpus, live(corpus)).files["bail.txt"]
    assert opened(corpus).texts["bail.txt"] == "Le bail a été résilié.\n"
    assert (recorded.sha256, recorded.size) == (
        file_sha256(folder / "bail.txt"),
        (folder / "bail.txt").stat().st_size,
    )
    assert synchronise([folder], corpus, quick).unchanged


def test_a_file_that_grows_after_it_was_read_is_read_again_the_next_time(
    folder: Path, corpus: Path, quick: str, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    parse = Parser.parse

    def parsed(parser: Parser, path: Path, root: Path, prefix: str = "") -> object:
        document = parse(parser, path, root, prefix)
        write(path, f"{document.document.text}\nEt une ligne de plus.")
        return document

    monkeypatch.setattr(Parser, "parse", parsed)
    synchronise([folder], corpus, quick)
    monkeypatch.undo()

    assert "de plus" not in opened(corpus).texts["bail.txt"]
    assert not synchronise([folder], corpus, quick).unchanged
    assert "de plus" in opened(corpus).texts["bail.txt"]


# --- names

NAMES = {
    "255 bytes": b"n" * 251 + b".txt",
    "a line end and a tab": b"un\nsaut\t.txt",
    "quotes": 'l\'"été" «ici».txt'.encode(),
    "emoji": "📄👩‍👩‍👧.txt".encode(),
    "right to left": "\u202etxt.\u202c\u200f.txt".encode(),
    "a backslash": b"C:\\bail.txt",
    "percent, hash and question mark": b"100%#1?.txt",
    "blanks": b" a  b .txt",
    "Latin-1": b"caf\xe9.txt",
    "half a character": b"\xf0\x9f.txt",
    "an encoded surrogate": b"\xed\xa0\x80.txt",
}


def test_files_of_any_names_are_documents_each_under_a_name_of_its_own(
    folder: Path, corpus: Path, quick: str, opened: Opened
) -> None:
    for number, name in enumerate(NAMES.values()):
        (folder / os.fsdecode(name)).write_text(f"Le texte de numéro {number}.", encoding="utf-8")
    report = synchronise([folder], corpus, quick)

    assert (report.documents, report.skipped) == (3 + len(NAMES), ())
    assert set(opened(corpus).texts.values()) >= {f"Le texte de numéro {number}." for number in range(len(NAMES))}
    assert synchronise([folder], corpus, quick).unchanged


def test_of_names_that_would_be_one_only_one_is_a_document_and_each_other_is_listed(
    folder: Path, corpus: Path, quick: str
) -> None:
    composed, decomposed = "é", "e\u0301"
    for first in (composed, decomposed):
        for last in (composed, decomposed):
            write(folder / f"{first}t{last}.txt", "Un texte.")
    report = synchronise([folder], corpus, quick)

    assert report.documents == 4
    assert list(reasons(report).values()) == ["another file has the same name"] * 3


def test_a_name_that_shows_its_bytes_does_not_hide_the_file_that_is_really_so_named(
    folder: Path, corpus: Path, quick: str
) -> None:
    write(folder / os.fsdecode(b"caf\xe9.txt"), "Le café.")
    write(folder / "caf\\xe9.txt", "Un autre café.")
    report = synchronise([folder], corpus, quick)

    assert (report.documents, list(reasons(report).values())) == (4, ["another file has the same name"])


def test_a_file_that_is_named_as_a_twin_is_listed_is_a_document(
    folder: Path, corpus: Path, quick: str, opened: Opened
) -> None:
    write(folder / "é (2)", "Une note de côté.")
    write(folder / "é", "Un texte.")
    write(folder / "e\u0301", "Un autre texte.")
    report = synchronise([folder], corpus, quick)

    assert "Une note de côté.\n" in opened(corpus).texts.values()
    assert (report.documents, len(report.skipped)) == (5, 1)


# --- links, and what is no file


def test_links_that_lead_round_in_circles_end_and_cost_themselves(folder: Path, corpus: Path, quick: str) -> None:
    (folder / "soi.txt").symlink_to(folder / "soi.txt")
    (folder / "notes" / "parent").symlink_to(folder, target_is_directory=True)
    (folder / "a.txt").symlink_to(folder / "b.txt")
    (folder / "b.txt").symlink_to(folder / "a.txt")
    report = synchronise([folder], corpus, quick)

    assert report.documents == 3
    assert reasons(report) == {
        "soi.txt": "it leads nowhere",
        "a.txt": "it leads nowhere",
        "b.txt": "it leads nowhere",
        "notes/parent": "it is a link to a folder",
    }


def test_a_chain_of_links_that_the_system_follows_is_followed_and_a_longer_one_is_listed(
    folder: Path, corpus: Path, quick: str
) -> None:
    for number in range(50):
        (folder / f"{number}.txt").symlink_to(folder / (f"{number - 1}.txt" if number else "bail.txt"))
    report = synchronise([folder], corpus, quick)

    assert (report.documents, len(report.skipped)) == (3 + 40, 10)
    assert set(reasons(report).values()) == {"it leads nowhere"}


def test_what_is_no_file_is_neither_waited_for_nor_read_without_end(folder: Path, corpus: Path, quick: str) -> None:
    os.mkfifo(folder / "tuyau.txt")
    for device in ("zero", "random", "null"):
        (folder / f"{device}.txt").symlink_to(f"/dev/{device}")
    with socket.socket(socket.AF_UNIX) as ear:
        ear.bind(str(folder / "prise.txt"))
        report = synchronise([folder], corpus, quick)

    assert report.documents == 3
    assert reasons(report) == dict.fromkeys(
        ("tuyau.txt", "zero.txt", "random.txt", "null.txt", "prise.txt"), "it is no regular file"
    )


def test_a_folder_that_lies_deeper_than_a_path_may_be_long_costs_itself(folder: Path, corpus: Path, quick: str) -> None:
    inside = os.open(folder, os.O_RDONLY)
    try:
        for _level in range(25):
            os.mkdir("d" * 200, dir_fd=inside)  # no path leads there
            deeper = os.open("d" * 200, os.O_RDONLY, dir_fd=inside)
            os.close(inside)
            inside = deeper
            with os.fdopen(os.open("t" * 190 + ".txt", os.O_WRONLY | os.O_CREAT, dir_fd=inside), "w") as file:
                file.write("Un texte.")
    finally:
        os.close(inside)
    report = synchronise([folder], corpus, quick)
    shutil.rmtree(folder)

    assert report.documents > 10
    assert len(report.skipped) >= 1


# --- a clock that goes back


def test_when_the_clock_goes_back_the_last_corpus_is_the_live_one_and_the_only_one(
    folder: Path, corpus: Path, quick: str, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    first = synchronise([folder], corpus, quick)
    write(folder / "bail.txt", "Le bail a été résilié.")
    gmtime = time.gmtime
    monkeypatch.setattr(time, "gmtime", lambda seconds=None: gmtime((seconds or time.time()) - 10**9))
    second = synchronise([folder], corpus, quick)

    assert second.stamp < first.stamp
    assert generations(corpus) == [second.stamp]
    assert opened(corpus).texts["bail.txt"] == "Le bail a été résilié.\n"
