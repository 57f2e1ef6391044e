"""What every suite shares: the encoder, and the corpus of the seeds, made once the real way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.encode import Encoder
from index.sync import synchronise
from qa.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.open()


@pytest.fixture(scope="session")
def seeds_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("seeds") / "corpus"
    synchronise([SEEDS], corpus)
    return corpus


@pytest.fixture(scope="session")
def seeds_engine(seeds_corpus: Path) -> Iterator[Engine]:
    engine = Engine.open(seeds_corpus)
    yield engine
    engine.close()
