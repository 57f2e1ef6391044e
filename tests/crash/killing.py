"""One case: a corpus is copied, a synchronisation of it is killed, and what is left is judged.

Runs in a process that has imported everything; each victim, each synchronisation and each reader is a fork of it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections import Counter, deque
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from index import build
from index.draft import Draft
from index.errors import FolderUnusable
from index.generation import Generation
from index.load import read_file
from index.parsing import Parsed, Parser
from index.pointer import point_at
from index.split import split
from index.store import Store
from index.sync import synchronise
from tests.crash.contents import Contents, look, read
from tests.crash.forks import Failed, children, in_a_child, is_alive, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from index.limits import Limits
    from index.seal import Manifest, Recipe, Sources
    from tests.crash.shapes import Shape

_paces = deque([1.0], maxlen=3)  # what the last synchronisations took here, in parts of what they took at first
_PATIENCE = 60.0  # seconds; a process that does nothing for as long is stuck
_NO_CORPUS = ("CorpusMissing", "CorpusIncomplete")


@dataclass(frozen=True, slots=True)
class Kill:
    """When the victim is killed: after so much of its course, 0 to 1, or at a step, of those that a course has.

    `number` tells the kills of one shape apart. `broken` names the protection that the victim is without.
    """

    number: int
    share: float = 0.0
    step: str = ""
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a kill. `is_inside` when the synchronisation had begun, and had not ended.

    `state` is "old", "new" or "neither"; `faults` are the promises that were broken.
    """

    shape: str
    kill: Kill
    is_inside: bool
    state: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A synchronisation that nobody killed: how long it took, and its steps on the disk."""

    seconds: float
    steps: tuple[str, ...]


def course(shape: Shape, room: Path) -> Course:
    """Run a synchronisation to its end."""
    corpus = _copied(shape, room)
    reader = _Reader(corpus) if shape.is_read else None
    child, connection = start(_victim, shape, corpus, Kill(0))
    began = _expect(connection, "began")
    steps = connection.recv()
    seconds = time.monotonic() - began
    child.join()
    if reader:
        reader.close()
    shutil.rmtree(room)
    return Course(seconds, steps)


def run(shape: Shape, kill: Kill, seconds: float, room: Path) -> Outcome:
    """Kill a synchronisation, reopen what is left, synchronise again, and judge.

    `seconds` is what the whole course took: a machine that others use is slower and faster by turns, and the last
    synchronisations here that nobody killed tell how much.
    """
    corpus = _copied(shape, room)
    faults: list[str] = []
    reader = _Reader(corpus) if shape.is_read else None
    is_inside = _strike(shape, corpus, kill, seconds * min(_paces), faults)
    # A reader clears up what a writer left when it closes. Every other time, it is left to the next synchronisation.
    reopened = shutil.copytree(corpus, room / "copied") if kill.number % 2 and corpus.exists() else corpus
    state = _state(shape, reopened, faults)
    if (again := _bring_the_new(shape, corpus, state, faults)) and state == "old":
        _paces.append(again / seconds)
    if reader:
        _judge("the reader has", reader.close(), shape.old, faults)
    if len(left := sorted(folder.name for folder in (corpus / "generations").iterdir())) > 1:
        faults.append(f"left over: {left}")
    shutil.rmtree(room)
    return Outcome(shape.name, kill, is_inside, state, tuple(faults))


def _copied(shape: Shape, room: Path) -> Path:
    room.mkdir()
    return shutil.copytree(shape.before, room / "corpus") if shape.before else room / "corpus"


def _strike(shape: Shape, corpus: Path, kill: Kill, seconds: float, faults: list[str]) -> bool:
    """Kill a victim, and see that nothing lives on; return whether it was killed inside the synchronisation."""
    child, connection = start(_victim, shape, corpus, kill)
    _expect(connection, "began")
    orphans: list[int] = []
    if not kill.step and not connection.poll(kill.share * seconds):
        with contextlib.suppress(OSError):
            orphans = children(child.pid)
        os.kill(child.pid, signal.SIGKILL)
    child.join(_PATIENCE)
    is_inside = child.exitcode == -signal.SIGKILL and not _has_ended(connection)
    late = time.monotonic() + _PATIENCE
    while (alive := list(filter(is_alive, orphans))) and time.monotonic() < late:
        time.sleep(0.02)
    if alive:
        faults.append("the process that reads files lives on")
    if child.exitcode not in (0, -signal.SIGKILL):
        faults.append(f"the victim failed (exit status {child.exitcode})")
    return is_inside


def _has_ended(connection: Connection[Any, Any]) -> bool:
    """Tell whether a victim has said that its synchronisation has ended, as the last thing that it did."""
    try:
        connection.recv()
    except EOFError:
        return False
    return True


def _state(shape: Shape, corpus: Path, faults: list[str]) -> str:
    """Return which corpus a new process finds."""
    try:
        found = in_a_child(read, corpus)
    except Failed as error:
        if shape.old is None and str(error).startswith(_NO_CORPUS):
            return "old"
        faults.append(f"it cannot be opened: {error}")
        return "neither"
    if found.lost:
        faults.append(f"passages that do not find themselves: {found.lost}")
    if shape.old is not None and not found.difference(shape.old):
        return "old"
    if not (different := found.difference(shape.new)):
        return "new"
    faults.append(f"neither the old nor the new corpus, which differs in {different}")
    return "neither"


def _bring_the_new(shape: Shape, corpus: Path, state: str, faults: list[str]) -> float:
    """Synchronise again, and see that this brings what a fresh build would, and leaves nothing else.

    Returns the seconds that it took; 0 when it failed.
    """
    try:
        report = in_a_child(synchronise, [shape.folder], corpus, shape.encoder)
        left = sorted(folder.name for folder in (corpus / "generations").iterdir())
        if report.unchanged != (state == "new"):
            faults.append(f"the next synchronisation says unchanged={report.unchanged} of the {state} corpus")
        if left != [report.stamp] and not shape.is_read:
            faults.append(f"the next synchronisation leaves {left}")
        if (corpus / "current.json.new").exists() or any(name.endswith(".partial") for name in left):
            faults.append(f"the next synchronisation leaves something unfinished among {left}")
        _judge("the next synchronisation brings", in_a_child(read, corpus), shape.new, faults)
    except Failed as error:
        faults.append(f"the next synchronisation fails: {error}")
        return 0.0
    return report.seconds


def _judge(what: str, found: Contents | None, expected: Contents | None, faults: list[str]) -> None:
    if found is None or expected is None:
        faults.append(f"{what} nothing")
        return
    if different := found.difference(expected):
        faults.append(f"{what} a corpus that differs in {different}")
    if found.lost:
        faults.append(f"{what} passages that do not find themselves: {found.lost}")


class _Reader:
    """A process that reads the corpus as it is now, until it is told to close it."""

    def __init__(self, corpus: Path) -> None:
        self._child, self._connection = start(_reader, corpus)
        _expect(self._connection, "opened")

    def close(self) -> Contents | None:
        """Let it close, and return what it had before its eyes at the end; None when it fails."""
        self._connection.send("close")
        try:
            seen: Contents = self._connection.recv()
        except EOFError:
            return None
        self._child.join(_PATIENCE)
        return seen


def _reader(connection: Connection[Any, Any], corpus: Path) -> None:
    opened = Generation.open(corpus)
    connection.send("opened")
    connection.recv()
    seen = look(opened)
    opened.close()
    connection.send(seen)


def _expect(connection: Connection[Any, Any], word: str) -> float:
    """Wait for a word; return the time when it came."""
    if not connection.poll(_PATIENCE) or connection.recv() != word:
        raise RuntimeError(f"a process did not say that it has {word}")
    return time.monotonic()


def killed_at(step: int, folders: Sequence[Path], corpus: Path, encoder: str, limits: Limits) -> bool:
    """Synchronise in a child that is killed at its step of this number; return whether it came so far."""
    child, connection = start(_synchronise_until, step, folders, corpus, encoder, limits)
    child.join(_PATIENCE)
    connection.close()
    if child.exitcode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the victim failed (exit status {child.exitcode})")
    return bool(child.exitcode)


# --- in the victim


class _Here(Parser):
    """Reads files in this process: to start another takes longer than all the rest."""

    def start(self) -> None:
        pass

    def parse(self, path: Path, root: Path, prefix: str = "") -> Parsed:
        loaded = read_file(path, root, prefix, self.limits)
        chunks = tuple(split(loaded.document))
        return Parsed(loaded.document, chunks, loaded.sha256, loaded.size, loaded.incomplete)


def _synchronise_until(
    _connection: object, step: int, folders: Sequence[Path], corpus: Path, encoder: str, limits: Limits
) -> None:
    steps = count()

    def count_down(*_what: object) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with told(count_down), contextlib.suppress(FolderUnusable):
        synchronise(folders, corpus, encoder, count_down, _Here(limits))


def _victim(connection: Connection[Any, Any], shape: Shape, corpus: Path, kill: Kill) -> None:
    steps: list[str] = []
    times: Counter[str] = Counter()

    def step(name: str) -> None:
        times[name] += 1
        steps.append(f"{name} {times[name]}")
        if kill.step == steps[-1]:
            os.kill(os.getpid(), signal.SIGKILL)

    with told(step), mock.patch.object(build, "Draft", _DRAFTS[kill.broken]):
        connection.send("began")
        synchronise([shape.folder], corpus, shape.encoder)
        connection.send(tuple(steps))


@contextlib.contextmanager
def told(step: Callable[[str], None]) -> Iterator[None]:
    """Tell each step by which something comes to the disk for good, or goes from it: before it, and after it."""

    def around(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def hooked(*arguments: Any, **named: Any) -> Any:
            step(f"before {name}")
            result = function(*arguments, **named)
            step(f"after {name}")
            return result

        return hooked

    write = Path.write_text

    def write_in_two(self: Path, text: str, encoding: str) -> int:
        step(f"before write {self.name}")
        with self.open("w", encoding=encoding) as file:
            file.write(text[: len(text) // 2])
            file.flush()
            step(f"amid write {self.name}")
        return write(self, text, encoding=encoding)

    with contextlib.ExitStack() as hooks:
        for name in ("fsync", "rename", "replace", "unlink", "rmdir"):
            hooks.enter_context(mock.patch.object(os, name, around(name, getattr(os, name))))
        hooks.enter_context(mock.patch.object(Path, "write_text", write_in_two))
        yield


class _InPlace(Draft):
    """A draft that is made where the live generation is: what must not be."""

    def __init__(self, corpus: Path, based_on: Path | None = None) -> None:
        if based_on is None:
            raise RuntimeError("there is no live generation to work in")
        self.stamp = based_on.name
        self._corpus = corpus
        self._folder = based_on
        self._has_removed = False
        self.is_copy = True
        self.store = Store.open(based_on / "store")

    def publish(self, recipe: Recipe, folders: Sequence[Path], sources: Sources) -> Manifest:
        shutil.rmtree(self._folder / "lexicon")
        return super().publish(recipe, folders, sources)


class _PointedAtFirst(Draft):
    """A draft that is pointed at before it is finished and sealed: what must not be."""

    def publish(self, recipe: Recipe, folders: Sequence[Path], sources: Sources) -> Manifest:
        self._folder = self._folder.rename(self._folder.with_name(self.stamp))
        point_at(self._corpus, self.stamp)
        return super().publish(recipe, folders, sources)


_DRAFTS: dict[str, type[Draft]] = {
    "": Draft,
    "a build in place": _InPlace,
    "a pointer moved before the seal": _PointedAtFirst,
}
BROKEN = tuple(name for name in _DRAFTS if name)
