"""What a repair promises: it mends what can be proved, in a new generation, and leaves the rest as it is."""

from __future__ import annotations

import fcntl
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from index.doctor import examine
from index.document import Document
from index.draft import Draft
from index.encode import LazyEncoder
from index.errors import CorpusLocked, CorpusMismatch
from index.generation import Generation
from index.lock import writer
from index.pointer import live
from index.repair import repair
from index.seal import Source, Sources, read_sources
from index.split import split
from index.sync import recipe, synchronise
from tests.index.corpora import TEXTS, dated_tree, second_generation
from tests.index.damages import CURED, spoil, told, vector_file

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("quick_trial")


@pytest.fixture
def corpus(indexed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(indexed, tmp_path / "corpus")


@pytest.fixture
def encoder(quick: str) -> LazyEncoder:
    return LazyEncoder(quick)


def answers(corpus: Path) -> Any:
    generation = Generation.open(corpus)
    try:
        passages = {passage.id: passage for passage in generation.store}
        vectors = {name: vector.tolist() for name, vector in generation.store.vectors(list(passages)).items()}
        return passages, vectors, len(generation.lexicon), generation.spelling.restore("meta")
    finally:
        generation.close()


@pytest.mark.parametrize(
    "name", [name for name, (_, cures) in CURED.items() if not {"index", "person"} & set(cures.values())]
)
def test_what_can_be_mended_answers_as_before(corpus: Path, encoder: LazyEncoder, name: str) -> None:
    before = answers(corpus)
    CURED[name][0](corpus)

    assert repair(corpus, encoder).findings == ()
    assert answers(corpus) == before


def test_a_title_that_was_not_encoded_is_not_encoded_by_a_repair(
    tmp_path: Path, quick: str, encoder: LazyEncoder
) -> None:
    corpus = tmp_path / "corpus"
    note = Document("note.txt", "Le service ferme à midi.", "Note", "", "note.txt", is_title_told=False)
    chunks = split(note)
    with writer(corpus):
        draft = Draft(corpus)
        draft.store.add(note, chunks, encoder.open().encode_passages([chunk.encoded for chunk in chunks]))
        draft.publish(recipe(quick), [tmp_path], Sources(files={"note.txt": Source(sha256="0", size=1)}))
    before = answers(corpus)
    spoil(vector_file(corpus))

    assert repair(corpus, encoder).findings == ()
    assert answers(corpus) == before


def test_a_repair_is_a_new_generation_and_the_damaged_one_is_gone(corpus: Path, encoder: LazyEncoder) -> None:
    damaged = live(corpus)
    spoil(vector_file(corpus))
    repair(corpus, encoder)
    assert [indexed_folder.name for indexed_folder in (corpus / "generations").iterdir()] == [live(corpus).name]
    assert live(corpus) != damaged


def test_a_whole_corpus_is_not_touched_by_a_repair(corpus: Path, encoder: LazyEncoder) -> None:
    before = dated_tree(corpus)
    repair(corpus, encoder)
    assert dated_tree(corpus) == before


def test_only_lost_vectors_cost_an_encoder(corpus: Path, encoder: LazyEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LazyEncoder, "open", None)
    for name in ("sources.json", "spelling.json"):
        spoil(live(corpus) / name)
    assert repair(corpus, encoder).findings == ()


def test_progress_goes_from_nothing_to_all(corpus: Path, encoder: LazyEncoder) -> None:
    spoil(vector_file(corpus))
    seen: list[tuple[int, int]] = []
    chunks = repair(corpus, encoder, lambda done, total: seen.append((done, total))).chunks
    assert (seen[0], seen[-1]) == ((0, chunks), (chunks, chunks))


def test_another_encoder_mends_no_vectors(corpus: Path, quick: str, tmp_path: Path) -> None:
    other = shutil.copytree(quick, tmp_path / "other" / "letters")
    (other / "more.txt").touch()
    spoil(vector_file(corpus))
    before = dated_tree(live(corpus))
    with pytest.raises(CorpusMismatch):
        repair(corpus, LazyEncoder(str(other)))
    assert dated_tree(live(corpus)) == before


def test_vectors_of_another_way_of_splitting_are_made_again_by_index_only(
    corpus: Path, encoder: LazyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(vector_file(corpus))
    monkeypatch.setattr("index.split.NEIGHBOUR", 3)  # as a later version may have it
    assert told(repair(corpus, encoder)) == {"vectors": "index"}


def test_a_text_whose_hash_does_not_prove_what_was_encoded_is_not_encoded(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(vector_file(corpus))
    monkeypatch.setattr("index.split.encoded_texts", lambda _document, places: [""] * len(places))
    assert told(examine(corpus)) == {"vectors": "index"}


def test_after_lost_sources_the_next_index_reads_every_file_again(
    corpus: Path, indexed_folder: Path, quick: str, encoder: LazyEncoder
) -> None:
    spoil(live(corpus) / "sources.json")
    repair(corpus, encoder)
    assert {source.sha256 for source in read_sources(corpus, live(corpus)).files.values()} == {""}
    report = synchronise([indexed_folder], corpus, quick)
    assert (set(report.changes.changed), report.encoded) == (set(TEXTS), 0)


def test_a_repair_keeps_since_when_each_file_is_held(
    corpus: Path, encoder: LazyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_sources(corpus, live(corpus))
    monkeypatch.setattr("index.seal.moment", lambda: "2126-03-12T09:30:00Z")
    spoil(vector_file(corpus))
    repair(corpus, encoder)
    assert all(source.updated for source in before.files.values())
    assert read_sources(corpus, live(corpus)) == before


def test_after_lost_sources_it_is_not_made_up_since_when_a_file_is_held(
    corpus: Path, indexed_folder: Path, quick: str, encoder: LazyEncoder
) -> None:
    spoil(live(corpus) / "sources.json")
    repair(corpus, encoder)
    synchronise([indexed_folder], corpus, quick)
    assert {source.updated for source in read_sources(corpus, live(corpus)).files.values()} == {""}


@pytest.mark.parametrize("is_damaged", [False, True], ids=["whole", "mendable"])
def test_where_the_live_generation_is_lost_an_older_one_serves(
    corpus: Path, indexed_folder: Path, quick: str, tmp_path: Path, encoder: LazyEncoder, *, is_damaged: bool
) -> None:
    kept = second_generation(corpus, indexed_folder, quick, tmp_path)
    if is_damaged:
        spoil(corpus / "generations" / kept / "spelling.json")
    (live(corpus) / "manifest.json").unlink()
    assert told(examine(corpus)) == {"manifest": "point", "leftover": "none"}
    assert repair(corpus, encoder).findings == ()
    assert (live(corpus).name == kept) is not is_damaged


def test_where_nothing_can_be_mended_nothing_is_changed(corpus: Path, encoder: LazyEncoder) -> None:
    os.truncate(live(corpus) / "store" / "chroma.sqlite3", 9_000)
    before = dated_tree(corpus)
    assert repair(corpus, encoder).must_be_indexed
    assert dated_tree(corpus) == before


def test_a_corpus_that_is_being_written_is_not_repaired(corpus: Path, encoder: LazyEncoder) -> None:
    spoil(live(corpus) / "spelling.json")
    with writer(corpus), pytest.raises(CorpusLocked):
        repair(corpus, encoder)


def test_a_generation_that_is_read_still_is_left_alone(
    corpus: Path, indexed_folder: Path, quick: str, tmp_path: Path, encoder: LazyEncoder
) -> None:
    kept = corpus / "generations" / second_generation(corpus, indexed_folder, quick, tmp_path)
    with (kept / "lease.lock").open() as lease:
        fcntl.flock(lease, fcntl.LOCK_SH)
        assert told(repair(corpus, encoder)) == {"leftover": "none"}
    assert (kept / "manifest.json").exists()
