"""What a corpus promises of its moments: since when it holds each file as it is, whatever is made again."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from index.generation import Generation
from index.layout import MANIFEST, SOURCES, WRITER_LOCK
from index.limits import Limits
from index.pointer import live
from index.seal import file_sha256, read_manifest, read_sources
from tests.index.corpora import dated_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.index.conftest import Sync

FIRST, THEN = "2026-03-01T09:30:00Z", "2026-03-12T09:30:00Z"
OFFRE, PRIME = "offre.txt", "notes/prime.md"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock by which a corpus notes when it takes a file; it stands at FIRST."""

    def stand(moment: str) -> None:
        monkeypatch.setattr("index.seal.moment", lambda: moment)

    stand(FIRST)
    return stand


def updated(corpus: Path) -> dict[str, str]:
    return {name: source.updated for name, source in read_sources(corpus, live(corpus)).files.items()}


def without_moments(corpus: Path) -> None:
    """Make a corpus what it was before moments were noted."""
    file = live(corpus) / SOURCES
    sources = json.loads(file.read_bytes())
    for source in sources["files"].values():
        del source["updated"]
    file.write_text(json.dumps(sources), encoding="utf-8")
    manifest = read_manifest(corpus, live(corpus))
    files = manifest.files | {SOURCES: file_sha256(file)}
    (live(corpus) / MANIFEST).write_text(manifest.model_copy(update={"files": files}).model_dump_json())


def test_the_moment_of_a_file_is_that_when_it_was_taken(
    sync: Sync, folder: Path, corpus: Path, at: Callable[[str], None]
) -> None:
    sync(folder)
    at(THEN)
    (folder / OFFRE).write_text("Un autre texte.", encoding="utf-8")
    (folder / "neuf.txt").write_text("Un texte.", encoding="utf-8")
    sync(folder)

    assert updated(corpus) == {PRIME: FIRST, OFFRE: THEN, "neuf.txt": THEN}


def test_the_moment_is_told_of_the_real_clock(sync: Sync, folder: Path, corpus: Path) -> None:
    before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    sync(folder)

    assert all(before <= moment <= read_manifest(corpus, live(corpus)).built for moment in updated(corpus).values())


def test_a_copy_that_is_added_has_its_own_moment(
    sync: Sync, folder: Path, corpus: Path, at: Callable[[str], None]
) -> None:
    sync(folder)
    at(THEN)
    (folder / "copie.txt").write_bytes((folder / OFFRE).read_bytes())
    sync(folder)

    assert updated(corpus) == {PRIME: FIRST, OFFRE: FIRST, "copie.txt": THEN}


def test_a_file_that_moves_keeps_its_moment(
    sync: Sync, folder: Path, corpus: Path, at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder)
    at(THEN)
    (folder / OFFRE).rename(folder / "notes" / "refus.txt")
    sync(folder)
    assert updated(corpus) == {PRIME: FIRST, "notes/refus.txt": FIRST}

    (folder / "notes" / "refus.txt").rename(folder / OFFRE)
    monkeypatch.setattr("index.encode.fingerprint", lambda _name: "another")  # and is encoded again
    sync(folder)
    assert updated(corpus) == {PRIME: FIRST, OFFRE: FIRST}


def test_a_file_that_moves_and_changes_has_another_moment(
    sync: Sync, folder: Path, corpus: Path, at: Callable[[str], None]
) -> None:
    sync(folder)
    at(THEN)
    (folder / OFFRE).rename(folder / "refus.txt")
    (folder / "refus.txt").write_text("Un autre texte.", encoding="utf-8")
    sync(folder)

    assert updated(corpus) == {PRIME: FIRST, "refus.txt": THEN}


REDONE: dict[str, tuple[str, Callable[[Path, pytest.MonkeyPatch], object]]] = {
    "another encoder": ("encoder", lambda _, patch: patch.setattr("index.encode.fingerprint", lambda _name: "another")),
    "another splitting": ("splitting", lambda _, patch: patch.setattr("index.split.fingerprint", lambda: "another")),
    "another lexicon": ("lexicon", lambda _, patch: patch.setattr("index.lexicon.FINGERPRINT", "another")),
    "another text format": ("text", lambda _, patch: patch.setattr("index.sync.TEXT_FORMAT", "another")),
    "a damaged store": (
        "damage",
        lambda corpus, _: os.truncate(next((live(corpus) / "store").glob("*/data_level0.bin")), 10),
    ),
}


@pytest.mark.parametrize(("redone", "change"), REDONE.values(), ids=REDONE)
def test_whatever_is_made_again_a_file_that_has_not_changed_keeps_its_moment(
    sync: Sync,
    folder: Path,
    corpus: Path,
    at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    *,
    redone: str,
    change: Callable[[Path, pytest.MonkeyPatch], object],
) -> None:
    sync(folder)
    at(THEN)
    change(corpus, monkeypatch)

    assert sync(folder).changes.redone == (redone,)
    assert updated(corpus) == {PRIME: FIRST, OFFRE: FIRST}


def test_a_file_that_was_left_out_is_held_since_it_is_a_document(
    sync: Sync, folder: Path, corpus: Path, at: Callable[[str], None]
) -> None:
    (folder / "grand.txt").write_bytes(b"Un texte. " * 200_000)
    sync(folder, limits=Limits(megabytes=1))
    assert updated(corpus) == {PRIME: FIRST, OFFRE: FIRST, "grand.txt": ""}
    at(THEN)
    sync(folder, limits=Limits(megabytes=3))
    assert updated(corpus) == {PRIME: FIRST, OFFRE: FIRST, "grand.txt": THEN}


def test_a_corpus_of_before_moments_were_noted_is_up_to_date(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)
    without_moments(corpus)
    Generation.open(corpus).close()
    before = dated_tree(corpus, WRITER_LOCK)

    assert sync(folder).unchanged
    assert dated_tree(corpus, WRITER_LOCK) == before


def test_of_a_corpus_of_before_only_what_changes_has_a_moment(
    sync: Sync, folder: Path, corpus: Path, at: Callable[[str], None]
) -> None:
    sync(folder)
    without_moments(corpus)
    at(THEN)
    (folder / OFFRE).write_text("Un autre texte.", encoding="utf-8")
    sync(folder)

    assert updated(corpus) == {PRIME: "", OFFRE: THEN}
