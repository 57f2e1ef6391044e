"""A text as the search for boilerplate sees it: its lines, its folded letters, the marks that are put on it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from index.document import Stretch
from index.sentences import trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LABEL = 45  # characters of an entry of a menu
TITLE = 160  # characters of the title of another article
TEASER = 400  # characters of a title with the beginning of its article, cut with an ellipsis
END_LENGTH = 2_000  # characters at each end of a text: in them a menu may have been flattened into the content
EDGES = " -–—•·*>»›→▶►▸➜👉|:…#[]✔✓+"  # what stands around a label: bullets, arrows, colons, marks of Markdown
ELLIPSES = ("...", "…", "[…]", "[...]")
FULL_STOP = re.compile(r"[^\W\d_]{2}[)»\"]?(?<!\.)\.(?!\.)(?:\s|\Z)")
# What a person may look for: ways to reach somebody, opening hours, prices. No title of another article has it.
FACT = re.compile(
    r"\b(?:0[1-9](?:[ .]?[0-9]{2}){4}|[0-9]{5} [^\W\d_]{2}|tel\b|fax\b|cedex\b|[0-9]{1,2} ?h(?: ?[0-9]{2})?\b"
    r"|[0-9]{1,4}(?: bis| ter)?,? (?:rue|avenue|av\.|boulevard|bd|place|quai|chemin|route|allee|square)\b)|@|€|\+33"
)


class Where(Enum):
    """Where in a text a mark counts: the content lies between its first and its last sentence."""

    ANYWHERE = auto()
    OUTSIDE = auto()  # before the content, or after it
    AFTER = auto()  # after the content only
    AFTER_ON_PAGE = auto()  # after the content, where something else in the text tells that it is a page


class Mark(NamedTuple):
    """What may belong to the page, from `start` to before `end`, and where in a text that counts."""

    start: int
    end: int
    where: Where = Where.ANYWHERE
    end_before_content: int = 0  # where it ends instead, when it stands before the content, whose title may be in it


class Line(NamedTuple):
    """A line that is not blank: where it lies without its white space, its folded words, and what is above it."""

    start: int
    end: int
    words: str  # without bullets, arrows and colons around them
    is_apart: bool  # a blank line stands above it


class Page(NamedTuple):
    """A text, the same in folded letters, and its lines: a position is the same in both."""

    text: str
    folded: str
    lines: list[Line]
    starts: list[int]  # of the lines

    def line_at(self, position: int) -> int:
        """Return the number of the line in which a position lies."""
        return bisect_right(self.starts, position) - 1

    def letters(self, line: Line) -> str:
        """Return a line in folded letters, with what stands around its words."""
        return self.folded[line.start : line.end]

    def occurrences(self, phrase: str) -> Iterator[int]:
        """Yield where a phrase stands."""
        start = self.folded.find(phrase)
        while start >= 0:
            yield start
            start = self.folded.find(phrase, start + len(phrase))


def page_of(text: str) -> Page:
    """Return a text with its lines and its folded letters."""
    folded = text.translate(_FOLDING)
    lines: list[Line] = []
    start, is_apart = 0, True
    for whole in folded.split("\n"):
        line = whole.strip()
        if words := line.strip(EDGES):
            begin = start + whole.index(line[0])
            lines.append(Line(begin, begin + len(line), words, is_apart))
        is_apart = not line
        start += len(whole) + 1
    return Page(text, folded, lines, [line.start for line in lines])


class _Folding(dict[int, int]):
    """Small letters without accents, plain blanks and apostrophes: one character for one, so that positions stay."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        if character in "’ʼ‘`´":
            character = "'"
        elif character not in "\n\t" and character.isspace():
            character = " "
        self[code] = ord(unicodedata.normalize("NFD", character)[0].lower())
        return self[code]


_FOLDING = _Folding()


def is_content(folded: str) -> bool:
    """Tell whether a piece of text is a sentence or an entry of an enumeration, and not a label or a title."""
    if len(folded) > TITLE:
        return len(folded) > TEASER or folded.endswith((",", ";", ":")) or FULL_STOP.search(folded) is not None
    is_closed = folded.rstrip(" »\"')").endswith((".", ",", ";", ":")) and not folded.endswith(ELLIPSES)
    return is_closed and folded.count(" ") >= 4


def joined(page: Page, marks: Iterable[Mark]) -> tuple[Stretch, ...]:
    """Return the marks as stretches, those that overlap or have only white space between them as one."""
    found: list[Stretch] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        last = found[-1] if found else None
        if last and not page.text[last.end : mark.start].strip():
            found[-1] = Stretch(last.start, max(last.end, mark.end))
        else:
            found.append(Stretch(mark.start, mark.end))
    return tuple(found)


def unmarked(page: Page, marked: tuple[Stretch, ...]) -> Iterator[tuple[int, int]]:
    """Yield the lines, or what of them is not marked."""
    number = 0
    for line in page.lines:
        start = line.start
        while number < len(marked) and marked[number].end <= start:
            number += 1
        following = number
        while following < len(marked) and marked[following].start < line.end:
            yield trim(page.text, start, max(start, marked[following].start))
            start = marked[following].end
            following += 1
        if start < line.end:
            yield trim(page.text, start, line.end)
