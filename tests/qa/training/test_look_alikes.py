from __future__ import annotations

import pytest

from qa.training.look_alikes import look_alike


@pytest.mark.parametrize(
    ("question", "other", "alike"),
    [
        ("Qui a refusé l'offre de Meta ?", "Où habite Victor Hugo ?", "Qui a refusé l'offre de Victor Hugo ?"),
        ("Que fit Paris en 1789 ?", "Qui régna dès 1804 ?", "Que fit Paris en 1804 ?"),
        ("Que fit Paris en 1789 ?", "Qui vit à Lyon ?", "Que fit Lyon en 1789 ?"),
        ("Que fit Paris ?", "Qui régna dès 1804 ?", ""),
        ("Pourquoi le ciel est-il bleu ?", "Qui vit à Lyon ?", ""),
        ("Qui vit à Lyon ?", "Que voit-on à Lyon ?", ""),
        ("Lyon est-elle près de Lyon ?", "Où est Nice, près de Cannes ?", "Lyon est-elle près de Nice ?"),
    ],
)
def test_a_name_takes_the_place_of_a_name_and_a_number_that_of_a_number(question: str, other: str, alike: str) -> None:
    assert look_alike(question, other) == alike
