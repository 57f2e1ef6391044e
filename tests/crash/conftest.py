"""What the suite of crashes shares: the kills that are tried, and what came of them."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.conftest import letters_encoder
from tests.crash.forks import import_everything
from tests.crash.killing import BROKEN, Course, Kill, Outcome, course, run
from tests.crash.shapes import FAMILIES, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

EVERY = "SOURCIER_ALL_CRASHES"
"""Set to 1, every kill is tried; else one at any time and one around the swap for each shape."""

_SEED = 25
_AT_ONCE = 2
_COURSES = 2  # that nobody kills: the faster one tells how long there is to kill the others
_TIMES, _STEPS = 42, 14  # kills for each shape: spread over all of it, and around the swap
_LAST_MOMENT = 0.97
_ALWAYS = (  # steps around the swap that are tried first
    "before replace 1",
    "after replace 1",
    "amid write current.json.new 1",
    "after unlink 1",
    "before rename 1",
    "after rename 1",
    "amid write manifest.json 1",
    "before rmdir 1",
)
_UNPROTECTED = "before write manifest.json 1"  # a step at which nothing may point at a corpus that is being changed
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Campaign:
    """All kills that were tried, those of victims without a protection apart, and the seconds that it took."""

    outcomes: tuple[Outcome, ...]
    unprotected: tuple[Outcome, ...]
    seconds: float

    def of(self, shape: str) -> list[Outcome]:
        """Return what came of the kills of one shape."""
        return [outcome for outcome in self.outcomes if outcome.shape == shape]

    def __str__(self) -> str:
        states = [outcome.state for outcome in self.outcomes]
        around = sum(bool(outcome.kill.step) for outcome in self.outcomes)
        inside = sum(outcome.is_inside for outcome in self.outcomes)
        return (
            f"kills {len(states)} ({around} around the swap), inside {inside}, old {states.count('old')}, "
            f"new {states.count('new')}, neither {states.count('neither')}, seconds {self.seconds:.0f}"
        )


_DONE = pytest.StashKey[Campaign]()


@pytest.fixture(scope="session")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Processes that have imported everything, and have no thread but their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKENIZERS_PARALLELISM", "false")
        for name in _ONE_THREAD:
            patch.setenv(name, "1")
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(_AT_ONCE, mp_context=context, initializer=import_everything) as pool:
            yield pool


@pytest.fixture(scope="session")
def campaign(
    pool: ProcessPoolExecutor, quick: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Campaign:
    """Kill synchronisations of every shape, and tell what came of it."""
    began = time.monotonic()
    room = tmp_path_factory.mktemp("crash")
    other = letters_encoder(room / "others", width=24)
    families = [pool.submit(family, room / family.__name__, quick, other) for family in FAMILIES]
    shapes = [shape for family in families for shape in family.result()]
    is_all = os.environ.get(EVERY) == "1"
    courses = _courses(pool, shapes, room, _COURSES if is_all else 1)
    kills = [
        (shape, kill, course.seconds)
        for number, (shape, course) in enumerate(zip(shapes, courses, strict=True))
        for kill in (_every_kill(course) if is_all else _sample(number))
    ]
    unprotected = [
        (shapes[0], Kill(number, step=_UNPROTECTED, broken=name), courses[0].seconds)
        for number, name in enumerate(BROKEN)
    ]
    outcomes = _outcomes(pool, [*kills, *unprotected], room)
    done = Campaign(tuple(outcomes[: len(kills)]), tuple(outcomes[len(kills) :]), time.monotonic() - began)
    pytestconfig.stash[_DONE] = done
    return done


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if done := config.stash.get(_DONE, None):
        terminalreporter.write_sep("-", str(done))


def _courses(pool: ProcessPoolExecutor, shapes: Sequence[Shape], room: Path, times: int) -> list[Course]:
    """Return the fastest course of each shape."""
    runs = [
        [pool.submit(course, shape, room / f"course {number} {time}") for time in range(times)]
        for number, shape in enumerate(shapes)
    ]
    return [min((run.result() for run in same), key=lambda course: course.seconds) for same in runs]


def _outcomes(pool: ProcessPoolExecutor, kills: Sequence[tuple[Shape, Kill, float]], room: Path) -> list[Outcome]:
    rooms = [room / f"case {number}" for number in range(len(kills))]
    return list(pool.map(run, *zip(*kills, strict=True), rooms))


def _every_kill(course: Course) -> Iterator[Kill]:
    """Kill at times that are spread evenly, each moved by chance within its stretch, and at steps of the swap."""
    chance = random.Random(_SEED)
    for number in range(_TIMES):
        yield Kill(number, (number + chance.random()) / _TIMES * _LAST_MOMENT)
    always = [step for step in _ALWAYS if step in course.steps]
    others = [step for step in course.steps if step not in always]
    for number, step in enumerate(always + chance.sample(others, _STEPS - len(always))):
        yield Kill(_TIMES + number, step=step)


def _sample(shape: int) -> Iterator[Kill]:
    """Kill once at some time, and once just before or just after the swap."""
    yield Kill(2 * shape, random.Random(_SEED + shape).random() * _LAST_MOMENT)
    yield Kill(2 * shape + 1, step=_ALWAYS[(shape + 1) % 2])
