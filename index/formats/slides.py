"""Presentations (.pptx), by python-pptx: each slide is a page, its title a heading, its notes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.errors import DocumentUnreadable
from index.formats.archive import damage_refused
from index.formats.blocks import Block, Kind, table, write
from index.formats.office import sound_copy
from index.formats.reading import Reading, TextBuilder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.limits import Limits

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ROW = 300_000  # English Metric Units, 8 mm: shapes whose tops lie closer are read from left to right
_SOFT_HYPHEN = "\u00ad"


def read(content: bytes, limits: Limits) -> Reading:
    """Read a presentation: the shapes of a slide from top to bottom, tables as lines, what the speaker notes.

    Hidden slides are kept, as they are part of the document that is handed around; dates, footers and slide numbers
    are left out. Raises DocumentUnreadable.
    """
    from pptx import Presentation

    copy, properties = sound_copy(content, limits)
    builder = TextBuilder()
    with damage_refused():
        slides = Presentation(copy).slides
        if len(slides) > limits.pages:
            raise DocumentUnreadable(reason=f"it has more than {limits.pages} slides")
        for slide in slides:
            builder.page()
            write(_blocks(slide), builder)
    return builder.reading(
        title=properties.title, author=properties.author, date=properties.date, language=properties.language
    )


def _blocks(slide: Any) -> Iterator[Block]:
    title = slide.shapes.title
    if title is not None:
        yield Block(Kind.HEADING, _words(title.text_frame.text))
    shapes = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    yield from _in_order(shapes)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = _words(slide.notes_slide.notes_text_frame.text).strip()
        if notes:
            yield Block(Kind.PARAGRAPH, f"Notes : {notes}")


def _in_order(shapes: Iterable[Any]) -> Iterator[Block]:
    """Give the blocks of shapes from top to bottom, and from left to right."""
    for shape in sorted(shapes, key=lambda shape: ((shape.top or 0) // _ROW, shape.left or 0)):
        yield from _shape(shape)


def _shape(shape: Any) -> Iterator[Block]:
    if _is_furniture(shape):
        return
    if shape.has_text_frame:
        yield from _frame(shape.text_frame)
    elif getattr(shape, "has_table", False):
        yield from table([_cell(cell) for cell in row.cells] for row in shape.table.rows)
    elif hasattr(shape, "shapes"):
        yield from _in_order(shape.shapes)
    else:
        yield from _diagram(shape)


def _is_furniture(shape: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER

    furniture = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER)
    return shape.is_placeholder and shape.placeholder_format.type in furniture


def _frame(frame: Any) -> Iterator[Block]:
    kind = Kind.PARAGRAPH
    for paragraph in frame.paragraphs:
        words = _words(paragraph.text)
        if words.strip():
            yield Block(kind, words.strip())
            kind = Kind.LINE


def _cell(cell: Any) -> list[Block]:
    return [] if cell.is_spanned else [Block(Kind.PARAGRAPH, _words(cell.text))]


def _diagram(shape: Any) -> Iterator[Block]:
    """Give the words of a diagram (SmartArt), which stand in a part of their own."""
    from pptx.oxml import parse_xml

    kind = Kind.PARAGRAPH
    for relation in shape.element.iter(f"{_DIAGRAM}relIds"):
        data = parse_xml(shape.part.related_part(relation.get(f"{_RELATION}dm")).blob)
        for paragraph in data.iter(f"{_A}p"):
            words = _words("".join(text.text or "" for text in paragraph.iter(f"{_A}t")))
            if words.strip():
                yield Block(kind, words.strip())
                kind = Kind.LINE


def _words(words: str) -> str:
    return words.replace(_SOFT_HYPHEN, "")
