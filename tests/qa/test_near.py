from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qa.answer import Filters
from qa.near import with_missing

if TYPE_CHECKING:
    from qa.engine import Engine


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Quelle est la recette de la bouillabaisse marseillaise ?", ["recette", "bouillabaisse", "marseillaise"]),
        ("Est-ce que le timbre vert existe à Lyon ?", ["vert", "existe", "Lyon"]),
        ("En quelle année le timbre bleu est-il paru ?", ["bleu", "paru"]),
        ("Que s'est-il passé à Lyon ?", ["Lyon"]),
        ("Comment s'appelle l'inventeur du timbre ?", ["inventeur"]),
        ("Où se trouve le musée de l’Aventure, à Lyon ou Lyon ?", ["musée", "Aventure", "Lyon"]),
        ("Les timbres ROUGES : deux euros ?", []),
        ("Et le bleu ? ← Que vaut le timbre vert à Lyon ?", ["bleu"]),
    ],
)
def test_a_near_passage_tells_which_words_of_the_question_it_lacks(
    shelves: Engine, question: str, missing: list[str]
) -> None:
    (near,) = shelves.search("timbre", filters=Filters(documents=("postes/timbre.md",)))
    assert with_missing(near, question).missing == missing


def test_words_of_the_title_are_not_missing(shelves: Engine) -> None:
    (near,) = shelves.search("timbre", filters=Filters(documents=("postes-anciennes/timbre.md",)))
    assert with_missing(near, "Quelle archive ?").missing == []
