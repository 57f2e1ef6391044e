"""A passage: a chunk as it is stored, and the values by which Chroma keeps it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.dates import days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.document import Chunk, Document


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as it is stored: its text, its place, and what is known of its document, which has `count` chunks.

    `encoded` tells what the encoder read of it: the hash that `encoded_hash` gives. The rest is as in Chunk and
    Document.
    """

    document: str
    number: int
    count: int
    start: int
    end: int
    text: str
    heading: str
    title: str
    date: str
    origin: str
    sha256: str
    author: str = ""
    language: str = ""
    page: int = 0
    page_breaks: tuple[int, ...] = ()
    is_boilerplate: bool = False
    encoded: str = ""

    @property
    def id(self) -> str:
        """The name of the passage in the store and in the lexicon."""
        return passage_id(self.document, self.number)

    def page_at(self, position: int) -> int:
        """Return the page on which a position of the document stands, which lies in the passage; 0 without pages."""
        return self.page + sum(page_break <= position for page_break in self.page_breaks) if self.page else 0


def passage_id(document: str, number: int) -> str:
    """Return the name of a chunk: document and number."""
    return f"{document}#{number}"


def encoded_hash(text: str) -> str:
    """Return what tells one text that an encoder read from another: half of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def values_of(document: Document, chunk: Chunk, count: int) -> dict[str, str | int]:
    """Return what is kept beside the text of a chunk, of a document with so many; Chroma takes only flat values."""
    return _known(document, count) | _place(chunk)


def _known(document: Document, count: int) -> dict[str, str | int]:
    known: dict[str, str | int] = {
        "document": document.id,
        "count": count,
        "title": document.title,
        "date": document.date,
        "origin": document.origin,
        "sha256": document.sha256,
    }
    if document.author:
        known["author"] = document.author
    if document.language:
        known["language"] = document.language
    if document.date:
        known["first_day"], known["last_day"] = days(document.date)
    return known


def _place(chunk: Chunk) -> dict[str, str | int]:
    place: dict[str, str | int] = {
        "number": chunk.number,
        "start": chunk.start,
        "end": chunk.end,
        "heading": chunk.heading,
        "encoded": encoded_hash(chunk.encoded),
    }
    if chunk.page:
        place["page"] = chunk.page
        place["page_breaks"] = " ".join(map(str, chunk.page_breaks))
    if chunk.is_boilerplate:
        place["boilerplate"] = 1
    return place


def passage_of(text: str, values: Mapping[str, Any]) -> Passage:
    """Return the passage of a text and of the values that are kept beside it.

    Raises KeyError, ValueError or AttributeError where they are not those of `values_of`.
    """
    return Passage(
        document=values["document"],
        number=values["number"],
        count=values["count"],
        start=values["start"],
        end=values["end"],
        text=text,
        heading=values["heading"],
        title=values["title"],
        date=values["date"],
        origin=values["origin"],
        sha256=values["sha256"],
        author=values.get("author", ""),
        language=values.get("language", ""),
        page=values.get("page", 0),
        page_breaks=tuple(map(int, values.get("page_breaks", "").split())),
        is_boilerplate=bool(values.get("boilerplate", 0)),
        encoded=values["encoded"],
    )
