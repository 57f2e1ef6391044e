from __future__ import annotations

import pytest

from index.errors import DocumentUnreadable
from index.formats.table import read
from index.limits import Limits

LIMITS = Limits()


def text(words: str) -> str:
    return read(words.encode(), LIMITS).text


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    rows = [("Ville", "Habitants", "Maire"), ("Lyon", "522250", "Bel"), ("Nice", "342669", "Dor")]

    assert text("\n".join(map(delimiter.join, rows))) == (
        "Ville : Lyon ; Habitants : 522250 ; Maire : Bel\nVille : Nice ; Habitants : 342669 ; Maire : Dor"
    )


def test_decimal_commas_do_not_delimit() -> None:
    assert text("Poste;2024;2025\nLoyer;12,5;13,7\nEau;1,5;2,7") == (
        "Poste : Loyer ; 2024 : 12,5 ; 2025 : 13,7\nPoste : Eau ; 2024 : 1,5 ; 2025 : 2,7"
    )


def test_a_title_with_a_comma_does_not_make_the_comma_delimit() -> None:
    assert text("Tarifs, 2025\n" + "Loyer;12,5;mars\n" * 20).splitlines()[1] == "Loyer | 12,5 | mars"


def test_commas_in_sentences_do_not_delimit() -> None:
    faq = "Question;Réponse\nOù, quand payer ?;Au guichet, le lundi, à midi.\nQui, donc, inscrire ?;Tous, sans frais.\n"

    assert text(faq).splitlines()[0] == "Question : Où, quand payer ? ; Réponse : Au guichet, le lundi, à midi."


def test_quoted_fields_may_hold_delimiters_quotes_and_line_ends() -> None:
    rows = 'Nom;Adresse;Note\n"Bel; fils";"12, rue A\r\n69001 Lyon";"dit ""le grand"""\n'

    assert text(rows) == 'Nom : Bel; fils ; Adresse : 12, rue A 69001 Lyon ; Note : dit "le grand"'


def test_a_quote_that_is_never_closed_swallows_no_rows() -> None:
    assert text('Pièce;Taille;Prix\nTube;"12 pouces;3\nVis;4 mm;5\n').splitlines() == [
        'Pièce : Tube ; Taille : "12 pouces ; Prix : 3',
        "Pièce : Vis ; Taille : 4 mm ; Prix : 5",
    ]


def test_a_quote_for_inches_is_a_character() -> None:
    assert text('Pièce;Taille;Prix\nTube;12";3\n') == 'Pièce : Tube ; Taille : 12" ; Prix : 3'


def test_a_long_quoted_field_is_read_whole() -> None:
    words = "mot " * 50_000

    assert len(text(f'Nom;Texte;Date\nBel;"{words}";2025\n')) > len(words)


def test_the_delimiter_that_excel_names_is_taken() -> None:
    assert text("sep=,\nVille,Habitants,Maire\nLyon,1,Bel") == "Ville : Lyon ; Habitants : 1 ; Maire : Bel"


def test_a_file_of_one_column_is_read_by_lines() -> None:
    assert text("Lyon\nNice\n\nParis") == "Lyon\nNice\nParis"


def test_empty_rows_and_columns_are_left_out() -> None:
    assert text("Ville;;Habitants;Maire\n;;;\nLyon;;1;Bel\n") == "Ville : Lyon ; Habitants : 1 ; Maire : Bel"


def test_a_file_of_an_old_program_is_decoded() -> None:
    assert (
        read("Prénom;Métier;Âge\nZoé;Élue;52\n".encode("cp1252"), LIMITS).text
        == "Prénom : Zoé ; Métier : Élue ; Âge : 52"
    )


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(DocumentUnreadable):
        read(bytes(range(256)), LIMITS)


def test_a_table_tells_nothing_of_itself() -> None:
    reading = read(b"Date;Titre;Source\n2025-07-02;Le budget;https://exemple.fr\n", LIMITS)

    assert (reading.is_table, reading.title, reading.date, reading.origin) == (True, "", "", "")


@pytest.mark.parametrize("words", ["", "\n", ";", ";;\n;;", '"', '"""', "sep=;", "\t"])
def test_a_table_without_words_is_empty_or_what_it_is(words: str) -> None:
    assert len(text(words)) <= 3
