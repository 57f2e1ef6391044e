from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml import parse_xml
from pptx.util import Cm

from index.errors import DocumentUnreadable
from index.formats.slides import read
from index.limits import Limits

LIMITS = Limits()
BLANK, TITLED = 6, 1


def saved(presentation: Any) -> bytes:
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()


def add_box(shapes: Any, words: str, top: float, left: float = 1) -> Any:
    box = shapes.add_textbox(Cm(left), Cm(top), Cm(5), Cm(1))
    box.text_frame.text = words
    return box


def add_slide(presentation: Any, title: str = "", *paragraphs: str) -> Any:
    slide = presentation.slides.add_slide(presentation.slide_layouts[TITLED if title else BLANK])
    if title:
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(paragraphs)
    return slide


def budget() -> bytes:
    presentation = Presentation()
    add_slide(presentation, "Budget 2025", "Recettes : 12 M€", "Dépenses : 11 M€")
    return saved(presentation)


def text(presentation: Any) -> str:
    return read(saved(presentation), LIMITS).text


def test_a_title_is_a_heading_above_the_words_of_its_slide() -> None:
    reading = read(budget(), LIMITS)

    assert (reading.text, [(heading.start, heading.text) for heading in reading.headings]) == (
        "Budget 2025\n\nRecettes : 12 M€\nDépenses : 11 M€",
        [(0, "Budget 2025")],
    )


def test_each_slide_begins_a_page_and_an_empty_one_keeps_its_number() -> None:
    presentation = Presentation()
    add_slide(presentation, "Un", "a")
    add_slide(presentation)
    add_slide(presentation, "Trois", "b")
    reading = read(saved(presentation), LIMITS)

    assert len(reading.pages) == 3
    assert reading.text[reading.pages[2] :] == "Trois\n\nb"


def test_shapes_are_read_from_top_to_bottom_and_from_left_to_right() -> None:
    presentation = Presentation()
    shapes = add_slide(presentation).shapes
    for words, top, left in (("trois", 9, 1), ("deux", 1.1, 8), ("un", 1.2, 1)):
        add_box(shapes, words, top, left)

    assert text(presentation) == "un\n\ndeux\n\ntrois"


def test_the_words_of_a_group_are_read_in_the_place_of_the_group() -> None:
    presentation = Presentation()
    shapes = add_slide(presentation).shapes
    add_box(shapes, "après", 9)
    inner = shapes.add_group_shape().shapes
    add_box(inner, "deux", 4)
    add_box(inner, "un", 2)

    assert text(presentation) == "un\n\ndeux\n\naprès"


def test_a_table_is_read_by_lines_and_merged_cells_once() -> None:
    presentation = Presentation()
    table = add_slide(presentation).shapes.add_table(2, 3, Cm(1), Cm(1), Cm(9), Cm(3)).table
    table.cell(0, 0).merge(table.cell(0, 1))
    for row, column, words in ((0, 0, "Poste"), (0, 2, "2025"), (1, 0, "Loyer"), (1, 1, "bureaux"), (1, 2, "12\v000")):
        table.cell(row, column).text = words

    assert text(presentation) == "Poste | | 2025\nLoyer | bureaux | 12 000"


def test_words_in_drawn_shapes_are_read() -> None:
    presentation = Presentation()
    shape = add_slide(presentation).shapes.add_shape(MSO_SHAPE.OVAL, Cm(1), Cm(1), Cm(1), Cm(1))
    shape.text_frame.text = "Étape 1\vdébut"

    assert text(presentation) == "Étape 1\ndébut"


def test_what_the_speaker_notes_stands_behind_the_slide() -> None:
    presentation = Presentation()
    slide = add_slide(presentation, "Bilan", "Stable")
    slide.notes_slide.notes_text_frame.text = "Rappeler le vote du 2 juillet."

    assert text(presentation) == "Bilan\n\nStable\n\nNotes : Rappeler le vote du 2 juillet."


@pytest.mark.parametrize("kind", ["dt", "ftr", "sldNum"])
def test_dates_footers_and_slide_numbers_are_left_out(kind: str) -> None:
    presentation = Presentation()
    slide = add_slide(presentation, "Bilan", "Stable")
    box = add_box(slide.shapes, "12", 1)
    space = "http://schemas.openxmlformats.org/presentationml/2006/main"
    box.element.nvSpPr.nvPr.append(parse_xml(f'<p:ph xmlns:p="{space}" type="{kind}" idx="12"/>'))

    assert text(presentation) == "Bilan\n\nStable"


def test_hidden_slides_are_kept() -> None:
    presentation = Presentation()
    add_slide(presentation, "Annexe", "a").element.set("show", "0")

    assert text(presentation) == "Annexe\n\na"


def test_more_slides_than_the_limit_are_refused() -> None:
    presentation = Presentation()
    add_slide(presentation)
    add_slide(presentation)

    with pytest.raises(DocumentUnreadable, match="it has more than 1 slides"):
        read(saved(presentation), Limits(pages=1))


def test_the_properties_tell_title_author_and_date() -> None:
    presentation = Presentation()
    presentation.core_properties.title = "Conseil municipal"
    presentation.core_properties.author = "Jeanne Martin"
    presentation.core_properties.modified = datetime(2025, 7, 2, tzinfo=UTC)
    reading = read(saved(presentation), LIMITS)

    assert (reading.title, reading.author, reading.date) == ("Conseil municipal", "Jeanne Martin", "2025-07-02")


def test_the_title_of_the_program_is_no_title() -> None:
    presentation = Presentation()
    presentation.core_properties.title = "Présentation PowerPoint"

    assert read(saved(presentation), LIMITS).title == ""


def test_the_words_of_a_diagram_are_read() -> None:
    presentation = Presentation()
    slide = add_slide(presentation)
    spaces = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    slide.shapes._spTree.append(
        parse_xml(
            f'<p:graphicFrame {spaces}><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/><p:cNvGraphicFramePr/><p:nvPr/>'
            '</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData '
            'uri="http://schemas.openxmlformats.org/drawingml/2006/diagram"><dgm:relIds r:dm="rId77"/></a:graphicData>'
            "</a:graphic></p:graphicFrame>"
        )
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(presentation))) as archive, zipfile.ZipFile(stream, "w") as new:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "ppt/slides/_rels/slide1.xml.rels":
                kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
                relation = b'<Relationship Id="rId77" Type="%s" Target="../diagrams/data1.xml"/>' % kind
                part = part.replace(b"</Relationships>", relation + b"</Relationships>")
            new.writestr(name, part)
        points = "".join(
            f"<dgm:pt><dgm:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t></dgm:pt>" for words in ("Dépôt", "Avis")
        )
        new.writestr(
            "ppt/diagrams/data1.xml", f"<dgm:dataModel {spaces}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>"
        )

    assert read(stream.getvalue(), LIMITS).text == "Dépôt\nAvis"


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_truncated_file_is_refused(share: float) -> None:
    content = budget()

    with pytest.raises(DocumentUnreadable):
        read(content[: int(len(content) * share)], LIMITS)


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_corrupted_file_is_read_or_refused_but_breaks_nothing(share: float) -> None:
    content = bytearray(budget())
    place = int(len(content) * share)
    content[place : place + 40] = bytes(byte ^ 0x5A for byte in content[place : place + 40])

    with suppress(DocumentUnreadable):
        assert "Budget" in read(bytes(content), LIMITS).text
