"""OpenDocument (.odt, and .odp and .ods with it): the words that a reader of the page sees, in their order.

OpenDocument 1.3, part 3. Read from `content.xml` with lxml: a library in between would expand every repeated space and
row before it could be bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from index.errors import DocumentUnreadable
from index.formats.archive import damage_refused, open_archive, parse_xml, read_entry
from index.formats.blocks import Block, Kind, flattened, note, table, write
from index.formats.numerals import numeral
from index.formats.properties import read_properties, told_title
from index.formats.reading import Reading, TextBuilder
from index.formats.rows import write_sheet

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from index.limits import Limits

_NAMESPACE = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
_TEXT, _STYLE, _TABLE, _OFFICE, _DRAW, _PRESENTATION, _SVG = map(
    _NAMESPACE.format, ("text", "style", "table", "office", "drawing", "presentation", "svg-compatible")
)
_UNSEEN = {f"{_OFFICE}annotation", f"{_OFFICE}forms", f"{_TABLE}shapes", f"{_SVG}title", f"{_SVG}desc"}.union(
    f"{_TEXT}{name}"
    for name in (
        *("tracked-changes", "note-citation", "ruby-text", "sequence-decls", "table-of-content", "illustration-index"),
        *("table-index", "object-index", "user-index", "alphabetical-index", "bibliography"),
    )
)
_LIST_STYLES = tuple(f"{_TEXT}{name}" for name in ("list-style", "outline-style"))
_SPREADSHEET = f"{_OFFICE}spreadsheet"
_OUTLINE = "outline"  # the numbering of the headings, which has no name in every program
_FURNITURE = frozenset({"date-time", "footer", "header", "page-number"})
_MOST_REPEATED = 1_000  # spaces or cells; beyond it someone plays with the reader
_LONGEST_HEADING = 300  # characters; body text that someone made a heading is still body text
_SOFT_HYPHEN = "\u00ad"
_WHITE_SPACE = re.compile(r"[ \t\r\n]+")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?")


def read(content: bytes, limits: Limits) -> Reading:
    """Read an OpenDocument file: headings, lists with their marks, tables as lines, notes behind their paragraph.

    Each slide of a presentation begins a page; each row of a spreadsheet is a line. Left out: what is hidden or
    deleted, comments, indexes, the header and the footer of the page. Raises DocumentUnreadable.
    """
    with open_archive(content, limits) as archive:
        _refuse_encrypted(archive, limits)
        body, styles, meta = (read_entry(archive, f"{name}.xml", limits) for name in ("content", "styles", "meta"))
    if body is None:
        raise DocumentUnreadable(reason="it is not in the format that its name tells")
    root = parse_xml(body)
    builder = TextBuilder()
    with damage_refused():
        text = _Body([root, parse_xml(styles)] if styles else [root])
        inside = next((part for body in root.iter(f"{_OFFICE}body") for part in body if _name(part)), root)
        _write(inside, text, builder, limits)
    properties = read_properties(meta)
    reading = builder.reading(
        title=properties.title or told_title(text.title),
        author=properties.author,
        date=properties.date,
        language=properties.language,
    )
    return replace(reading, is_table=inside.tag == _SPREADSHEET)


def _write(inside: Any, text: _Body, builder: TextBuilder, limits: Limits) -> None:
    """Add what the body holds: sheets, slides, or else a text."""
    kind = inside.tag
    if kind == _SPREADSHEET:
        _write_sheets(inside, text, builder)
    elif kind == f"{_OFFICE}presentation":
        slides = inside.findall(f"{_DRAW}page")
        if len(slides) > limits.pages:
            raise DocumentUnreadable(reason=f"it has more than {limits.pages} slides")
        for slide in slides:
            builder.page()
            write(text.slide(slide), builder)
    else:
        write(text.blocks(inside), builder)


def _write_sheets(inside: Any, text: _Body, builder: TextBuilder) -> None:
    """Add the sheets that are seen; the name of the first one is the title."""
    names = []
    for sheet in inside.iterfind(f"{_TABLE}table"):
        name = sheet.get(f"{_TABLE}name", "")
        is_seen = not text.is_hidden(sheet.get(f"{_TABLE}style-name"))
        if is_seen and write_sheet(name, text.cells(sheet), builder):
            names.append(name)
    text.title = next(iter(names), "")


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style says of words: the style that it builds on, and whether it hides them."""

    parent: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class _Point:
    """A level of a list: how its number is written ("" for a bullet), with how many levels, from where."""

    form: str
    prefix: str
    suffix: str
    levels: int
    start: int


@dataclass(slots=True)
class _Words:
    """What stands in a paragraph: its words, its notes, the text boxes and shapes anchored in it."""

    pieces: list[str] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _List:
    """The list that a paragraph stands in: its style, how deep it lies, and the mark to put before the paragraph."""

    style: str
    level: int
    mark: str = ""


class _Body:
    """The words of a document; `title` is its paragraph with the style of a title, once it was written."""

    def __init__(self, roots: list[Any]) -> None:
        self.title = ""
        self._styles = {_named(style): _style(style) for root in roots for style in root.iter(f"{_STYLE}style")}
        self._points = {
            _OUTLINE if style.tag == _LIST_STYLES[1] else _named(style): _points(style)
            for root in roots
            for style in root.iter(*_LIST_STYLES)
        }
        self._counts: dict[str, dict[int, int]] = {}

    def blocks(self, container: Any, place: _List | None = None) -> Iterator[Block]:
        """Give the blocks in a container in their order."""
        for child in container:
            yield from self._block(child, place)

    def slide(self, page: Any) -> Iterator[Block]:
        """Give the blocks of a slide, from top to bottom and from left to right; its notes last."""
        notes = page.find(f"{_PRESENTATION}notes")
        for shape in sorted((child for child in page if child is not notes), key=_position):
            yield from self._shape(shape)
        spoken = flattened(block for shape in (() if notes is None else notes) for block in self._shape(shape))
        if spoken:
            yield Block(Kind.PARAGRAPH, f"Notes : {spoken}")

    def cells(self, sheet: Any) -> Iterator[list[str]]:
        """Give the rows of a sheet, as the words that its cells show."""
        for row in _members(sheet, f"{_TABLE}table-row"):
            cells: list[str] = []
            for cell in row:
                words = flattened(self.blocks(cell))
                cells.extend([words] * _count(cell, f"{_TABLE}number-columns-repeated"))
            times = _count(row, f"{_TABLE}number-rows-repeated") if any(cells) else 1
            yield from [cells] * times

    def is_hidden(self, style: str | None) -> bool:
        """Tell whether a style hides what it is given to."""
        return any(found.is_hidden for found in self._chain(style))

    def _shape(self, shape: Any) -> Iterator[Block]:
        kind = shape.get(f"{_PRESENTATION}class", "")
        blocks = self._block(shape, None) if kind not in _FURNITURE else iter(())
        if kind == "title":
            yield Block(Kind.HEADING, " ".join(block.words for block in blocks))
        else:
            yield from blocks

    def _block(self, element: Any, place: _List | None) -> Iterator[Block]:
        name = _name(element)
        if name in ("p", "h"):
            yield from self._paragraph(element, place)
        elif name == "list":
            yield from self._list(element, place)
        elif name == "table":
            rows = _members(element, f"{_TABLE}table-row")
            yield from table([self._cell(cell) for cell in row] for row in rows)
        elif name and not self._is_unseen(element):
            yield from self.blocks(element, place)

    def _cell(self, cell: Any) -> list[Block]:
        return list(self.blocks(cell)) if cell.tag == f"{_TABLE}table-cell" else []

    def _paragraph(self, paragraph: Any, place: _List | None) -> Iterator[Block]:
        found = _Words()
        if not self.is_hidden(paragraph.get(f"{_TEXT}style-name")):
            self._gather(paragraph, found)
        words = "".join(found.pieces).replace(_SOFT_HYPHEN, "").strip()
        is_title = self._is_title(paragraph)
        is_heading = (is_title or _name(paragraph) == "h") and len(words) <= _LONGEST_HEADING
        mark = place.mark if place else self._heading_mark(paragraph)
        if words:
            kind = Kind.HEADING if is_heading else Kind.LINE if place else Kind.PARAGRAPH
            yield Block(kind, f"{mark} {words}".strip())
        if is_title and not self.title:
            self.title = words
        for body in found.notes:
            yield from note(self.blocks(body))
        for box in found.boxes:
            yield from self.blocks(box)

    def _list(self, element: Any, place: _List | None) -> Iterator[Block]:
        level = place.level + 1 if place else 1
        style = element.get(f"{_TEXT}style-name") or (place.style if place else "")
        is_continued = element.get(f"{_TEXT}continue-numbering") == "true" or f"{_TEXT}continue-list" in element.attrib
        if level == 1 and not is_continued:
            self._counts.pop(style, None)
        for item in element:
            first = next((_name(child) for child in item), "")
            mark = ""
            if _name(item) == "list-item" and first in ("p", "h"):
                mark = self._mark(style, level, item.get(f"{_TEXT}start-value"))
            for child in item:
                yield from self._block(child, _List(style, level, mark))
                mark = ""

    def _heading_mark(self, paragraph: Any) -> str:
        level = paragraph.get(f"{_TEXT}outline-level", "")
        point = self._points.get(_OUTLINE, {}).get(int(level)) if level.isdecimal() else None
        return self._mark(_OUTLINE, int(level)) if point and point.form else ""

    def _mark(self, style: str, level: int, start: str | None = None) -> str:
        """Count one more point of a level, and return its mark: "-", "3.", "2.3"."""
        points = self._points.get(style, {})
        counts = self._counts.setdefault(style, {})
        point = points.get(level)
        if point is None or not point.form:
            return "-"
        counts[level] = int(start) if start and start.isdecimal() else counts.get(level, point.start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        shown = [
            other for other in range(level - point.levels + 1, level + 1) if other in points and points[other].form
        ]
        numbers = (numeral(counts.get(other, points[other].start), points[other].form) for other in shown)
        return point.prefix + ".".join(numbers) + point.suffix

    def _gather(self, element: Any, found: _Words) -> None:
        """Collect what stands in an element, whatever it is wrapped in: a link, a field, a style, a change."""
        found.pieces.append(_collapsed(element.text))
        for child in element:
            if _name(child) and not self._is_unseen(child):
                self._enter(child, found)
            found.pieces.append(_collapsed(child.tail))

    def _enter(self, element: Any, found: _Words) -> None:
        if element.tag == f"{_TEXT}s":
            found.pieces.append(" " * _count(element, f"{_TEXT}c"))
        elif element.tag == f"{_TEXT}tab":
            found.pieces.append("\t")
        elif element.tag == f"{_TEXT}line-break":
            found.pieces.append("\n")
        elif element.tag == f"{_TEXT}note":
            found.notes.extend(element.iterfind(f"{_TEXT}note-body"))
        elif element.tag.startswith(_DRAW):
            found.boxes.append(element)
        else:
            self._gather(element, found)

    def _is_unseen(self, element: Any) -> bool:
        is_switched_off = element.get(f"{_TEXT}display") == "none" or element.get(f"{_TEXT}is-hidden") == "true"
        return element.tag in _UNSEEN or is_switched_off or self.is_hidden(element.get(f"{_TEXT}style-name"))

    def _is_title(self, paragraph: Any) -> bool:
        name = paragraph.get(f"{_TEXT}style-name", "")
        return name == "Title" or any(style.parent == "Title" for style in self._chain(name))

    def _chain(self, name: str | None) -> Iterator[_Style]:
        met = set()
        while name and name in self._styles and name not in met:
            met.add(name)
            yield self._styles[name]
            name = self._styles[name].parent


def _refuse_encrypted(archive: zipfile.ZipFile, limits: Limits) -> None:
    manifest = read_entry(archive, "META-INF/manifest.xml", limits) or b""
    if b"encryption-data" in manifest:
        raise DocumentUnreadable(reason="it is encrypted")


def _name(element: Any) -> str:
    """Return the name of an element without its namespace; "" for a comment."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _named(style: Any) -> str:
    return str(style.get(f"{_STYLE}name", ""))


def _style(style: Any) -> _Style:
    properties = [child for child in style if _name(child) in ("text-properties", "table-properties")]
    hides = any(
        child.get(f"{_TEXT}display") == "none" or child.get(f"{_TABLE}display") == "false" for child in properties
    )
    return _Style(parent=style.get(f"{_STYLE}parent-style-name", ""), is_hidden=hides)


def _points(style: Any) -> dict[int, _Point]:
    return {
        _count(level, f"{_TEXT}level"): _Point(
            form=level.get(f"{_STYLE}num-format", ""),
            prefix=level.get(f"{_STYLE}num-prefix", ""),
            suffix=level.get(f"{_STYLE}num-suffix", ""),
            levels=_count(level, f"{_TEXT}display-levels"),
            start=_count(level, f"{_TEXT}start-value"),
        )
        for level in style
        if _name(level)
    }


def _members(element: Any, tag: str) -> Iterator[Any]:
    """Give the rows of a table, whether they stand in a group or not."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _UNSEEN:
            yield from _members(child, tag)


def _count(element: Any, attribute: str) -> int:
    """Return how often something stands there: once where nothing is said, and never without a bound."""
    words = element.get(attribute, "1")
    return min(int(words), _MOST_REPEATED) if words.isdecimal() else 1


def _collapsed(words: str | None) -> str:
    """Return words with their white space collapsed, as the format wants it (part 3, 6.1.2)."""
    return _WHITE_SPACE.sub(" ", words) if words else ""


def _position(shape: Any) -> tuple[float, float]:
    """Return how far from the top and from the left a shape stands, in its unit of length."""
    return _length(shape.get(f"{_SVG}y")), _length(shape.get(f"{_SVG}x"))


def _length(words: str | None) -> float:
    found = _NUMBER.match(words or "")
    return float(found.group()) if found else 0.0
