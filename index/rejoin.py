"""Passages -> the documents and the chunks that they were stored from, and whether nothing of them is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index import split
from index.document import Chunk, Document, text_sha256
from index.passage import encoded_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.passage import Passage

Piece = tuple[Document, list[Chunk]]
"""A document with its chunks."""


def by_document(passages: Iterable[Passage]) -> list[list[Passage]]:
    """Return the passages of each document in their order, the documents in that of the store."""
    documents: dict[str, list[Passage]] = {}
    for passage in passages:
        documents.setdefault(passage.document, []).append(passage)
    return [sorted(found, key=lambda passage: passage.number) for found in documents.values()]


def is_whole(passages: Sequence[Passage]) -> bool:
    """Tell whether these are all the passages of a document, and joined have the hash of its text."""
    numbers = [passage.number for passage in passages]
    return numbers == list(range(passages[0].count)) and text_sha256(_joined(passages)) == passages[0].sha256


def rejoined(passages: Sequence[Passage]) -> list[Piece] | None:
    """Return the documents with their chunks as they were when they were encoded; None where one is not proved so."""
    pieces = [_rejoined_one(found) for found in by_document(passages)]
    proved = [piece for piece in pieces if piece is not None]
    return proved if len(proved) == len(pieces) else None


def _rejoined_one(passages: Sequence[Passage]) -> Piece | None:
    """Return one document; that its title was read by the encoder, or was not, is told by the hashes."""
    first = passages[0]
    document = Document(
        id=first.document,
        text=_joined(passages),
        title=first.title,
        date=first.date,
        origin=first.origin,
        author=first.author,
        language=first.language,
    )
    places = [(passage.heading, passage.start, passage.end) for passage in passages]
    for is_title_told in (True, False):
        document = replace(document, is_title_told=is_title_told)
        texts = split.encoded_texts(document, places)
        if [encoded_hash(text) for text in texts] == [passage.encoded for passage in passages]:
            return document, [_chunk(passage, text) for passage, text in zip(passages, texts, strict=True)]
    return None


def _joined(passages: Iterable[Passage]) -> str:
    return "".join(passage.text for passage in passages)


def _chunk(passage: Passage, encoded: str) -> Chunk:
    return Chunk(
        document=passage.document,
        number=passage.number,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        heading=passage.heading,
        encoded=encoded,
        page=passage.page,
        page_breaks=passage.page_breaks,
        is_boilerplate=passage.is_boilerplate,
    )
