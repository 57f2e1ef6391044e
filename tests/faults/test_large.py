"""Many files and large ones: what is too large is refused at once, and what is not is read."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from index import scan as scanning
from index.seal import file_sha256
from index.sync import synchronise
from tests.faults.conftest import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.conftest import Opened, Sync


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.long)])
def test_many_files_are_all_documents_and_one_more_is_the_only_one_that_is_encoded(
    tmp_path: Path, quick: str, opened: Opened, count: int
) -> None:
    folder, corpus = tmp_path / "documents", tmp_path / "corpus"
    for number in range(count):
        write(folder / str(number % 100) / f"{number}.txt", f"Le document de numéro {number}.")
    first = synchronise([folder], corpus, quick)
    write(folder / "neuf.txt", "Un texte de plus.")
    second = synchronise([folder], corpus, quick)

    assert (first.documents, first.encoded, first.skipped) == (count, count, ())
    assert (second.documents, second.encoded) == (count + 1, 1)
    read = opened(corpus).texts
    assert {read[f"{n % 100}/{n}.txt"] for n in range(count)} == {f"Le document de numéro {n}.\n" for n in range(count)}


@pytest.mark.parametrize("size", [pytest.param(200_000_000, marks=pytest.mark.long), 3_000_000_000])
def test_a_file_that_is_too_large_is_refused_without_being_read(
    folder: Path, tmp_path: Path, quick: str, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    (folder / "grand.txt").write_text("Un grand texte.", encoding="utf-8")
    os.truncate(folder / "grand.txt", size)
    read: list[str] = []

    def hashed(file: Path) -> str:
        read.append(file.name)
        return file_sha256(file)

    monkeypatch.setattr(scanning, "file_sha256", hashed)
    report = synchronise([folder], tmp_path / "corpus", quick)

    assert report.documents == 3
    assert [(skipped.path, skipped.reason) for skipped in report.skipped] == [("grand.txt", "it is larger than 100 MB")]
    assert "grand.txt" not in read
    assert synchronise([folder], tmp_path / "corpus", quick).unchanged


@pytest.mark.long
def test_a_text_of_200_megabytes_is_given_up_in_time_and_the_rest_is_indexed(
    folder: Path, tmp_path: Path, sync: Sync, opened: Opened
) -> None:
    line = "Voici une phrase parmi bien d'autres, qui dit ce qu'elle a à dire.\n".encode()
    (folder / "grand.txt").write_bytes(line * (200_000_000 // len(line)))
    report = sync(tmp_path / "corpus", folder, limits={"megabytes": 300})

    assert report.documents == 3, report
    assert re.fullmatch(r"it takes more than (60 seconds|2000 MB) to read", report.skipped["grand.txt"])
    assert len(opened(tmp_path / "corpus").texts) == 3


@pytest.mark.long
def test_a_text_of_20_megabytes_is_a_document_to_the_letter(
    folder: Path, tmp_path: Path, quick: str, opened: Opened
) -> None:
    lines = (f"Voici la phrase de numéro {number}, qui dit ce qu'elle a à dire." for number in range(320_000))
    (folder / "grand.txt").write_text("\n".join(lines), encoding="utf-8")
    assert (folder / "grand.txt").stat().st_size > 20_000_000
    report = synchronise([folder], tmp_path / "corpus", quick)

    assert (report.documents, report.skipped) == (4, ())
    assert opened(tmp_path / "corpus").texts["grand.txt"] == (folder / "grand.txt").read_text(encoding="utf-8")
