from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from index.sync import recipe, synchronise
from qa.engine import Engine
from qa.sentence_reader import SentenceReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.encode import Encoder
    from index.generation import Generation


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "prix.txt").write_text(
        "Le prix du timbre\nLe timbre rouge coûte deux euros depuis mars.", encoding="utf-8"
    )
    return folder


def by_sentences(encoder: Encoder, generation: Generation) -> SentenceReader:
    """Make the reader that costs least."""
    return SentenceReader(encoder, generation.lexicon)


@pytest.fixture(scope="session")
def shelves(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Engine]:
    """An engine about three documents, in two folders one of which has the beginning of the other's name."""
    above = tmp_path_factory.mktemp("shelves")
    texts = {
        "postes/timbre.md": "---\ntitle: Le timbre\n---\nLe timbre rouge coûte deux euros depuis mars.",
        "postes/lettre.md": "---\ntitle: La lettre\n---\nLe timbre rouge coûte 3 euros, et la lettre un euro.",
        "postes-anciennes/timbre.md": "---\ntitle: Archive\n---\nLe timbre rouge coûte 2 euros.",
    }
    for name, text in texts.items():
        path = above / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    synchronise([above / "documents"], above / "corpus")
    engine = Engine(above / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    yield engine
    engine.close()
