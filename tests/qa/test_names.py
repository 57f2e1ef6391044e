from __future__ import annotations

import pytest

from qa.names import lacking


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("Qui a refusé l'offre de Meta ?", "Il a refusé l'offre de Meta.", 0.0),
        ("Qui a refusé l'offre d'Amazon ?", "Il a refusé l'offre de Meta.", 1.0),
        ("Qui a refusé l’offre d’Amazon ?", "Il a refusé l'offre de Meta.", 1.0),
        ("Que vaut Meta en 2024 ?", "Meta vaut cher.", 0.5),
        ("Que vaut Meta en 2024 ?", "En 2024, META vaut cher.", 0.0),
        ("Quel âge a Élodie ?", "Elodie a dix ans.", 0.0),
        ("pourquoi le ciel est-il bleu ?", "La lumière.", 0.0),
        ("", "", 0.0),
    ],
)
def test_the_share_of_names_and_numbers_that_a_text_lacks(question: str, text: str, share: float) -> None:
    assert lacking(question, text) == pytest.approx(share)


def test_what_a_question_leans_on_is_not_asked_for() -> None:
    assert lacking("Et combien ? ← Qui a refusé l'offre de Meta ?", "Cent euros.") == 0.0
