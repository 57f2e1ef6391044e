"""What the suites of attacks share: a corpus, another one, the process that opens them, and which cases are run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.generation import Generation
from index.sync import synchronise
from tests.attack.probe import Outcome, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
EVERY = "SOURCIER_ALL_ATTACKS"
"""Set to 1, every case is run; else those that are marked as the sample."""

Probe = Callable[..., Outcome]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sample: an attack that is tried in every run of the tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long table to `make attack`."""
    if os.environ.get(EVERY) == "1":
        return
    here = Path(__file__).parent
    rest = [item for item in items if here in item.path.parents and item.get_closest_marker("sample") is None]
    config.hook.pytest_deselected(items=rest)
    items[:] = [item for item in items if item not in rest]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some documents of the seeds, one without a title, and one that is skipped."""
    made = tmp_path_factory.mktemp("documents") / "documents"
    made.mkdir()
    for seed in sorted(SEEDS.iterdir())[:3]:
        shutil.copy(seed, made)
    (made / "offre.txt").write_text("Ilya Sutskever a refusé l'offre de Meta.\n", encoding="utf-8")
    (made / "photo.jpg").write_bytes(b"\xff\xd8")
    return made


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory, folder: Path, quick: str) -> Path:
    """The corpus that `made` was when one of its documents was another; not to be used itself."""
    file, corpus = folder / "offre.txt", tmp_path_factory.mktemp("earlier") / "corpus"
    text = file.read_text(encoding="utf-8")
    file.write_text("Ilya Sutskever a accepté l'offre de Meta.\n", encoding="utf-8")
    synchronise([folder], corpus, quick)
    file.write_text(text, encoding="utf-8")
    return corpus


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, folder: Path, quick: str) -> Path:
    """A corpus to be copied, not changed."""
    corpus = tmp_path_factory.mktemp("made") / "corpus"
    synchronise([folder], corpus, quick)
    return corpus


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory, quick: str) -> Path:
    """A corpus of other documents, by the same encoder."""
    documents = tmp_path_factory.mktemp("other") / "documents"
    documents.mkdir()
    for seed in sorted(SEEDS.iterdir())[3:]:
        shutil.copy(seed, documents)
    corpus = documents.with_name("corpus")
    synchronise([documents], corpus, quick)
    return corpus


@pytest.fixture(scope="session")
def vector(made: Path) -> list[float]:
    """A question, as a vector: that of a passage."""
    opened = Generation.open(made)
    try:
        return [float(number) for number in opened.store.vectors(["offre.txt#0"])["offre.txt#0"]]
    finally:
        opened.close()


@pytest.fixture(scope="session")
def probe(vector: list[float]) -> Iterator[Probe]:
    """Open a corpus in a process of its own, and report how that ended."""
    command = [sys.executable, str(Path(__file__).with_name("probe.py"))]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, reports = process.stdin, process.stdout

        def ask(folder: Path, *, is_unsealed: bool = False, parts: Sequence[str] = ()) -> Outcome:
            request = Request(str(folder), vector, is_unsealed, list(parts))
            requests.write(json.dumps(asdict(request)) + "\n")
            requests.flush()
            return Outcome(**json.loads(reports.readline()))

        yield ask
        requests.close()


@pytest.fixture(scope="session")
def expected(made: Path, probe: Probe, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the corpus answers while it is whole."""
    outcome = probe(shutil.copytree(made, tmp_path_factory.mktemp("whole") / "corpus"))
    assert outcome.answer, outcome
    return outcome.answer
