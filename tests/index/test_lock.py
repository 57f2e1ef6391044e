"""What the lock of a corpus promises: one writer at a time, none among files of something else, and no dead one."""

from __future__ import annotations

import fcntl
import shutil
from typing import TYPE_CHECKING

import pytest

from index import lock
from index.errors import (
    CorpusForeign,
    CorpusLocked,
    CorpusUnwritable,
)
from index.lock import writer
from tests.index.corpora import NEW, OLD, opened, publish, start, texts, tree
from tests.index.damages import (
    replaced_by_a_file,
    replaced_by_other_files,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def corpus(handmade: Path, tmp_path: Path) -> Path:
    return shutil.copytree(handmade, tmp_path / "corpus")


HOLD = """
import sys
from pathlib import Path
from index.lock import writer
with writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
LEAVE_NOTHING = """
import sys, time
from pathlib import Path
from index.lock import writer
with writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(0.5)
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


def test_who_writes_is_told_and_a_dead_one_is_not(corpus: Path, holder: subprocess.Popen[str]) -> None:
    assert lock.holder(corpus).startswith(f"process {holder.pid} since ")
    holder.kill()
    holder.wait()

    assert (corpus / "writer.lock").read_text(encoding="utf-8")
    assert lock.holder(corpus) == ""


def test_who_looks_whether_somebody_writes_is_not_taken_for_one(corpus: Path) -> None:
    with (corpus / "writer.lock").open() as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        assert lock.holder(corpus) == ""


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


@pytest.mark.parametrize("damage", [replaced_by_a_file, replaced_by_other_files])
def test_nothing_is_written_among_files_of_something_else(corpus: Path, damage: Callable[[Path], object]) -> None:
    damage(corpus)
    before = corpus.read_bytes() if corpus.is_file() else tree(corpus)

    with pytest.raises(CorpusForeign, match=r"--corpus"):
        publish(corpus, NEW)
    assert (corpus.read_bytes() if corpus.is_file() else tree(corpus)) == before


def test_a_first_writer_that_publishes_nothing_leaves_nothing(tmp_path: Path) -> None:
    with writer(tmp_path / "new" / "corpus"):
        (tmp_path / "new" / "corpus" / "generations").mkdir()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_stays_when_nothing_is_published_in_it(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with writer(tmp_path / "corpus"):
        pass

    assert list((tmp_path / "corpus").iterdir()) == []


@pytest.mark.parametrize("is_pointed_at", [True, False])
def test_a_writer_that_publishes_nothing_leaves_a_corpus_as_it_is(corpus: Path, *, is_pointed_at: bool) -> None:
    if not is_pointed_at:
        (corpus / "current.json").unlink()
    before = tree(corpus)
    with writer(corpus):
        pass

    assert {name: before[name] for name in before if name != "writer.lock"} == {
        name: content for name, content in tree(corpus).items() if name != "writer.lock"
    }


def test_who_waited_for_a_first_writer_that_left_nothing_holds_the_lock_that_others_see(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    with start(LEAVE_NOTHING, corpus) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with writer(corpus), start(HOLD, corpus) as third:
            assert third.wait(30) != 0


def test_where_no_folder_can_be_made_the_corpus_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises((CorpusUnwritable, CorpusForeign), match=r"--corpus"):
        publish(tmp_path / "file" / "corpus", OLD)
