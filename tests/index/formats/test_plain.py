"""What reading plain text promises: the text to the letter, and its short lines before paragraphs as headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.formats.plain import lines, read
from index.limits import Limits

SEEDS = Path(__file__).parents[3] / "seeds"
PARAGRAPH = "Voici un paragraphe qui dit une chose, puis une autre, et qui se termine par un point."


def headings(text: str) -> list[tuple[int, str]]:
    return [(heading.start, heading.text) for heading in read(text.encode(), Limits()).headings]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("000", ["« Récompenser les meilleurs talents »", "La course à la super-intelligence"]),
        (
            "001",
            [
                "Guerre des talents : une nouvelle ère pour l’IA générative",
                "OpenAI vs Meta : stratégies, craintes et ripostes",
                "Risques pour l’écosystème français, européen et les startups",
                "Au-delà du mercato : ce que révèle la guerre secrète des cerveaux IA",
                "Conclusion : S’adapter ou disparaître ?",
            ],
        ),
        ("002", []),
        ("003", []),
        ("004", ["Des acquisitions avortées", "Recruter à prix d'or"]),
    ],
)
def test_each_seed_has_its_headings(number: str, expected: list[str]) -> None:
    text = next(SEEDS.glob(f"{number}_*")).read_text(encoding="utf-8")

    assert [words for _start, words in headings(text)] == expected


@pytest.mark.parametrize("line", ["Un intertitre", "« Un intertitre »", "2. Un intertitre", "Quel intertitre ?"])
def test_a_short_line_before_a_paragraph_is_a_heading(line: str) -> None:
    text = f"Le titre\n\n{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}\n"

    assert headings(text) == [(text.index(line), line)]


@pytest.mark.parametrize(
    "line",
    [
        "Intertitre",
        "une petite ligne",
        "Une phrase finie.",
        "Une liste :",
        "Une suite…",
        "2 juillet 2025",
        "Voir https://exemple.fr/a",
        "Une image // Source : Jeanne Martin",
        "Photo : Jeanne Martin",
        "Un deux\n\nTrois quatre\n\nCinq six",
        "Un mot " * 20,
    ],
)
def test_other_short_lines_are_no_headings(line: str) -> None:
    assert headings(f"Le titre\n\n{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}\n") == []


@pytest.mark.parametrize("text", [f"Le titre seul\n\n{PARAGRAPH}", f"{PARAGRAPH}\n\nUne fin sans suite"])
def test_the_first_and_the_last_line_are_no_headings(text: str) -> None:
    assert headings(text) == []


@pytest.mark.parametrize("text", ["", "\n", "un", "un\n", "un\n\ndeux"])
def test_lines_are_those_of_the_text_with_their_offsets(text: str) -> None:
    found = list(lines(text))

    assert [line for _start, line in found] == text.split("\n")
    assert all(text.startswith(line, start) for start, line in found)
