"""Word documents (.docx): the words that a reader of the page sees, in their order.

python-docx opens the package; what it leaves out of the text of a paragraph (text boxes, notes, content controls,
insertions) is found in the elements of ECMA-376, part 1, chapter 17.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.formats.archive import damage_refused
from index.formats.blocks import Block, Kind, note, table, write
from index.formats.office import sound_copy
from index.formats.properties import told_title
from index.formats.reading import Reading, TextBuilder
from index.formats.word_styles import VAL, Numbering, Styles, W, switch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.limits import Limits

_UNSEEN = frozenset({"del", "moveFrom", "pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "instrText", "delText", "rt"})
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BEFORE = {"den": "/", "sup": "^"}  # in formulas: one half is 1/2, and not 12
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}
_SOFT_HYPHEN = "\u00ad"
_LONGEST_HEADING = 300  # characters; body text that someone gave a heading's style is still body text


def read(content: bytes, limits: Limits) -> Reading:
    """Read a Word document: headings by style, lists with their marks, tables as lines, notes behind their paragraph.

    Left out: what is hidden, white or deleted, comments, tables of contents, the header and the footer of the page.
    Raises DocumentUnreadable.
    """
    from docx import Document

    copy, properties = sound_copy(content, limits)
    with damage_refused():
        body = _Body(Document(copy).part)
        builder = TextBuilder()
        write(body.blocks(), builder)
    return builder.reading(
        title=properties.title or told_title(body.title),
        author=properties.author,
        date=properties.date,
        language=properties.language,
    )


@dataclass(slots=True)
class _Words:
    """What stands in a paragraph: its words, the notes that it refers to, the text boxes anchored in it."""

    pieces: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


class _Body:
    """The body of a document; `title` is its paragraph with the style of a title, once the blocks were walked."""

    def __init__(self, part: Any) -> None:
        self.title = ""
        self._root = part.element.body
        self._styles = Styles(_related(part, "styles"))
        self._numbering = Numbering(_related(part, "numbering"))
        self._notes = {**_noted(_related(part, "footnotes")), **_noted(_related(part, "endnotes"))}

    def blocks(self) -> Iterator[Block]:
        """Give the blocks of the body in their order."""
        return self._children(self._root)

    def _children(self, container: Any) -> Iterator[Block]:
        for child in container:
            yield from self._block(child)

    def _block(self, element: Any) -> Iterator[Block]:
        name = _name(element)
        if name in _UNSEEN or (name == "sdt" and _is_filler(element)):
            return
        if name == "p":
            yield from self._paragraph(element)
        elif name == "tbl":
            yield from table(self._row(row) for row in _members(element, "tr") if not _is_gone(row))
        elif name == "AlternateContent":
            yield from self._children(_chosen(element))
        else:
            yield from self._children(element)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        if self._styles.is_contents(paragraph):
            return
        found = _Words()
        self._gather(paragraph, found, is_hidden=self._styles.is_hidden(paragraph))
        words = "".join(found.pieces).replace(_SOFT_HYPHEN, "").strip()
        is_heading = self._styles.is_heading(paragraph) and len(words) <= _LONGEST_HEADING
        numbering = self._styles.numbering(paragraph)
        mark = self._numbering.mark(*numbering) if numbering else ""
        if words:
            yield _block(f"{mark} {words}".strip(), is_heading=is_heading, is_point=numbering is not None)
        if words and not self.title and self._styles.is_title(paragraph):
            self.title = words
        for reference in found.notes:
            yield from note(self._children(self._notes.pop(reference, ())))  # once, even if it refers to itself
        for box in found.boxes:
            yield from self._children(box)

    def _gather(self, element: Any, found: _Words, *, is_hidden: bool) -> None:
        """Collect what stands in an element, whatever it is wrapped in: a link, a field, an insertion, a control."""
        for child in element:
            name = _name(child)
            if name == "t" and not is_hidden:
                found.pieces.append(child.text or "")
            elif name in _CHARACTERS and not is_hidden:
                found.pieces.append(_CHARACTERS[name])
            elif name in _NOTES:
                found.notes.append(f"{_NOTES[name]} {child.get(f'{W}id')}")
            elif name == "txbxContent":
                found.boxes.append(child)
            elif name not in _UNSEEN and not (name == "sdt" and _is_filler(child)):
                self._enter(child, name, found, is_hidden=is_hidden)

    def _enter(self, element: Any, name: str, found: _Words, *, is_hidden: bool) -> None:
        if name == "AlternateContent":
            element = _chosen(element)
        elif name == "r":
            is_hidden = self._styles.is_run_hidden(element, is_hidden) or self._styles.is_white(element)
        elif name in _BEFORE:
            found.pieces.append(_BEFORE[name])
        self._gather(element, found, is_hidden=is_hidden)

    def _row(self, row: Any) -> list[list[Block]]:
        return [[] if _is_covered(cell) else list(self._children(cell)) for cell in _members(row, "tc")]


def _block(words: str, *, is_heading: bool, is_point: bool) -> Block:
    if is_heading:
        return Block(Kind.HEADING, words)
    return Block(Kind.LINE if is_point else Kind.PARAGRAPH, words)


def _name(element: Any) -> str:
    """Return the name of an element without its namespace; "" for a comment."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _members(element: Any, name: str) -> Iterator[Any]:
    """Give the rows of a table or the cells of a row, content controls and insertions around them or not."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) not in _UNSEEN:
            yield from _members(child, name)


def _chosen(alternatives: Any) -> Any:
    """Return the first of several forms of the same content: the modern one of a text box, not also the older one."""
    return next(iter(alternatives), ())


def _is_filler(control: Any) -> bool:
    """Tell whether a content control is a table of contents, or only shows what is to be filled in."""
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    is_contents = gallery is not None and gallery.get(VAL) == "Table of Contents"
    return is_contents or bool(switch(control.find(f"{W}sdtPr/{W}showingPlcHdr")))


def _is_gone(row: Any) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None or bool(switch(row.find(f"{W}trPr/{W}hidden")))


def _is_covered(cell: Any) -> bool:
    """Tell whether a cell is the continuation of a merged one."""
    merges = (cell.find(f"{W}tcPr/{W}{name}") for name in ("vMerge", "hMerge"))
    return any(merge is not None and merge.get(VAL) != "restart" for merge in merges)


def _related(part: Any, name: str) -> Any | None:
    """Return the root of a part that belongs to the document, or None when it has no such part."""
    from docx.oxml.parser import parse_xml

    suffix = f"/relationships/{name}"
    related = (
        link.target_part for link in part.rels.values() if link.reltype.endswith(suffix) and not link.is_external
    )
    found = next(related, None)
    return None if found is None else parse_xml(found.blob)


def _noted(root: Any | None) -> dict[str, Any]:
    """Return footnotes or endnotes by kind and id; the separators between them and the page have none of the words."""
    return {} if root is None else {f"{_name(found)} {found.get(f'{W}id')}": found for found in root}
