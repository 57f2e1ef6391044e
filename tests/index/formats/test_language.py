"""What telling the language promises: two letters, or nothing rather than a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.formats.language import from_tag, language

SEEDS = Path(__file__).parents[3] / "seeds"


@pytest.mark.parametrize("file", sorted(SEEDS.glob("*.txt")), ids=lambda file: file.name[:3])
def test_each_seed_is_french(file: Path) -> None:
    assert language(file.read_text(encoding="utf-8")) == "fr"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Les règles de sécurité doivent être affichées à l'entrée de chaque atelier.", "fr"),
        ("The safety rules must be displayed at the entrance of every workshop.", "en"),
        ("Die Sicherheitsregeln müssen am Eingang jeder Werkstatt ausgehängt werden.", "de"),
        ("Las normas de seguridad deben exponerse en la entrada de cada taller.", "es"),
        ("DIRECTION DES RESSOURCES HUMAINES", "fr"),
    ],
)
def test_a_sentence_is_enough(text: str, code: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "Bonjour", "1 250,00 12/03/2024 " * 40, "Mél : jean.dupont@exemple.fr Tél : 01 02 03 04 05", "abc xyz " * 4],
)
def test_what_is_too_little_or_unsure_has_no_language(text: str) -> None:
    assert language(text) == ""


@pytest.mark.parametrize(
    ("tag", "code"),
    [("fr", "fr"), ("fr-FR", "fr"), ("FR_ca", "fr"), (" en ", "en"), ("", ""), ("fra", ""), ("français", "")],
)
def test_a_tag_gives_its_two_letters(tag: str, code: str) -> None:
    assert from_tag(tag) == code
