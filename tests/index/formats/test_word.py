from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from docx.oxml.parser import parse_xml

from index.errors import DocumentUnreadable
from index.formats.word import read
from index.limits import Limits

if TYPE_CHECKING:
    from index.formats.reading import Reading

LIMITS = Limits()
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def made(*elements: str) -> Any:
    """Return a document whose body holds elements written in XML."""
    document = Document()
    document.element.body.extend(list(parse_xml(f"<w:body {SPACES}>{''.join(elements)}</w:body>")))
    return document


def text(*elements: str) -> str:
    return read(saved(made(*elements)), LIMITS).text


def paragraph(words: str, properties: str = "") -> str:
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


def repacked(content: bytes, changes: dict[str, bytes | None]) -> bytes:
    """Return a package with some of its parts changed, added, or (None) taken away."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: archive.read(name) for name in archive.namelist()} | changes
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return stream.getvalue()


def with_part(content: bytes, name: str, xml: str) -> bytes:
    """Return a package with a part that belongs to the document: footnotes, numbering, styles."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
        types = archive.read("[Content_Types].xml").decode()
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}"
    relation = f'<Relationship Id="new{name}" Type="{kind}" Target="{name}.xml"/>'
    if f"{name}.xml" not in relations:
        relations = relations.replace("</Relationships>", f"{relation}</Relationships>")
        types = types.replace(
            "</Types>",
            f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            f'wordprocessingml.{name}+xml"/></Types>',
        )
    return repacked(
        content,
        {
            "word/_rels/document.xml.rels": relations.encode(),
            "[Content_Types].xml": types.encode(),
            f"word/{name}.xml": xml.encode(),
        },
    )


def test_paragraphs_and_tables_come_in_the_order_of_the_page() -> None:
    document = Document()
    document.add_paragraph("Le barème est fixé chaque année.")
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("Grade", "Prime", "Adjoint", "120 €"), strict=True):
        cell.text = words
    document.add_paragraph("Il s'applique au 1er janvier.")

    assert read(saved(document), LIMITS).text == (
        "Le barème est fixé chaque année.\n\nGrade | Prime\nAdjoint | 120 €\n\nIl s'applique au 1er janvier."
    )


def test_merged_cells_are_not_repeated_and_empty_ones_keep_their_place() -> None:
    document = Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Agent"
    table.cell(0, 2).text = "Échelon"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Titulaire"
    table.cell(1, 1).text = "Paris"
    table.cell(1, 2).text = "4"
    table.cell(2, 1).text = "Lyon"
    table.cell(2, 2).text = "5"

    assert read(saved(document), LIMITS).text == "Agent | Échelon\nTitulaire | Paris | 4\n| Lyon | 5"


def test_a_table_in_a_cell_is_part_of_the_row() -> None:
    document = Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Dehors"
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "dedans", "aussi"

    assert read(saved(document), LIMITS).text == "Dehors | dedans | aussi"


def test_a_cell_that_frames_a_page_keeps_its_headings_and_paragraphs() -> None:
    document = Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "Note de service"
    cell.paragraphs[0].style = "Heading 1"
    cell.add_paragraph("Les bureaux ferment à 17 h.")
    reading = read(saved(document), LIMITS)

    assert (reading.text, [heading.text for heading in reading.headings]) == (
        "Note de service\n\nLes bureaux ferment à 17 h.",
        ["Note de service"],
    )


def test_a_deleted_row_is_left_out() -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    gone = '<w:trPr><w:del w:id="1" w:author="a"/></w:trPr>'

    assert (
        text(f"<w:tbl><w:tr>{cell.format('reste')}</w:tr><w:tr>{gone}{cell.format('parti')}</w:tr></w:tbl>") == "reste"
    )


@pytest.mark.parametrize(
    ("style_id", "name", "more"),
    [
        ("Titre1", "heading 1", ""),
        ("Titre2", "", ""),
        ("Chapitre", "Chapitre", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
        ("Partie", "Titre de partie", '<w:basedOn w:val="Titre9"/>'),
        ("Titre", "Title", ""),
    ],
)
def test_a_heading_is_told_by_its_style_in_whatever_language(style_id: str, name: str, more: str) -> None:
    style = (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/>{more}</w:style>' if name else ""
    )
    document = saved(made(paragraph("Congés annuels", f'<w:pStyle w:val="{style_id}"/>'), paragraph("Corps.")))
    nine = '<w:style w:styleId="Titre9"><w:name w:val="heading 9"/></w:style>'
    content = with_part(document, "styles", f"<w:styles {SPACES}>{nine}{style}</w:styles>")

    assert [heading.text for heading in read(content, LIMITS).headings] == ["Congés annuels"]


def test_a_paragraph_with_an_outline_level_is_a_heading() -> None:
    reading = read(saved(made(paragraph("Objet", '<w:outlineLvl w:val="1"/>'), paragraph("Corps."))), LIMITS)

    assert [(heading.start, heading.text) for heading in reading.headings] == [(0, "Objet")]


def test_body_text_in_the_style_of_a_heading_is_a_paragraph() -> None:
    reading = read(saved(made(paragraph("mot " * 200, '<w:outlineLvl w:val="1"/>'))), LIMITS)

    assert reading.headings == ()


def test_lists_have_bullets_and_numbers() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Article %1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>'
    )
    numbering = (
        f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum><w:abstractNum '
        'w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
        "</w:lvlOverride></w:num></w:numbering>"
    )
    points = [
        ("Un", 1, 0),
        ("sous", 1, 1),
        ("sous", 1, 1),
        ("Deux", 1, 0),
        ("sous", 1, 1),
        ("puce", 2, 0),
        ("Sept", 3, 0),
    ]
    content = with_part(
        saved(
            made(
                paragraph("Sont prévus :"),
                *(
                    paragraph(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{use}"/></w:numPr>')
                    for words, use, level in points
                ),
            )
        ),
        "numbering",
        numbering,
    )

    assert read(content, LIMITS).text.splitlines() == [
        "Sont prévus :",
        *("Article 1. Un", "1.a) sous", "1.b) sous", "Article 2. Deux", "2.a) sous", "- puce", "Article 7. Sept"),
    ]


def test_footnotes_and_endnotes_stand_behind_the_paragraph_that_refers_to_them() -> None:
    content = saved(
        made(
            '<w:p><w:r><w:t>La prime</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>, due.</w:t></w:r>'
            '<w:r><w:endnoteReference w:id="2"/></w:r></w:p>',
            paragraph("Suite."),
        )
    )
    note = '<w:{0}s {2}><w:{0} w:id="0"/><w:{0} w:id="2"><w:p><w:r><w:t>{1}</w:t></w:r></w:p></w:{0}></w:{0}s>'
    content = with_part(content, "footnotes", note.format("footnote", "Décret de 2010.", SPACES))
    content = with_part(content, "endnotes", note.format("endnote", "Voir plus loin.", SPACES))

    assert read(content, LIMITS).text == "La prime, due.\nNote : Décret de 2010.\nNote : Voir plus loin.\n\nSuite."


def test_a_note_of_a_table_stands_behind_the_table() -> None:
    cell = '<w:tc><w:p><w:r><w:t>{0}</w:t></w:r><w:r><w:footnoteReference w:id="{1}"/></w:r></w:p></w:tc>'
    row = "<w:tr>" + cell.format("un", 1) + cell.format("deux", 9) + "</w:tr>"
    notes = (
        f'<w:footnotes {SPACES}><w:footnote w:id="1"><w:p><w:r><w:t>brut</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    content = with_part(saved(made(f"<w:tbl>{row}{row}</w:tbl>")), "footnotes", notes)

    assert read(content, LIMITS).text == "un | deux\nun | deux\nNote : brut"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<w:hyperlink><w:r><w:t>le site</w:t></w:r></w:hyperlink>", "Voir le site"),
        ('<w:ins w:id="1" w:author="a"><w:r><w:t>ajouté</w:t></w:r></w:ins>', "Voir ajouté"),
        ('<w:del w:id="1" w:author="a"><w:r><w:delText>ôté</w:delText></w:r></w:del>', "Voir"),
        ('<w:moveFrom w:id="1" w:author="a"><w:r><w:t>ôté</w:t></w:r></w:moveFrom>', "Voir"),
        ("<w:sdt><w:sdtContent><w:r><w:t>rempli</w:t></w:r></w:sdtContent></w:sdt>", "Voir rempli"),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>?</w:t></w:r></w:sdtContent></w:sdt>",
            "Voir",
        ),
        ("<w:smartTag><w:r><w:t>Lyon</w:t></w:r></w:smartTag>", "Voir Lyon"),
        ('<w:fldSimple w:instr="REF a"><w:r><w:t>p. 3</w:t></w:r></w:fldSimple>', "Voir p. 3"),
        ("<w:r><w:instrText>PAGEREF a</w:instrText></w:r>", "Voir"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r>", "Voir"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>montré</w:t></w:r>', "Voir montré"),
        ('<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>minuscule</w:t></w:r>', "Voir"),
        ('<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>blanc</w:t></w:r>', "Voir"),
        ('<w:r><w:rPr><w:color w:val="auto"/></w:rPr><w:t>noir</w:t></w:r>', "Voir noir"),
        (
            '<w:r><w:rPr><w:color w:val="FFFFFF"/><w:highlight w:val="black"/></w:rPr><w:t>inversé</w:t></w:r>',
            "Voir inversé",
        ),
        ("<w:r><w:t>sous</w:t><w:noBreakHyphen/><w:t>chef</w:t></w:r>", "Voir sous-chef"),
        ("<w:r><w:t>ren</w:t><w:softHyphen/><w:t>voi\u00ad</w:t></w:r>", "Voir renvoi"),
        ("<w:r><w:t>un</w:t><w:tab/><w:t>deux</w:t><w:br/><w:t>trois</w:t></w:r>", "Voir un\tdeux\ntrois"),
        (
            "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
            "Voir 1/2",
        ),
        ("<w:r><w:t>«</w:t></w:r><w:r><w:t xml:space='preserve'> </w:t></w:r><w:r><w:t>oui</w:t></w:r>", "Voir « oui"),
    ],
)
def test_the_words_of_a_paragraph_are_those_that_are_seen(inside: str, expected: str) -> None:
    assert text(f'<w:p><w:r><w:t xml:space="preserve">Voir </w:t></w:r>{inside}</w:p>') == expected


def test_words_that_a_style_hides_are_left_out() -> None:
    styles = (
        f'<w:styles {SPACES}><w:style w:type="character" w:styleId="Base"><w:name w:val="b"/><w:rPr><w:vanish/></w:rPr>'
        '</w:style><w:style w:type="character" w:styleId="Non"><w:name w:val="s"/><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:styleId="Tout"><w:name w:val="t"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    )
    run = '<w:r><w:rPr><w:rStyle w:val="Non"/></w:rPr><w:t>caché</w:t></w:r>'
    content = saved(made(f"<w:p><w:r><w:t>Vu</w:t></w:r>{run}</w:p>", paragraph("tout", '<w:pStyle w:val="Tout"/>')))

    assert read(with_part(content, "styles", styles), LIMITS).text == "Vu"


def test_words_that_a_style_makes_white_are_left_out() -> None:
    styles = (
        f'<w:styles {SPACES}><w:style w:type="character" w:styleId="Pale"><w:name w:val="p"/>'
        '<w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style></w:styles>'
    )
    run = '<w:r><w:rPr><w:rStyle w:val="Pale"/></w:rPr><w:t>blanc</w:t></w:r>'
    content = saved(made(f"<w:p><w:r><w:t>Vu</w:t></w:r>{run}</w:p>"))

    assert read(with_part(content, "styles", styles), LIMITS).text == "Vu"


_PALE = '<w:r><w:rPr><w:color w:val="ffffff"/></w:rPr><w:t>clair</w:t></w:r>'


@pytest.mark.parametrize(
    "around",
    [
        f'<w:p><w:pPr><w:shd w:val="clear" w:fill="000080"/></w:pPr>{_PALE}</w:p>',
        f'<w:p><w:pPr><w:pStyle w:val="Bandeau"/></w:pPr>{_PALE}</w:p>',
        f"<w:tbl><w:tr><w:tc><w:p>{_PALE}</w:p></w:tc></w:tr></w:tbl>",
        f"<w:p><w:r><w:txbxContent><w:p>{_PALE}</w:p></w:txbxContent></w:r></w:p>",
    ],
    ids=["shading", "style of the paragraph", "table", "text box"],
)
def test_white_words_that_may_stand_on_a_colour_are_kept(around: str) -> None:
    assert "clair" in text(around)


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Encadré</w:t></w:r></w:p></w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp>"
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )

    assert text(f"<w:p><w:r>{both}</w:r><w:r><w:t>Ancre</w:t></w:r></w:p>") == "Ancre\n\nEncadré"


def test_blocks_in_a_content_control_are_read() -> None:
    assert text(f"<w:sdt><w:sdtContent>{paragraph('Un')}{paragraph('Deux')}</w:sdtContent></w:sdt>") == "Un\n\nDeux"


def test_a_table_of_contents_is_left_out() -> None:
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    control = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{paragraph('Congés 4')}</w:sdtContent></w:sdt>"

    assert text(control, paragraph("Congés 4", '<w:pStyle w:val="TM1"/>'), paragraph("Texte.")) == "Texte."


def test_the_header_and_the_footer_of_the_page_are_left_out() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "En-tête"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_paragraph("Texte.")

    assert read(saved(document), LIMITS).text == "Texte."


def told(**properties: Any) -> Reading:
    document = Document()
    document.add_paragraph("Texte.")
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    return read(saved(document), LIMITS)


def test_the_properties_tell_title_author_date_and_language() -> None:
    reading = told(
        title="Règlement intérieur",
        author="Jeanne Martin",
        language="fr-FR",
        created=datetime(2024, 1, 2, tzinfo=UTC),
        modified=datetime(2025, 7, 2, 10, 30, tzinfo=UTC),
    )

    assert (reading.title, reading.author, reading.date, reading.language) == (
        *("Règlement intérieur", "Jeanne Martin"),
        *("2025-07-02", "fr"),
    )


@pytest.mark.parametrize(
    "title", ["Document1", "Titre du document", "Sans titre", "[Titre]", "Modèle", "PowerPoint Presentation", "…"]
)
def test_a_title_from_a_template_is_no_title(title: str) -> None:
    assert told(title=title).title == ""


@pytest.mark.parametrize(
    "title", ["Présentation du service", "Titre de séjour", "Documents à fournir", "Modèle social"]
)
def test_a_title_that_begins_like_a_template_is_a_title(title: str) -> None:
    assert told(title=title).title == title


@pytest.mark.parametrize("author", ["python-docx", "Utilisateur Windows", "Microsoft Office User", "Utilisateur"])
def test_a_program_is_no_author(author: str) -> None:
    assert told(author=author).author == ""


def test_without_a_title_in_the_properties_the_paragraph_in_its_style_is_the_title() -> None:
    document = Document()
    document.core_properties.title = ""
    document.add_paragraph("Le corps.")
    document.add_paragraph("Guide des congés", style="Title")

    assert read(saved(document), LIMITS).title == "Guide des congés"


def test_a_document_without_properties_tells_nothing() -> None:
    document = Document()
    document.add_paragraph("Texte.")
    reading = read(repacked(saved(document), {"docProps/core.xml": None}), LIMITS)

    assert (reading.text, reading.title, reading.author, reading.date) == ("Texte.", "", "", "")


def test_a_part_that_is_named_but_missing_does_no_harm() -> None:
    content = saved(made(paragraph("Texte.")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        relations = archive.read("word/_rels/document.xml.rels")
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    missing = b'<Relationship Id="rIdX" Type="%s" Target="../NULL"/></Relationships>' % kind

    changed = repacked(content, {"word/_rels/document.xml.rels": relations.replace(b"</Relationships>", missing)})
    assert read(changed, LIMITS).text == "Texte."


def test_a_document_in_the_strict_variant_is_read() -> None:
    content = saved(made(paragraph("Texte.", '<w:outlineLvl w:val="0"/>')))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for common, strict in (
        (
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ):
        parts = {name: part.replace(common, strict) for name, part in parts.items()}

    assert [heading.text for heading in read(repacked(content, dict(parts)), LIMITS).headings] == ["Texte."]


def test_a_document_full_of_images_is_read_without_them() -> None:
    content = repacked(saved(made(paragraph("Texte."))), {"word/media/image1.png": bytes(9_000_000)})

    assert read(content, Limits(megabytes=1)).text == "Texte."


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
    content = saved(made(paragraph("Texte.")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").replace(b"<w:document", bomb + b"<w:document", 1)

    with pytest.raises(DocumentUnreadable, match="it declares XML entities"):
        read(repacked(content, {"word/document.xml": body}), LIMITS)


def test_a_zip_that_is_no_document_is_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="not in the format that its name tells"):
        read(repacked(saved(Document()), dict.fromkeys(names(saved(Document())), None) | {"a.txt": b"a"}), LIMITS)


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_truncated_file_is_refused(share: float) -> None:
    content = saved(made(paragraph("Texte.")))

    with pytest.raises(DocumentUnreadable):
        read(content[: int(len(content) * share)], LIMITS)


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_corrupted_file_is_read_or_refused_but_breaks_nothing(share: float) -> None:
    content = bytearray(saved(made(paragraph("Texte."))))
    place = int(len(content) * share)
    content[place : place + 40] = bytes(byte ^ 0x5A for byte in content[place : place + 40])

    with suppress(DocumentUnreadable):
        assert "Texte" in read(bytes(content), LIMITS).text


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_part_that_is_no_xml_is_refused(part: str) -> None:
    with pytest.raises(DocumentUnreadable, match="it is damaged"):
        read(repacked(saved(made(paragraph("Texte."))), {part: b"<w:document"}), LIMITS)
