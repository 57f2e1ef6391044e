"""What the suites of the corpus share: folders, stores and corpora, to be used or to be copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from index import trial_child
from index.parsing import Parser
from index.seal import read_manifest
from index.store import Store
from index.sync import Report, synchronise
from tests.index.corpora import OLD, TEXTS, publish
from tests.index.stores import add, document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.limits import Limits

Sync = Callable[..., Report]


# --- a folder, and what becomes of it


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    """A parser that stays open: to start its process takes a second."""
    with Parser() as opened:
        yield opened


@pytest.fixture
def sync(quick: str, parser: Parser, tmp_path: Path) -> Sync:
    """Synchronise tmp_path/corpus with folders, by the quick encoder."""

    def run(*folders: Path, limits: Limits | Parser = parser) -> Report:
        return synchronise(folders, tmp_path / "corpus", quick, limits=limits)

    return run


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    (made / "notes").mkdir(parents=True)
    (made / "offre.txt").write_text("Ilya Sutskever a refusé l'offre de Meta.\n", encoding="utf-8")
    (made / "notes" / "prime.md").write_text("# La prime\n\nUne prime d'entrée.\n", encoding="utf-8")
    return made


# --- stores


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "store").mkdir()
    made = Store.create(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture(scope="session")
def closed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of two documents that nobody has open; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("closed")
    made = Store.create(folder)
    add(made, document("a.txt", "Le premier document.", "2025-07"))
    add(made, document("b.txt", "Le second document."))
    made.close()
    return folder


@pytest.fixture
def copy(closed_store: Path, tmp_path: Path) -> Path:
    return shutil.copytree(closed_store, tmp_path / "copy")


# --- corpora to be copied, not changed


@pytest.fixture(scope="session")
def handmade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of OLD, without an encoder."""
    corpus = tmp_path_factory.mktemp("handmade") / "corpus"
    publish(corpus, OLD)
    return corpus


@pytest.fixture(scope="session")
def indexed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two documents, one of several chunks."""
    made = tmp_path_factory.mktemp("indexed") / "documents"
    made.mkdir()
    for name, text in TEXTS.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, indexed_folder: Path, quick: str) -> Path:
    """The corpus of `indexed_folder`."""
    corpus = tmp_path_factory.mktemp("indexed") / "corpus"
    synchronise([indexed_folder], corpus, quick)
    return corpus


@pytest.fixture
def quick_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the doctor try the parts of a generation in this process: to start another takes seconds."""

    def here(folder: Path, parts: Sequence[str]) -> tuple[dict[str, str], str]:
        chunks = read_manifest(folder, folder).chunks
        return {part: trial_child.trouble(part, folder, chunks) for part in parts}, ""

    monkeypatch.setattr("index.trial._trial", here)
