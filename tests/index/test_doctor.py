"""What the doctor promises: it names what is wrong, changes nothing by looking, never fails, and mends what it can."""

from __future__ import annotations

import fcntl
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from index import doctor, doctor_child
from index.doctor import Diagnosis, examine, repair
from index.document import Document
from index.encode import LazyEncoder
from index.errors import CorpusLocked, CorpusMismatch, CorpusMissing
from index.generation import Draft, Generation, live, writer
from index.seal import Source, Sources, read_manifest, read_sources, sealed_files
from index.split import split
from index.sync import recipe, synchronise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TEXTS = {
    "offre.txt": "Ilya Sutskever a refusé l'offre de Meta.\n",
    "prime.md": f"# La prime\n\n{'Elle est versée. ' * 40}\n\n## Le montant\n\n{'Elle est de cent euros. ' * 30}\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("documents") / "documents"
    made.mkdir()
    for name, text in TEXTS.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, folder: Path, quick: str) -> Path:
    """A corpus to be copied, not changed."""
    corpus = tmp_path_factory.mktemp("made") / "corpus"
    synchronise([folder], corpus, quick)
    return corpus


@pytest.fixture
def corpus(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "corpus")


@pytest.fixture
def encoder(quick: str) -> LazyEncoder:
    return LazyEncoder(quick)


@pytest.fixture
def real_trial() -> None:
    """For a test that needs the doctor's trial in a process of its own."""


@pytest.fixture(autouse=True)
def trial(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere, try the parts in this process: to start another takes seconds."""

    def here(folder: Path, parts: Sequence[str]) -> tuple[dict[str, str], str]:
        chunks = read_manifest(folder, folder).chunks
        return {part: doctor_child.trouble(part, folder, chunks) for part in parts}, ""

    if "real_trial" not in request.fixturenames:
        monkeypatch.setattr(doctor, "_trial", here)


def vector_file(corpus: Path) -> Path:
    return next((live(corpus) / "store").glob("*/data_level0.bin"))


def spoil(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"?")


def told(diagnosis: Diagnosis) -> dict[str, str]:
    """The cures by what is wrong."""
    return {finding.code: finding.cure for finding in diagnosis.findings}


def answers(corpus: Path) -> Any:
    generation = Generation.open(corpus)
    try:
        passages = {passage.id: passage for passage in generation.store}
        vectors = {name: vector.tolist() for name, vector in generation.store.vectors(list(passages)).items()}
        return passages, vectors, len(generation.lexicon), generation.spelling.restore("meta")
    finally:
        generation.close()


def tree(corpus: Path) -> dict[str, tuple[bytes, int]]:
    return {
        file.relative_to(corpus).as_posix(): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in corpus.rglob("*")
        if file.is_file()
    }


def second_generation(corpus: Path, folder: Path, quick: str, tmp_path: Path) -> str:
    """Add an older generation that is whole, as a reader would keep it; return its stamp."""
    kept = live(corpus)
    shutil.copytree(kept, tmp_path / "kept")
    synchronise([shutil.copytree(folder, tmp_path / "elsewhere")], corpus, quick)
    shutil.copytree(tmp_path / "kept", kept, dirs_exist_ok=True)
    return kept.name


# --- looking


@pytest.mark.usefixtures("real_trial")
def test_a_whole_corpus_has_no_findings_and_its_counts(corpus: Path, folder: Path) -> None:
    diagnosis = examine(corpus)

    assert diagnosis.findings == ()
    assert (diagnosis.stamp, diagnosis.documents, diagnosis.folders) == (
        live(corpus).name,
        len(TEXTS),
        (str(folder.resolve()),),
    )


@pytest.mark.usefixtures("real_trial")
def test_to_look_changes_nothing(corpus: Path) -> None:
    before = tree(corpus)
    examine(corpus)
    assert tree(corpus) == before


def test_where_there_is_nothing_the_corpus_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing):
        examine(tmp_path / "none")


DAMAGES: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "no pointer": (lambda c: (c / "current.json").unlink(), {"pointer": "point", "leftover": "none"}),
    "a pointer to nothing": (
        lambda c: (c / "current.json").write_text('{"format": 2, "generation": "none"}'),
        {"pointer": "point", "leftover": "none"},
    ),
    "an older layout": (
        lambda c: (c / "current.json").write_text('{"format": 1, "generation": "x"}'),
        {"outdated": "index"},
    ),
    "a newer layout": (
        lambda c: (c / "current.json").write_text('{"format": 3, "generation": "x"}'),
        {"foreign": "person"},
    ),
    "no manifest": (lambda c: (live(c) / "manifest.json").unlink(), {"manifest": "index"}),
    "the sources": (lambda c: spoil(live(c) / "sources.json"), {"sources": "compare"}),
    "no lease": (lambda c: (live(c) / "lease.lock").unlink(), {"lease": "derive"}),
    "the vectors": (lambda c: spoil(vector_file(c)), {"vectors": "encode"}),
    "the texts": (lambda c: os.truncate(live(c) / "store" / "chroma.sqlite3", 9_000), {"texts": "index"}),
    "the lexicon": (lambda c: spoil(live(c) / "lexicon" / "meta.json"), {"lexicon": "derive"}),
    "the spellings": (lambda c: (live(c) / "spelling.json").unlink(), {"spelling": "derive"}),
    "two parts": (
        lambda c: [*map(spoil, (live(c) / "spelling.json", vector_file(c)))],
        {"spelling": "derive", "vectors": "encode"},
    ),
}


@pytest.mark.parametrize(("damage", "expected"), DAMAGES.values(), ids=DAMAGES)
def test_what_is_wrong_is_named_with_its_cure(
    corpus: Path, damage: Callable[[Path], object], expected: dict[str, str]
) -> None:
    damage(corpus)
    assert told(examine(corpus)) == expected


def test_the_folders_to_index_are_told_by_what_is_left(corpus: Path, folder: Path) -> None:
    (corpus / "current.json").write_text("{")
    os.truncate(live_by_hand(corpus) / "store" / "chroma.sqlite3", 9_000)
    diagnosis = examine(corpus)

    assert (diagnosis.must_be_indexed, diagnosis.folders) == (True, (str(folder.resolve()),))


def live_by_hand(corpus: Path) -> Path:
    return next((corpus / "generations").iterdir())


def test_a_finding_says_what_happened_and_what_to_do(corpus: Path) -> None:
    (live(corpus) / "manifest.json").unlink()
    assert [str(finding) for finding in examine(corpus).findings] == [
        "manifest.json is not the seal of this generation (it is missing): nothing proves what is in it. "
        "It must be made again: `sourcier index FOLDER`."
    ]


@pytest.mark.usefixtures("real_trial")
def test_the_death_of_the_process_that_reads_is_a_finding(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_START", "import os; os.kill(os.getpid(), 11)")
    (finding,) = examine(corpus).findings
    assert (finding.code, finding.part, finding.detail) == (
        "vectors",
        "store",
        "the process that read it ended by SIGSEGV",
    )


@pytest.mark.usefixtures("real_trial")
def test_a_process_that_does_not_end_is_a_finding(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_START", "import time; time.sleep(60)")
    monkeypatch.setattr(doctor, "_TRIAL_SECONDS", 0.2)
    assert [finding.detail for finding in examine(corpus).findings] == ["the process that read it was stopped"]


@pytest.mark.usefixtures("real_trial")
def test_a_graph_of_nothing_is_found_even_if_it_was_sealed(corpus: Path) -> None:
    file = vector_file(corpus)
    file.write_bytes(bytes(file.stat().st_size))
    reseal(corpus)
    assert told(examine(corpus)) == {"vectors": "encode"}


def reseal(corpus: Path) -> None:
    manifest = read_manifest(corpus, live(corpus))
    files = {name: sha for name, sha in sealed_files(live(corpus)).items() if name != "manifest.json"}
    fresh = manifest.model_copy(update={"files": files})
    (live(corpus) / "manifest.json").write_text(fresh.model_dump_json())


def test_leftovers_and_the_writer_are_told_and_do_no_harm(
    corpus: Path, folder: Path, quick: str, tmp_path: Path
) -> None:
    kept = second_generation(corpus, folder, quick, tmp_path)
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


def test_a_generation_that_is_read_still_is_left_alone(
    corpus: Path, folder: Path, quick: str, tmp_path: Path, encoder: LazyEncoder
) -> None:
    kept = corpus / "generations" / second_generation(corpus, folder, quick, tmp_path)
    with (kept / "lease.lock").open() as lease:
        fcntl.flock(lease, fcntl.LOCK_SH)
        assert told(repair(corpus, encoder)) == {"leftover": "none"}
    assert (kept / "manifest.json").exists()


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


# --- mending


@pytest.mark.parametrize(
    "name", [name for name, (_, cures) in DAMAGES.items() if not {"index", "person"} & set(cures.values())]
)
def test_what_can_be_mended_answers_as_before(corpus: Path, encoder: LazyEncoder, name: str) -> None:
    before = answers(corpus)
    DAMAGES[name][0](corpus)

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
    assert [folder.name for folder in (corpus / "generations").iterdir()] == [live(corpus).name]
    assert live(corpus) != damaged


def test_a_whole_corpus_is_not_touched_by_a_repair(corpus: Path, encoder: LazyEncoder) -> None:
    before = tree(corpus)
    repair(corpus, encoder)
    assert tree(corpus) == before


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
    before = tree(live(corpus))
    with pytest.raises(CorpusMismatch):
        repair(corpus, LazyEncoder(str(other)))
    assert tree(live(corpus)) == before


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
    corpus: Path, folder: Path, quick: str, encoder: LazyEncoder
) -> None:
    spoil(live(corpus) / "sources.json")
    repair(corpus, encoder)
    assert {source.sha256 for source in read_sources(corpus, live(corpus)).files.values()} == {""}
    report = synchronise([folder], corpus, quick)
    assert (set(report.changes.changed), report.encoded) == (set(TEXTS), 0)


@pytest.mark.parametrize("is_damaged", [False, True], ids=["whole", "mendable"])
def test_where_the_live_generation_is_lost_an_older_one_serves(
    corpus: Path, folder: Path, quick: str, tmp_path: Path, encoder: LazyEncoder, *, is_damaged: bool
) -> None:
    kept = second_generation(corpus, folder, quick, tmp_path)
    if is_damaged:
        spoil(corpus / "generations" / kept / "spelling.json")
    (live(corpus) / "manifest.json").unlink()
    assert told(examine(corpus)) == {"manifest": "point", "leftover": "none"}
    assert repair(corpus, encoder).findings == ()
    assert (live(corpus).name == kept) is not is_damaged


def test_where_nothing_can_be_mended_nothing_is_changed(corpus: Path, encoder: LazyEncoder) -> None:
    os.truncate(live(corpus) / "store" / "chroma.sqlite3", 9_000)
    before = tree(corpus)
    assert repair(corpus, encoder).must_be_indexed
    assert tree(corpus) == before


def test_a_corpus_that_is_being_written_is_not_repaired(corpus: Path, encoder: LazyEncoder) -> None:
    spoil(live(corpus) / "spelling.json")
    with writer(corpus), pytest.raises(CorpusLocked):
        repair(corpus, encoder)
