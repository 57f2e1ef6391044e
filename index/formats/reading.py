"""What every reader of a format gives: a clean text, where its parts begin, and what the format tells of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.document import Heading

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# Tag characters (U+E0000) copy ASCII and are never seen: words for programs that read on what is quoted. Their one
# use, the flags of England, Scotland and Wales, becomes a black flag.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]")
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # French typography sets no-break spaces: they stay
_MOST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Reading:
    r"""What a reader found in a file: its clean text, and what the format itself tells ("" where it tells nothing).

    `text` is NFC with "\n" line ends and no control characters. `date` is ISO 8601, perhaps partial. `language` is two
    small letters of ISO 639-1. `headings` and `pages` are in the order of the text; `pages` holds the offset at which
    each page begins, the first at 0, and is empty for a format without pages. Of a text that `is_table`, no line tells
    anything of the whole: each is a row. `incomplete` is why not all of the file was read, "" where it was.
    """

    text: str
    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""
    origin: str = ""
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    is_table: bool = False
    incomplete: str = ""


class TextBuilder:
    """Puts a clean text together, piece by piece, and remembers where headings and pages begin."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._pages: list[int] = []
        self._new_page = False

    def paragraph(self, words: str) -> None:
        """Add a paragraph (blank line before it); one without a visible character is left out."""
        self._add(words, "\n\n")

    def line(self, words: str) -> None:
        """Add a line (line end before it); one without a visible character is left out."""
        self._add(words, "\n")

    def continuation(self, words: str) -> None:
        """Go on in the paragraph or line before (blank before it), as where a sentence crosses the end of a page."""
        self._add(words, " ")

    def heading(self, words: str) -> None:
        """Add a heading, on a line of its own, blank line before it."""
        start = self._add(_BLANKS.sub(" ", words).strip(), "\n\n")
        if start is not None:
            self._headings.append(Heading(start=start, text=self._parts[-1][:_MOST_HEADING]))

    def page(self) -> None:
        """Begin a page: what is added next stands on it."""
        self._mark_page()
        self._new_page = True

    def reading(
        self, title: str = "", author: str = "", date: str = "", language: str = "", origin: str = ""
    ) -> Reading:
        """Return what was put together, with what is known of it."""
        self._mark_page()
        return Reading(
            text="".join(self._parts),
            title=one_line(title),
            author=one_line(author),
            date=date,
            language=language,
            origin=origin,
            headings=tuple(self._headings),
            pages=tuple(self._pages),
        )

    def _add(self, words: str, separator: str) -> int | None:
        """Add words behind a separator; return where they begin, or None when there are none."""
        words = clean(words).strip("\n")
        if not words.strip():
            return None
        if self._parts:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        if self._new_page:
            self._pages.append(start if self._pages else 0)
            self._new_page = False
        self._parts.append(words)
        self._length += len(words)
        return start

    def _mark_page(self) -> None:
        """Note a page on which nothing stands."""
        if self._new_page:
            self._pages.append(self._length if self._pages else 0)
            self._new_page = False


def clean(text: str) -> str:
    r"""Return a text in NFC, with "\n" line ends, without control and tag characters and unpaired surrogates."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)))


def one_line(words: str) -> str:
    """Return words cleaned, and on one line."""
    return " ".join(clean(words).split())
