"""PDF -> Reading, by PDFium: its characters in their own order, put together to lines, paragraphs and headings.

A PDF knows glyphs at places and no sentences. From room to room: the glyphs become lines; what runs at the edges of
the pages is left out; the lines become paragraphs, of which some are headings; broken words are joined.
"""

from __future__ import annotations

import re
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from index.errors import DocumentUnreadable
from index.formats import (
    pdf_glyphs,
    pdf_headings,
    pdf_hyphens,
    pdf_lines,
    pdf_paragraphs,
    pdf_properties,
    pdf_running,
    pdf_scans,
)
from index.formats.pdf_paragraphs import Joint
from index.formats.pdf_picture import Picture
from index.formats.pdf_scans import Sheet
from index.formats.reading import Reading, TextBuilder

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.formats.pdf_headings import Bookmark
    from index.formats.pdf_hyphens import Piece
    from index.formats.pdf_lines import Line
    from index.formats.pdf_properties import Properties
    from index.limits import Limits

_UNDECODED = re.compile(r"[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]")
_MOST_UNDECODED = 1 / 3


def read(content: bytes, limits: Limits) -> Reading:
    """Read a PDF: its text in whole paragraphs, its headings, the offset of each page, and what it tells of itself.

    The order is that in which the file draws its text, which keeps columns apart. Running headers and footers are left
    out, and words that leave no trace in the picture of their page; words broken at a line end are joined, and a page
    without text stays as an empty page. `incomplete` counts the pages that are scans. Raises DocumentUnreadable for a
    file that is damaged, encrypted or too long, for one that is nothing but scans, whatever is stamped on them, and for
    a text layer that has no Unicode behind its glyphs.
    """
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        with PdfDocument(content) as document:
            with suppress(PdfiumError):  # a broken form: the pages have their text yet
                document.init_forms()
            if len(document) > limits.pages:
                raise DocumentUnreadable(reason=f"it has more than {limits.pages} pages")
            sheets = _sheets(document)
            bookmarks = pdf_headings.bookmarks(document)
            told = pdf_properties.properties(document)
    except PdfiumError as error:
        is_locked = error.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}
        raise DocumentUnreadable(reason="it is encrypted" if is_locked else "it is damaged") from error
    if pdf_scans.is_scan(sheets):
        raise DocumentUnreadable(reason="it is a scan without a text layer")
    reading = _reading([sheet.lines for sheet in sheets], bookmarks, told)
    return replace(reading, incomplete=pdf_scans.incomplete(sheets))


def _reading(pages: list[list[Line]], bookmarks: list[Bookmark], told: Properties) -> Reading:
    body = pdf_lines.body(pages)
    pages = pdf_running.without_running(pages, body)
    outlined = pdf_headings.outlined(pages, bookmarks)
    has_outline = any(outlined)
    paragraphs = [
        pdf_paragraphs.paragraphs(page, marked, body, has_outline=has_outline)
        for page, marked in zip(pages, outlined, strict=True)
    ]
    pdf_paragraphs.join_pages(paragraphs)
    return _composed(pdf_hyphens.pieces(paragraphs), told)


def _sheets(document: Any) -> list[Sheet]:
    """Return each page, its lines in the order in which they are drawn; a page that cannot be loaded has none."""
    from pypdfium2 import PdfiumError

    sheets: list[Sheet] = []
    loaded = seen = undecoded = 0
    has_image = False
    for number in range(len(document)):
        try:
            sheet, characters, is_picture = _page(document, number)
        except PdfiumError:  # one page out of many: the others can be found and quoted
            sheets.append(Sheet([], None))
            continue
        sheets.append(sheet)
        loaded += 1
        seen += len("".join(characters.split()))
        undecoded += len(_UNDECODED.findall(characters))
        has_image = has_image or is_picture
    if sheets and not loaded:
        raise DocumentUnreadable(reason="it is damaged")
    if undecoded > _MOST_UNDECODED * seen:
        raise DocumentUnreadable(reason="its text layer cannot be decoded")
    if has_image and not any(sheet.lines for sheet in sheets):
        raise DocumentUnreadable(reason="it is a scan without a text layer")
    return sheets


def _page(document: Any, number: int) -> tuple[Sheet, str, bool]:
    """Return a page, its characters, and whether it has images and no text."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    _show_fields(document, number)
    with closing(document[number]) as page, closing(page.get_textpage()) as textpage:
        characters = pdf_glyphs.characters(textpage)
        picture = Picture(page)
        lines = pdf_glyphs.lines(textpage.raw, characters, picture)
        has_little = pdf_scans.letters(characters) <= pdf_scans.MOST_STAMPED
        sheet = Sheet(lines, picture.covering() if has_little else None)
        is_picture = not lines and any(True for _ in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3))
    return sheet, characters, is_picture


def _show_fields(document: Any, number: int) -> None:
    """Make what a form was filled in with part of its page."""
    from pypdfium2 import PdfiumError

    if document.formenv:
        with closing(document[number]) as page, suppress(PdfiumError):  # a broken field: the page has its text yet
            page.flatten()


def _composed(pages: list[list[Piece]], told: Properties) -> Reading:
    builder = TextBuilder()
    for page in pages:
        builder.page()
        for piece in page:
            text = f"{piece.text}-" if piece.is_hyphenated else piece.text
            _add(builder, piece)(text)
    return builder.reading(title=told.title, author=told.author, date=told.date, language=told.language)


def _add(builder: TextBuilder, piece: Piece) -> Callable[[str], None]:
    if piece.is_heading:
        return builder.heading
    return {
        Joint.SAME: builder.continuation,
        Joint.LINE: builder.line,
        Joint.PARAGRAPH: builder.paragraph,
    }[piece.joint]
