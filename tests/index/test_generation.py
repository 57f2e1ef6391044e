"""What a corpus on disk promises: whole or refused, never written to while live, whatever happens to its writer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.document import Chunk, Document
from index.errors import (
    CorpusError,
    CorpusForeign,
    CorpusIncomplete,
    CorpusLocked,
    CorpusMismatch,
    CorpusMissing,
    CorpusOutdated,
    CorpusUnreadable,
    CorpusUnwritable,
)
from index.generation import Draft, Generation, live, writer
from index.seal import Manifest, Recipe, Source, Sources, read_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).parents[2]
RECIPE = Recipe(encoder="handmade", splitting="by hand", text="nfc-1", lexicon="french-1")
OLD = {"offre.txt": ["Ilya Sutskever a refusé ", "l'offre de Meta."], "prime.txt": ["Une prime d'entrée."]}
NEW = {"musee.txt": ["Le musée ouvre ", "ses portes ", "aux écoliers."]}
SQLITE = "chroma.sqlite3"


def fill(draft: Draft, documents: dict[str, list[str]]) -> None:
    for name, texts in documents.items():
        whole = Document(id=name, text="".join(texts), title=name, date="2025-07", origin=name)
        ends = np.cumsum([len(text) for text in texts]).tolist()
        chunks = [
            Chunk(name, number, end - len(text), end, text, "", text)
            for number, (text, end) in enumerate(zip(texts, ends, strict=True))
        ]
        raw = np.random.default_rng(len(name)).normal(size=(len(texts), 8))
        draft.store.add(whole, chunks, (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32))


def publish(corpus: Path, documents: dict[str, list[str]]) -> Manifest:
    with writer(corpus):
        draft = Draft(corpus)
        fill(draft, documents)
        return draft.publish(RECIPE, [corpus.parent], sources(documents))


def sources(documents: Iterable[str]) -> Sources:
    return Sources(files=dict.fromkeys(documents, Source(sha256="0", size=1)))


def texts(generation: Generation) -> dict[str, list[str]]:
    names = {passage.document for passage in generation.store}
    return {name: [passage.text for passage in generation.store.document(name)] for name in sorted(names)}


def found(generation: Generation, words: str) -> list[str]:
    return [match.id for match in generation.lexicon.search(words, 5)]


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def without_sqlite(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if not name.endswith(SQLITE)}


def generations(corpus: Path) -> list[str]:
    return sorted(folder.name for folder in (corpus / "generations").iterdir())


@contextmanager
def opened(corpus: Path, recipe: Recipe | None = None) -> Iterator[Generation]:
    generation = Generation.open(corpus, recipe)
    try:
        yield generation
    finally:
        generation.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus to be copied, not changed."""
    corpus = tmp_path_factory.mktemp("made") / "corpus"
    publish(corpus, OLD)
    return corpus


@pytest.fixture
def corpus(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "corpus")


# --- a whole corpus


def test_what_was_published_is_read(corpus: Path) -> None:
    with opened(corpus) as generation:
        assert texts(generation) == OLD
        assert found(generation, "refusé") == ["offre.txt#0"]
        assert generation.spelling.restore("meta") == "Meta"


def test_the_manifest_tells_what_was_published(tmp_path: Path) -> None:
    manifest = publish(tmp_path / "corpus", OLD)

    assert (manifest.documents, manifest.chunks, manifest.recipe) == (2, 3, RECIPE)
    assert manifest.folders == (str(tmp_path.resolve()),)
    assert live(tmp_path / "corpus").name == manifest.stamp


def test_the_sources_come_back(corpus: Path) -> None:
    assert read_sources(corpus, live(corpus)) == sources(OLD)


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
def test_another_recipe_is_refused_naming_both(corpus: Path, part: str) -> None:
    other = RECIPE.model_copy(update={part: "another"})

    with pytest.raises(CorpusMismatch, match=r"handmade.*another.*`sourcier index FOLDER`"):
        Generation.open(corpus, other)


def test_a_build_of_what_does_not_read_back_leaves_the_old_corpus_live(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.Store.share_found", lambda *_: 0.5)
    with writer(corpus):
        draft = Draft(corpus)
        whole = Document(id="a.txt", text="ab", title="", date="", origin="")
        vectors = np.eye(2, 8, dtype=np.float32)
        draft.store.add(whole, [Chunk("a.txt", n, n, n + 1, "ab"[n], "", "") for n in range(2)], vectors)
        with pytest.raises(CorpusUnreadable, match="does not read back"):
            draft.publish(RECIPE, [], sources(["a.txt"]))
        draft.discard()

    with opened(corpus) as generation:
        assert texts(generation) == OLD


# --- what is no corpus, or a damaged one


def write_pointer(corpus: Path, **values: object) -> None:
    (corpus / "current.json").write_text(json.dumps({"format": 2, "generation": live(corpus).name} | values))


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def emptied(corpus: Path) -> None:
    shutil.rmtree(corpus)
    corpus.mkdir()


def emptied_but_for_the_lock(corpus: Path) -> None:
    emptied(corpus)
    (corpus / "writer.lock").touch()


def replaced_by_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("une note")


def replaced_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def replaced_by_other_files(corpus: Path) -> None:
    emptied(corpus)
    (corpus / "photo.jpg").write_bytes(b"\xff\xd8")


def half_built_first(corpus: Path) -> None:
    emptied(corpus)
    (corpus / "generations" / "20250101T000000Z-000000.partial" / "store").mkdir(parents=True)


DAMAGES: dict[str, tuple[type[CorpusError], Callable[[Path], object]]] = {
    "the folder is missing": (CorpusMissing, shutil.rmtree),
    "the folder is empty": (CorpusMissing, emptied),
    "a writer came and went": (CorpusMissing, emptied_but_for_the_lock),
    "the first build was not finished": (CorpusIncomplete, half_built_first),
    "the pointer is missing": (CorpusIncomplete, lambda c: (c / "current.json").unlink()),
    "the manifest is missing": (CorpusIncomplete, lambda c: (live(c) / "manifest.json").unlink()),
    "the folder is a file": (CorpusForeign, replaced_by_a_file),
    "the folder holds other files": (CorpusForeign, replaced_by_other_files),
    "the format is a later one": (CorpusForeign, lambda c: write_pointer(c, format=3)),
    "the format is an earlier one": (CorpusOutdated, lambda c: write_pointer(c, format=1)),
    "the pointer is garbage": (CorpusUnreadable, lambda c: (c / "current.json").write_bytes(b"\xff\x00garbage")),
    "the pointer is empty": (CorpusUnreadable, lambda c: (c / "current.json").write_bytes(b"")),
    "the pointer is a list": (CorpusUnreadable, lambda c: (c / "current.json").write_text("[1]")),
    "the pointer is a folder": (
        CorpusUnreadable,
        lambda c: replaced_by_a_folder(c / "current.json"),
    ),
    "the pointer points outside": (CorpusUnreadable, lambda c: write_pointer(c, generation="../../etc")),
    "the pointer points above": (CorpusUnreadable, lambda c: write_pointer(c, generation="..")),
    "the pointer names nothing": (CorpusUnreadable, lambda c: write_pointer(c, generation="")),
    "the pointer holds a zero byte": (CorpusUnreadable, lambda c: write_pointer(c, generation="a\0b")),
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


def edit(file: Path, old: str, new: str) -> None:
    content = file.read_bytes()
    assert old.encode() in content
    file.write_bytes(content.replace(old.encode(), new.encode()))


@pytest.mark.parametrize(("error", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_corpus_is_refused_with_its_own_error(
    corpus: Path, error: type[CorpusError], damage: Callable[[Path], object]
) -> None:
    damage(corpus)

    with pytest.raises(CorpusError, match="`sourcier index FOLDER`") as raised:
        Generation.open(corpus)
    assert type(raised.value) is error


FOREIGN = ["the folder is a file", "the folder holds other files"]


@pytest.mark.parametrize("name", [name for name in DAMAGES if name not in (*FOREIGN, "the pointer is a folder")])
def test_a_damaged_corpus_is_mended_by_a_new_build(corpus: Path, name: str) -> None:
    DAMAGES[name][1](corpus)
    publish(corpus, NEW)

    with opened(corpus) as generation:
        assert texts(generation) == NEW


@pytest.mark.parametrize("name", FOREIGN)
def test_nothing_is_written_among_files_of_something_else(corpus: Path, name: str) -> None:
    DAMAGES[name][1](corpus)
    before = corpus.read_bytes() if corpus.is_file() else tree(corpus)

    with pytest.raises(CorpusForeign, match=r"--corpus"):
        publish(corpus, NEW)
    assert (corpus.read_bytes() if corpus.is_file() else tree(corpus)) == before


def test_where_no_folder_can_be_made_the_corpus_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises((CorpusUnwritable, CorpusForeign), match=r"--corpus"):
        publish(tmp_path / "file" / "corpus", OLD)


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


# --- readers, and a writer meanwhile


def test_an_open_generation_stays_readable_when_a_new_one_is_published(corpus: Path) -> None:
    with opened(corpus) as reader:
        publish(corpus, NEW)

        assert texts(reader) == OLD
        assert found(reader, "refusé") == ["offre.txt#0"]


def test_a_generation_that_is_read_is_kept_on_disk(corpus: Path) -> None:
    with opened(corpus) as reader:
        fresh = publish(corpus, NEW)

        assert generations(corpus) == sorted([reader.folder.name, fresh.stamp])


def test_a_generation_that_nobody_reads_any_more_goes_with_the_next_one(corpus: Path) -> None:
    with opened(corpus):
        publish(corpus, NEW)
    last = publish(corpus, NEW)

    assert generations(corpus) == [last.stamp]


def test_a_generation_that_two_read_is_kept_until_both_have_closed(corpus: Path) -> None:
    first, second = Generation.open(corpus), Generation.open(corpus)
    first.close()
    publish(corpus, NEW)

    assert second.folder.name in generations(corpus)
    second.close()


def test_who_opens_after_a_publication_reads_the_new_generation(corpus: Path) -> None:
    with opened(corpus):
        publish(corpus, NEW)
        with opened(corpus) as fresh:
            assert texts(fresh) == NEW


def test_a_build_does_not_touch_the_live_generation(corpus: Path) -> None:
    before = tree(live(corpus))
    with writer(corpus):
        draft = Draft(corpus)
        fill(draft, NEW)

        assert tree(live(corpus)) == before
        draft.discard()


def test_a_generation_that_is_read_while_it_is_replaced_stays_byte_for_byte(corpus: Path) -> None:
    before = without_sqlite(tree(live(corpus)))
    with opened(corpus) as reader:
        publish(corpus, NEW)

        assert texts(reader) == OLD
        assert without_sqlite(tree(reader.folder)) == before


def test_a_build_that_is_given_up_leaves_nothing(corpus: Path) -> None:
    before = generations(corpus)
    with writer(corpus):
        draft = Draft(corpus)
        fill(draft, NEW)
        draft.discard()

    assert generations(corpus) == before


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


# --- writers that wait, and writers that die


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


HOLD = """
import sys
from pathlib import Path
from index.generation import writer
with writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(corpus: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is writing the corpus."""
    with start(HOLD, corpus) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_who_the_first_is(corpus: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(CorpusLocked, match=rf"process {holder.pid} since \d\d:\d\d:\d\d"), writer(corpus):
        pass


def test_readers_need_not_wait_for_a_writer(corpus: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.poll() is None
    with opened(corpus) as generation:
        assert texts(generation) == OLD


def test_a_killed_writer_holds_nothing(corpus: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    publish(corpus, NEW)

    with opened(corpus) as generation:
        assert texts(generation) == NEW


BUILD = """
import os, shutil, signal, sys
from pathlib import Path
import numpy as np
from index.document import Chunk, Document
from index.generation import Draft, writer
from index.seal import Recipe, Source, Sources

def die(*_arguments, **_options):
    print("dying", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

corpus, moment = Path(sys.argv[1]), sys.argv[2]
recipe = Recipe(encoder="handmade", splitting="by hand", text="nfc-1", lexicon="french-1")
with writer(corpus):
    draft = Draft(corpus)
    vectors = np.eye(8, dtype=np.float32)
    for number in range(10**6 if moment == "adding" else 3):
        name = f"nouveau {number}.txt"
        chunks = [Chunk(name, n, n, n + 1, "abcdefgh"[n], "", "") for n in range(8)]
        draft.store.add(Document(name, "abcdefgh", "", "", ""), chunks, vectors)
        if number == 2:
            print("adding", flush=True)
    match moment:
        case "flushing": os.fsync = die
        case "naming": Path.rename = die
        case "pointing": os.replace = die
        case "removing": shutil.rmtree = die
    read = {f"nouveau {number}.txt": Source(sha256="0", size=8) for number in range(3)}
    draft.publish(recipe, [], Sources(files=read))
"""


def kill_a_build(corpus: Path, moment: str) -> None:
    with start(BUILD, corpus, moment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "adding\n"
        if moment == "adding":
            process.kill()
        else:
            assert process.stdout.readline() == "dying\n"
        assert process.wait() == -9


KILLED = ["adding", "flushing", "naming", "pointing"]


@pytest.mark.parametrize("moment", KILLED)
def test_when_a_build_is_killed_the_old_corpus_answers(corpus: Path, moment: str) -> None:
    kill_a_build(corpus, moment)

    assert len(generations(corpus)) == 2
    with opened(corpus) as generation:
        assert texts(generation) == OLD


def test_when_a_build_is_killed_after_the_pointer_moved_the_new_corpus_answers(corpus: Path) -> None:
    kill_a_build(corpus, "removing")

    with opened(corpus) as generation:
        assert "".join(generation.store.document("nouveau 2.txt")[n].text for n in range(8)) == "abcdefgh"


@pytest.mark.parametrize("moment", ["adding", "pointing", "removing"])
def test_the_next_build_cleans_up_after_one_that_was_killed(corpus: Path, moment: str) -> None:
    kill_a_build(corpus, moment)
    fresh = publish(corpus, NEW)

    assert generations(corpus) == [fresh.stamp]
    with opened(corpus) as generation:
        assert texts(generation) == NEW


def test_the_next_writer_removes_what_a_killed_one_left_even_if_it_builds_nothing(corpus: Path) -> None:
    kill_a_build(corpus, "adding")
    with writer(corpus):
        pass

    assert generations(corpus) == [live(corpus).name]


@pytest.mark.parametrize("moment", ["adding", "pointing"])
def test_when_the_first_build_is_killed_there_is_no_corpus_yet(tmp_path: Path, moment: str) -> None:
    kill_a_build(tmp_path / "corpus", moment)

    with pytest.raises(CorpusIncomplete, match="was never finished"):
        Generation.open(tmp_path / "corpus")
