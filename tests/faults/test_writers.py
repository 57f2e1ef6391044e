"""Several writers at once, writers that are killed, and those whom a person or the system interrupts."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index import scan as scanning
from index import sync as syncing
from index.errors import CorpusLocked
from index.sync import synchronise
from tests.faults.conftest import generations, write
from tests.faults.process import ROOT, Outcome, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.conftest import Opened, Sync, Together

ROUNDS = [pytest.param(n, marks=() if n < 1 else pytest.mark.long) for n in range(10)]


@pytest.fixture
def corpus(folder: Path, tmp_path: Path, sync: Sync) -> Path:
    """A corpus, whose folder has changed since."""
    made = tmp_path / "corpus"
    assert not sync(made, folder).error
    write(folder / "neuf.txt", "Un nouveau texte.")
    return made


@pytest.fixture
def wanted(corpus: Path, folder: Path, quick: str) -> Request:
    return Request(corpus=str(corpus), folders=(str(folder),), encoder=quick)


# --- at once


@pytest.mark.parametrize("attempt", ROUNDS)
def test_of_writers_that_begin_at_the_same_moment_one_writes_and_the_others_are_told_who(
    corpus: Path, wanted: Request, together: Together, opened: Opened, attempt: int
) -> None:
    outcomes = together(wanted, wanted, wanted)

    assert {outcome.error for outcome in outcomes} <= {"", "CorpusLocked"}, outcomes
    done = [outcome for outcome in outcomes if not outcome.error]
    assert sum(not outcome.is_unchanged for outcome in done) == 1, attempt
    for outcome in outcomes:
        assert not outcome.error or "being written by" in outcome.message
    assert len(generations(corpus)) == 1
    assert set(opened(corpus).texts) == {"offre.txt", "bail.txt", "neuf.txt", "notes/prime.md"}


def test_what_another_writer_adds_while_the_folders_are_listed_is_not_taken_out_again(
    corpus: Path, folder: Path, wanted: Request, together: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[Outcome] = []

    def listed(*arguments: object) -> object:
        found = scanning.scan(*arguments)  # type: ignore[arg-type]
        write(folder / "entre-temps.txt", "Un texte qui est arrivé entre-temps.")
        others.extend(together(wanted))
        return found

    monkeypatch.setattr(syncing, "scan", listed)
    synchronise([folder], corpus, wanted.encoder)
    monkeypatch.undo()

    assert [other.error for other in others] == ["CorpusLocked"]
    assert together(wanted)[0].documents == 5


# --- interrupted


@dataclass(frozen=True, slots=True)
class Writer:
    """A synchronisation by the command line that has begun to write, and does not end by itself."""

    process: subprocess.Popen[str]
    folder: Path

    def readers(self) -> list[int]:
        """The processes that it reads files with."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(children, encoding="ascii") as listed:  # noqa: PTH123  # no file to speak of
            return [int(number) for number in listed.read().split()]

    def end(self, number: int) -> int:
        """Send it a signal; return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def writer(corpus: Path, folder: Path, quick: str) -> Iterator[Writer]:
    """A real `sourcier index`, at work on more files than it can read in the meantime."""
    for number in range(3_000):
        write(folder / "beaucoup" / f"{number}.txt", f"Le document {number}.")
    command = [sys.executable, "-m", "ui.cli", "index", str(folder), "--corpus", str(corpus), "--encoder", quick]
    # The command line would take what chooses the tests for settings that it does not know.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOURCIER_")}
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        begun = Writer(process, folder)
        until(lambda: process.poll() is not None or (len(generations(corpus)) > 1 and begun.readers()))
        assert process.poll() is None, process.communicate()
        yield begun
        if process.poll() is None:
            process.kill()


@pytest.mark.parametrize("seconds", [0.5, *(pytest.param(n, marks=pytest.mark.long) for n in (0, 0.1, 1, 2, 3))])
def test_who_interrupts_a_synchronisation_loses_nothing_and_leaves_nothing(
    writer: Writer, corpus: Path, opened: Opened, seconds: float
) -> None:
    time.sleep(seconds)
    readers = writer.readers()

    assert writer.end(signal.SIGINT) == 130, writer.process.communicate()
    assert len(generations(corpus)) == 1
    assert set(opened(corpus).texts) == {"offre.txt", "bail.txt", "notes/prime.md"}
    until(lambda: not any(map(is_alive, readers)))


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGKILL, marks=pytest.mark.long)])
def test_a_synchronisation_that_is_ended_leaves_the_old_corpus_and_no_process(
    writer: Writer, corpus: Path, opened: Opened, sync: Sync, number: int
) -> None:
    readers = writer.readers()

    assert writer.end(number) != 0
    assert readers
    until(lambda: not any(map(is_alive, readers)))
    assert set(opened(corpus).texts) == {"offre.txt", "bail.txt", "notes/prime.md"}
    shutil.rmtree(writer.folder / "beaucoup")
    fresh = sync(corpus, writer.folder)
    assert (fresh.error, fresh.documents, generations(corpus)) == ("", 4, [fresh.stamp])


def test_who_comes_second_is_told_the_number_of_the_first_and_may_write_once_that_is_killed(
    corpus: Path, wanted: Request, together: Together, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    second: list[str] = []

    def meet() -> None:
        """Come while the first is at work, and kill it."""
        until(lambda: gate.exists() and gate.read_text(encoding="utf-8"))
        first = int(gate.read_text(encoding="utf-8"))
        try:
            synchronise([Path(folder) for folder in wanted.folders], corpus, wanted.encoder)
        except CorpusLocked as error:
            second.append(str(error).replace(f"process {first} since", "the first"))
        finally:
            os.kill(first, signal.SIGKILL)

    visitor = threading.Thread(target=meet)
    visitor.start()
    (killed,) = together(replace(wanted, gate=str(gate)))
    visitor.join()
    (fresh,) = together(wanted)

    assert killed.signal == "SIGKILL"
    assert ["the first" in told for told in second] == [True]
    assert (fresh.error, fresh.documents, generations(corpus)) == ("", 4, [fresh.stamp])


def is_alive(number: int) -> bool:
    with contextlib.suppress(OSError), open(f"/proc/{number}/stat", encoding="utf-8") as told:  # noqa: PTH123
        return told.read().rpartition(")")[2].split()[0] != "Z"
    return False


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds; half a minute is for ever."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "it never held"
        time.sleep(0.02)
