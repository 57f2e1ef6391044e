"""Which pages of a PDF are pictures with hardly any text: scans, of which only a stamp or a page number can be read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.formats.pdf_lines import Line
    from index.formats.pdf_picture import Image

MOST_STAMPED = 400
"""Letters and digits on a page: with more, it is a page of text, whatever lies behind it."""

_HARDLY_ANY = 100  # letters and digits beside what is stamped on all pages; the stamp of a prefecture has 85
_NOTHING = 30  # of these, on a page of a file in which there is nothing else: "Page 1/2", "Reçu le 12 mars 2024"
_STAMPED_FROM = 3  # pages with the same line
_COVERS_FROM = 4  # pages: a picture on the first or the last of them is rather a cover
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its lines, and the image that covers most of it; None where none does, or where there is much text."""

    lines: list[Line]
    image: Image | None


def letters(words: str) -> int:
    """Return how many letters and digits there are."""
    return sum(map(str.isalnum, words))


def is_scan(pages: Sequence[Sheet]) -> bool:
    """Tell whether a file is nothing but pictures, and has nothing to read but what is stamped on them."""
    scanned = _scanned(pages)
    stamps = {_masked(line) for number in scanned for line in pages[number].lines}
    text = (line for number, page in enumerate(pages) if number not in scanned for line in page.lines)
    has_little = sum(scanned.values()) <= _NOTHING * len(scanned)
    return bool(scanned) and has_little and all(_masked(line) in stamps for line in text)


def incomplete(pages: Sequence[Sheet]) -> str:
    """Return that some pages are pictures with hardly any text, and how many; "" where none are, or only the covers."""
    scanned = _scanned(pages)
    covers = {0, len(pages) - 1} if len(pages) >= _COVERS_FROM else set()
    if scanned.keys() <= covers:
        return ""
    return f"pages that are pictures with hardly any text, perhaps scans: {len(scanned)} of {len(pages)}"


def _scanned(pages: Sequence[Sheet]) -> dict[int, int]:
    """Return which pages are pictures with hardly any text, and how many letters and digits each has of its own.

    An image that comes again is the ground of the pages, or it is blank. A line that comes again, with another number
    or the same, is stamped on them.
    """
    images = Counter(page.image for page in pages)
    lines = Counter(words for page in pages for words in set(map(_masked, page.lines)))
    own = {
        number: sum(letters(line.text) for line in page.lines if lines[_masked(line)] < _STAMPED_FROM)
        for number, page in enumerate(pages)
        if page.image is not None and images[page.image] == 1
    }
    return {number: length for number, length in own.items() if length <= _HARDLY_ANY}


def _masked(line: Line) -> str:
    return _NUMBER.sub("#", line.text)
