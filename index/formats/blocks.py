"""What text documents are made of, whatever their format: headings, paragraphs, lines, and tables as lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.formats.reading import TextBuilder

_CELL_BREAK = " | "
_BREAKS = re.compile(r"[^\S\u00a0\u202f]+")  # white space, but for what holds a number and its unit together


class Kind(Enum):
    """How a block stands in the text: lines and notes follow what is above them without a blank line."""

    HEADING = auto()
    PARAGRAPH = auto()
    LINE = auto()
    NOTE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document that stands by itself; a note (at the foot, at the end) comes behind what refers to it."""

    kind: Kind
    words: str


def write(blocks: Iterable[Block], builder: TextBuilder) -> None:
    """Add blocks to a text, in their order."""
    add = {Kind.HEADING: builder.heading, Kind.PARAGRAPH: builder.paragraph}
    for block in blocks:
        add.get(block.kind, builder.line)(block.words)


def note(blocks: Iterable[Block]) -> Iterator[Block]:
    """Give what a note holds as one block, or none."""
    words = flattened(blocks)
    if words:
        yield Block(Kind.NOTE, f"Note : {words}")


def table(rows: Iterable[Sequence[Sequence[Block]]]) -> Iterator[Block]:
    """Give a table as lines: a row is a line, its cells joined by " | "; a cell alone in its row keeps its blocks.

    `rows` holds the blocks of each cell, none for one that is empty or covered by a merged one; an empty cell keeps its
    place, so that the cells behind it stay under their headings. Notes come behind the table.
    """
    notes: list[Block] = []
    kind = Kind.PARAGRAPH
    for row in rows:
        notes.extend(block for cell in row for block in cell if block.kind is Kind.NOTE)
        cells = [[block for block in cell if block.kind is not Kind.NOTE and block.words.strip()] for cell in row]
        filled = [cell for cell in cells if cell]
        if len(filled) == 1 and len(filled[0]) > 1:
            yield from filled[0]
        elif filled:
            yield Block(kind, joined([flattened(cell) for cell in cells]))
        kind = Kind.LINE if filled else kind
    yield from notes


def joined(cells: Sequence[str]) -> str:
    """Return the cells of a row as one line; an empty one keeps its place, but not at the end of the row."""
    last = max((place for place, cell in enumerate(cells) if cell), default=-1)
    if not any(cells[:last]):
        return "".join(cells)
    return _CELL_BREAK.join(cells[: last + 1]).replace("|  |", "| |").replace("|  |", "| |").strip()


def flat(words: str) -> str:
    """Return words on one line; no-break spaces stay as they are."""
    return _BREAKS.sub(" ", words).strip()


def flattened(blocks: Iterable[Block]) -> str:
    """Return the words of blocks on one line."""
    return " ".join(flat(block.words) for block in blocks)
