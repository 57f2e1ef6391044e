"""What every suite shares: the encoder, one that costs nothing, and the corpus of the seeds, made the real way."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from index.encode import Encoder
from index.sync import synchronise
from qa.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
SEEDS = TESTS.parent / "seeds"
WITH_A_BROWSER = "browser"

# The examples of a property are the same in every run: what is tested is the change, not the luck of the day.
# `make attack` draws others each time, and many more.
settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("others", max_examples=2_000, database=None, deadline=None, print_blob=True)
settings.load_profile("others" if os.environ.get("SOURCIER_ALL_EXAMPLES") else "same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that drive a browser last: while there is one, an event loop runs, and no test can run another."""
    items.sort(key=lambda item: item.path.relative_to(TESTS).parts[0] == WITH_A_BROWSER)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.open()


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An encoder that costs nothing: a mean of letters."""
    return letters_encoder(tmp_path_factory.mktemp("encoders") / "letters")


def letters_encoder(folder: Path, width: int = 16) -> str:
    """Write an encoder whose vectors are means of vectors of letters, drawn at random; return its name."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split

    letters = {letter: number for number, letter in enumerate("?abcdefghijklmnopqrstuvwxyzéèà' .")}
    tokenizer = Tokenizer(WordLevel(letters, unk_token="?"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=width)], device="cpu").save(str(folder))
    return str(folder)


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


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """What the tests run in Node; installed on the first run."""
    folder = Path(__file__).parent / "node"
    if shutil.which("npm") is None:
        pytest.skip("there is no Node here: install nodejs and npm")
    installed = folder / "node_modules"
    with (folder / "package.json").open(encoding="utf-8") as package:
        fcntl.flock(package, fcntl.LOCK_EX)  # one of the processes that run tests side by side installs
        if not all((installed / name).exists() for name in ("oidc-provider", "@gradio/client")):
            quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent"]
            with suppress(subprocess.TimeoutExpired):
                subprocess.run(["npm", "install", "--prefix", str(folder), *quiet], check=False, timeout=90)
    if not installed.exists():
        pytest.skip("npm cannot install what package.json of tests/node names")
    return installed
