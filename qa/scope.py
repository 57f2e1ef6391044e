"""Filters as they are asked for -> the Scope that searches take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.dates import days
from index.document import Scope
from index.errors import InvalidFilter
from index.passage import passage_id
from qa.catalogue import FOLDER

if TYPE_CHECKING:
    from index.store import Store
    from qa.answer import Filters
    from qa.catalogue import Catalogue

MOST_DOCUMENTS = 30_000
"""How many documents a question can be kept to: SQLite, in which Chroma looks them up, takes no more."""


def scope_of(filters: Filters, store: Store, catalogue: Catalogue) -> Scope:
    """Return the filters as days and documents; raise InvalidFilter for one that means nothing here."""
    first_day = _days("date_from", filters.date_from)[0] if filters.date_from else None
    last_day = _days("date_to", filters.date_to)[1] if filters.date_to else None
    if first_day and last_day and first_day > last_day:
        raise InvalidFilter(name="date_from", value=filters.date_from, reason="it is later than date_to")
    names = dict.fromkeys(filters.documents)
    documents = [document for name in names for document in _documents(name, store, catalogue)]
    if len(documents) > MOST_DOCUMENTS:
        reason = f"they are {len(documents)} documents, and {MOST_DOCUMENTS} are the most"
        raise InvalidFilter(name="documents", value=filters.documents[0], reason=reason)
    return Scope(first_day, last_day, tuple(dict.fromkeys(documents)))


def _documents(name: str, store: Store, catalogue: Catalogue) -> list[str]:
    """Return the documents that a name in a filter stands for: one, or those of a folder; raise InvalidFilter."""
    if name.endswith(FOLDER):
        documents = catalogue.below(name)
    else:
        documents = [name] if name.isprintable() and store.passages([passage_id(name, 0)]) else []
    if not documents:
        raise InvalidFilter(name="documents", value=name, reason="the corpus holds no such document")
    return documents


def _days(name: str, date: str) -> tuple[int, int]:
    try:
        return days(date)
    except ValueError as error:
        raise InvalidFilter(name=name, value=date, reason=str(error)) from error
