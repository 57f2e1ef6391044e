"""What a synchronisation promises: the corpus is true to the folders, and one bad file never stops it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.document import text_sha256
from index.errors import (
    CorpusError,
    CorpusForeign,
    CorpusLocked,
    CorpusMissing,
    EncoderUnavailable,
    FolderUnusable,
    SourcierError,
)
from index.generation import Generation
from index.layout import WRITER_LOCK
from index.lock import writer
from index.pointer import live
from index.sync import preview, synchronise
from tests.index.corpora import dated_tree, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.index.conftest import Sync

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


# --- folder -> corpus


def test_every_document_of_the_folder_is_in_the_corpus(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)

    assert texts_of(corpus) == {
        "notes/prime.md": "# La prime\n\nUne prime d'entrée.\n",
        "offre.txt": "Ilya Sutskever a refusé l'offre de Meta.\n",
    }


def test_the_report_counts(sync: Sync, folder: Path, corpus: Path) -> None:
    report = sync(folder)

    assert (report.documents, report.chunks, report.skipped, report.unchanged) == (2, 2, (), False)
    assert live(corpus).name == report.stamp


def test_the_seeds_are_in_the_corpus_to_the_letter(seeds_corpus: Path) -> None:
    assert texts_of(seeds_corpus) == {seed.name: seed.read_bytes().decode("utf-8") for seed in SEEDS.iterdir()}


def test_each_passage_of_the_seeds_names_the_sha256_of_its_file(seeds_corpus: Path) -> None:
    generation = Generation.open(seeds_corpus)
    told = {(passage.document, passage.sha256) for passage in generation.store}
    generation.close()

    assert told == {(seed.name, hashlib.sha256(seed.read_bytes()).hexdigest()) for seed in SEEDS.iterdir()}


def test_progress_goes_from_nothing_to_all(quick: str, folder: Path, corpus: Path) -> None:
    told: list[tuple[int, int]] = []
    synchronise([folder], corpus, quick, on_progress=lambda done, total: told.append((done, total)))

    assert (told[0], told[-1]) == ((0, 2), (2, 2))
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("L'été à l’œuvre : 5 €".encode("cp1252"), "L'été à l’œuvre : 5 €"),
        (b"\xef\xbb\xbfL'\xc3\xa9t\xc3\xa9", "L'été"),
        ("L'été".encode("utf-16"), "L'été"),
        (b"Un.\r\nDeux.\rTrois.\n", "Un.\nDeux.\nTrois.\n"),
        ("L'e\u0301te\u0301".encode(), "L'été"),
    ],
    ids=["cp1252", "byte order mark", "UTF-16", "line ends", "decomposed"],
)
def test_whatever_its_encoding_a_file_is_kept_as_clean_text(
    sync: Sync, folder: Path, corpus: Path, content: bytes, text: str
) -> None:
    (folder / "a.txt").write_bytes(content)
    sync(folder)

    assert texts_of(corpus)["a.txt"] == text


def test_each_passage_names_the_sha256_of_the_clean_text(sync: Sync, folder: Path, corpus: Path) -> None:
    (folder / "a.txt").write_bytes("L'été,\r\nici.".encode("cp1252"))
    sync(folder)
    generation = Generation.open(corpus)
    told = generation.store.document("a.txt")[0].sha256
    generation.close()

    assert told == text_sha256("L'été,\nici.")


# --- nothing to do


def test_an_unchanged_folder_leaves_every_file_of_the_corpus_as_it_is(sync: Sync, folder: Path, corpus: Path) -> None:
    first = sync(folder)
    before = dated_tree(corpus, WRITER_LOCK)
    second = sync(folder)

    assert (second.unchanged, second.stamp) == (True, first.stamp)
    assert dated_tree(corpus, WRITER_LOCK) == before


def test_an_unchanged_folder_gives_the_same_counts_and_reasons(sync: Sync, folder: Path) -> None:
    (folder / "vide.txt").touch()
    first, second = sync(folder), sync(folder)

    assert (second.documents, second.chunks, second.skipped) == (first.documents, first.chunks, first.skipped)


def test_with_no_folder_named_the_recorded_ones_are_taken(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)
    (folder / "neuf.txt").write_text("Un nouveau texte.", encoding="utf-8")
    sync()

    assert "neuf.txt" in texts_of(corpus)


def test_a_folder_that_was_renamed_is_recorded_under_its_new_name(sync: Sync, folder: Path) -> None:
    before = sync(folder)
    sync(folder.rename(folder.with_name("renamed")))
    assert sync().documents == before.documents


def test_a_touched_file_is_no_change(sync: Sync, folder: Path) -> None:
    sync(folder)
    os.utime(folder / "offre.txt", (0, 0))

    assert sync(folder).unchanged


def test_when_nothing_changed_no_model_and_no_store_is_loaded(seeds_corpus: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.sync import synchronise\n"
        "report = synchronise([Path(sys.argv[1])], Path(sys.argv[2]))\n"
        "print(report.unchanged, {'torch', 'sentence_transformers', 'chromadb', 'tantivy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, SEEDS, seeds_corpus], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "True set()"


# --- changes


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a changed file": (
        lambda f: (f / "offre.txt").write_text("Un autre texte.", encoding="utf-8"),
        {"offre.txt", "notes/prime.md"},
    ),
    "an added file": (
        lambda f: (f / "neuf.txt").write_text("Un texte.", encoding="utf-8"),
        {"neuf.txt", "offre.txt", "notes/prime.md"},
    ),
    "a deleted file": (lambda f: (f / "offre.txt").unlink(), {"notes/prime.md"}),
    "a renamed file": (
        lambda f: (f / "offre.txt").rename(f / "refus.txt"),
        {"refus.txt", "notes/prime.md"},
    ),
    "a moved file": (
        lambda f: (f / "offre.txt").rename(f / "notes" / "offre.txt"),
        {"notes/offre.txt", "notes/prime.md"},
    ),
    "a renamed folder": (lambda f: (f / "notes").rename(f / "autres"), {"offre.txt", "autres/prime.md"}),
    "a file that cannot be read any more": (
        lambda f: (f / "offre.txt").write_bytes(b"\x00\x01" * 99),
        {"notes/prime.md"},
    ),
    "an added file that is no document": (
        lambda f: (f / "photo.jpg").write_bytes(b"\xff\xd8"),
        {"offre.txt", "notes/prime.md"},
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_makes_a_new_generation_that_is_true_to_the_folder(
    sync: Sync, folder: Path, corpus: Path, change: Callable[[Path], object], expected: set[str]
) -> None:
    first = sync(folder)
    change(folder)
    second = sync(folder)

    assert not second.unchanged
    assert second.stamp != first.stamp
    assert set(texts_of(corpus)) == expected


def test_after_a_change_only_the_new_generation_is_kept(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)
    (folder / "offre.txt").write_text("Un autre texte.", encoding="utf-8")
    report = sync(folder)

    assert [generation.name for generation in (corpus / "generations").iterdir()] == [report.stamp]


def test_another_encoder_makes_a_new_generation(
    sync: Sync, folder: Path, corpus: Path, quick: str, tmp_path: Path
) -> None:
    sync(folder)
    other = tmp_path / "other" / "letters"
    other.mkdir(parents=True)
    for file in Path(quick).iterdir():
        (other / file.name).write_bytes(file.read_bytes() + b" " * (file.suffix == ".json"))

    assert not synchronise([folder], corpus, str(other)).unchanged


# --- what is made again


@pytest.mark.parametrize(("module", "part", "encoded"), [("split", "splitting", 0), ("encode", "encoder", 2)])
def test_what_a_changed_recipe_makes_again_is_told(
    sync: Sync, folder: Path, monkeypatch: pytest.MonkeyPatch, *, module: str, part: str, encoded: int
) -> None:
    sync(folder)
    monkeypatch.setattr(f"index.{module}.fingerprint", lambda *_: "another")
    report = sync(folder)

    assert (report.changes.redone, report.encoded, report.encoded + report.taken_over) == ((part,), encoded, 2)
    assert sync(folder).unchanged


def test_another_text_format_reads_all_again_and_encodes_what_became_another_text(
    sync: Sync, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder)
    monkeypatch.setattr("index.sync.TEXT_FORMAT", "another")
    report = sync(folder)

    assert (report.changes.redone, report.encoded, report.taken_over) == (("text",), 0, 2)


def test_another_lexicon_is_derived_without_reading_a_file(
    sync: Sync, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder)
    monkeypatch.setattr("index.lexicon.FINGERPRINT", "another")
    report = sync(folder)

    assert (report.changes.redone, report.changes.to_read) == (("lexicon",), ())
    assert sync(folder).unchanged


def test_a_corpus_of_an_earlier_version_is_built_again(sync: Sync, folder: Path, corpus: Path) -> None:
    first = sync(folder)
    (corpus / "current.json").write_text(json.dumps({"format": 1, "generation": first.stamp}))
    report = sync(folder)

    assert (report.changes.redone, report.documents, report.encoded) == (("format",), 2, 2)


# --- what would be done


def test_a_preview_tells_what_a_synchronisation_does_and_writes_nothing(
    sync: Sync, folder: Path, corpus: Path, quick: str
) -> None:
    sync(folder)
    (folder / "offre.txt").rename(folder / "refus.txt")
    (folder / "notes" / "prime.md").write_text("Une autre prime.", encoding="utf-8")
    (folder / "neuf.txt").write_text("Un texte.", encoding="utf-8")
    before = dated_tree(corpus, WRITER_LOCK)
    told = preview([folder], corpus, quick)

    assert dated_tree(corpus, WRITER_LOCK) == before
    assert (told.added, told.changed, told.moved) == (("neuf.txt",), ("notes/prime.md",), (("offre.txt", "refus.txt"),))
    assert sync(folder).changes == told


def test_a_preview_of_a_first_synchronisation_makes_no_corpus(folder: Path, corpus: Path, quick: str) -> None:
    assert set(preview([folder], corpus, quick).added) == {"offre.txt", "notes/prime.md"}
    assert not corpus.exists()


@pytest.mark.parametrize("named", [[], ["nowhere"]])
def test_a_run_that_cannot_begin_leaves_nothing(quick: str, tmp_path: Path, named: list[str]) -> None:
    with pytest.raises(SourcierError):
        synchronise([tmp_path / name for name in named], tmp_path / "corpus", quick)
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize("content", [b"PK\x05\x06" + bytes(18), b""], ids=["a zip", "nothing"])
def test_a_first_run_that_makes_no_corpus_leaves_nothing_and_is_no_damage_to_the_next(
    sync: Sync, tmp_path: Path, corpus: Path, content: bytes
) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.zip").write_bytes(content)
    with pytest.raises(FolderUnusable):
        sync(tmp_path / "papers")
    assert not corpus.exists()
    (tmp_path / "papers" / "note.txt").write_text("Une note.", encoding="utf-8")

    assert sync(tmp_path / "papers").changes.redone == ()


def test_a_first_run_that_was_killed_is_no_damage_to_the_next(sync: Sync, folder: Path, corpus: Path) -> None:
    (corpus / "generations" / "20990101T000000Z-abcdef.partial" / "store").mkdir(parents=True)

    assert sync(folder).changes.redone == ()


def test_a_folder_without_a_text_is_refused_with_the_reasons_of_its_files(sync: Sync, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    for name in ("a", "b", "c", "d"):
        (tmp_path / "papers" / f"{name}.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "papers" / "vide.txt").touch()

    with pytest.raises(FolderUnusable) as refused:
        sync(tmp_path / "papers")
    assert str(refused.value).endswith(
        "(a.jpg, b.jpg, c.jpg and 1 more: no reader for this format; vide.txt: no text in it)."
    )


# --- what cannot be done


@pytest.mark.parametrize("kind", ["absent", "a file", "empty", "without a document"])
def test_a_folder_without_documents_is_refused_and_the_old_corpus_stays(
    sync: Sync, folder: Path, tmp_path: Path, corpus: Path, kind: str
) -> None:
    sync(folder)
    before = texts_of(corpus)
    other = tmp_path / "other"
    if kind == "a file":
        other.touch()
    elif kind != "absent":
        other.mkdir()
    if kind == "without a document":
        (other / "photo.jpg").write_bytes(b"\xff\xd8")

    with pytest.raises(FolderUnusable, match="other cannot be indexed"):
        sync(other)
    assert texts_of(corpus) == before


def test_with_no_folder_and_no_corpus_the_corpus_is_missing(sync: Sync) -> None:
    with pytest.raises(CorpusMissing, match="`sourcier index FOLDER`"):
        sync()


def test_an_unknown_encoder_is_unavailable_and_the_old_corpus_stays(sync: Sync, folder: Path, corpus: Path) -> None:
    report = sync(folder)

    with pytest.raises(EncoderUnavailable):
        synchronise([folder], corpus, "/nowhere/an-encoder")
    assert live(corpus).name == report.stamp


def test_a_corpus_that_is_being_written_is_locked(sync: Sync, folder: Path, corpus: Path) -> None:
    with writer(corpus), pytest.raises(CorpusLocked, match=rf"process {os.getpid()}"):
        sync(folder)


def test_a_folder_of_something_else_is_no_place_for_a_corpus(quick: str, folder: Path) -> None:
    before = dated_tree(folder, WRITER_LOCK)

    with pytest.raises(CorpusForeign, match="--corpus"):
        synchronise([folder], folder, quick)
    assert dated_tree(folder, WRITER_LOCK) == before


# --- damage


DAMAGES: dict[str, Callable[[Path], object]] = {
    "the pointer is garbage": lambda c: (c / "current.json").write_bytes(b"\xff"),
    "the pointer is missing": lambda c: (c / "current.json").unlink(),
    "the manifest is missing": lambda c: (live(c) / "manifest.json").unlink(),
    "the manifest is garbage": lambda c: (live(c) / "manifest.json").write_text("{"),
    "the sources are garbage": lambda c: (live(c) / "sources.json").write_text("{"),
    "the SQLite file is truncated": lambda c: os.truncate(live(c) / "store" / "chroma.sqlite3", 5_000),
    "the SQLite file is missing": lambda c: (live(c) / "store" / "chroma.sqlite3").unlink(),
    "a vector file is truncated": lambda c: os.truncate(next((live(c) / "store").glob("*/data_level0.bin")), 10),
    "a vector file is missing": lambda c: next((live(c) / "store").glob("*/header.bin")).unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_corpus_is_built_again(
    sync: Sync, folder: Path, corpus: Path, damage: Callable[[Path], object]
) -> None:
    sync(folder)
    expected = texts_of(corpus)
    damage(corpus)
    with pytest.raises(CorpusError):
        texts_of(corpus)

    assert not sync(folder).unchanged
    assert texts_of(corpus) == expected


def test_a_damaged_lexicon_is_derived_again_without_encoding(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)
    shutil.rmtree(live(corpus) / "lexicon")
    report = sync(folder)

    assert (report.changes.redone, report.encoded) == (("lexicon",), 0)
    assert sync(folder).unchanged


def test_a_store_that_turns_out_damaged_with_a_change_is_built_again(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)
    (folder / "neuf.txt").write_text("Un texte.", encoding="utf-8")
    os.truncate(next((live(corpus) / "store").glob("*/data_level0.bin")), 10)
    report = sync(folder)

    assert (report.changes.redone, report.encoded) == (("damage",), 3)
    assert set(texts_of(corpus)) == {"neuf.txt", "offre.txt", "notes/prime.md"}
