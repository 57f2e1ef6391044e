"""Killed at any moment, a synchronisation leaves the old corpus or the new one, whole; the next one brings the new one.

Most kills come from outside, at times that are spread over the whole run; the others at each step by which files come
to the disk for good, or go from it: they are written, flushed, renamed, pointed at, removed. The corpus is then opened
by a new process, and compared with the one that was there and with a fresh one, passage by passage and vector by
vector. SIGKILL stops the process only: that flushed files outlive a machine without power is for the disk to keep.

`make crash` tries them all; other runs try a sample.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from index.pointer import live
from index.sync import synchronise
from tests.crash.contents import read
from tests.crash.killing import BROKEN
from tests.crash.shapes import NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.conftest import Campaign

BEGUN = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size = 1")
database.execute("BEGIN IMMEDIATE")
database.execute(
    "CREATE TABLE half AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)"
    "SELECT i, randomblob(100) FROM n"
)
os.kill(os.getpid(), signal.SIGKILL)
"""
INSIDE = 0.9  # of the kills; the others come after the synchronisation has ended, as they may on a busy machine


@pytest.mark.parametrize("shape", NAMES)
def test_a_kill_leaves_the_old_or_the_new_corpus_and_the_next_run_brings_the_new_one(
    campaign: Campaign, shape: str
) -> None:
    outcomes = campaign.of(shape)

    assert outcomes
    assert [outcome for outcome in outcomes if outcome.faults] == []


def test_nearly_all_kills_fall_inside_the_synchronisation(campaign: Campaign) -> None:
    inside = [outcome.is_inside for outcome in campaign.outcomes]

    assert sum(inside) >= INSIDE * len(inside)


def test_kills_are_found_to_leave_both_the_old_and_the_new_corpus(campaign: Campaign) -> None:
    assert {outcome.state for outcome in campaign.outcomes} == {"old", "new"}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_victim_without_a_protection_is_caught(campaign: Campaign, broken: str) -> None:
    (outcome,) = [outcome for outcome in campaign.unprotected if outcome.kill.broken == broken]

    assert (outcome.is_inside, outcome.state) == (True, "neither")


def test_what_a_killed_process_had_begun_to_write_into_the_live_store_is_undone(tmp_path: Path, quick: str) -> None:
    """Chroma writes into what it opens: so a reader that is killed while it opens leaves a transaction unfinished."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "bail.txt").write_text("Le bail est signé pour neuf ans.\n", encoding="utf-8")
    corpus = tmp_path / "corpus"
    synchronise([tmp_path / "documents"], corpus, quick)
    before = read(corpus)
    store = live(corpus) / "store"
    subprocess.run([sys.executable, "-c", BEGUN, store / "chroma.sqlite3"], check=False)
    assert (store / "chroma.sqlite3-journal").stat().st_size > 0

    assert read(corpus).difference(before) == ""
