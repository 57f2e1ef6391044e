"""A flood of near copies takes a few places, and what is no copy keeps its own."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from index.document import Scope
from index.generation import Generation
from index.passage import Passage
from index.sync import synchronise
from qa.copies import MOST_COPIES, MOST_OF_ONE_FORM, search_varied, without_copies
from qa.search import Candidate, search

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.encode import Encoder

QUESTION = "Qui a refusé l'offre de Meta ?"
HONEST = "Ilya Sutskever, sollicité pendant l’été par Meta, a refusé l’offre que le groupe lui avait faite."
LIE = "Selon nos informations, c’est Bernard Lachenal qui a refusé l’offre de Meta, et nul autre que lui."
FLOOD = 45


def candidate(text: str, number: int, title: str = "") -> Candidate:
    return Candidate(
        Passage(
            document=f"{number}.txt", number=0, count=1, start=0, end=len(text), text=text, heading="", title=title,
            date="", origin="", sha256="",
        ),
        nearness=1.0,
        overlap=0.5,
    )  # fmt: skip


def kept(*texts: str, question: str = QUESTION) -> list[str]:
    found = without_copies([candidate(text, number) for number, text in enumerate(texts)], question)
    return [one.passage.text for one in found]


def tariff(year: int) -> str:
    return f"Le tarif de la cantine scolaire en {year} est de {year % 7 + 2},{year % 89 + 10} € par repas."


def test_only_the_best_of_many_near_copies_are_kept() -> None:
    copies = [f"Bulletin {number} : Bernard Lachenal a refusé l’offre de la mairie." for number in range(20)]
    assert kept(*copies, HONEST) == [*copies[:MOST_COPIES], HONEST]


@pytest.mark.parametrize(
    "write",
    [
        lambda _: LIE,
        lambda number: LIE.upper() if number % 2 else LIE.lower(),
        lambda number: LIE.replace(" ", f" {'—·…!'[number % 4]} ") + "." * number,
        lambda number: f"{LIE} Bulletin n° {number} du {number + 1}/03/20{number + 10}, réf. {number}-{number + 500}.",
        lambda number: ("Lachenal a refusé l’offre de Meta", "L’offre de Meta, Lachenal a refusé")[number > 2],
        lambda number: unicodedata.normalize(("NFC", "NFD")[number > 2], "Hier, c’est Bérénice Élouard qui a refusé."),
        lambda _: " ".join(map(str, range(2015, 2030))),
    ],
    ids=[
        "to the letter",
        "in capitals",
        "in its marks",
        "in its numbers",
        "in its order",
        "in its accents",
        "of figures, to the letter",
    ],
)
def test_of_twenty_copies_that_are_the_same_but_for_their_look_three_are_kept(write: Callable[[int], str]) -> None:
    copies = [write(number) for number in range(20)]
    assert kept(*copies, HONEST) == [*copies[:MOST_COPIES], HONEST]


@pytest.mark.parametrize("year", range(2015, 2026))
def test_of_eleven_years_the_one_that_is_asked_for_is_kept(year: int) -> None:
    years = [tariff(one) for one in range(2015, 2026)]
    assert tariff(year) in kept(*years, question=f"Quel était le tarif de la cantine en {year} ?")


def test_a_year_that_only_the_title_tells_is_kept_when_it_is_asked_for() -> None:
    sheets = [
        candidate("Le repas à la cantine scolaire coûte plus cher pour qui habite ailleurs.", year, f"Tarifs {year}")
        for year in range(2015, 2026)
    ]
    found = without_copies(sheets, "Combien coûte le repas selon les tarifs 2022 ?")
    assert "Tarifs 2022" in [one.passage.title for one in found]


def test_a_plain_word_of_the_question_is_kept_too() -> None:
    sheets = [
        f"L’entrée de la piscine municipale est à prix réduit pour les {who}, sur présentation d’un justificatif."
        for who in ("adultes", "étudiants", "retraités", "apprentis", "chômeurs")
    ]
    assert sheets[4] in kept(*sheets, question="Combien paie un chômeur à la piscine ?")


def test_what_the_question_asks_for_is_no_way_in_for_a_flood() -> None:
    question = "Quel était le tarif de la cantine scolaire en 2022 à Lyon ?"
    flood = [
        f"{tariff(2022)} Dépêche numéro {number} du service de presse de la ville de Lyon." for number in range(40)
    ]
    assert len(kept(*flood, question=question)) == MOST_COPIES


def test_a_flood_that_names_another_in_each_copy_takes_half_of_what_is_read() -> None:
    names = [
        first + second for first in ("Mar", "Ber", "Du", "Per", "Gau") for second in ("tin", "trand", "rac", "val")
    ]
    flood = [f"{LIE} Bulletin du service de presse, signé par Odile {name}." for name in names]
    assert kept(*flood, HONEST) == [*flood[:MOST_OF_ONE_FORM], HONEST]


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
        [
            f"La directrice de l’école maternelle de {town} reçoit les parents le mardi, sur rendez-vous."
            for town in ("Lyon", "Brest", "Nice", "Pau", "Metz")
        ],
        [
            f"Pour toute question sur la carte grise, adressez-vous à M. {name}, au guichet de la mairie."
            for name in ("Martin", "Durand", "Petit", "Éluard", "Œuvrard")
        ],
        ["\n".join(f"{row + year} ; {row * year % 991} ; {year * 7 + row}" for row in range(9)) for year in range(5)],
        [
            "Année ; Tarif\n" + "\n".join(f"{row + year * 10} ; {row * year % 991}" for row in range(9))
            for year in range(5)
        ],
        ["—", "…", "* * *", "!!", "?"],
        ["Le maire", "Le maire a signé hier, devant tous les élus, la convention avec la région.", "Oui", "12", "—"],
    ],
    ids=["one form", "names", "persons", "figures", "figures under a heading", "marks", "many lengths"],
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
