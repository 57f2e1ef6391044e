"""What reading Markdown promises: the text with its marks, and what front matter and headings tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.formats import markdown
from index.limits import Limits

if TYPE_CHECKING:
    from index.formats.reading import Reading


def read(text: str) -> Reading:
    return markdown.read(text.encode(), Limits())


def test_front_matter_tells_title_date_and_origin() -> None:
    reading = read(
        "---\nTitle: Le vrai titre\ndate: 2025-07-02 10:30\nurl: https://exemple.fr/a\ntags: [un]\n---\n# Autre\n"
    )

    assert (reading.title, reading.date, reading.origin) == ("Le vrai titre", "2025-07-02", "https://exemple.fr/a")


@pytest.mark.parametrize("name", ["author", "Auteur", "autrice"])
def test_front_matter_tells_the_author(name: str) -> None:
    assert read(f"---\n{name}: Jeanne  Martin\n---\n# Titre\n").author == "Jeanne Martin"


@pytest.mark.parametrize(("line", "language"), [("lang: fr-FR", "fr"), ("langue: en", "en"), ("lang: français", "")])
def test_front_matter_tells_the_language(line: str, language: str) -> None:
    assert read(f"---\n{line}\n---\n# Titre\n").language == language


@pytest.mark.parametrize(
    "text", ["---\ntitle: Un titre\n---\n\n# Un *autre*\n", "# Un\n\n> **gras** [lien](https://a.fr)\n"]
)
def test_the_text_keeps_its_marks_and_its_front_matter(text: str) -> None:
    assert read(text).text == text


@pytest.mark.parametrize(("value", "date"), [("2025", "2025"), ("2 juillet 2025", "2025-07-02"), ("hier", "")])
def test_the_date_of_front_matter_may_be_written_in_several_ways(value: str, date: str) -> None:
    assert read(f"---\ndate: {value}\n---\n# Titre\n").date == date


def test_an_origin_that_is_no_web_address_is_not_taken() -> None:
    assert read("---\nurl: javascript:alert(1)\n---\n# Titre\n").origin == ""


@pytest.mark.parametrize(
    "block",
    [
        "title: [",
        "- une liste",
        "un mot",
        "[ " * 3000,
        "title: !!python/object:os.system x\n  : :",
        "? [a]: b",
        "title: {a: b}",
    ],
    ids=lambda block: block[:12],
)
def test_broken_front_matter_is_just_text(block: str) -> None:
    text = f"---\n{block}\n---\n\n# Le titre\n"
    reading = read(text)

    assert (reading.title, reading.text) == ("Le titre", text)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Un chapeau.\n\n# Le *vrai* [titre](https://exemple.fr) #\n", "Le vrai titre"),
        ("## Un sous-titre\n\n# Le titre\n", "Le titre"),
        ("## Un sous-titre\n\nDu texte.\n", "Un sous-titre"),
        ("**Une ligne en gras**\n\nDu texte.\n", "Une ligne en gras"),
        ("Le titre\n========\n\nDu texte.\n", "Le titre"),
        ("```\n# un commentaire\n```\n\n# Le titre\n", "Le titre"),
    ],
)
def test_the_title_is_the_first_heading(text: str, title: str) -> None:
    assert read(text).title == title


def test_headings_are_those_outside_fenced_code() -> None:
    text = "# Un\n\n~~~\n# non\n~~~\n\n   ## Deux ##\n\n#pas\n\nTrois\n---\n\n- liste\n---\n\n###### C# #\n"

    assert [heading.text for heading in read(text).headings] == ["Un", "Deux", "Trois", "C#"]


def test_a_heading_begins_where_its_line_begins() -> None:
    text = "---\na: b\n---\nTexte.\n\n# Un\n\nDeux\n====\n"

    assert [heading.start for heading in read(text).headings] == [text.index("# Un"), text.index("Deux")]
