"""What loading promises: clean text with the file's own offsets, and what a document tells of itself."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DocumentUnreadable
from index.load import LARGEST, READERS, Reading, is_supported, load, read_plain

if TYPE_CHECKING:
    from index.document import Document

SEEDS = Path(__file__).parents[2] / "seeds"
PARAGRAPH = "Voici un paragraphe qui dit une chose, puis une autre, et qui se termine par un point."


def seed(number: str) -> Document:
    return load(next(SEEDS.glob(f"{number}_*")), SEEDS)


def read(folder: Path, content: str | bytes, name: str = "note.txt") -> Document:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(file, folder)


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        read(folder, content)
    return str(caught.value)


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
    assert seed(number).title == title


@pytest.mark.parametrize(
    ("number", "date"), [("000", "2025-07"), ("001", ""), ("002", "2025-06"), ("003", ""), ("004", "2025-07-02")]
)
def test_each_seed_has_the_date_that_it_tells(number: str, date: str) -> None:
    assert seed(number).date == date


@pytest.mark.parametrize(
    ("number", "headings"),
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
def test_each_seed_has_its_headings(number: str, headings: list[str]) -> None:
    assert [heading.text for heading in seed(number).headings] == headings


@pytest.mark.parametrize("file", sorted(SEEDS.glob("*.txt")), ids=lambda file: file.name[:3])
def test_each_seed_keeps_its_text_to_the_letter(file: Path) -> None:
    assert load(file, SEEDS).text.encode() == file.read_bytes()


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t")))
def test_a_clean_file_keeps_its_text_to_the_letter(text: str) -> None:
    clean = unicodedata.normalize("NFC", text).removeprefix("\ufeff")

    assert read_plain(clean.encode()).text == clean


@given(st.binary())
def test_any_bytes_give_clean_text_or_a_reason(content: bytes) -> None:
    try:
        text = read_plain(content).text
    except DocumentUnreadable:
        return
    assert text == unicodedata.normalize("NFC", text)
    assert not any(unicodedata.category(character) == "Cc" for character in text.replace("\n", "").replace("\t", ""))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_gives_the_same_text(encoding: str, tmp_path: Path) -> None:
    text = "L’été dernier, « l’œuvre » a coûté 10 €.\n"

    assert read(tmp_path, text.encode(encoding)).text == text


def test_utf_16_of_both_orders_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffÉté".encode("utf-16-be")).text == "Été"


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\f", "\v", "\x85"])
def test_every_line_end_is_a_newline(line_end: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"Un{line_end}deux").text == "Un\ndeux"


def test_the_text_is_nfc(tmp_path: Path) -> None:
    assert read(tmp_path, "e\u0301te\u0301").text == "été"


def test_control_characters_are_dropped_before_the_text_is_composed(tmp_path: Path) -> None:
    assert read(tmp_path, "e\x07\u0301t\x9fé\tici\x7f").text == "ét\u00e9\tici"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no text in it"),
        (b" \n\t\n", "no text in it"),
        ("— … !".encode(), "no text in it"),
        (b"abc\0def", "binary data, not text"),
        (b"\x01\x02\x03\x04\x05\x06" * 9 + b"abc", "binary data, not text"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "binary data, not text"),
        (b"abc\x81\x8d", "neither UTF-8, UTF-16 nor Windows-1252 text"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, content) == reason


def test_a_file_that_has_vanished_is_refused_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable, match="vanished"):
        load(tmp_path / "gone.txt", tmp_path)


def test_a_folder_with_the_name_of_a_text_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()

    with pytest.raises(DocumentUnreadable, match="it is a folder"):
        load(tmp_path / "folder.txt", tmp_path)


@pytest.mark.parametrize(
    ("error", "reason"),
    [(PermissionError(13, "no"), "permission denied"), (OSError(5, "Input/output error"), "Input/output error")],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    error: OSError, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", fail)

    with pytest.raises(DocumentUnreadable, match=reason):
        load(tmp_path / "note.txt", tmp_path)


def test_a_name_that_is_not_utf_8_is_refused_with_its_reason() -> None:
    with pytest.raises(DocumentUnreadable, match="its name is not valid UTF-8"):
        load(Path("/corpus") / os.fsdecode(b"\xe9t\xe9.txt"), Path("/corpus"))


def test_a_format_without_a_reader_is_refused_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable, match="no reader"):
        load(tmp_path / "note.docx", tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.txt", True), ("a.MD", True), ("a.markdown", True), ("a.pdf", False), ("txt", False), ("a.txt.bak", False)],
)
def test_the_suffix_tells_whether_a_file_is_supported(name: str, expected: bool) -> None:  # noqa: FBT001
    assert is_supported(Path(name)) is expected


def test_a_new_format_is_one_function_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, ".new", lambda content: Reading(content.decode(), title="Le sien", date="2024"))
    document = read(tmp_path, "Un texte.", "a.new")

    assert (document.text, document.title, document.date, document.origin) == ("Un texte.", "Le sien", "2024", "a.new")


def test_the_id_is_the_path_below_the_root_after_its_prefix(tmp_path: Path) -> None:
    file = tmp_path / "dossier" / "e\u0301te\u0301.txt"
    file.parent.mkdir()
    file.write_text("Un texte", encoding="utf-8")

    assert load(file, tmp_path, "notes/").id == "notes/dossier/été.txt"


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
    ],
)
def test_the_title_is_the_first_line_of_the_head_that_reads_like_one(text: str, title: str, tmp_path: Path) -> None:
    assert read(tmp_path, text).title == title


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
def test_a_long_title_is_cut_at_a_clause_or_else_at_a_word(line: str, title: str, tmp_path: Path) -> None:
    assert read(tmp_path, line).title == title


def test_without_a_line_for_it_the_title_is_the_name_of_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, "2 juillet 2025\n", "compte_rendu-de__juillet.txt").title == "compte rendu de juillet"


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("URL: https://exemple.fr/a?b=c", "https://exemple.fr/a?b=c"),
        ("source : http://exemple.fr/a.", "http://exemple.fr/a"),
        ("Source\u00a0: <https://exemple.fr/a>", "https://exemple.fr/a"),
        ("Source : Le Monde", "note.txt"),
        ("URL: javascript:alert(1)", "note.txt"),
        ("URL: ftp://exemple.fr", "note.txt"),
        ("Voir https://exemple.fr", "note.txt"),
    ],
)
def test_the_origin_is_the_address_that_the_head_tells(line: str, origin: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"Un titre\n{line}\nLe texte.").origin == origin


def test_front_matter_tells_title_date_and_origin(tmp_path: Path) -> None:
    text = "---\nTitle: Le vrai titre\ndate: 2025-07-02 10:30\nurl: https://exemple.fr/a\ntags: [un]\n---\n# Autre\n"
    document = read(tmp_path, text, "a.md")

    assert (document.title, document.date, document.origin) == ("Le vrai titre", "2025-07-02", "https://exemple.fr/a")


def test_front_matter_stays_in_the_text(tmp_path: Path) -> None:
    text = "---\ntitle: Un titre\n---\n\n# Un *autre*\n"

    assert read(tmp_path, text, "a.md").text == text


@pytest.mark.parametrize(("value", "date"), [("2025", "2025"), ("2 juillet 2025", "2025-07-02"), ("hier", "")])
def test_the_date_of_front_matter_may_be_written_in_several_ways(value: str, date: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"---\ndate: {value}\n---\n# Titre\n", "a.md").date == date


def test_an_origin_that_is_no_web_address_is_not_taken(tmp_path: Path) -> None:
    assert read(tmp_path, "---\nurl: javascript:alert(1)\n---\n# Titre\n", "a.md").origin == "a.md"


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
def test_broken_front_matter_is_just_text(block: str, tmp_path: Path) -> None:
    text = f"---\n{block}\n---\n\n# Le titre\n"
    document = read(tmp_path, text, "a.md")

    assert (document.title, document.text) == ("Le titre", text)


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
def test_the_title_of_markdown_is_its_first_heading(text: str, title: str, tmp_path: Path) -> None:
    assert read(tmp_path, text, "a.md").title == title


def test_markdown_headings_are_those_outside_fenced_code(tmp_path: Path) -> None:
    text = "# Un\n\n~~~\n# non\n~~~\n\n   ## Deux ##\n\n#pas\n\nTrois\n---\n\n- liste\n---\n\n###### C# #\n"
    headings = read(tmp_path, text, "a.md").headings

    assert [heading.text for heading in headings] == ["Un", "Deux", "Trois", "C#"]


def test_a_heading_begins_where_its_line_begins(tmp_path: Path) -> None:
    text = "---\na: b\n---\nTexte.\n\n# Un\n\nDeux\n====\n"

    assert [heading.start for heading in read(tmp_path, text, "a.md").headings] == [
        text.index("# Un"),
        text.index("Deux"),
    ]


@pytest.mark.parametrize("line", ["Un intertitre", "« Un intertitre »", "2. Un intertitre", "Quel intertitre ?"])
def test_a_short_line_before_a_paragraph_is_a_heading(line: str, tmp_path: Path) -> None:
    text = f"Le titre\n\n{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}\n"
    headings = read(tmp_path, text).headings

    assert [(heading.start, heading.text) for heading in headings] == [(text.index(line), line)]


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
def test_other_short_lines_are_no_headings(line: str, tmp_path: Path) -> None:
    text = f"Le titre\n\n{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}\n"

    assert [heading.text for heading in read(tmp_path, text).headings] == []


@pytest.mark.parametrize("text", [f"Le titre seul\n\n{PARAGRAPH}", f"{PARAGRAPH}\n\nUne fin sans suite"])
def test_the_first_and_the_last_line_are_no_headings(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text).headings == ()


def test_a_file_that_is_too_large_is_refused_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "grand.txt").open("wb") as stream:
        stream.truncate(LARGEST + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda *_: pytest.fail("it was read"))
    with pytest.raises(DocumentUnreadable, match="larger than 50 MB"):
        load(tmp_path / "grand.txt", tmp_path)
