"""What the head of a text tells: its title where one can be read there, and where it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.titles import head_origin, head_title, stem_title

SEEDS = Path(__file__).parents[2] / "seeds"
PARAGRAPH = "Voici un paragraphe qui dit une chose, puis une autre, et qui se termine par un point."


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("000", "Une stratégie agressive se met en place entre Meta et OpenAI"),
        ("001", "L’offensive choc de Meta : 100M$ pour attirer les stars de l’IA"),
        (
            "002",
            "Sam Altman affirme que Meta a offert au personnel d'OpenAI des primes de 100 millions de dollars à la "
            "signature dans le…",
        ),
        ("003", "Meta offre jusqu’à 100 millions de dollars aux stars de l’IA"),
        ("004", "De l'acquisition de sociétés à la création de postes"),
    ],
)
def test_each_seed_has_a_sensible_title(number: str, title: str) -> None:
    assert head_title(next(SEEDS.glob(f"{number}_*")).read_text(encoding="utf-8")) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\n  Un beau titre  \n\nLe texte.", "Un beau titre"),
        ("2 juillet 2025\nUn beau titre\nLe texte.", "Un beau titre"),
        ("Publié le 2 juillet 2025\nUn beau titre\nLe texte.", "Un beau titre"),
        ("date 2025-07\nUn beau titre\nLe texte.", "Un beau titre"),
        (" date 2025-07 Un beau titre\nLe texte.", "Un beau titre"),
        ("URL: https://exemple.fr\nUn beau titre\nLe texte.", "Un beau titre"),
        ("- Un beau titre\nLe texte.", "Un beau titre"),
        ("-20 % sur les livres\nLe texte.", "-20 % sur les livres"),
        ("----\nUn beau titre\nLe texte.", "Un beau titre"),
        ("« La devise du site »\n\nUn beau titre\n\nLe texte.", "Un beau titre"),
        ("« Une citation pour titre »\n\n" + PARAGRAPH * 4, "« Une citation pour titre »"),
        ("« Seule ligne »", "« Seule ligne »"),
        ("« Un » et « deux »\nUn texte.", "« Un » et « deux »"),
        ("13 Titre de la page aplatie. " + PARAGRAPH * 9, "Titre de la page aplatie"),
        ("13 questions sur la page aplatie. " + PARAGRAPH * 9, "13 questions sur la page aplatie"),
        ("13 Desserts de Noël", "13 Desserts de Noël"),
        ("Un titre qui pose une question ? " + PARAGRAPH * 3, "Un titre qui pose une question ?"),
        ("2 juillet 2025\n", ""),
    ],
)
def test_the_title_is_the_first_line_of_the_head_that_reads_like_one(text: str, title: str) -> None:
    assert head_title(text) == title


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("mot " * 12 + ", puis " + "mot " * 30, ("mot " * 12).strip()),
        ("mot " * 12 + "\u00a0: puis " + "mot " * 30, ("mot " * 12).strip()),
        ("mot " * 12 + "« un, deux » " + "mot " * 30, ("mot " * 12 + "« un, deux » " + "mot " * 14).strip() + "…"),
        ("mot, " + "mot " * 60, ("mot, " + "mot " * 28).strip() + "…"),
        ("m" * 300, "m" * 119 + "…"),
    ],
)
def test_a_long_title_is_cut_at_a_clause_or_else_at_a_word(line: str, title: str) -> None:
    assert head_title(line) == title


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("URL: https://exemple.fr/a?b=c", "https://exemple.fr/a?b=c"),
        ("source : http://exemple.fr/a.", "http://exemple.fr/a"),
        ("Source\u00a0: <https://exemple.fr/a>", "https://exemple.fr/a"),
        ("Source : Le Monde", ""),
        ("URL: javascript:alert(1)", ""),
        ("URL: ftp://exemple.fr", ""),
        ("Voir https://exemple.fr", ""),
    ],
)
def test_the_origin_is_the_address_that_the_head_tells(line: str, origin: str) -> None:
    assert head_origin(f"Un titre\n{line}\nLe texte.") == origin


@pytest.mark.parametrize(
    ("stem", "title"), [("compte_rendu-de__juillet", "compte rendu de juillet"), ("Note", "Note"), ("__", "__")]
)
def test_the_name_of_a_file_is_read_as_words(stem: str, title: str) -> None:
    assert stem_title(stem) == title
