from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.errors import DocumentUnknown, OriginalGone
from index.generation import Generation
from index.originals import original
from index.sync import recipe, synchronise

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = "Le timbre rouge\nIl coûte deux euros.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, quick: str) -> Iterator[Generation]:
    above = tmp_path_factory.mktemp("originals")
    (above / "documents" / "notes").mkdir(parents=True)
    (above / "documents" / "notes" / "prix.txt").write_text(TEXT, encoding="utf-8")
    (above / "documents" / "notes" / "rien.txt").write_text(" \n", encoding="utf-8")  # is skipped
    synchronise([above / "documents"], above / "corpus", quick)
    opened = Generation.open(above / "corpus", recipe(quick))
    yield opened
    opened.close()


@pytest.fixture
def generation(made: Generation) -> Generation:
    """The generation, with its file as it was read, whatever a test before did to it."""
    (Path(made.manifest.folders[0]) / "notes" / "prix.txt").write_text(TEXT, encoding="utf-8")
    return made


@pytest.fixture
def folder(generation: Generation) -> Path:
    return Path(generation.manifest.folders[0])


def test_a_document_leads_to_its_file(generation: Generation, folder: Path) -> None:
    assert original(generation, "notes/prix.txt") == folder / "notes" / "prix.txt"


def test_a_file_that_was_changed_is_not_handed_over(generation: Generation, folder: Path) -> None:
    (folder / "notes" / "prix.txt").write_text(TEXT + "Et la lettre verte, un.", encoding="utf-8")
    with pytest.raises(OriginalGone):
        original(generation, "notes/prix.txt")


def test_a_file_that_was_removed_is_gone(generation: Generation, folder: Path) -> None:
    (folder / "notes" / "prix.txt").unlink()
    with pytest.raises(OriginalGone):
        original(generation, "notes/prix.txt")


def test_a_folder_that_was_moved_takes_its_files_along(generation: Generation, folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(OriginalGone):
        original(generation, "notes/prix.txt")
    (tmp_path / "elsewhere").rename(folder)


@pytest.mark.parametrize(
    "name",
    ["notes/rien.txt", "absent.txt", "", "notes", "notes/", "../documents/notes/prix.txt", "notes/../notes/prix.txt"],
)
def test_what_is_no_document_is_unknown_even_where_there_is_a_file(generation: Generation, name: str) -> None:
    with pytest.raises(DocumentUnknown):
        original(generation, name)


def test_a_file_outside_the_folders_is_never_named(generation: Generation, folder: Path) -> None:
    outside = folder.parent / "secret.txt"
    outside.write_text(TEXT, encoding="utf-8")
    for name in ("../secret.txt", str(outside)):
        with pytest.raises(DocumentUnknown):
            original(generation, name)


def test_of_several_folders_the_one_in_the_name_is_meant(tmp_path: Path, quick: str) -> None:
    for name in ("lyon", "nantes"):
        (tmp_path / name / "notes").mkdir(parents=True)
        (tmp_path / name / "notes" / "prix.txt").write_text(TEXT, encoding="utf-8")  # the same bytes
    (tmp_path / "lyon" / "nantes" / "notes").mkdir(parents=True)
    (tmp_path / "lyon" / "nantes" / "notes" / "prix.txt").write_text(TEXT, encoding="utf-8")
    synchronise([tmp_path / "lyon", tmp_path / "nantes"], tmp_path / "corpus", quick)
    opened = Generation.open(tmp_path / "corpus", recipe(quick))
    for name in ("lyon", "nantes"):
        assert original(opened, f"{name}/notes/prix.txt") == tmp_path / name / "notes" / "prix.txt"
    opened.close()


@pytest.mark.parametrize(
    "written", ["re\u0301sume\u0301/note\u0301.txt".encode(), "résumé/not\xe9.txt".encode("latin-1")]
)
def test_a_name_that_is_written_otherwise_on_the_disk_is_found(tmp_path: Path, quick: str, written: bytes) -> None:
    path = tmp_path / "documents" / os.fsdecode(written)
    path.parent.mkdir(parents=True)
    path.write_text(TEXT, encoding="utf-8")
    synchronise([tmp_path / "documents"], tmp_path / "corpus", quick)
    opened = Generation.open(tmp_path / "corpus", recipe(quick))
    (document,) = [passage.document for passage in opened.store.first_passages()]
    assert document != os.fsdecode(written)
    assert original(opened, document) == path
    opened.close()
