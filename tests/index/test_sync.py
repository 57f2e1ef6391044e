"""What a synchronisation promises: the corpus is true to the folders, and one bad file never stops it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import hnsw
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
from index.generation import Generation, live, writer
from index.limits import Limits
from index.parsing import Parser
from index.store import removed_share
from index.sync import Report, preview, synchronise

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


Sync = Callable[..., Report]


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    """A parser that stays open: to start its process takes a second."""
    with Parser() as opened:
        yield opened


@pytest.fixture
def sync(quick: str, parser: Parser, tmp_path: Path) -> Sync:
    """Synchronise tmp_path/corpus with folders, by the quick encoder."""

    def run(*folders: Path, limits: Limits | Parser = parser) -> Report:
        return synchronise(folders, tmp_path / "corpus", quick, limits=limits)

    return run


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    (made / "notes").mkdir(parents=True)
    (made / "offre.txt").write_text("Ilya Sutskever a refusé l'offre de Meta.\n", encoding="utf-8")
    (made / "notes" / "prime.md").write_text("# La prime\n\nUne prime d'entrée.\n", encoding="utf-8")
    return made


def texts(corpus: Path) -> dict[str, str]:
    """Every document of a corpus with its text, put together from its passages."""
    generation = Generation.open(corpus)
    try:
        names = {passage.document for passage in generation.store}
        return {name: "".join(p.text for p in generation.store.document(name)) for name in sorted(names)}
    finally:
        generation.close()


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        file.relative_to(folder).as_posix(): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file() and file.name != "writer.lock"
    }


# --- folder -> corpus


def test_every_document_of_the_folder_is_in_the_corpus(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)

    assert texts(corpus) == {
        "notes/prime.md": "# La prime\n\nUne prime d'entrée.\n",
        "offre.txt": "Ilya Sutskever a refusé l'offre de Meta.\n",
    }


def test_the_report_counts(sync: Sync, folder: Path, corpus: Path) -> None:
    report = sync(folder)

    assert (report.documents, report.chunks, report.skipped, report.unchanged) == (2, 2, (), False)
    assert live(corpus).name == report.stamp


def test_the_seeds_are_in_the_corpus_to_the_letter(seeds_corpus: Path) -> None:
    assert texts(seeds_corpus) == {seed.name: seed.read_bytes().decode("utf-8") for seed in SEEDS.iterdir()}


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


def test_more_documents_than_are_encoded_at_once_are_all_kept(sync: Sync, tmp_path: Path, corpus: Path) -> None:
    (tmp_path / "many").mkdir()
    expected = {f"{number}.txt": f"Voici la phrase du document {number}. " * 3_000 for number in range(5)}
    for name, text in expected.items():
        (tmp_path / "many" / name).write_text(text, encoding="utf-8")
    report = sync(tmp_path / "many")

    assert report.chunks > 512
    assert texts(corpus) == expected


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

    assert texts(corpus)["a.txt"] == text


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
    before = tree(corpus)
    second = sync(folder)

    assert (second.unchanged, second.stamp) == (True, first.stamp)
    assert tree(corpus) == before


def test_an_unchanged_folder_gives_the_same_counts_and_reasons(sync: Sync, folder: Path) -> None:
    (folder / "vide.txt").touch()
    first, second = sync(folder), sync(folder)

    assert (second.documents, second.chunks, second.skipped) == (first.documents, first.chunks, first.skipped)


def test_with_no_folder_named_the_recorded_ones_are_taken(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)
    (folder / "neuf.txt").write_text("Un nouveau texte.", encoding="utf-8")
    sync()

    assert "neuf.txt" in texts(corpus)


def test_a_folder_that_was_renamed_is_recorded_under_its_new_name(sync: Sync, folder: Path) -> None:
    before = sync(folder)
    sync(folder.rename(folder.with_name("renamed")))
    assert sync().documents == before.documents


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
    assert set(texts(corpus)) == expected


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


# --- only what changed is encoded


def vectors(corpus: Path) -> dict[str, NDArray[np.float32]]:
    generation = Generation.open(corpus)
    try:
        return generation.store.vectors([passage.id for passage in generation.store])
    finally:
        generation.close()


def on_disk(corpus: Path) -> bytes:
    return b"".join(file.read_bytes() for file in corpus.rglob("*") if file.is_file())


def test_of_a_change_only_the_changed_text_is_encoded(sync: Sync, folder: Path) -> None:
    sync(folder)
    (folder / "offre.txt").write_text("Un autre texte.", encoding="utf-8")
    report = sync(folder)

    assert (report.encoded, report.taken_over) == (1, 0)
    assert report.changes.changed == ("offre.txt",)


@pytest.mark.parametrize("new", ["notes/offre.txt", "Autre nom.txt", "autre/dossier/offre.text"])
def test_a_file_that_moves_is_not_encoded_and_keeps_its_vectors(
    sync: Sync, folder: Path, corpus: Path, new: str
) -> None:
    sync(folder)
    before = vectors(corpus)
    (folder / new).parent.mkdir(parents=True, exist_ok=True)
    (folder / "offre.txt").rename(folder / new)
    report = sync(folder)

    assert (report.changes.moved, report.encoded, report.taken_over) == ((("offre.txt", new),), 0, 1)
    assert vectors(corpus)[f"{new}#0"] == pytest.approx(before["offre.txt#0"], abs=1e-3)  # a hair aside, by its name


def test_a_file_whose_only_title_is_its_name_is_not_encoded_when_it_is_renamed(sync: Sync, folder: Path) -> None:
    (folder / "12.txt").write_text("Date : 2 juillet 2025\n", encoding="utf-8")  # nothing here reads like a title
    sync(folder)
    (folder / "12.txt").rename(folder / "treize.txt")

    assert sync(folder).encoded == 0


def test_the_same_text_in_two_places_is_encoded_once_and_both_places_are_kept(
    sync: Sync, folder: Path, corpus: Path
) -> None:
    (folder / "copie.txt").write_bytes((folder / "offre.txt").read_bytes())
    report = sync(folder)

    assert (report.encoded, report.taken_over, report.documents) == (2, 1, 3)
    assert texts(corpus)["copie.txt"] == texts(corpus)["offre.txt"]


def test_of_a_text_in_many_places_each_is_found(sync: Sync, folder: Path, corpus: Path) -> None:
    for number in range(120):
        (folder / f"{number}.txt").write_text("Le même texte partout.", encoding="utf-8")
    report = sync(folder)

    assert (report.encoded, report.taken_over) == (3, 119)
    generation = Generation.open(corpus)
    known = generation.store.vectors([passage.id for passage in generation.store])
    assert all(max(generation.store.nearest(vector, 1).values()) > 0.999 for vector in known.values())
    assert len({vector.tobytes() for vector in known.values()}) == 122
    generation.close()


def test_a_copy_that_is_added_later_is_not_encoded(sync: Sync, folder: Path) -> None:
    sync(folder)
    (folder / "copie.txt").write_bytes((folder / "offre.txt").read_bytes())

    assert sync(folder).encoded == 0


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


def test_when_most_was_removed_the_store_is_written_afresh_without_encoding(
    sync: Sync, folder: Path, corpus: Path
) -> None:
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"Voici le texte numéro {number}.", encoding="utf-8")
    sync(folder)
    for number in range(15):
        (folder / f"{number}.txt").unlink()
    report = sync(folder)

    assert (report.documents, report.encoded) == (7, 0)
    assert removed_share(live(corpus) / "store") == 0.0


def test_while_little_was_removed_the_store_is_a_copy(sync: Sync, folder: Path, corpus: Path) -> None:
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"Voici le texte numéro {number}.", encoding="utf-8")
    sync(folder)
    (folder / "3.txt").unlink()
    sync(folder)

    assert 0.0 < removed_share(live(corpus) / "store") < 0.1


@pytest.mark.parametrize("change", ["deleted", "changed", "moved"])
def test_of_a_text_that_left_the_folder_nothing_is_left_on_the_disk(
    sync: Sync, folder: Path, corpus: Path, change: str
) -> None:
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"Voici le texte numéro {number}.", encoding="utf-8")
    (folder / "zanzibar.txt").write_text("Le trésor est enfoui sous le baobab.", encoding="utf-8")
    sync(folder)
    gone = vectors(corpus)["zanzibar.txt#0"]
    assert b"baobab" in on_disk(corpus)
    if change == "deleted":
        (folder / "zanzibar.txt").unlink()
    elif change == "changed":
        (folder / "zanzibar.txt").write_text("Il n'y a rien.", encoding="utf-8")
    else:
        (folder / "zanzibar.txt").rename(folder / "pemba.txt")
    sync(folder)

    assert (b"baobab" in on_disk(corpus)) == (change == "moved")
    assert (b"zanzibar" in on_disk(corpus)) == (change == "changed")
    (graph,) = hnsw.graphs(live(corpus) / "store")
    held = np.ascontiguousarray(graph.elements[:, graph.vector]).view(np.float32)
    assert ((held @ gone).max() > 0.9999) == (change == "moved")


def test_what_memory_held_while_a_corpus_was_built_is_not_on_the_disk(sync: Sync, folder: Path, corpus: Path) -> None:
    sync(folder)
    (folder / "notes" / "prime.md").unlink()
    sync(folder)
    for graph in hnsw.graphs(live(corpus) / "store"):
        for name, used in (("data_level0.bin", graph.elements.nbytes), ("length.bin", 4 * len(graph))):
            beyond = (graph.folder / name).read_bytes()[used:]
            assert beyond
            assert not any(beyond), name


def test_what_was_erased_is_gone_when_its_last_reader_has_closed(sync: Sync, folder: Path, corpus: Path) -> None:
    (folder / "zanzibar.txt").write_text("Le trésor est enfoui sous le baobab.", encoding="utf-8")
    sync(folder)
    reader = Generation.open(corpus)
    (folder / "zanzibar.txt").unlink()
    sync(folder)
    assert reader.store.document("zanzibar.txt")[0].text.endswith("baobab.")
    reader.close()

    assert b"baobab" not in on_disk(corpus)


def test_a_preview_tells_what_a_synchronisation_does_and_writes_nothing(
    sync: Sync, folder: Path, corpus: Path, quick: str
) -> None:
    sync(folder)
    (folder / "offre.txt").rename(folder / "refus.txt")
    (folder / "notes" / "prime.md").write_text("Une autre prime.", encoding="utf-8")
    (folder / "neuf.txt").write_text("Un texte.", encoding="utf-8")
    before = tree(corpus)
    told = preview([folder], corpus, quick)

    assert tree(corpus) == before
    assert (told.added, told.changed, told.moved) == (("neuf.txt",), ("notes/prime.md",), (("offre.txt", "refus.txt"),))
    assert sync(folder).changes == told


def test_a_preview_of_a_first_synchronisation_makes_no_corpus(folder: Path, corpus: Path, quick: str) -> None:
    assert set(preview([folder], corpus, quick).added) == {"offre.txt", "notes/prime.md"}
    assert not corpus.exists()


def test_a_file_that_was_skipped_is_read_again_only_with_other_limits(sync: Sync, folder: Path) -> None:
    (folder / "grand.txt").write_bytes(b"Un texte. " * 200_000)
    first = sync(folder, limits=Limits(megabytes=1))
    second = sync(folder, limits=Limits(megabytes=1))
    third = sync(folder, limits=Limits(megabytes=3))

    assert [skipped.reason for skipped in first.skipped] == ["it is larger than 1 MB"]
    assert second.unchanged
    assert (third.skipped, third.documents) == ((), 3)


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
    assert set(texts(corpus)) == {"neuf.txt", "offre.txt", "notes/prime.md"}


# --- what is left out, and why


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
    assert set(texts(corpus)) == {"offre.txt", "notes/prime.md"}


@pytest.mark.parametrize("name", [".cache.txt", ".git/config.txt", "notes/.brouillon/a.txt", ".#offre.txt"])
def test_hidden_files_and_folders_are_left_out(sync: Sync, folder: Path, corpus: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("Un texte.", encoding="utf-8")
    report = sync(folder)

    assert report.skipped == ()
    assert set(texts(corpus)) == {"offre.txt", "notes/prime.md"}


def test_a_corpus_inside_the_folder_is_not_indexed(quick: str, folder: Path) -> None:
    synchronise([folder], folder / "corpus", quick)
    again = synchronise([folder], folder / "corpus", quick)

    assert (again.unchanged, again.skipped) == (True, ())


def test_a_link_to_a_file_is_followed_and_one_to_nothing_is_left_out(sync: Sync, folder: Path, corpus: Path) -> None:
    (folder / "lien.txt").symlink_to(folder / "offre.txt")
    (folder / "rompu.txt").symlink_to(folder / "absent.txt")
    sync(folder)

    assert set(texts(corpus)) == {"lien.txt", "offre.txt", "notes/prime.md"}


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


@pytest.mark.parametrize("named", [[], ["nowhere"]])
def test_a_run_that_cannot_begin_leaves_nothing(quick: str, tmp_path: Path, named: list[str]) -> None:
    with pytest.raises(SourcierError):
        synchronise([tmp_path / name for name in named], tmp_path / "corpus", quick)
    assert not (tmp_path / "corpus").exists()


def test_a_link_that_goes_round_in_circles_ends(sync: Sync, folder: Path) -> None:
    (folder / "notes" / "encore").symlink_to(folder, target_is_directory=True)

    assert sync(folder).documents == 2


@pytest.mark.parametrize("name", ["l'été « à » l'œuvre.txt", "a#1.txt", "un\nsaut.txt", "100 %.txt", "-option.txt"])
def test_a_file_of_any_name_is_kept_under_its_name(sync: Sync, folder: Path, corpus: Path, name: str) -> None:
    (folder / name).write_text("Un texte.", encoding="utf-8")
    sync(folder)

    assert texts(corpus)[name] == "Un texte."


def test_a_file_whose_name_is_not_utf_8_is_kept_under_a_name_that_shows_its_bytes(
    sync: Sync, folder: Path, corpus: Path
) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Un texte.", encoding="utf-8")
    sync(folder)

    assert texts(corpus)["caf\\xe9.txt"] == "Un texte."


# --- several folders


def test_documents_of_several_folders_have_their_folders_names(
    sync: Sync, folder: Path, tmp_path: Path, corpus: Path
) -> None:
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives" / "offre.txt").write_text("Une vieille offre.", encoding="utf-8")
    sync(folder, tmp_path / "archives")

    assert set(texts(corpus)) == {"documents/offre.txt", "documents/notes/prime.md", "archives/offre.txt"}


def test_two_folders_of_the_same_name_are_refused(sync: Sync, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "autre" / "documents").mkdir(parents=True)

    with pytest.raises(FolderUnusable, match="the same name"):
        sync(folder, tmp_path / "autre" / "documents")


# --- what cannot be done


@pytest.mark.parametrize("kind", ["absent", "a file", "empty", "without a document"])
def test_a_folder_without_documents_is_refused_and_the_old_corpus_stays(
    sync: Sync, folder: Path, tmp_path: Path, corpus: Path, kind: str
) -> None:
    sync(folder)
    before = texts(corpus)
    other = tmp_path / "other"
    if kind == "a file":
        other.touch()
    elif kind != "absent":
        other.mkdir()
    if kind == "without a document":
        (other / "photo.jpg").write_bytes(b"\xff\xd8")

    with pytest.raises(FolderUnusable, match="other cannot be indexed"):
        sync(other)
    assert texts(corpus) == before


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
    before = tree(folder)

    with pytest.raises(CorpusForeign, match="--corpus"):
        synchronise([folder], folder, quick)
    assert tree(folder) == before


def test_a_build_that_fails_leaves_the_old_corpus_and_nothing_else(
    sync: Sync, folder: Path, corpus: Path, quick: str
) -> None:
    report = sync(folder)
    (folder / "neuf.txt").write_text("Un texte.", encoding="utf-8")

    def interrupted(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synchronise([folder], corpus, quick, on_progress=interrupted)
    assert [generation.name for generation in (corpus / "generations").iterdir()] == [report.stamp]


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
    expected = texts(corpus)
    damage(corpus)
    with pytest.raises(CorpusError):
        texts(corpus)

    assert not sync(folder).unchanged
    assert texts(corpus) == expected
