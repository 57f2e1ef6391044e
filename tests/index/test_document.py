"""What a document says of itself."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from index.document import Document, text_sha256
from index.load import load

SEEDS = Path(__file__).parents[2] / "seeds"


def test_the_sha256_of_a_text_is_that_of_its_utf_8() -> None:
    assert text_sha256("œuf à 1 €") == hashlib.sha256(b"\xc5\x93uf \xc3\xa0 1 \xe2\x82\xac").hexdigest()


def test_documents_with_the_same_text_have_the_same_sha256() -> None:
    first, second = (Document(id=name, text="Un texte.", title=name, date="", origin="") for name in ("a", "b"))

    assert first.sha256 == second.sha256


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda file: file.name[:3])
def test_the_sha256_of_a_seed_is_that_of_its_file(seed: Path) -> None:
    assert load(seed, SEEDS).sha256 == hashlib.sha256(seed.read_bytes()).hexdigest()
