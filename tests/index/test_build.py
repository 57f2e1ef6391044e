"""What a build promises: only what changed is encoded, and of what left the folder nothing is left on the disk."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import hnsw, parsing
from index.errors import DocumentUnreadable
from index.generation import Generation
from index.parsing import Parser
from index.pointer import live
from index.retry import KILLED
from index.skipped import Skipped
from index.store_files import removed_share
from index.sync import synchronise
from tests.index.corpora import texts_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.limits import Limits
    from tests.index.conftest import Sync


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


def test_more_documents_than_are_encoded_at_once_are_all_kept(sync: Sync, tmp_path: Path, corpus: Path) -> None:
    (tmp_path / "many").mkdir()
    expected = {f"{number}.txt": f"Voici la phrase du document {number}. " * 3_000 for number in range(5)}
    for name, text in expected.items():
        (tmp_path / "many" / name).write_text(text, encoding="utf-8")
    report = sync(tmp_path / "many")

    assert report.chunks > 512
    assert texts_of(corpus) == expected


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
    assert texts_of(corpus)["copie.txt"] == texts_of(corpus)["offre.txt"]


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


# --- files that cannot be read for a reason that may pass


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files; whoever reads one of them is killed before it can answer."""
    names: list[str] = []
    ask = parsing._Child.ask

    def asked(child: parsing._Child, request: bytes, limits: Limits) -> parsing.Parsed | parsing.Refused:
        if any(name.encode() in request for name in names):
            os.kill(child._process.pid, signal.SIGKILL)
            child._process.wait()
        return ask(child, request, limits)

    monkeypatch.setattr(parsing._Child, "ask", asked)
    return names


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that take too long; each try is noted behind them."""
    names: list[str] = []
    parse = Parser.parse

    def parsed(parser: Parser, path: Path, root: Path, prefix: str = "") -> parsing.Parsed:
        if path.name in names:
            names.append("tried")
            raise DocumentUnreadable(reason=f"it takes more than {parser.limits.seconds:g} seconds to read")
        return parse(parser, path, root, prefix)

    monkeypatch.setattr(Parser, "parse", parsed)
    return names


def edited(folder: Path) -> None:
    (folder / "offre.txt").write_text("Une autre offre.", encoding="utf-8")


def test_a_document_whose_reading_is_killed_keeps_its_former_text_and_says_why(
    sync: Sync, folder: Path, corpus: Path, kills: list[str]
) -> None:
    sync(folder)
    edited(folder)
    kills.append("offre.txt")
    report = sync(folder)

    assert (report.documents, report.skipped) == (2, ())
    assert report.unread == (Skipped("offre.txt", KILLED),)
    assert "Sutskever" in texts_of(corpus)["offre.txt"]


def test_while_it_is_killed_each_time_no_new_generation_is_made(sync: Sync, folder: Path, kills: list[str]) -> None:
    sync(folder)
    edited(folder)
    kills.append("offre.txt")
    first, second = sync(folder), sync(folder)

    assert (second.unchanged, second.stamp, second.unread) == (True, first.stamp, first.unread)


@pytest.mark.parametrize("is_new", [True, False])
def test_what_was_killed_once_is_read_at_the_next_look_though_nobody_edits_it(
    sync: Sync, folder: Path, corpus: Path, kills: list[str], *, is_new: bool
) -> None:
    name = "neuf.txt" if is_new else "offre.txt"
    sync(folder)
    (folder / name).write_text("Une autre offre.", encoding="utf-8")
    kills.append(name)
    sync(folder)
    kills.clear()
    report = sync(folder)

    assert (report.skipped, report.unread) == ((), ())
    assert texts_of(corpus)[name] == "Une autre offre."
    assert sync(folder).unchanged


def test_a_file_that_becomes_again_what_the_corpus_holds_is_no_longer_told(
    sync: Sync, folder: Path, kills: list[str]
) -> None:
    sync(folder)
    before = (folder / "offre.txt").read_bytes()
    edited(folder)
    kills.append("offre.txt")
    sync(folder)
    kills.clear()
    (folder / "offre.txt").write_bytes(before)

    assert sync(folder).unread == ()


def test_a_document_that_could_not_be_read_goes_with_its_file(
    sync: Sync, folder: Path, corpus: Path, kills: list[str]
) -> None:
    sync(folder)
    edited(folder)
    kills.append("offre.txt")
    sync(folder)
    (folder / "offre.txt").unlink()
    report = sync(folder)

    assert (report.unread, set(texts_of(corpus))) == ((), {"notes/prime.md"})
    assert b"Sutskever" not in on_disk(corpus)


def test_a_document_that_could_not_be_read_goes_when_its_file_turns_out_to_be_none(
    sync: Sync, folder: Path, corpus: Path, kills: list[str]
) -> None:
    sync(folder)
    edited(folder)
    kills.append("offre.txt")
    sync(folder)
    kills.clear()
    (folder / "offre.txt").write_bytes(b"\x00\x01" * 99)

    assert [skipped.path for skipped in sync(folder).skipped] == ["offre.txt"]
    assert set(texts_of(corpus)) == {"notes/prime.md"}


def test_the_former_text_stays_when_the_store_is_written_afresh(
    sync: Sync, folder: Path, corpus: Path, kills: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder)
    monkeypatch.setattr("index.split.fingerprint", lambda: "another")
    kills.append("offre.txt")
    report = sync(folder)

    assert report.unread == (Skipped("offre.txt", KILLED),)
    assert "Sutskever" in texts_of(corpus)["offre.txt"]
    kills.clear()
    assert sync(folder).unread == ()


def test_with_another_encoder_what_cannot_be_read_is_listed_and_comes_back(
    sync: Sync, folder: Path, corpus: Path, kills: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder)
    monkeypatch.setattr("index.encode.fingerprint", lambda *_: "another")
    kills.append("offre.txt")
    assert sync(folder).skipped == (Skipped("offre.txt", KILLED),)
    kills.clear()

    assert (sync(folder).skipped, set(texts_of(corpus))) == ((), {"offre.txt", "notes/prime.md"})


def test_what_takes_too_long_is_tried_once_more_at_the_next_look_and_then_not_at_each(
    sync: Sync, folder: Path, corpus: Path, slow: list[str]
) -> None:
    sync(folder)
    edited(folder)
    slow.append("offre.txt")
    told = [sync(folder).unread for _look in range(4)]

    assert slow.count("tried") == 2
    assert told == [(Skipped("offre.txt", "it takes more than 60 seconds to read"),)] * 4
    assert "Sutskever" in texts_of(corpus)["offre.txt"]


def test_what_took_too_long_once_is_read_at_the_next_look(
    sync: Sync, folder: Path, corpus: Path, slow: list[str]
) -> None:
    sync(folder)
    edited(folder)
    slow.append("offre.txt")
    sync(folder)
    slow.clear()
    report = sync(folder)

    assert (report.unread, texts_of(corpus)["offre.txt"]) == ((), "Une autre offre.")
