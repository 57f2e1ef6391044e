from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest

from index.errors import DocumentUnreadable
from index.formats.sheets import read, shown_number
from index.limits import Limits

LIMITS = Limits()
HEADER = ("Ville", "Habitants", "Maire")


def saved(workbook: Any) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def made(*rows: tuple[Any, ...], name: str = "Villes") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = name
    for row in rows:
        workbook.active.append(row)
    return saved(workbook)


def lines(*rows: tuple[Any, ...]) -> list[str]:
    return read(made(*rows), LIMITS).text.splitlines()[2:]


def with_sheet(data: str, **declared: str) -> bytes:
    """Return a workbook whose only sheet holds data written in XML."""
    attributes = " ".join(f'{name}="{value}"' for name, value in declared.items())
    dimension = f"<dimension {attributes}/>" if declared else ""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}">{dimension}<sheetData>{data}</sheetData></worksheet>'
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made(("a",)))) as archive, zipfile.ZipFile(stream, "w") as new:
        for name in archive.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else archive.read(name))
    return stream.getvalue()


def test_each_row_is_a_line_with_the_labels_of_its_columns() -> None:
    reading = read(made(HEADER, ("Lyon", 522250, "A. Bel"), ("Nice", 342669, "Dor")), LIMITS)

    assert reading.text == (
        "Villes\n\nVille : Lyon ; Habitants : 522250 ; Maire : A. Bel\nVille : Nice ; Habitants : 342669 ; Maire : Dor"
    )


def test_each_sheet_stands_under_its_name_and_an_empty_one_is_left_out() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Tarifs"
    workbook.active.append(("Adulte", "12 €"))
    workbook.create_sheet("Vide")
    workbook.create_sheet("Horaires").append(("lundi", "fermé"))
    reading = read(saved(workbook), LIMITS)

    assert reading.text == "Tarifs\n\nAdulte | 12 €\n\nHoraires\n\nlundi | fermé"
    assert [heading.text for heading in reading.headings] == ["Tarifs", "Horaires"]


def test_a_hidden_sheet_is_left_out() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(("vu", "aussi"))
    hidden = workbook.create_sheet("Calculs")
    hidden.append(("caché",))
    hidden.sheet_state = "hidden"

    assert "caché" not in read(saved(workbook), LIMITS).text


def test_a_cell_that_its_format_does_not_show_is_left_out() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(("vu", "caché", 0))
    workbook.active["B1"].number_format = ";;;"
    workbook.active["C1"].number_format = "0;;"

    assert read(saved(workbook), LIMITS).text.endswith("vu | | 0")


def test_hidden_rows_and_columns_are_kept() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(("vu", "colonne"))
    workbook.active.append(("rang", "filtré"))
    workbook.active.row_dimensions[2].hidden = True
    workbook.active.column_dimensions["B"].hidden = True

    assert read(saved(workbook), LIMITS).text.endswith("vu | colonne\nrang | filtré")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234.5, "1234,5"),
        (12.0, "12"),
        (0.1 + 0.2, "0,3"),
        (1e15, "1000000000000000"),
        (-3, "-3"),
        (True, "VRAI"),
        (date(2025, 7, 2), "2025-07-02"),
        (datetime(2025, 7, 2, 14, 30), "2025-07-02 14:30"),
        (time(9, 5), "09:05"),
        (timedelta(hours=37, minutes=30), "37:30"),
        ("deux\nlignes", "deux lignes"),
        ("#REF!", ""),
    ],
)
def test_a_value_is_written_as_people_see_it(value: Any, shown: str) -> None:
    assert lines(HEADER, ("a", "b", "c"), ("d", value, "e"))[1] == (
        f"Ville : d ; Habitants : {shown} ; Maire : e" if shown else "Ville : d ; Maire : e"
    )


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.125, "0.0%", "12,5\u00a0%"),
        (0.2, "0%", "20\u00a0%"),
        (1234.5, "#,##0.00\\ [$€-40C]", "1234,50\u00a0€"),
        (1234.5, '#,##0.00\\ "€";[Red]-#,##0.00\\ "€"', "1234,50\u00a0€"),
        (2.675, "0.00", "2,68"),
        (-0.4, "0", "0"),
        (1000, "00000", "01000"),
        (-7.5, "000.0", "-007,5"),
        (0.5, "# ?/?", "0,5"),
        (12345.678, "0.00E+00", "12345,678"),
        (1234.5, "General", "1234,5"),
        (1234.5, "@", "1234,5"),
        (1e300, "0.00", "1e+300"),
    ],
)
def test_a_number_is_shown_as_its_format_wants(value: float, number_format: str, shown: str) -> None:
    assert shown_number(value, number_format) == shown


def test_the_format_of_a_cell_is_that_of_its_number() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(("Taux", 0.055))
    workbook.active["B1"].number_format = "0.0%"

    assert read(saved(workbook), LIMITS).text.endswith("Taux | 5,5\u00a0%")


def test_a_formula_is_read_by_the_value_that_was_last_computed() -> None:
    content = with_sheet('<row r="1"><c r="A1" t="str"><f>B1</f><v>Total</v></c><c r="B1"><f>1+2</f><v>3</v></c></row>')

    assert read(content, LIMITS).text == "Villes\n\nTotal | 3"


def test_a_stray_cell_at_the_foot_of_a_sheet_costs_nothing() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    content = with_sheet(f'<row r="1"><c r="A1"><v>1</v></c></row>{far}', ref="A1:XFD1048576")

    assert read(content, LIMITS).text == "Villes\n\n1\n\n2"


def test_a_row_beyond_the_last_one_is_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="it is damaged"):
        read(with_sheet('<row r="9000000000"><c><v>1</v></c></row>'), LIMITS)


def test_a_title_above_the_header_is_a_line_of_its_own() -> None:
    assert lines(("Population au 1er janvier",), HEADER, ("Lyon", 522250, "A. Bel")) == [
        "Population au 1er janvier",
        "Ville : Lyon ; Habitants : 522250 ; Maire : A. Bel",
    ]


def test_a_second_table_has_its_own_labels() -> None:
    more = ("Poste", "2024", "2025")

    assert lines(HEADER, ("Lyon", 1, "A"), (None,), more, ("Loyer", 2, 3))[2:] == [
        "Poste : Loyer ; 2024 : 2 ; 2025 : 3"
    ]


def test_a_table_goes_on_after_an_empty_row() -> None:
    assert lines(HEADER, ("Lyon", 1, "A"), (None,), ("Nice", 2, "B"))[2:] == [
        "Ville : Nice ; Habitants : 2 ; Maire : B"
    ]


def test_other_rows_after_an_empty_one_have_no_labels() -> None:
    assert lines(HEADER, ("Lyon", 1, "A"), (None,), ("Source", "INSEE"))[2:] == ["Source | INSEE"]


def test_the_name_of_a_group_of_rows_has_no_label() -> None:
    assert lines(HEADER, ("Rhône",), ("Lyon", 1, "A"))[0] == "Rhône"


def test_a_row_without_a_value_in_a_column_leaves_it_out() -> None:
    assert lines(HEADER, ("Lyon", None, "A"), ("Nice", 1, "B"))[0] == "Ville : Lyon ; Maire : A"


@pytest.mark.parametrize(
    "rows",
    [
        (("Service", "Logement"), ("Téléphone", "04 72 00 00 00"), ("Accueil", "lundi")),
        ((1, 2, 3), (4, 5, 6)),
        (("a", "a", "b"), (4, 5, 6)),
        (("Ville", None, "Maire"), ("Lyon", 5, "A. Bel")),
        (("Lyon", "A. Bel", "mairie@exemple.fr"), ("Nice", "C. Dor", "nice@exemple.fr")),
        (("oui", "Lyon", "mars"), ("non", "Lyon", "avril")),
    ],
)
def test_rows_without_a_sure_header_have_no_labels(rows: tuple[tuple[Any, ...], ...]) -> None:
    assert [line.count(" | ") > 0 for line in lines(*rows)] == [True] * len(rows)


@pytest.mark.parametrize(
    "rows",
    [
        (("Ville", "Habitants"), ("Lyon", 522250), ("Nice", 342669)),
        (
            ("Question", "Réponse"),
            ("Où payer la cantine ?", "Au guichet de la mairie."),
            ("Comment ?" * 2, "En ligne." * 2),
        ),
        ((None, "2024", "2025"), ("Loyer", 1, 2)),
    ],
)
def test_a_header_is_told_by_how_it_differs(rows: tuple[tuple[Any, ...], ...]) -> None:
    assert len(lines(*rows)) == len(rows) - 1


def test_the_properties_tell_title_author_and_date() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(("a", "b"))
    workbook.properties.title, workbook.properties.creator = "Effectifs", "Jeanne Martin"
    workbook.properties.modified = datetime(2025, 7, 2, tzinfo=UTC).replace(tzinfo=None)
    reading = read(saved(workbook), LIMITS)

    assert (reading.title, reading.author) == ("Effectifs", "Jeanne Martin")


def test_the_name_that_somebody_gave_the_first_sheet_with_rows_is_the_title() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Vide"
    workbook.create_sheet("Tarifs").append(("Adulte", "12 €"))
    workbook.create_sheet("Horaires").append(("lundi", "fermé"))
    reading = read(saved(workbook), LIMITS)

    assert (reading.title, reading.is_table) == ("Tarifs", True)


@pytest.mark.parametrize(
    "name", ["Feuil1", "Feuille1", "Feuille 2", "Sheet1", "Sheet", "Worksheet", "Tabelle1", "Feuil1 (2)", "Hoja1"]
)
def test_a_name_that_a_program_gave_a_sheet_is_no_title(name: str) -> None:
    reading = read(made(HEADER, ("Lyon", 1, "A"), name=name), LIMITS)

    assert (reading.title, reading.text.splitlines()[0]) == ("", name)


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_truncated_file_is_refused(share: float) -> None:
    content = made(HEADER, ("Lyon", 1, "A"))

    with pytest.raises(DocumentUnreadable):
        read(content[: int(len(content) * share)], LIMITS)


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_corrupted_file_is_read_or_refused_but_breaks_nothing(share: float) -> None:
    content = bytearray(made(HEADER, ("Lyon", 1, "A")))
    place = int(len(content) * share)
    content[place : place + 40] = bytes(byte ^ 0x5A for byte in content[place : place + 40])

    with suppress(DocumentUnreadable):
        assert "Lyon" in read(bytes(content), LIMITS).text
