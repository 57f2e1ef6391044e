from __future__ import annotations

import random

import pytest

from index.lexicon import stems
from qa.training import typing_styles
from qa.training.typing_styles import retyped

QUESTION = "Qui a refusé l'offre de l’entreprise Meta en 2025 ?"


def styled(style: str, seed: int = 0) -> str:
    typed: str = getattr(typing_styles, f"_{style}")(QUESTION, random.Random(seed))
    return typed


@pytest.mark.parametrize(
    ("style", "typed"),
    [
        ("plain", "qui a refuse l'offre de l’entreprise meta en 2025 ?"),
        ("capitals", "QUI A REFUSÉ L'OFFRE DE L’ENTREPRISE META EN 2025 ?"),
        ("key_words", "refusé offre entreprise Meta 2025"),
    ],
)
def test_a_style_of_typing(style: str, typed: str) -> None:
    assert styled(style) == typed


def test_apostrophes_are_left_out_or_a_blank() -> None:
    assert {styled("glued", seed)[:21] for seed in range(20)} == {"Qui a refusé loffre d", "Qui a refusé l offre "}


@pytest.mark.parametrize("seed", range(20))
def test_a_typing_error_changes_a_letter_or_two_of_a_long_word(seed: int) -> None:
    typed = styled("mistyped", seed)
    wrong = [(one, two) for one, two in zip(QUESTION.split(), typed.split(), strict=True) if one != two]
    assert len(wrong) <= 2
    for one, two in wrong:
        assert abs(len(one) - len(two)) <= 2
        assert one[0] == two[0]


def test_the_same_chance_types_the_same() -> None:
    assert retyped(QUESTION, random.Random(7)) == retyped(QUESTION, random.Random(7))


@pytest.mark.parametrize("question", ["", "Qui ?", "où est-ce ?", "1 + 1"])
def test_a_short_question_is_left_with_what_it_has(question: str) -> None:
    for seed in range(30):
        typed = retyped(question, random.Random(seed))
        assert len(typed) >= len(question.rstrip(" ?")) - 2 or any(stems(word) for word in typed.split())
