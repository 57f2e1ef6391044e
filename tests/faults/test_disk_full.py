"""A disk that is full at any moment of a synchronisation costs that synchronisation, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.faults.conftest import generations, write
from tests.faults.process import fill

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.conftest import Opened, Sync
    from tests.faults.process import Outcome

MOMENTS = 24
SAMPLE = (9, 23)
"""Of the moments: while the old corpus is copied, and while the new one is pointed at."""

moments = pytest.mark.parametrize(
    "moment", [pytest.param(n, marks=() if n in SAMPLE else pytest.mark.long) for n in range(MOMENTS)]
)
shares = pytest.mark.parametrize("share", [pytest.param(n / 20, marks=pytest.mark.long) for n in range(1, 21)])


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the old corpus is made from, enough for each part of a synchronisation to take some space."""
    folder = tmp_path_factory.mktemp("full") / "documents"
    for number in range(40):
        write(folder / f"{number}.txt", f"Voici le document {number}. " + "Une phrase du document. " * 200)
    return folder


@pytest.fixture(scope="module")
def old(documents: Path, sync: Sync, opened: Opened) -> tuple[Path, Outcome]:
    """A corpus to be copied, and what it is as it is opened; its folder has changed since."""
    corpus = documents.with_name("corpus")
    assert not sync(corpus, documents).error
    seen = opened(corpus)
    assert len(seen.texts) == 40
    write(documents / "1.txt", "Un document qui a changé.")
    write(documents / "neuf.txt", "Un nouveau document. " * 2_000)
    (documents / "2.txt").unlink()
    return corpus, seen


@pytest.fixture(scope="module")
def points(
    old: tuple[Path, Outcome], documents: Path, sync: Sync, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, ...]:
    """What a synchronisation calls, up to the writing of the pointer, the last thing that takes space."""
    corpus = shutil.copytree(old[0], tmp_path_factory.mktemp("points") / "corpus")
    called = sync(corpus, documents).points
    last = max(n for n, point in enumerate(called) if point.startswith("pointer.point_at") and "open" in point)
    return called[: last + 1]


@dataclass(frozen=True, slots=True)
class Scene:
    """A corpus on a small disk, what it is as it is opened, the folder that has changed since; what takes the space."""

    corpus: Path
    old: Outcome
    documents: Path
    ballast: Path
    sync: Sync
    opened: Opened

    def synchronised(self, **how: object) -> Outcome:
        return self.sync(self.corpus, self.documents, **how)

    def leave(self, space: int) -> None:
        """Take the space of the disk but for so many bytes."""
        disk = os.statvfs(self.ballast.parent)
        with self.ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_bsize - space)

    def check_old(self, point: str = "") -> None:
        """The old corpus is what it was, and nothing half made lies beside it."""
        # Before it is opened: who closes a corpus removes what was replaced.
        assert not [name for name in generations(self.corpus) if name.endswith(".partial")], point
        assert self.opened(self.corpus) == self.old, point

    def check_next(self) -> None:
        """The next synchronisation makes the new corpus, and leaves nothing else."""
        fresh = self.synchronised()
        assert (fresh.error, generations(self.corpus)) == ("", [fresh.stamp])
        expected = {file.name: file.read_text(encoding="utf-8") for file in self.documents.iterdir()}
        assert self.opened(self.corpus).texts == expected


@pytest.fixture
def scene(disk: Path, old: tuple[Path, Outcome], documents: Path, sync: Sync, opened: Opened) -> Scene:
    corpus = shutil.copytree(old[0], disk / "corpus")
    return Scene(corpus, old[1], documents, disk / "ballast", sync, opened)


def is_refused(outcome: Outcome) -> bool:
    """Tell whether a corpus could not be written, and one sentence says why."""
    why = re.search("no space left|disk is full", outcome.message, re.IGNORECASE)
    return outcome.error == "CorpusUnwritable" and "\n" not in outcome.message and why is not None


# --- a synchronisation


@moments
def test_when_the_disk_fills_up_the_old_corpus_stays_and_the_next_synchronisation_is_right(
    scene: Scene, points: tuple[str, ...], moment: int
) -> None:
    point = moment * (len(points) - 1) // (MOMENTS - 1)
    full = scene.synchronised(ballast=str(scene.ballast), point=point)
    scene.ballast.unlink()

    assert is_refused(full), (points[point], full)
    scene.check_old(points[point])
    scene.check_next()


@shares
def test_with_too_little_space_the_old_corpus_stays_and_with_enough_the_new_one_is_right(
    scene: Scene, share: float
) -> None:
    scene.leave(int(share * 2 * size(scene.corpus)))
    scarce = scene.synchronised()
    scene.ballast.unlink()

    assert is_refused(scarce) or (share > 0.5 and not scarce.error), scarce
    if scarce.error:
        scene.check_old()
    scene.check_next()


@pytest.mark.parametrize("kilobytes", [*(pytest.param(n, marks=pytest.mark.long) for n in (8, 16, 100, 200)), 400])
def test_a_first_synchronisation_without_space_makes_no_corpus_and_is_not_in_the_way_of_the_next(
    scene: Scene, kilobytes: int
) -> None:
    shutil.rmtree(scene.corpus)
    scene.leave(kilobytes * 1_024)
    refused = scene.synchronised()

    assert is_refused(refused), refused
    assert scene.opened(scene.corpus).error in ("CorpusMissing", "CorpusIncomplete")
    scene.ballast.unlink()
    scene.check_next()


@pytest.mark.long
def test_on_a_full_disk_a_folder_that_did_not_change_is_synchronised(scene: Scene) -> None:
    assert not scene.synchronised().error
    fill(scene.ballast)

    assert scene.synchronised().is_unchanged


# --- a reader


def test_who_reads_a_corpus_on_a_full_disk_reads_it_or_is_told_by_name_and_harms_nothing(scene: Scene) -> None:
    fill(scene.ballast)
    read = scene.opened(scene.corpus)
    scene.ballast.unlink()

    assert read == scene.old or read.is_named
    scene.check_old()


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
