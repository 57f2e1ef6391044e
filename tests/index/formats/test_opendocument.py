from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import odfdo
import pytest

from index.errors import DocumentUnreadable
from index.formats.opendocument import read
from index.limits import Limits

LIMITS = Limits()
SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing")),
        *(("presentation", "presentation"), ("svg", "svg-compatible"), ("meta", "meta")),
    )
)
META = (
    f'<office:document-meta {SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>Guide du tri'
    "</dc:title><meta:initial-creator>Jeanne Martin</meta:initial-creator><dc:creator>Paul Petit</dc:creator>"
    "<dc:date>2025-07-02T10:14:55.123456789</dc:date><meta:creation-date>2020-01-01</meta:creation-date>"
    "<dc:language>fr-FR</dc:language></office:meta></office:document-meta>"
)


def packed(body: str, styles: str = "", kind: str = "text", **parts: str) -> bytes:
    """Return a file whose content is written in XML; `parts` are other entries by their stems."""
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {"content": content, **parts}.items():
            archive.writestr(f"{name}.xml", part)
    return stream.getvalue()


def text(body: str, styles: str = "", kind: str = "text") -> str:
    return read(packed(body, styles, kind), LIMITS).text


def saved(document: odfdo.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def guide() -> bytes:
    document = odfdo.Document("text")
    document.body.append(odfdo.Header(1, "Trier ses déchets"))
    document.body.append(odfdo.Paragraph("Le bac jaune  reçoit\tles emballages."))
    document.body.append(odfdo.List(["le carton", "le plastique"]))
    table = odfdo.Table("Collecte", width=2, height=2)
    table.set_values([["Jour", "Bac"], ["lundi", "jaune"]])
    document.body.append(table)
    paragraph = odfdo.Paragraph("Le verre se porte au conteneur.")
    paragraph.insert_note(after="verre", note_id="n1", citation="1", body="Sans bouchon.")
    document.body.append(paragraph)
    return saved(document)


def test_headings_lists_tables_and_notes_come_in_the_order_of_the_page() -> None:
    reading = read(guide(), LIMITS)

    assert reading.text == (
        "1. Trier ses déchets\n\nLe bac jaune  reçoit\tles emballages.\n- le carton\n- le plastique\n\nJour | Bac\n"
        "lundi | jaune\n\nLe verre se porte au conteneur.\nNote : Sans bouchon."
    )


def test_headings_are_known_by_their_place() -> None:
    reading = read(guide(), LIMITS)

    assert [(heading.start, heading.text) for heading in reading.headings] == [(0, "1. Trier ses déchets")]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("un\n   deux", "un deux"),
        ('un<text:s text:c="3"/>deux', "un   deux"),
        ("un<text:line-break/>deux", "un\ndeux"),
        ("<text:a><text:span>un</text:span> lien</text:a>.", "un lien."),
        ("un<office:annotation><text:p>avis</text:p></office:annotation> mot", "un mot"),
        ("un<text:change-start/> ajout<text:change-end/>", "un ajout"),
        ('vu<text:span text:style-name="Tu"> caché</text:span>', "vu"),
        ('vu<text:hidden-text text:is-hidden="true"> caché</text:hidden-text>', "vu"),
        ("ren\u00advoi", "renvoi"),
        ("<text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>kan</text:ruby-text></text:ruby>", "漢"),
        ("un<!-- rien --> mot", "un mot"),
        ("Ancre<draw:frame><draw:text-box><text:p>Encadré</text:p></draw:text-box></draw:frame>", "Ancre\n\nEncadré"),
    ],
)
def test_the_words_of_a_paragraph_are_those_that_are_seen(inside: str, expected: str) -> None:
    hidden = '<style:style style:name="Tu"><style:text-properties text:display="none"/></style:style>'

    assert text(f"<text:p>{inside}</text:p>", hidden) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>ôté</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>",
        '<text:section text:display="none"><text:p>caché</text:p></text:section>',
        "<text:table-of-content><text:index-body><text:p>Trier 4</text:p></text:index-body></text:table-of-content>",
        "<office:forms><text:p>champ</text:p></office:forms>",
    ],
)
def test_what_is_deleted_hidden_or_made_from_the_rest_is_left_out(hidden: str) -> None:
    assert text(f"{hidden}<text:section><text:p>Vu</text:p></text:section>") == "Vu"


def test_lists_have_the_numbers_of_their_style() -> None:
    styles = (
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" '
        'text:display-levels="2"/></text:list-style>'
    )
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = "<text:list>" + item.format("dedans", "") + item.format("encore", "<text:p>suite</text:p>") + "</text:list>"
    points = item.format("un", inner) + item.format("deux", "")
    lists = f'<text:list text:style-name="L1">{points}</text:list>'
    more = f'<text:list text:style-name="L1" text:continue-numbering="true">{item.format("trois", "")}</text:list>'

    assert text(lists + more + lists, styles).splitlines() == [
        *("1. un", "1.a) dedans", "1.b) encore", "suite", "2. deux", "3. trois"),
        *("1. un", "1.a) dedans", "1.b) encore", "suite", "2. deux"),
    ]


def test_headings_have_the_numbers_of_the_outline() -> None:
    outline = (
        '<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="I" '
        'style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format=""/></text:outline-style>'
    )
    heading = '<text:h text:outline-level="{}">{}</text:h>'
    body = heading.format(1, "Un") + heading.format(2, "Sous") + heading.format(1, "Deux")

    assert text(body, outline) == "I. Un\n\nSous\n\nII. Deux"


def test_merged_cells_are_not_repeated_and_nested_tables_are_part_of_their_row() -> None:
    cell = "<table:table-cell>{}</table:table-cell>"
    inner = f"<table:table><table:table-row>{cell.format('<text:p>dedans</text:p>')}</table:table-row></table:table>"
    first = cell.format("<text:p>Jour</text:p>") + "<table:covered-table-cell/>" + cell.format("<text:p>Bac</text:p>")
    rows = f"<table:table-header-rows><table:table-row>{first}</table:table-row></table:table-header-rows>"
    second = cell.format("<text:p>lundi</text:p>") + cell.format("") + cell.format(inner)

    assert text(f"<table:table>{rows}<table:table-row>{second}</table:table-row></table:table>") == (
        "Jour | | Bac\nlundi | | dedans"
    )


def test_the_metadata_tell_title_author_date_and_language() -> None:
    reading = read(packed("<text:p>a</text:p>", meta=META), LIMITS)

    assert (reading.title, reading.author, reading.date, reading.language) == (
        *("Guide du tri", "Jeanne Martin"),
        *("2025-07-02", "fr"),
    )


def test_without_a_title_in_the_metadata_the_paragraph_in_its_style_is_the_title() -> None:
    style = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    reading = read(packed('<text:p text:style-name="P1">Guide du tri</text:p>', style), LIMITS)

    assert (reading.title, [heading.text for heading in reading.headings]) == ("Guide du tri", ["Guide du tri"])


def test_damaged_metadata_do_no_harm() -> None:
    assert read(packed("<text:p>Vu</text:p>", meta="<a"), LIMITS).text == "Vu"


def test_each_slide_of_a_presentation_begins_a_page() -> None:
    frame = '<draw:frame svg:y="{}cm" {}><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>'
    title, foot = 'presentation:class="title"', 'presentation:class="footer"'
    notes = f"<presentation:notes>{frame.format(1, '', 'à dire')}</presentation:notes>"
    first = frame.format(9, "", "bas") + frame.format(1, title, "Bilan") + frame.format(10.5, foot, "pied") + notes
    reading = read(packed(f"<draw:page>{first}</draw:page><draw:page/><draw:page/>", kind="presentation"), LIMITS)

    assert (reading.text, reading.pages) == ("Bilan\n\nbas\n\nNotes : à dire", (0, 26, 26))


def test_more_slides_than_the_limit_are_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="it has more than 1 slides"):
        read(packed("<draw:page/><draw:page/>", kind="presentation"), Limits(pages=1))


@pytest.mark.parametrize(("name", "title"), [("Villes", "Villes"), ("Feuille1", "")])
def test_the_name_that_somebody_gave_a_sheet_is_the_title_and_no_row_is(name: str, title: str) -> None:
    style = '<style:style style:name="T" style:parent-style-name="Title"/>'
    cell = '<table:table-cell><text:p text:style-name="T">Lyon</text:p></table:table-cell>'
    row = f"<table:table-row>{cell}</table:table-row>"
    reading = read(packed(f'<table:table table:name="{name}">{row}</table:table>', style, "spreadsheet"), LIMITS)

    assert (reading.title, reading.is_table) == (title, True)


def test_each_row_of_a_spreadsheet_is_a_line_with_its_labels() -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = [("Ville", "Habitants", "Maire"), ("Lyon", "522 250", "A. B."), ("Nice", "342 669", "C.")]
    written = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows)
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'

    assert text(f'<table:table table:name="Villes">{written}{blank}</table:table>', kind="spreadsheet") == (
        "Villes\n\nVille : Lyon ; Habitants : 522 250 ; Maire : A. B.\nVille : Nice ; Habitants : 342 669 ; Maire : C."
    )


@pytest.mark.parametrize(
    "bomb",
    [
        '<text:p>a<text:s text:c="999999999"/>b</text:p>',
        '<text:p>a<text:s text:c="-1"/>b</text:p>',
        '<text:p>a<text:s text:c="mille"/>b</text:p>',
    ],
)
def test_repeated_spaces_are_bounded(bomb: str) -> None:
    assert len(text(bomb)) <= 1_002


def test_repeated_cells_are_bounded() -> None:
    repeated = '<table:table-cell table:number-columns-repeated="999999999"><text:p>a</text:p></table:table-cell>'

    assert (
        len(text(f"<table:table><table:table-row>{repeated}</table:table-row></table:table>", kind="spreadsheet")) < 9e3
    )


def test_entities_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", bomb)

    with pytest.raises(DocumentUnreadable, match="it declares XML entities"):
        read(stream.getvalue(), LIMITS)


def test_an_encrypted_file_is_refused_with_its_reason() -> None:
    manifest = {"META-INF/manifest": "<manifest><file-entry><encryption-data/></file-entry></manifest>"}

    with pytest.raises(DocumentUnreadable, match="it is encrypted"):
        read(packed("<text:p>a</text:p>", **manifest), LIMITS)


def test_a_zip_without_content_is_refused_with_its_reason() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")

    with pytest.raises(DocumentUnreadable, match="not in the format that its name tells"):
        read(stream.getvalue(), LIMITS)


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_truncated_file_is_refused(share: float) -> None:
    content = guide()

    with pytest.raises(DocumentUnreadable):
        read(content[: int(len(content) * share)], LIMITS)


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_corrupted_file_is_read_or_refused_but_breaks_nothing(share: float) -> None:
    content = bytearray(guide())
    place = int(len(content) * share)
    content[place : place + 40] = bytes(byte ^ 0x5A for byte in content[place : place + 40])

    with suppress(DocumentUnreadable):
        assert "Trier" in read(bytes(content), LIMITS).text
