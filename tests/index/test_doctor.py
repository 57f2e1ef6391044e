"""What the doctor promises: it names what is wrong, with its cure, and never fails."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from index.doctor import examine
from index.errors import CorpusMissing
from index.lock import writer
from index.pointer import live
from tests.index.corpora import TEXTS, second_generation
from tests.index.damages import CURED, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("quick_trial")


@pytest.fixture
def corpus(indexed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(indexed, tmp_path / "corpus")


def test_a_whole_corpus_has_no_findings_and_its_counts(corpus: Path, indexed_folder: Path) -> None:
    diagnosis = examine(corpus)

    assert diagnosis.findings == ()
    assert (diagnosis.stamp, diagnosis.documents, diagnosis.folders) == (
        live(corpus).name,
        len(TEXTS),
        (str(indexed_folder.resolve()),),
    )


def test_where_there_is_nothing_the_corpus_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing):
        examine(tmp_path / "none")


@pytest.mark.parametrize(("damage", "expected"), CURED.values(), ids=CURED)
def test_what_is_wrong_is_named_with_its_cure(
    corpus: Path, damage: Callable[[Path], object], expected: dict[str, str]
) -> None:
    damage(corpus)
    assert told(examine(corpus)) == expected


def test_without_a_manifest_it_is_not_known_how_much_there_is(corpus: Path) -> None:
    (live(corpus) / "manifest.json").unlink()
    diagnosis = examine(corpus)
    assert (diagnosis.documents, diagnosis.chunks) == (None, None)


def test_a_generation_in_the_place_of_another_must_be_indexed_again(
    corpus: Path, indexed_folder: Path, quick: str, tmp_path: Path
) -> None:
    kept = corpus / "generations" / second_generation(corpus, indexed_folder, quick, tmp_path)
    shutil.rmtree(live(corpus))
    kept.rename(live(corpus))
    assert [(found.code, found.cure, found.detail) for found in examine(corpus).findings] == [
        ("manifest", "index", "manifest.json is another generation's")
    ]


def test_the_folders_to_index_are_told_by_what_is_left(corpus: Path, indexed_folder: Path) -> None:
    (corpus / "current.json").write_text("{")
    os.truncate(live_by_hand(corpus) / "store" / "chroma.sqlite3", 9_000)
    diagnosis = examine(corpus)

    assert (diagnosis.must_be_indexed, diagnosis.folders) == (True, (str(indexed_folder.resolve()),))


def live_by_hand(corpus: Path) -> Path:
    return next((corpus / "generations").iterdir())


def test_a_finding_says_what_happened_and_what_to_do(corpus: Path) -> None:
    (live(corpus) / "manifest.json").unlink()
    assert [str(finding) for finding in examine(corpus).findings] == [
        "manifest.json is not the seal of this generation (it is missing): nothing proves what is in it. "
        "It must be made again: `sourcier index FOLDER`."
    ]


def test_leftovers_and_the_writer_are_told_and_do_no_harm(
    corpus: Path, indexed_folder: Path, quick: str, tmp_path: Path
) -> None:
    kept = second_generation(corpus, indexed_folder, quick, tmp_path)
    (corpus / "generations" / "20200101T000000Z-abcdef.partial").mkdir()
    assert told(examine(corpus)) == {"leftover": "remove"}
    with writer(corpus):
        diagnosis = examine(corpus)
    assert diagnosis.is_whole
    assert [(finding.code, finding.cure) for finding in diagnosis.findings] == [
        ("writer", "none"),
        ("leftover", "none"),
    ]
    assert diagnosis.findings[1].part == f"generations/{kept}"
    assert f"process {os.getpid()}" in diagnosis.findings[0].detail


def test_too_little_space_is_told(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(corpus)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=1_000))
    diagnosis = examine(corpus)
    assert (told(diagnosis), diagnosis.is_whole) == ({"space": "person"}, True)


@pytest.mark.parametrize(("bits", "expected"), [(os.R_OK, {"forbidden": "person"}), (os.W_OK, {"readonly": "none"})])
def test_what_may_not_be_read_or_written_is_told(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, bits: int, expected: dict[str, str]
) -> None:
    # Root, who runs the tests in a container, is never refused.
    monkeypatch.setattr(os, "access", lambda _path, wanted, **_options: not wanted & bits)
    assert told(examine(corpus)) == expected
