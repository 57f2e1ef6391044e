"""What a scan promises: each file that is a document is read, and each that is not is listed with its reason."""

from __future__ import annotations

import errno
import os
import shutil
import unicodedata
from typing import TYPE_CHECKING

import pytest

from index.changes import Emptied
from index.errors import (
    FolderUnusable,
)
from index.limits import Limits
from index.sync import synchronise
from tests.index.corpora import texts_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.index.conftest import Sync


def test_files_that_are_no_documents_are_listed_with_their_reasons(sync: Sync, folder: Path) -> None:
    (folder / "rapport.pdf").write_bytes(b"%PDF-1.7")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (folder / "binaire.txt").write_bytes(b"\x00\x01\x02" * 99)
    (folder / "vide.txt").touch()
    (folder / "blanc.txt").write_text(" \n\u00a0\n", encoding="utf-8")

    assert {(skipped.path, skipped.reason) for skipped in sync(folder).skipped} == {
        ("rapport.pdf", "it is damaged"),
        ("photo.jpg", "no reader for this format"),
        ("binaire.txt", "binary data, not text"),
        ("vide.txt", "no text in it"),
        ("blanc.txt", "no text in it"),
    }


def test_files_that_are_no_documents_do_not_stop_the_others(sync: Sync, folder: Path, corpus: Path) -> None:
    (folder / "a.txt").write_bytes(bytes(range(256)) * 4)
    (folder / "z.pdf").touch()
    report = sync(folder)

    assert report.documents == 2
    assert set(texts_of(corpus)) == {"offre.txt", "notes/prime.md"}


@pytest.mark.parametrize("name", [".cache.txt", ".git/config.txt", "notes/.brouillon/a.txt", ".#offre.txt"])
def test_hidden_files_and_folders_are_left_out(sync: Sync, folder: Path, corpus: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("Un texte.", encoding="utf-8")
    report = sync(folder)

    assert report.skipped == ()
    assert set(texts_of(corpus)) == {"offre.txt", "notes/prime.md"}


@pytest.mark.parametrize("name", ["Thumbs.db", "~$offre.docx", "offre.txt.part", "$RECYCLE.BIN/offre.txt"])
def test_what_is_never_a_document_is_left_out_and_its_coming_and_going_is_no_change(
    sync: Sync, folder: Path, name: str
) -> None:
    first = sync(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("Un texte.", encoding="utf-8")
    second = sync(folder)
    (folder / name).unlink()

    assert (first.skipped, second.unchanged, sync(folder).unchanged) == ((), True, True)


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EACCES])
def test_a_folder_that_cannot_be_listed_keeps_its_documents_and_says_why(
    sync: Sync, folder: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    sync(folder)
    _fail(monkeypatch, folder / "notes", number)
    report = sync(folder)

    ((path, reason),) = [(skipped.path, skipped.reason) for skipped in report.skipped]
    assert (path, "what was read of it before stays" in reason) == ("notes", True)
    assert number == errno.EACCES or os.strerror(number) in reason
    assert set(texts_of(corpus)) == {"offre.txt", "notes/prime.md"}
    assert sync(folder).unchanged


def test_when_it_can_be_listed_again_it_is_compared_as_usual(
    sync: Sync, folder: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder)
    _fail(monkeypatch, folder / "notes", errno.EIO)
    sync(folder)
    monkeypatch.undo()
    (folder / "notes" / "prime.md").rename(folder / "notes" / "autre.md")
    report = sync(folder)

    assert (report.skipped, report.changes.moved) == ((), (("notes/prime.md", "notes/autre.md"),))
    assert set(texts_of(corpus)) == {"offre.txt", "notes/autre.md"}


def test_a_folder_that_cannot_be_listed_does_not_keep_others_from_being_changed(
    sync: Sync, folder: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder)
    _fail(monkeypatch, folder / "notes", errno.EIO)
    (folder / "offre.txt").unlink()
    sync(folder)

    assert set(texts_of(corpus)) == {"notes/prime.md"}


def test_the_folder_to_be_indexed_that_cannot_be_listed_is_refused(
    sync: Sync, folder: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder)
    _fail(monkeypatch, folder, errno.EIO)

    with pytest.raises(FolderUnusable, match=r"cannot be looked into \(Input/output error\)"):
        sync(folder)
    assert set(texts_of(corpus)) == {"offre.txt", "notes/prime.md"}


def test_a_folder_that_is_deleted_is_erased_and_one_that_is_emptied_is_told_too(
    sync: Sync, folder: Path, corpus: Path
) -> None:
    (folder / "plans").mkdir()
    (folder / "plans" / "a.txt").write_text("Un plan.", encoding="utf-8")
    sync(folder)
    (folder / "plans" / "a.txt").unlink()
    shutil.rmtree(folder / "notes")

    assert sync(folder).changes.emptied == (Emptied("plans", 1),)
    assert set(texts_of(corpus)) == {"offre.txt"}


def test_a_corpus_inside_the_folder_is_not_indexed(quick: str, folder: Path) -> None:
    synchronise([folder], folder / "corpus", quick)
    again = synchronise([folder], folder / "corpus", quick)

    assert (again.unchanged, again.skipped) == (True, ())


def test_a_link_to_a_file_is_followed_and_one_to_nothing_is_left_out(sync: Sync, folder: Path, corpus: Path) -> None:
    (folder / "lien.txt").symlink_to(folder / "offre.txt")
    (folder / "rompu.txt").symlink_to(folder / "absent.txt")
    sync(folder)

    assert set(texts_of(corpus)) == {"lien.txt", "offre.txt", "notes/prime.md"}


def test_what_is_no_regular_file_is_listed_and_not_waited_for(sync: Sync, folder: Path) -> None:
    os.mkfifo(folder / "tube.txt")
    (folder / "rien.txt").symlink_to(folder / "absent.txt")
    (folder / "ailleurs").symlink_to(folder / "notes")
    listed = {skipped.path: skipped.reason for skipped in sync(folder).skipped}
    assert listed["tube.txt"] == "it is no regular file"
    assert listed["rien.txt"] == "it leads nowhere"
    assert listed["ailleurs"] == "it is a link to a folder"


def test_a_file_that_is_named_as_a_folder_is_said_to_be_one(sync: Sync, folder: Path) -> None:
    (folder / "seul.txt").write_text("Un texte.", encoding="utf-8")
    with pytest.raises(FolderUnusable, match="it is a file, not a folder"):
        sync(folder / "seul.txt")


def test_a_link_that_goes_round_in_circles_ends(sync: Sync, folder: Path) -> None:
    (folder / "notes" / "encore").symlink_to(folder, target_is_directory=True)

    assert sync(folder).documents == 2


@pytest.mark.parametrize("name", ["l'été « à » l'œuvre.txt", "a#1.txt", "un\nsaut.txt", "100 %.txt", "-option.txt"])
def test_a_file_of_any_name_is_kept_under_its_name(sync: Sync, folder: Path, corpus: Path, name: str) -> None:
    (folder / name).write_text("Un texte.", encoding="utf-8")
    sync(folder)

    assert texts_of(corpus)[name] == "Un texte."


def test_a_file_whose_name_is_not_utf_8_is_kept_under_a_name_that_shows_its_bytes(
    sync: Sync, folder: Path, corpus: Path
) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Un texte.", encoding="utf-8")
    sync(folder)

    assert texts_of(corpus)["caf\\xe9.txt"] == "Un texte."


def test_documents_of_several_folders_have_their_folders_names(
    sync: Sync, folder: Path, tmp_path: Path, corpus: Path
) -> None:
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives" / "offre.txt").write_text("Une vieille offre.", encoding="utf-8")
    sync(folder, tmp_path / "archives")

    assert set(texts_of(corpus)) == {"documents/offre.txt", "documents/notes/prime.md", "archives/offre.txt"}


def test_two_folders_of_the_same_name_are_refused(sync: Sync, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "autre" / "documents").mkdir(parents=True)

    with pytest.raises(FolderUnusable, match="the same name"):
        sync(folder, tmp_path / "autre" / "documents")


def test_a_folder_below_another_one_is_refused(sync: Sync, folder: Path) -> None:
    with pytest.raises(FolderUnusable, match=r"/notes cannot be indexed: it lies in another one"):
        sync(folder, folder / "notes")


def test_a_folder_below_another_one_is_known_behind_a_link(sync: Sync, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "raccourci").symlink_to(folder / "notes")
    with pytest.raises(FolderUnusable, match=r"/raccourci cannot be indexed: it lies in another one"):
        sync(tmp_path / "raccourci", folder)


def test_a_hidden_folder_below_another_one_may_be_named_beside_it(sync: Sync, folder: Path, corpus: Path) -> None:
    (folder / "notes").rename(folder / ".notes")
    sync(folder, folder / ".notes")
    assert set(texts_of(corpus)) == {"documents/offre.txt", ".notes/prime.md"}


def test_of_two_names_that_differ_only_in_their_encoding_one_is_kept_and_one_is_listed(
    sync: Sync, tmp_path: Path
) -> None:
    folder = tmp_path / "accents"
    folder.mkdir()
    for form in ("NFC", "NFD"):
        (folder / unicodedata.normalize(form, "é.txt")).write_text(f"Un texte en {form}.", encoding="utf-8")
    report = sync(folder)
    assert (report.documents, report.chunks) == (1, 1)
    assert [skipped.reason for skipped in report.skipped] == ["another file has the same name"]


def test_a_file_that_was_skipped_is_read_again_only_with_other_limits(sync: Sync, folder: Path) -> None:
    (folder / "grand.txt").write_bytes(b"Un texte. " * 200_000)
    first = sync(folder, limits=Limits(megabytes=1))
    second = sync(folder, limits=Limits(megabytes=1))
    third = sync(folder, limits=Limits(megabytes=3))

    assert [skipped.reason for skipped in first.skipped] == ["it is larger than 1 MB"]
    assert second.unchanged
    assert (third.skipped, third.documents) == ((), 3)


def _fail(monkeypatch: pytest.MonkeyPatch, folder: Path, number: int) -> None:
    """Have the system refuse to list one folder."""
    list_folder = os.scandir

    def failing(path: str) -> object:
        if path == str(folder):
            raise OSError(number, os.strerror(number), str(folder))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", failing)
