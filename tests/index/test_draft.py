"""What a draft promises: nobody sees it before it is whole, whatever happens to its writer."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.document import Chunk, Document
from index.draft import Draft
from index.errors import (
    CorpusIncomplete,
    CorpusUnreadable,
)
from index.generation import Generation
from index.lock import writer
from index.pointer import live
from index.seal import read_sources
from tests.index.corpora import NEW, OLD, RECIPE, fill, generations, opened, publish, sources, start, texts, tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def corpus(handmade: Path, tmp_path: Path) -> Path:
    return shutil.copytree(handmade, tmp_path / "corpus")


def test_the_manifest_tells_what_was_published(tmp_path: Path) -> None:
    manifest = publish(tmp_path / "corpus", OLD)

    assert (manifest.documents, manifest.chunks, manifest.recipe) == (2, 3, RECIPE)
    assert manifest.folders == (str(tmp_path.resolve()),)
    assert live(tmp_path / "corpus").name == manifest.stamp


def test_the_sources_come_back(corpus: Path) -> None:
    assert read_sources(corpus, live(corpus)) == sources(OLD)


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


def test_a_build_does_not_touch_the_live_generation(corpus: Path) -> None:
    before = tree(live(corpus))
    with writer(corpus):
        draft = Draft(corpus)
        fill(draft, NEW)

        assert tree(live(corpus)) == before
        draft.discard()


def test_a_build_that_is_given_up_leaves_nothing(corpus: Path) -> None:
    before = generations(corpus)
    with writer(corpus):
        draft = Draft(corpus)
        fill(draft, NEW)
        draft.discard()

    assert generations(corpus) == before


# --- writers that die


BUILD = """
import os, shutil, signal, sys
from pathlib import Path
import numpy as np
from index.document import Chunk, Document
from index.draft import Draft
from index.lock import writer
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
