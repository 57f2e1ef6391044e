"""A document as a reader opens it: whole, and proved like a quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import DocumentUnknown
from qa.answer import FullDocument
from qa.quote import proved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.generation import Generation
    from index.passage import Passage


def full_document(generation: Generation, document: str) -> FullDocument:
    """Return a whole document; raise DocumentUnknown when the corpus holds none of this name."""
    passages = generation.store.document(document)
    text = proved(passages)
    if text is None:
        raise DocumentUnknown(document=document)
    first = passages[0]
    return FullDocument(
        document=document,
        title=first.title,
        date=first.date,
        origin=first.origin,
        sha256=first.sha256,
        text=text,
        author=first.author,
        language=first.language,
        pages=page_starts(passages),
        updated=generation.updated.get(document, ""),
    )


def page_starts(passages: Sequence[Passage]) -> list[int]:
    """Return where each page of a document begins, in code points; [] for one without pages."""
    pages: list[int] = []
    for passage in passages:
        pages += [passage.start] * (passage.page - len(pages))  # those that begin where the passage does
        pages += passage.page_breaks
    return pages
