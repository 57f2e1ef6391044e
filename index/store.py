"""The Chroma collection: the only place where a corpus is kept."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from index.dates import days
from index.document import Chunk, Document, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

_COLLECTION = "chunks"
_PAGE = 5_000  # a read of 32,766 rows or more raises "too many SQL variables", a write of more than 5,461 too
# With a threshold of 1 every write reaches the vector files at once. Otherwise the last rows stay in a log, which
# Chroma replays into those files each time it opens them: they would change under their seal.
_CONFIGURATION = {"hnsw": {"space": "cosine", "ef_search": 200, "sync_threshold": 1, "batch_size": 1}}


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as it is stored: its text, its place, and what is known of its document, which has `count` chunks."""

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

    @property
    def id(self) -> str:
        """The name of the passage in the store and in the lexicon."""
        return passage_id(self.document, self.number)


class StoreDamaged(Exception):
    """Chroma or SQLite cannot read what lies in the folder."""


class StoreUnwritable(Exception):
    """Chroma cannot write, for want of space or of permission."""


def passage_id(document: str, number: int) -> str:
    """Return the name of a chunk: document and number."""
    return f"{document}#{number}"


class Store:
    """A cosine collection of passages in a folder of its own."""

    def __init__(self, client: ClientAPI, collection: Collection) -> None:
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, folder: Path) -> Store:
        """Make an empty store in an empty folder."""
        client = _client(folder)
        # Without an explicit None, Chroma attaches a function of its own, which downloads a model.
        return cls(
            client,
            client.create_collection(_COLLECTION, embedding_function=None, configuration=cast("Any", _CONFIGURATION)),
        )

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a store that `create` made; raise StoreDamaged where Chroma cannot."""
        from chromadb.errors import ChromaError

        try:
            client = _client(folder)
            return cls(client, client.get_collection(_COLLECTION, embedding_function=None))
        except (ChromaError, sqlite3.Error, OSError, ValueError, KeyError) as error:
            raise StoreDamaged(type(error).__name__) from error

    def add(self, document: Document, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        """Add a document's chunks, all of them, with one unit vector each, float32 [len(chunks), width].

        Raises StoreUnwritable.
        """
        self.add_all([(document, chunks)], vectors)

    def add_all(self, pieces: Sequence[tuple[Document, Sequence[Chunk]]], vectors: NDArray[np.float32]) -> None:
        """Add several documents at once, with one unit vector a chunk, in their order; raises StoreUnwritable.

        A write costs about 9 ms, however few its rows are; a row costs 0.5 ms.
        """
        from chromadb.errors import ChromaError

        rows = [
            (chunk, _known(document, len(chunks)) | _place(chunk)) for document, chunks in pieces for chunk in chunks
        ]
        for first in range(0, len(rows), _PAGE):
            page = rows[first : first + _PAGE]
            try:
                self._collection.add(
                    ids=[passage_id(chunk.document, chunk.number) for chunk, _ in page],
                    embeddings=cast("Any", vectors[first : first + _PAGE]),
                    documents=[chunk.text for chunk, _ in page],
                    metadatas=[known for _, known in page],
                )
            except ChromaError as error:
                raise StoreUnwritable(str(error)) from error

    def nearest(self, vector: NDArray[np.float32], k: int, scope: Scope = Scope()) -> dict[str, float]:  # noqa: B008 - frozen
        """Return at most k passages in scope, the nearest to a unit vector first, with their cosine (-1 to 1)."""
        found = self._collection.query(
            query_embeddings=cast("Any", vector.reshape(1, -1)),
            n_results=min(k, len(self)),
            where=_where(scope),
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return {name: 1.0 - distance for name, distance in zip(found["ids"][0], distances[0], strict=True)}

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return the passages of these names; one that is not there is left out."""
        found: dict[str, Passage] = {}
        for first in range(0, len(ids), _PAGE):
            rows = self._collection.get(ids=list(ids[first : first + _PAGE]), include=["documents", "metadatas"])
            found.update(zip(rows["ids"], _passages(rows), strict=True))
        return found

    def document(self, document: str) -> list[Passage]:
        """Return the passages of a document in their order, all of them or none."""
        first = self.passages([passage_id(document, 0)])
        if not first:
            return []
        count = first[passage_id(document, 0)].count
        rest = self.passages([passage_id(document, number) for number in range(1, count)])
        found = first | rest
        return [found[passage_id(document, n)] for n in range(count)] if len(found) == count else []

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of these passages, float32 [width] each; one that is not there is left out."""
        if not ids:
            return {}
        rows = self._collection.get(ids=list(ids), include=["embeddings"])
        return dict(zip(rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), strict=True))

    def __iter__(self) -> Iterator[Passage]:
        for offset in range(0, len(self), _PAGE):
            yield from _passages(self._collection.get(limit=_PAGE, offset=offset, include=["documents", "metadatas"]))

    def __len__(self) -> int:
        return self._collection.count()

    def close(self) -> None:
        """Release the files."""
        # The client's own method, which the interface that it is typed by does not name.
        self._client.close()  # type: ignore[attr-defined]


def rows_digest(folder: Path) -> str:
    """Return the SHA-256 of every id, text and metadata value in a store's SQLite file, without opening Chroma.

    Chroma rewrites parts of this file whenever it opens it, so that the file's own hash would prove nothing.
    Raises StoreDamaged.
    """
    digest = hashlib.sha256()
    file = folder / "chroma.sqlite3"
    if not file.is_file():
        raise StoreDamaged("chroma.sqlite3 is missing")
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            for row in database.execute(_ROWS):
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
    except sqlite3.Error as error:
        raise StoreDamaged("chroma.sqlite3 cannot be read") from error
    return digest.hexdigest()


_ROWS = """
    SELECT embedding_id, key, string_value, int_value, float_value, bool_value
    FROM embeddings LEFT JOIN embedding_metadata ON embedding_metadata.id = embeddings.id
    ORDER BY embedding_id, key
"""


def _client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _known(document: Document, count: int) -> dict[str, str | int]:
    known: dict[str, str | int] = {
        "document": document.id,
        "count": count,
        "title": document.title,
        "date": document.date,
        "origin": document.origin,
        "sha256": document.sha256,
    }
    if document.date:
        known["first_day"], known["last_day"] = days(document.date)
    return known


def _place(chunk: Chunk) -> dict[str, str | int]:
    return {"number": chunk.number, "start": chunk.start, "end": chunk.end, "heading": chunk.heading}


def _passages(rows: Any) -> list[Passage]:
    return [_passage(text, known) for text, known in zip(rows["documents"], rows["metadatas"], strict=True)]


def _passage(text: str, known: Any) -> Passage:
    return Passage(
        document=known["document"],
        number=known["number"],
        count=known["count"],
        start=known["start"],
        end=known["end"],
        text=text,
        heading=known["heading"],
        title=known["title"],
        date=known["date"],
        origin=known["origin"],
        sha256=known["sha256"],
    )


def _where(scope: Scope) -> Any:
    conditions: list[dict[str, Any]] = []
    if scope.documents:
        conditions.append({"document": {"$in": list(scope.documents)}})
    if scope.first_day is not None:
        conditions.append({"last_day": {"$gte": scope.first_day}})
    if scope.last_day is not None:
        conditions.append({"first_day": {"$lte": scope.last_day}})
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}
