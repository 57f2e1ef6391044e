"""A flood of near copies takes a few places, and what is no copy keeps its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.document import Scope
from index.generation import Generation
from index.store import Passage
from index.sync import synchronise
from qa.copies import MOST_COPIES, search_varied, without_copies
from qa.search import Candidate, search

if TYPE_CHECKING:
    from pathlib import Path

    from index.encode import Encoder

QUESTION = "Qui a refusé l'offre de Meta ?"
HONEST = "Ilya Sutskever, sollicité pendant l’été par Meta, a refusé l’offre que le groupe lui avait faite."
FLOOD = 45


def candidate(text: str, number: int) -> Candidate:
    return Candidate(
        Passage(
            document=f"{number}.txt", number=0, count=1, start=0, end=len(text), text=text, heading="", title="",
            date="", origin="", sha256="",
        ),
        nearness=1.0,
        overlap=0.5,
    )  # fmt: skip


def kept(*texts: str) -> list[str]:
    found = without_copies(candidate(text, number) for number, text in enumerate(texts))
    return [one.passage.text for one in found]


def test_only_the_best_of_many_near_copies_are_kept() -> None:
    copies = [f"Bulletin {number} : Bernard Lachenal a refusé l’offre de la mairie." for number in range(20)]
    assert kept(*copies, HONEST) == [*copies[:MOST_COPIES], HONEST]


def test_two_editions_that_differ_in_a_number_are_both_kept() -> None:
    editions = ["Le timbre coûte 1,29 € depuis janvier 2024.", "Le timbre coûte 1,39 € depuis janvier 2025."]
    assert kept(*editions) == editions


@pytest.mark.parametrize(
    "texts",
    [
        [f"La subvention de {name} finance {work}." for name, work in (
            ("Lyon", "le stade municipal"), ("Brest", "un nouveau port"), ("Nice", "la fête du citron"),
            ("Pau", "deux écoles"), ("Metz", "la gare routière"),
        )],
        ["Le maire", "Le maire a signé hier, devant tous les élus, la convention avec la région.", "Oui", "12", "—"],
    ],
    ids=["of one form", "of many lengths"],
)  # fmt: skip
def test_passages_that_are_no_copies_are_all_kept(texts: list[str]) -> None:
    assert kept(*texts) == texts


def test_behind_a_flood_that_fills_every_place_the_others_are_found(tmp_path: Path, encoder: Encoder) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(FLOOD):
        lie = f"Dépêche {number}. C’est Bernard Lachenal qui a refusé l’offre de Meta."
        (folder / f"{number}.txt").write_text(lie, encoding="utf-8")
    (folder / "honnête.txt").write_text(HONEST, encoding="utf-8")
    synchronise([folder], tmp_path / "corpus")
    generation = Generation.open(tmp_path / "corpus")
    plain = search(generation, encoder, QUESTION, 30, Scope())
    varied = search_varied(generation, encoder, QUESTION, 30, Scope())
    generation.close()

    assert "honnête.txt" not in [one.passage.document for one in plain]
    assert [one.passage.document for one in varied].index("honnête.txt") == MOST_COPIES
    assert len(varied) == MOST_COPIES + 1
