"""What an open generation promises: it is whole, or refused; what is derived is derived again; nothing is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from index.draft import Draft
from index.errors import (
    CorpusError,
    CorpusIncomplete,
    CorpusMismatch,
    CorpusUnreadable,
)
from index.generation import Generation
from index.layout import SQLITE
from index.lock import writer
from index.pointer import live
from index.seal import Source, Sources
from tests.index.corpora import NEW, OLD, RECIPE, fill, found, opened, publish, sources, texts, tree
from tests.index.damages import (
    edit,
    flip,
    replaced_by_a_file,
    replaced_by_a_folder,
    write_pointer,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def corpus(handmade: Path, tmp_path: Path) -> Path:
    return shutil.copytree(handmade, tmp_path / "corpus")


# --- a whole corpus


def test_what_was_published_is_read(corpus: Path) -> None:
    with opened(corpus) as generation:
        assert texts(generation) == OLD
        assert found(generation, "refusé") == ["offre.txt#0"]
        assert generation.spelling.restore("meta") == "Meta"


def test_a_generation_tells_since_when_it_holds_each_document(tmp_path: Path) -> None:
    moment = "2026-03-12T09:30:00Z"
    with writer(tmp_path / "corpus"):
        draft = Draft(tmp_path / "corpus")
        fill(draft, OLD)
        known = sources(OLD).files | {"offre.txt": Source(sha256="0", size=1, updated=moment)}
        draft.publish(RECIPE, [tmp_path], Sources(files=known))
    with opened(tmp_path / "corpus") as generation:
        assert generation.updated == {"offre.txt": moment}


def test_where_that_cannot_be_read_any_more_it_is_logged_and_not_known(
    corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(corpus) as generation:
        (live(corpus) / "sources.json").write_text("{")
        assert generation.updated == {}
        assert generation.updated == {}
    assert caplog.text.count("sources.json is not a list of files") == 1


@pytest.mark.parametrize("moment", ["hier", "2026-03-12", "2026-03-12T09:30:00+01:00", "2026-03-12T09:30:00Z\n"])
def test_what_is_no_moment_is_no_source(moment: str) -> None:
    with pytest.raises(ValidationError):
        Source(sha256="0", size=1, updated=moment)


def test_reading_a_corpus_leaves_its_seal_whole(corpus: Path) -> None:
    for _time in range(3):
        with opened(corpus) as generation:
            assert texts(generation) == OLD


def test_the_same_corpus_is_read_twice_at_once(corpus: Path) -> None:
    with opened(corpus) as first:
        with opened(corpus) as second:
            assert texts(second) == OLD
        assert texts(first) == OLD


def test_its_own_recipe_is_accepted(corpus: Path) -> None:
    with opened(corpus, RECIPE) as generation:
        assert generation.manifest.recipe == RECIPE


@pytest.mark.parametrize("part", ["encoder", "splitting", "text", "lexicon"])
def test_another_recipe_is_refused(corpus: Path, part: str) -> None:
    other = RECIPE.model_copy(update={part: "another"})

    with pytest.raises(CorpusMismatch, match="`sourcier index`"):
        Generation.open(corpus, other)


def test_a_generation_in_the_place_of_another_is_refused(corpus: Path, tmp_path: Path) -> None:
    kept = shutil.copytree(live(corpus), tmp_path / "kept")
    publish(corpus, NEW)
    shutil.rmtree(live(corpus))
    shutil.copytree(kept, live(corpus))

    with pytest.raises(CorpusUnreadable, match=r"manifest.json is another generation's"):
        Generation.open(corpus)


# --- a damaged one

DAMAGES: dict[str, tuple[type[CorpusError], Callable[[Path], object]]] = {
    "the manifest is missing": (CorpusIncomplete, lambda c: (live(c) / "manifest.json").unlink()),
    "the pointer points at nothing": (CorpusUnreadable, lambda c: write_pointer(c, generation="20250101T000000Z")),
    "the generation is missing": (CorpusUnreadable, lambda c: shutil.rmtree(live(c))),
    "the manifest is garbage": (CorpusUnreadable, lambda c: (live(c) / "manifest.json").write_bytes(b"\x00{")),
    "the manifest is a folder": (
        CorpusUnreadable,
        lambda c: replaced_by_a_folder(live(c) / "manifest.json"),
    ),
    "the manifest does not say complete": (
        CorpusUnreadable,
        lambda c: edit(live(c) / "manifest.json", '"complete": true', '"complete": false'),
    ),
    "the manifest has another count": (
        CorpusUnreadable,
        lambda c: edit(live(c) / "manifest.json", '"chunks": 3', '"chunks": 4'),
    ),
    "the sources are missing": (CorpusUnreadable, lambda c: (live(c) / "sources.json").unlink()),
    "the sources are garbage": (CorpusUnreadable, lambda c: (live(c) / "sources.json").write_text("{")),
    "the sources were edited": (CorpusUnreadable, lambda c: edit(live(c) / "sources.json", '"0"', '"1"')),
    "the store is missing": (CorpusUnreadable, lambda c: shutil.rmtree(live(c) / "store")),
    "the SQLite file is missing": (CorpusUnreadable, lambda c: (live(c) / "store" / SQLITE).unlink()),
    "the SQLite file is truncated": (CorpusUnreadable, lambda c: os.truncate(live(c) / "store" / SQLITE, 5_000)),
    "the SQLite file is empty": (CorpusUnreadable, lambda c: os.truncate(live(c) / "store" / SQLITE, 0)),
    "the SQLite file is garbage": (CorpusUnreadable, lambda c: (live(c) / "store" / SQLITE).write_bytes(b"x" * 5_000)),
    "a stored text was edited": (
        CorpusUnreadable,
        lambda c: edit(live(c) / "store" / SQLITE, "Une prime d'entrée.", "Une prime d'entraî."),
    ),
    **{
        f"a byte flipped in {name}": (
            CorpusUnreadable,
            lambda c, name=name: flip(next((live(c) / "store").glob(f"*/{name}"))),  # type: ignore[misc]
        )
        for name in ("data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin", "link_lists.bin")
    },
    "a vector file is missing": (
        CorpusUnreadable,
        lambda c: next((live(c) / "store").glob("*/data_level0.bin")).unlink(),
    ),
}


@pytest.mark.parametrize(("error", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_corpus_is_refused_with_its_own_error(
    corpus: Path, error: type[CorpusError], damage: Callable[[Path], object]
) -> None:
    damage(corpus)

    with pytest.raises(CorpusError, match="`sourcier index FOLDER`") as raised:
        Generation.open(corpus)
    assert type(raised.value) is error


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_corpus_is_mended_by_a_new_build(corpus: Path, name: str) -> None:
    DAMAGES[name][1](corpus)
    publish(corpus, NEW)

    with opened(corpus) as generation:
        assert texts(generation) == NEW


# --- what is derived from the store


DERIVED: dict[str, Callable[[Path], object]] = {
    "the lexicon is missing": lambda g: shutil.rmtree(g / "lexicon"),
    "the lexicon is a file": lambda g: replaced_by_a_file(g / "lexicon"),
    "the lexicon's description is garbage": lambda g: (g / "lexicon" / "meta.json").write_text("{"),
    "the lexicon's terms are truncated": lambda g: os.truncate(next((g / "lexicon").glob("*.term")), 20),
    "the lexicon's names are truncated": lambda g: os.truncate(next((g / "lexicon").glob("*.store")), 20),
    "the lexicon's lists are missing": lambda g: next((g / "lexicon").glob("*.idx")).unlink(),
    "the lexicon's positions are missing": lambda g: next((g / "lexicon").glob("*.pos")).unlink(),
    **{
        f"a byte flipped in the lexicon's {suffix}": lambda g, s=suffix: flip(next((g / "lexicon").glob(f"*.{s}")))  # type: ignore[misc]
        for suffix in ("fast", "term", "idx", "store", "fieldnorm")
    },
    "the spellings were edited": lambda g: edit(g / "spelling.json", '"refuse"', '"refxse"'),
    "the spellings are missing": lambda g: (g / "spelling.json").unlink(),
    "the spellings are garbage": lambda g: (g / "spelling.json").write_bytes(b"\xff{"),
    "the spellings are a list": lambda g: (g / "spelling.json").write_text("[]"),
}


@pytest.mark.parametrize("damage", DERIVED.values(), ids=DERIVED)
def test_what_is_derived_from_the_store_is_derived_again(corpus: Path, damage: Callable[[Path], object]) -> None:
    damage(live(corpus))

    with opened(corpus) as generation:
        assert found(generation, "refusé") == ["offre.txt#0"]
        assert generation.spelling.restore("que dit meta a l entree ?") == "Que dit Meta a l'entrée ?"


def test_what_is_derived_again_is_logged(corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(live(corpus) / "lexicon")
    with opened(corpus):
        pass

    assert "rebuilt from the store" in caplog.text


# --- a corpus that may not be written


@pytest.fixture
def read_only(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The corpus as somebody sees it who may not write it: root, who runs the tests in a container, always may."""
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and access(path, mode))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return corpus


def test_a_read_only_corpus_is_read(read_only: Path) -> None:
    with opened(read_only) as generation:
        assert texts(generation) == OLD


def test_a_read_only_corpus_stays_byte_for_byte(read_only: Path) -> None:
    before = {file: (content, (read_only / file).stat().st_mtime_ns) for file, content in tree(read_only).items()}
    with opened(read_only) as generation:
        texts(generation)

    after = {file: (content, (read_only / file).stat().st_mtime_ns) for file, content in tree(read_only).items()}
    assert after == before


def test_a_corpus_on_a_read_only_disk_is_read_and_stays_byte_for_byte(corpus: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk is not permitted here")
    try:
        shutil.copytree(corpus, disk / "corpus")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        before = tree(disk)
        with opened(disk / "corpus") as generation:
            assert found(generation, "refusé") == ["offre.txt#0"]
        assert tree(disk) == before
    finally:
        subprocess.run(["umount", disk], check=True)


def test_the_private_copy_of_a_read_only_corpus_goes_with_its_reader(read_only: Path, tmp_path: Path) -> None:
    with opened(read_only):
        assert list((tmp_path / "temporary").iterdir())

    assert not list((tmp_path / "temporary").iterdir())
