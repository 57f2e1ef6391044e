"""Whatever befalls the folders and the corpus, a synchronisation gives the corpus that a fresh build gives.

Hypothesis draws sequences of changes, synchronisations, interruptions and damages; after each synchronisation the
corpus is compared with a fresh one, passage by passage and vector by vector. Files are read by the real process, which
is kept from one synchronisation to the next: to start it takes half a second. An interruption is an exception at one of
the steps by which files come to the disk, or at a file that was read, and a kill is a SIGKILL there: what it leaves
behind meets whatever comes next. Kills at any time, and with the process that reads files, are in `tests/crash`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from index.errors import CorpusError, FolderUnusable
from index.generation import Generation
from index.limits import Limits
from index.parsing import Parser
from index.pointer import live
from index.sync import Report, synchronise
from tests.crash.conftest import EVERY
from tests.crash.contents import Contents, look, read
from tests.crash.forks import import_everything
from tests.crash.killing import killed_at, told

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = (
    settings(max_examples=200, stateful_step_count=30, derandomize=False, print_blob=True)
    if os.environ.get(EVERY) == "1"
    else settings(max_examples=20, stateful_step_count=20)
)
MOST_KILLS = 30 if os.environ.get(EVERY) == "1" else 1  # of a history: each takes half a second
PLACES = ("", "a", "a/b")
NAMES = ("un.txt", "deux.txt", "trois.md", "quatre.md", "page.html", "été.txt", ".caché.txt")
CONTENTS: dict[str, bytes] = {
    "binary": b"\x00\x01\x02" * 99,
    "blank": " \n\u00a0\n".encode(),
    "empty": b"",
    "large": b"Un grand document, avec peu de mots." + b" " * 1_000_000 + b"Voici la fin.",
    "titled": "---\ntitle: Le règlement\n---\n# Le règlement\n\nChacun le lit.\n".encode(),
    **{
        f"text {number}": "\n\n".join(  # some have the same size
            f"Voici la phrase {sentence} de {number}, {'qui dit une chose ' * 30}et {'b' * number}{'c' * (9 - number)}."
            for sentence in range(number % 3 + 1)
        ).encode()
        for number in range(6)
    },
}


class Interrupted(BaseException):
    """What ends a synchronisation before its time."""


class Folders(RuleBasedStateMachine):
    """Two folders of documents, and a corpus that is made from the first one, or from both."""

    encoder: str
    parsers: tuple[Parser, ...]  # with one limit each
    forks: ProcessPoolExecutor  # of one process, which has started no thread
    came: Counter[str]  # how often a synchronisation came to each of its ends, in all histories

    def __init__(self) -> None:
        super().__init__()
        self.room = Path(tempfile.mkdtemp(prefix="sourcier-property-"))
        self.roots = [self.room / "documents", self.room / "archives"]
        for root in self.roots:
            for place in PLACES:
                (root / place).mkdir(parents=True, exist_ok=True)
        self.corpus = self.room / "corpus"
        self.folders = self.roots[:1]
        self.parser = self.parsers[0]
        self.held: Contents | None = None  # what the corpus holds, and what it was made from
        self.made_from, self.made_within = self.folders, self.parser.limits
        self.is_damaged = False
        self.kills = 0
        self.built: Contents | None = None  # the last fresh build, and what it was made from
        self.built_from: object = None
        self.readers: list[tuple[Generation, Contents]] = []
        for number in range(8):
            (self.roots[0] / PLACES[number % 3] / NAMES[number % 5]).write_bytes(CONTENTS[f"text {number % 6}"])

    # --- the folders change

    @rule(
        root=st.integers(0, 1),
        place=st.sampled_from(PLACES),
        name=st.sampled_from(NAMES),
        content=st.sampled_from(list(CONTENTS)),
    )
    def add_or_edit(self, root: int, place: str, name: str, content: str) -> None:
        (self.roots[root] / place / name).write_bytes(CONTENTS[content])

    @rule(which=st.integers(0, 99), root=st.integers(0, 1), place=st.sampled_from(PLACES), name=st.sampled_from(NAMES))
    def move(self, which: int, root: int, place: str, name: str) -> None:
        if files := self.files():
            files[which % len(files)].replace(self.roots[root] / place / name)

    @rule(which=st.integers(0, 99), root=st.integers(0, 1), place=st.sampled_from(PLACES), name=st.sampled_from(NAMES))
    def copy(self, which: int, root: int, place: str, name: str) -> None:
        if files := self.files():
            content = files[which % len(files)].read_bytes()
            (self.roots[root] / place / name).write_bytes(content)

    @rule(which=st.integers(0, 99))
    def delete(self, which: int) -> None:
        if files := self.files():
            files[which % len(files)].unlink()

    @rule()
    def take_the_other_limits(self) -> None:
        self.parser = self.parsers[1 - self.parsers.index(self.parser)]

    @rule()
    def take_the_other_folders(self) -> None:
        self.folders = self.roots[: 3 - len(self.folders)]

    # --- the corpus is read, and damaged

    @precondition(lambda self: self.held)
    @rule()
    def damage_the_lexicon(self) -> None:
        shutil.rmtree(live(self.corpus) / "lexicon", ignore_errors=True)
        self.is_damaged = True

    @precondition(lambda self: self.held and len(self.readers) < 3)
    @rule()
    def open_a_reader(self) -> None:
        assert self.held
        self.readers.append((Generation.open(self.corpus), self.held))

    @precondition(lambda self: self.readers)
    @rule(which=st.integers(0, 2))
    def look_and_close(self, which: int) -> None:
        reader, expected = self.readers.pop(which % len(self.readers))
        assert look(reader).difference(expected) == ""
        reader.close()

    # --- the corpus is made true to the folders

    @rule()
    def sync(self) -> None:
        fresh = self.fresh()
        if fresh is None:
            with pytest.raises(FolderUnusable):
                self.synchronise()
        else:
            is_expected_unchanged = self.is_true(fresh)
            report = self.synchronise()
            self.came["unchanged" if report.unchanged else "changed"] += 1
            assert report.unchanged == is_expected_unchanged
            assert self.held is None or "damage" not in report.changes.redone  # else all would be made again
            self.hold(fresh)
            read_by_somebody = {reader.folder for reader, _ in self.readers}
            assert set((self.corpus / "generations").iterdir()) == {live(self.corpus), *read_by_somebody}
        self.check()

    @rule(step=st.integers(0, 90), is_looked_at=st.booleans())
    def interrupted_sync(self, step: int, is_looked_at: bool) -> None:  # noqa: FBT001 - hypothesis names it
        fresh, stamp, steps = self.fresh(), self.stamp(), count()

        def count_down(_name: str) -> None:
            if next(steps) == step:
                self.came["interrupted"] += 1
                raise Interrupted

        with contextlib.suppress(Interrupted, FolderUnusable), told(count_down):
            self.synchronise(lambda done, total: count_down(f"{done} of {total}"))
        if self.stamp() != stamp:
            assert fresh
            self.hold(fresh)
        if is_looked_at:
            self.check()

    @precondition(lambda self: self.kills < MOST_KILLS)
    @rule(step=st.integers(0, 90), is_looked_at=st.booleans())
    def killed_sync(self, step: int, is_looked_at: bool) -> None:  # noqa: FBT001 - hypothesis names it
        self.kills += 1
        stamp, limits = self.stamp(), self.parser.limits
        kill = self.forks.submit(killed_at, step, self.folders, self.corpus, self.encoder, limits)
        self.came["killed"] += kill.result()
        if self.stamp() != stamp:
            fresh = self.fresh()
            assert fresh
            self.hold(fresh)
        if is_looked_at:
            self.check()

    @invariant()
    def every_reader_has_its_generation_whole(self) -> None:
        for reader, expected in self.readers:
            assert {passage.id: passage for passage in reader.store} == expected.passages

    def teardown(self) -> None:
        try:
            self.sync()
            while self.readers:
                self.look_and_close(0)
        finally:
            for reader, _ in self.readers:
                reader.close()
            shutil.rmtree(self.room)

    # --- what is expected

    def files(self) -> list[Path]:
        return sorted(file for root in self.roots for file in root.rglob("*") if file.is_file())

    def stamp(self) -> str:
        try:
            return live(self.corpus).name
        except CorpusError:
            return ""

    def hold(self, fresh: Contents) -> None:
        """Note what the corpus holds now."""
        if not self.is_true(fresh):
            self.held, self.made_from, self.made_within = fresh, self.folders, self.parser.limits
            self.is_damaged = False

    def is_true(self, fresh: Contents) -> bool:
        """Tell whether the corpus is true to the folders as it is: files that were skipped want another try."""
        if self.held is None or self.is_damaged or self.folders != self.made_from:
            return False
        is_within_others = self.parser.limits != self.made_within
        skipped = any(source.skipped for source in self.held.sources.values())
        return self.held.sources == fresh.sources and not (is_within_others and skipped)

    def check(self) -> None:
        """Compare the corpus with what it must hold, as a reader sees it who opens it."""
        if self.held is not None:
            found = read(self.corpus)
            assert (found.difference(self.held), found.lost) == ("", ())

    def synchronise(self, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> Report:
        return synchronise(self.folders, self.corpus, self.encoder, on_progress, self.parser)

    def fresh(self) -> Contents | None:
        """Return what a fresh build of the folders holds; None when they hold no document."""
        files = tuple((file, file.read_bytes()) for file in self.files())
        state = (files, tuple(self.folders), self.parser.limits)
        if state != self.built_from:
            self.built, self.built_from = self.build(), state
        return self.built

    def build(self) -> Contents | None:
        corpus = self.room / "fresh"
        try:
            synchronise(self.folders, corpus, self.encoder, limits=self.parser)
            return read(corpus)
        except FolderUnusable:
            return None
        finally:
            shutil.rmtree(corpus, ignore_errors=True)


def test_any_history_gives_the_corpus_that_a_fresh_build_gives(quick: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    with (
        Parser(Limits(megabytes=1)) as narrow,
        Parser(Limits(megabytes=2)) as wide,
        ProcessPoolExecutor(1, mp_context=spawn, initializer=import_everything) as forks,
    ):
        came: Counter[str] = Counter()
        shared = {"encoder": quick, "parsers": (narrow, wide), "forks": forks, "came": came}
        history = type("History", (Folders,), shared)
        run_state_machine_as_test(history, settings=SETTINGS)
    # Each history ends with a synchronisation, at least; that it is true to the folders is held where it is made.
    assert came["changed"] >= SETTINGS.max_examples
    assert min(came["unchanged"], came["interrupted"], came["killed"]) > 0
