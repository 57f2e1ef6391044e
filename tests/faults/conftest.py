"""What the suites of faults share: a process to break things in, a small disk, documents, and which cases are run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .process import ROOT, Outcome, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY = "SOURCIER_ALL_FAULTS"
"""Set to 1, every case is run; else those that are not marked as long."""

Together = Callable[..., list[Outcome]]
Sync = Callable[..., Outcome]
Opened = Callable[..., Outcome]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: a fault that is tried with all of them only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long ones out, unless every case is asked for."""
    if os.environ.get(EVERY) == "1":
        return
    here = Path(__file__).parent
    long = [item for item in items if here in item.path.parents and item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def together() -> Iterator[Together]:
    """Do requests at the same moment, each in a process without privileges, and return how each ended."""
    program = Path(__file__).with_name("process.py")
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, outcomes = process.stdin, process.stdout
        assert outcomes.readline() == "ready\n"

        def ask(*wanted: Request) -> list[Outcome]:
            requests.write(json.dumps([asdict(request) for request in wanted]) + "\n")
            requests.flush()
            return [Outcome(**outcome) for outcome in json.loads(outcomes.readline())]

        yield ask
        requests.close()


@pytest.fixture(scope="session")
def sync(together: Together, quick: str) -> Sync:
    """Synchronise a corpus with a folder, in a process without privileges."""

    def run(corpus: Path, folder: Path, **how: object) -> Outcome:
        request = Request(corpus=str(corpus), folders=(str(folder),), encoder=quick, **how)  # type: ignore[arg-type]
        return together(request)[0]

    return run


@pytest.fixture(scope="session")
def opened(together: Together) -> Opened:
    """Open a corpus, in a process without privileges."""

    def run(corpus: Path, **how: object) -> Outcome:
        return together(Request(corpus=str(corpus), **how))[0]  # type: ignore[arg-type]

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents."""
    made = tmp_path / "documents"
    (made / "notes").mkdir(parents=True)
    write(made / "offre.txt", "Ilya Sutskever a refusé l'offre de Meta.")
    write(made / "bail.txt", "Le bail est signé pour neuf ans.")
    write(made / "notes" / "prime.md", "# La prime\n\nUne prime d'entrée.")
    return made


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 16 MB."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(mounted)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk is not permitted here")
    yield mounted
    subprocess.run(["umount", mounted], check=True)


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")


def generations(corpus: Path) -> list[str]:
    """All there is among the generations of a corpus, whole or not."""
    return sorted(generation.name for generation in (corpus / "generations").iterdir())
