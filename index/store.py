"""The Chroma collection: the only place where a corpus is kept."""

from __future__ import annotations

import sqlite3
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from index.document import Scope
from index.errors import StoreDamaged, StoreUnwritable
from index.jitter import set_aside, set_back
from index.passage import passage_id, passage_of, values_of
from index.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

    from index.document import Chunk, Document
    from index.passage import Passage

_COLLECTION = "chunks"
_PAGE = 5_000  # a read of 32,766 rows or more raises "too many SQL variables", a write of more than 5,461 too
_DOCUMENTS_AT_ONCE = 1_000
_HASHES_AT_ONCE = 500
# With a threshold of 1 every write reaches the vector files at once. Otherwise the last rows stay in a log, which
# Chroma replays into those files each time it opens them: they would change under their seal.
# With 16 neighbours, Chroma's own number, some of 2,000 vectors that are nearly alike were not found by any search.
_CONFIGURATION = {
    "hnsw": {"space": "cosine", "ef_search": 200, "max_neighbors": 32, "sync_threshold": 1, "batch_size": 1}
}

_AS_GOOD_AS_EQUAL = 1e-3  # cosine distance


class Store:
    """A cosine collection of passages in a folder of its own."""

    def __init__(self, folder: Path, client: ClientAPI, collection: Collection) -> None:
        self._folder = folder
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, folder: Path) -> Store:
        """Make an empty store in an empty folder; raise StoreUnwritable."""
        from chromadb.errors import ChromaError

        try:
            client = _client(folder)
            # Without an explicit None, Chroma attaches a function of its own, which downloads a model.
            collection = client.create_collection(
                _COLLECTION, embedding_function=None, configuration=cast("Any", _CONFIGURATION)
            )
        except ChromaError as error:
            raise StoreUnwritable(str(error)) from error
        return cls(folder, client, collection)

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a store that `create` made; raise StoreDamaged where Chroma cannot."""
        from chromadb.errors import ChromaError

        try:
            client = _client(folder)
            store = cls(folder, client, client.get_collection(_COLLECTION, embedding_function=None))
            len(store)  # reads what opening does not: the segments, the log
        except (ChromaError, sqlite3.Error, OSError, ValueError, KeyError) as error:
            raise StoreDamaged(type(error).__name__) from error
        return store

    def add(self, document: Document, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        """Add a document's chunks, all of them, with one unit vector each, float32 [len(chunks), width].

        Raises StoreUnwritable.
        """
        self.add_all([(document, chunks)], vectors)

    def add_all(self, pieces: Sequence[tuple[Document, Sequence[Chunk]]], vectors: NDArray[np.float32]) -> None:
        """Add several documents at once, with one unit vector a chunk, in their order; raises StoreUnwritable.

        What is stored is a hair off: searches do not notice, and `encoded_before` gives the vectors as they came.
        A write costs about 9 ms, however few its rows are; a row costs 0.5 ms.
        """
        from chromadb.errors import ChromaError

        rows = [(chunk, values_of(document, chunk, len(chunks))) for document, chunks in pieces for chunk in chunks]
        for first in range(0, len(rows), _PAGE):
            page = rows[first : first + _PAGE]
            names = [passage_id(chunk.document, chunk.number) for chunk, _ in page]
            try:
                self._collection.add(
                    ids=names,
                    embeddings=cast("Any", set_aside(vectors[first : first + _PAGE], names)),
                    documents=[chunk.text for chunk, _ in page],
                    metadatas=[values for _, values in page],
                )
            except ChromaError as error:
                raise StoreUnwritable(str(error)) from error

    def take_over(self, other: Store, documents: Sequence[str]) -> None:
        """Add documents of another store as they are, with their vectors; raises StoreUnwritable."""
        from chromadb.errors import ChromaError

        for first in range(0, len(documents), _DOCUMENTS_AT_ONCE):
            wanted = list(documents[first : first + _DOCUMENTS_AT_ONCE])
            ids = list(other._ids(wanted))
            for page in (ids[at : at + _PAGE] for at in range(0, len(ids), _PAGE)):
                rows = other._collection.get(ids=page, include=["documents", "metadatas", "embeddings"])
                try:
                    self._collection.add(
                        ids=rows["ids"],
                        embeddings=cast("Any", rows["embeddings"]),
                        documents=rows["documents"],
                        metadatas=rows["metadatas"],
                    )
                except ChromaError as error:
                    raise StoreUnwritable(str(error)) from error

    def remove(self, documents: Sequence[str]) -> None:
        """Take documents out; what is left of them in the files goes with `erase_removed`. Raises StoreUnwritable."""
        from chromadb.errors import ChromaError

        for first in range(0, len(documents), _DOCUMENTS_AT_ONCE):
            ids = list(self._ids(documents[first : first + _DOCUMENTS_AT_ONCE]))
            try:
                for page in (ids[at : at + _PAGE] for at in range(0, len(ids), _PAGE)):
                    self._collection.delete(ids=page)
            except ChromaError as error:
                raise StoreUnwritable(str(error)) from error

    def _ids(self, documents: Sequence[str]) -> Iterator[str]:
        """Yield the names of the passages of documents; one that is not there has none."""
        for passage in self.passages([passage_id(document, 0) for document in documents]).values():
            yield from (passage_id(passage.document, number) for number in range(passage.count))

    def encoded_before(self, hashes: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors that texts were given when they were encoded before, by the hashes of the texts."""
        wanted = list(dict.fromkeys(hashes))
        known: dict[str, NDArray[np.float32]] = {}
        for page in (wanted[at : at + _HASHES_AT_ONCE] for at in range(0, len(wanted), _HASHES_AT_ONCE)):
            condition = cast("Any", {"encoded": {"$in": page}})
            rows = self._collection.get(where=condition, include=["metadatas"])
            names = {str(row["encoded"]): name for name, row in zip(rows["ids"], rows["metadatas"] or [], strict=True)}
            vectors = self.vectors(list(names.values()))
            for text, name in names.items():
                (known[text],) = set_back(vectors[name].reshape(1, -1), [name])
        return known

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

    def share_found(self, ids: Sequence[str]) -> float:
        """Return which part of some passages is found by their own vectors, or ones as good as equal, 0 to 1.

        The graph is walked, not read through, so that one of thousands may be missed; one that is not there is.
        """
        vectors = self.vectors(ids)
        if not vectors:
            return float(not ids)
        found = self._collection.query(
            query_embeddings=cast("Any", np.stack(list(vectors.values()))), n_results=1, include=["distances"]
        )
        near = [bool(distances) and distances[0] < _AS_GOOD_AS_EQUAL for distances in found["distances"] or []]
        return sum(near) / len(ids)

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return the passages of these names; one that is not there is left out."""
        found: dict[str, Passage] = {}
        for first in range(0, len(ids), _PAGE):
            rows = self._collection.get(ids=list(ids[first : first + _PAGE]), include=["documents", "metadatas"])
            found.update(zip(rows["ids"], _passages(rows), strict=True))
        return found

    def first_passages(self) -> Iterator[Passage]:
        """Yield the first passage of each document, in no order."""
        first = cast("Any", {"number": 0})
        for offset in count(0, _PAGE):
            rows = self._collection.get(where=first, include=["documents", "metadatas"], limit=_PAGE, offset=offset)
            yield from _passages(rows)
            if len(rows["ids"]) < _PAGE:
                return

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
        found: dict[str, NDArray[np.float32]] = {}
        for first in range(0, len(ids), _PAGE):
            rows = self._collection.get(ids=list(ids[first : first + _PAGE]), include=["embeddings"])
            found.update(zip(rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), strict=True))
        return found

    def __iter__(self) -> Iterator[Passage]:
        return iter(read_rows(self._folder).passages)

    def __len__(self) -> int:
        return self._collection.count()

    def close(self) -> None:
        """Release the files."""
        # The client's own method, which the interface that it is typed by does not name.
        self._client.close()  # type: ignore[attr-defined]


def _client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _passages(rows: Any) -> list[Passage]:
    return [passage_of(text, known) for text, known in zip(rows["documents"], rows["metadatas"], strict=True)]


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
