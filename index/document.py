"""What a text is, and where in it a chunk lies. All positions are counted in Unicode code points."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a document: its words, and where it begins in the text."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, from `start` to before `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    r"""A text with what is known of it.

    `id` is the path below the corpus root, with "/". `text` is NFC with "\n" line ends. `date` is ISO 8601 and may be
    partial ("2025", "2025-07"); "" when the document tells none. `origin` is a URL, or the id when no URL is told.
    `title` is what the document tells, or the file's name; only one that `is_title_told` is read by the encoder, so
    that to rename a file changes no vector. `language` is two letters of ISO 639-1, or "". `pages` holds the offset at
    which each page begins; it is empty for a format without pages. `boilerplate` holds the stretches that belong to
    the page and not to its content: menus, lists of other articles.
    """

    id: str
    text: str
    title: str
    date: str
    origin: str
    headings: tuple[Heading, ...] = ()
    author: str = ""
    language: str = ""
    pages: tuple[int, ...] = ()
    boilerplate: tuple[Stretch, ...] = ()
    is_title_told: bool = True

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hexadecimal."""
        return text_sha256(self.text)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document: `text` is the document's text from `start` to `end`; the pieces partition it.

    `number` counts from 0. `heading` is the nearest heading above, or "". `encoded` is what the encoder reads: the
    chunk with its title, its heading and the sentences beside it. `page` is the page on which it begins, counted from
    1, or 0 where there are none; `page_breaks` are the offsets in the document at which the next pages begin, where
    they lie in it. `is_boilerplate` says that most of it is the page's and not the content's.
    """

    document: str
    number: int
    start: int
    end: int
    text: str
    heading: str
    encoded: str
    page: int = 0
    page_breaks: tuple[int, ...] = ()
    is_boilerplate: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents may answer: days as yyyymmdd, both included; None and () do not restrict.

    With a day given, a document without a date is out; a partial date counts as all the days that it may mean.
    """

    first_day: int | None = None
    last_day: int | None = None
    documents: tuple[str, ...] = ()


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
