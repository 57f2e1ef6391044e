"""The glyphs of a page -> its words and lines, by PDFium, in the order in which the file draws them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import atan2, hypot, pi
from typing import TYPE_CHECKING, Any

from index.formats.pdf_lines import MARKER, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.formats.pdf_picture import Box, Picture

_LINE = re.compile(r"[^\r\n\x02\ufffe]*[\x02\ufffe]?")
_WORD = re.compile(r"[^ \t\r\n\x02\ufffe]+")
_HYPHEN = ("\x02", "\ufffe")  # PDFium's marks for a hyphen at the end of a line, hard or soft
_HYPHENS = "-\u2010\u2011\u00ad"
_SYMBOL_BULLET = re.compile(r"\A(?:[\uf020-\uf0ff]|\ufffd(?=\s))")  # of Symbol or Wingdings, known or not
_BOLD = re.compile(rb"bold|black|heavy|gras|demi(?!l)|cmbx|sfbx|[-,]bd", re.IGNORECASE)
_BOLD_WEIGHT = 650
_SLANT = 0.1  # of a quarter turn: text that is turned by more from the edges of the page is slanted
_LATIN = re.compile(
    r"[A-Za-z0-9\u00c0-\u024f]"
)  # a font of bullets or Chinese that is not embedded leaves no trace here
_CELL_GAP = 2.5  # blank of so many times the font size: two cells of a table, or a tabulator


@dataclass(frozen=True, slots=True)
class _Word:
    """A word on a page: where it stands, in points along and across the direction in which it runs.

    `quarter` counts the quarter turns of that direction, and is -1 for a slanted one. `at` is its first character.
    """

    text: str
    at: int
    left: float
    right: float
    baseline: float
    size: float
    quarter: int


def characters(textpage: Any) -> str:
    """Return the characters of a page; one that the font does not tell is U+FFFD, and never a wrong letter."""
    from pypdfium2.raw import FPDFText_GetUnicode, FPDFText_HasUnicodeMapError

    raw = textpage.raw
    return "".join(
        [
            "\ufffd" if FPDFText_HasUnicodeMapError(raw, at) == 1 else chr(FPDFText_GetUnicode(raw, at))
            for at in range(textpage.count_chars())
        ]
    )


def lines(textpage: Any, characters: str, picture: Picture) -> list[Line]:
    """Return the lines of a page in the order in which they are drawn, from the page and its characters.

    Words of Latin letters that the picture of the page does not show are left out.
    """
    glyphs = _Glyphs(textpage)
    rows: list[tuple[list[_Word], bool]] = []
    lengths: Counter[int] = Counter()
    for found in _LINE.finditer(characters):
        words = [
            word
            for part in _WORD.finditer(characters, *found.span())
            for word in glyphs.words(part[0], part.start())
            if glyphs.is_seen(word, picture)
        ]
        for quarter, row in groupby(words, key=lambda word: word.quarter):
            rows.append((list(row), False))
            lengths[quarter] += sum(len(word.text) for word in rows[-1][0])
        if words and found[0].endswith(_HYPHEN):
            rows[-1] = (rows[-1][0], True)
    upright = max(lengths, key=lengths.__getitem__, default=0)
    every = (glyphs.line(words, upright, is_hyphenated=is_hyphenated) for words, is_hyphenated in rows)
    return [line for line in every if line.text]


class _Glyphs:
    """Asks PDFium where the characters of one page stand."""

    def __init__(self, textpage: Any) -> None:
        from ctypes import c_double, create_string_buffer

        from pypdfium2 import raw

        self._textpage = textpage
        self._raw: Any = raw
        self._corners = tuple(c_double() for _ in range(4))
        self._origin = (c_double(), c_double())
        self._matrix = raw.FS_MATRIX()
        self._name = create_string_buffer(128)

    def words(self, text: str, at: int) -> Iterator[_Word]:
        """Yield what stands without a blank from a character on: one word, or several that run in other directions."""
        end = at + len(text)
        if self._quarter(at) == self._quarter(end - 1):
            yield self._word(text, at)
            return
        for _quarter, places in groupby(range(at, end), key=self._quarter):
            part = list(places)
            yield self._word(text[part[0] - at : part[-1] - at + 1], part[0])

    def is_seen(self, word: _Word, picture: Picture) -> bool:
        """Tell whether a word leaves ink on its page, or was read in an image that lies there."""
        if _LATIN.search(word.text) is None:
            return True
        box = self._box(word)
        return picture.shows(box, word.size) or (self._is_invisible(word.at) and picture.is_scanned(box))

    def _is_invisible(self, at: int) -> bool:
        mode = self._raw.FPDFTextObj_GetTextRenderMode(self._raw.FPDFText_GetTextObject(self._textpage, at))
        return bool(mode == self._raw.FPDF_TEXTRENDERMODE_INVISIBLE)

    def _box(self, word: _Word) -> Box:
        """Return where a word has its ink: its letters from line to x-height; one that is turned, its corners."""
        if word.quarter == 0:
            return word.left, word.right, word.baseline, word.baseline + word.size / 2
        boxes = []
        for at in (word.at, word.at + len(word.text) - 1):
            self._raw.FPDFText_GetCharBox(self._textpage, at, *self._corners)
            boxes.append([corner.value for corner in self._corners])
        left, right, bottom, top = zip(*boxes, strict=True)
        return min(left), max(right), min(bottom), max(top)

    def _word(self, text: str, at: int) -> _Word:
        quarter = self._quarter(at)
        size = self._raw.FPDFText_GetFontSize(self._textpage, at) * hypot(self._matrix.c, self._matrix.d)
        self._raw.FPDFText_GetCharOrigin(self._textpage, at, *self._origin)
        left, baseline = _turned(self._origin[0].value, self._origin[1].value, quarter)
        right = self._end(at + len(text) - 1, quarter)
        return _Word(text=text, at=at, left=left, right=right, baseline=baseline, size=size, quarter=quarter)

    def _quarter(self, at: int) -> int:
        self._raw.FPDFText_GetMatrix(self._textpage, at, self._matrix)
        if self._matrix.b == 0 and self._matrix.a > 0:
            return 0
        turns = atan2(self._matrix.b, self._matrix.a) * 2 / pi
        return round(turns) % 4 if abs(turns - round(turns)) < _SLANT else -1

    def line(self, words: list[_Word], upright: int, *, is_hyphenated: bool) -> Line:
        """Return words as a line, on a page whose lines make `upright` quarter turns."""
        first = words[0]
        long = max(words, key=lambda word: len(word.text))
        text = _written(" ".join(word.text for word in words))
        if len(text) > 2 and text[-1] in _HYPHENS and text[-2].isalpha():
            text, is_hyphenated = text[:-1], True
        gaps = pairwise(words[1:] if MARKER.fullmatch(first.text) else words)
        return Line(
            text=text,
            left=first.left,
            right=words[-1].right,
            baseline=long.baseline,
            size=long.size,
            first_width=first.right - first.left,
            is_bold=all(self._is_bold(word.at) for word in {first, words[len(words) // 2], words[-1]}),
            is_tabular=any(after.left - before.right > _CELL_GAP * long.size for before, after in gaps),
            is_hyphenated=is_hyphenated,
            is_aside=first.quarter != upright,
        )

    def _end(self, at: int, quarter: int) -> float:
        left, right, bottom, top = self._corners
        self._raw.FPDFText_GetCharBox(self._textpage, at, left, right, bottom, top)
        corners = ((left.value, bottom.value), (right.value, top.value))
        return max(_turned(x, y, quarter)[0] for x, y in corners) if quarter > 0 else right.value

    def _is_bold(self, at: int) -> bool:
        self._raw.FPDFText_GetFontInfo(self._textpage, at, self._name, len(self._name), None)
        is_heavy = self._raw.FPDFText_GetFontWeight(self._textpage, at) >= _BOLD_WEIGHT
        return is_heavy or _BOLD.search(self._name.value) is not None


def _turned(x: float, y: float, quarter: int) -> tuple[float, float]:
    """Return a place as it is along and across text that runs in the direction of so many quarter turns."""
    if quarter <= 0:
        return x, y
    return ((y, -x), (-x, -y), (-y, x))[quarter - 1]


def _written(text: str) -> str:
    """Return a text with a bullet of a symbol font as a bullet, and with surrogates paired."""
    if not text.isascii():
        text = _SYMBOL_BULLET.sub("•", text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
