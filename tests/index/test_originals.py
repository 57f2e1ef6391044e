from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from index.errors import DocumentUnknown, OriginalGone
from index.generation import Generation
from index.originals import Digests, original
from index.sync import recipe, synchronise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

TEXT = "Le timbre rouge\nIl coûte deux euros.\n"


def original_of(generation: Generation, document: str) -> Path:
    return original(generation, document, Digests())


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
    assert original_of(generation, "notes/prix.txt") == folder / "notes" / "prix.txt"


def test_a_file_that_was_changed_is_not_handed_over(generation: Generation, folder: Path) -> None:
    (folder / "notes" / "prix.txt").write_text(TEXT + "Et la lettre verte, un.", encoding="utf-8")
    with pytest.raises(OriginalGone):
        original_of(generation, "notes/prix.txt")


def test_a_file_that_was_removed_is_gone(generation: Generation, folder: Path) -> None:
    (folder / "notes" / "prix.txt").unlink()
    with pytest.raises(OriginalGone):
        original_of(generation, "notes/prix.txt")


def test_a_folder_that_was_moved_takes_its_files_along(generation: Generation, folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(OriginalGone):
        original_of(generation, "notes/prix.txt")
    (tmp_path / "elsewhere").rename(folder)


@pytest.mark.parametrize(
    "name",
    ["notes/rien.txt", "absent.txt", "", "notes", "notes/", "../documents/notes/prix.txt", "notes/../notes/prix.txt"],
)
def test_what_is_no_document_is_unknown_even_where_there_is_a_file(generation: Generation, name: str) -> None:
    with pytest.raises(DocumentUnknown):
        original_of(generation, name)


def test_a_file_outside_the_folders_is_never_named(generation: Generation, folder: Path) -> None:
    outside = folder.parent / "secret.txt"
    outside.write_text(TEXT, encoding="utf-8")
    for name in ("../secret.txt", str(outside)):
        with pytest.raises(DocumentUnknown):
            original_of(generation, name)


def test_of_several_folders_the_one_in_the_name_is_meant(tmp_path: Path, quick: str) -> None:
    for name in ("lyon", "nantes"):
        (tmp_path / name / "notes").mkdir(parents=True)
        (tmp_path / name / "notes" / "prix.txt").write_text(TEXT, encoding="utf-8")  # the same bytes
    (tmp_path / "lyon" / "nantes" / "notes").mkdir(parents=True)
    (tmp_path / "lyon" / "nantes" / "notes" / "prix.txt").write_text(TEXT, encoding="utf-8")
    synchronise([tmp_path / "lyon", tmp_path / "nantes"], tmp_path / "corpus", quick)
    opened = Generation.open(tmp_path / "corpus", recipe(quick))
    for name in ("lyon", "nantes"):
        assert original_of(opened, f"{name}/notes/prix.txt") == tmp_path / name / "notes" / "prix.txt"
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
    assert original_of(opened, document) == path
    opened.close()


# --- Digests --------------------------------------------------------------------------------------------------------


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose bytes were read for a digest."""
    names: list[str] = []
    digest = hashlib.file_digest

    def noting(stream: BufferedReader, name: str) -> Any:
        names.append(Path(stream.name).name)
        return digest(stream, name)

    monkeypatch.setattr(hashlib, "file_digest", noting)
    return names


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file has just changed, by a clock that is ahead."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10_000_000_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "prix.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.mark.usefixtures("settled")
def test_a_file_that_is_the_same_is_read_once(file: Path, read: list[str]) -> None:
    digests = Digests()
    assert digests.of(file) == digests.of(file) == hashlib.sha256(TEXT.encode()).hexdigest()
    assert read == ["prix.txt"]


@pytest.mark.usefixtures("settled")
def test_a_file_changed_in_place_is_found_out_whatever_time_it_claims(file: Path) -> None:
    digests, before = Digests(), file.stat()
    first = digests.of(file)
    with file.open("r+", encoding="utf-8") as stream:
        stream.write("Le timbre vert")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns)
    assert digests.of(file) not in {first, ""}


@pytest.mark.usefixtures("settled")
def test_another_file_of_the_same_name_size_and_time_is_found_out(file: Path) -> None:
    digests, before = Digests(), file.stat()
    first = digests.of(file)
    other = file.with_name("autre.txt")
    other.write_text(TEXT.replace("rouge", "verte"), encoding="utf-8")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    assert digests.of(file) not in {first, ""}


def test_a_file_that_has_just_changed_is_read_again(file: Path, read: list[str]) -> None:
    digests = Digests()
    digests.of(file)
    digests.of(file)
    assert len(read) == 2


@pytest.mark.usefixtures("settled")
def test_a_file_that_changes_while_it_is_read_is_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests, digest = Digests(), hashlib.file_digest

    def changing(stream: BufferedReader, name: str) -> Any:
        found = digest(stream, name)
        file.write_text(TEXT.replace("rouge", "verte"), encoding="utf-8")
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(hashlib, "file_digest", changing)
        first = digests.of(file)
    assert digests.of(file) not in {first, ""}


@pytest.mark.usefixtures("settled")
def test_no_more_digests_are_kept_than_may_be(tmp_path: Path, read: list[str]) -> None:
    digests = Digests(most=2)
    for name in ("a", "b", "c"):
        (tmp_path / name).touch()
    for name in ("a", "b", "a", "c", "a", "b"):  # c takes the place of b, which was not asked for since
        digests.of(tmp_path / name)
    assert read == ["a", "b", "c", "b"]


@pytest.mark.usefixtures("settled")
def test_threads_may_share_digests(tmp_path: Path) -> None:
    digests, files = Digests(most=3), [tmp_path / str(number) for number in range(8)]
    for file in files:
        file.write_bytes(file.name.encode())
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(digests.of, files * 50))
    assert found == [hashlib.sha256(file.name.encode()).hexdigest() for file in files] * 50


def test_what_cannot_be_read_has_no_digest(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [Digests().of(tmp_path / name) for name in ("pipe", "absent", ".")] == ["", "", ""]
