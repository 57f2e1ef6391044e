"""Which lines of a PDF are headings: those that its outline names, and those that look like one."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from index.formats.pdf_lines import HEADING_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.formats.pdf_lines import Body, Line

_MOST_HEADING = 200
_MOST_BOLD_HEADING = 120
_MOST_BOOKMARKS = 10_000
_NUMBERING = re.compile(
    r"(?:(?:chapitre|partie|titre|section|annexe|article)\s+)?(?:[0-9]+(?:\.[0-9]+)*|[ivxlc]+|[a-z])(?:\s*[.):–—-]+|\s)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: its words as a key, and its page."""

    key: str
    page: int


def bookmarks(document: Any) -> list[Bookmark]:
    """Return the entries of the outline that lead to a page of the document."""
    from pypdfium2 import PdfiumError

    found = []
    try:
        for bookmark in islice(document.get_toc(), _MOST_BOOKMARKS):
            destination = bookmark.get_dest()
            page = destination.get_index() if destination else None
            key = _key(bookmark.get_title())
            if key and page is not None:
                found.append(Bookmark(key=key, page=page))
    except (PdfiumError, UnicodeDecodeError):  # a broken outline: what was read of it still holds
        pass
    return found


def outlined(pages: list[list[Line]], bookmarks: list[Bookmark]) -> list[dict[int, int]]:
    """Return for each page where headings of the outline lie: the line where one begins, the line behind its end."""
    keys: defaultdict[int, set[str]] = defaultdict(set)
    for bookmark in bookmarks:
        keys[bookmark.page].add(bookmark.key)
    return [_marked_lines(page, keys[number]) for number, page in enumerate(pages)]


def _marked_lines(page: list[Line], keys: set[str]) -> dict[int, int]:
    found: dict[int, int] = {}
    behind = 0
    for start in range(len(page) if keys else 0):
        for end in range(start + 1, min(start + 4, len(page) + 1)):
            words = " ".join(line.text for line in page[start:end])
            is_worded = any(map(str.isalpha, page[start].text))
            is_named = not {_key(words), _key(_NUMBERING.sub("", words, count=1))}.isdisjoint(keys)
            if is_worded and is_named and start >= behind:
                found[start] = behind = end
    return found


def _key(words: str) -> str:
    """Return the letters and digits of words, by which an entry of the outline is known in the text."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words).casefold()))


def looks_like_heading(lines: Sequence[Line], body: Body, *, has_outline: bool) -> bool:
    """Tell whether a paragraph of its own is a heading: a large one, or a bold one where no outline tells better."""
    text = " ".join(line.text for line in lines)
    is_whole = not any(line.is_aside or line.is_hyphenated for line in lines)
    if not is_whole or sum(map(str.isalpha, text)) < 3 or text.endswith((",", ";")):
        return False
    if lines[0].size >= HEADING_SIZE * body.size:
        return len(lines) <= 4 and len(text) <= _MOST_HEADING
    is_bold = not has_outline and not body.is_bold and all(line.is_bold and not line.is_tabular for line in lines)
    is_title = len(text) <= _MOST_BOLD_HEADING and not lines[-1].is_finished and lines[0].is_opening
    return is_bold and is_title and len(lines) <= 2
