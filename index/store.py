"""The Chroma collection: the only place where a corpus is kept."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import sqlite3
from dataclasses import dataclass
from itertools import count, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from index import hnsw
from index.dates import days
from index.document import Chunk, Document, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

_COLLECTION = "chunks"
_PAGE = 5_000  # a read of 32,766 rows or more raises "too many SQL variables", a write of more than 5,461 too
_DOCUMENTS_AT_ONCE = 1_000
_HASHES_AT_ONCE = 500
_SQLITE = "chroma.sqlite3"
_TEXT = "chroma:document"  # the key under which Chroma keeps a row's text among its metadata
# With a threshold of 1 every write reaches the vector files at once. Otherwise the last rows stay in a log, which
# Chroma replays into those files each time it opens them: they would change under their seal.
# With 16 neighbours, Chroma's own number, some of 2,000 vectors that are nearly alike were not found by any search.
_CONFIGURATION = {
    "hnsw": {"space": "cosine", "ef_search": 200, "max_neighbors": 32, "sync_threshold": 1, "batch_size": 1}
}

_HAIR = 1e-3
"""How far each vector, of length 1, is set aside in a direction that its passage's name decides: so no two are equal.
Equal vectors become each other's only neighbours, and the graph falls to pieces: of one passage 3,000 times among 1,000
others, 882 were not found by their own vector; so far apart, and with 32 neighbours, all were."""

_AS_GOOD_AS_EQUAL = 1e-3  # cosine distance

_log = logging.getLogger(__name__)


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


class StoreDamaged(Exception):
    """Chroma or SQLite cannot read what lies in the folder."""


class StoreUnwritable(Exception):
    """Chroma cannot write, for want of space or of permission."""


def passage_id(document: str, number: int) -> str:
    """Return the name of a chunk: document and number."""
    return f"{document}#{number}"


def encoded_hash(text: str) -> str:
    """Return what tells one text that an encoder read from another: half of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def _set_aside(vectors: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.float32]:
    """Return unit vectors [rows, width], each a hair off the given one, in the direction of its name."""
    moved = vectors + _HAIR * _directions(names, vectors.shape[1])
    unit: NDArray[np.float32] = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _set_back(vectors: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.float32]:
    """Return the unit vectors of which `_set_aside` made these: v = t w - h a, with t such that its length is 1."""
    directions = _directions(names, vectors.shape[1])
    along = _HAIR * np.sum(vectors * directions, axis=1, keepdims=True)
    back = (along + np.sqrt(along**2 - _HAIR**2 + 1)) * vectors - _HAIR * directions
    unit: NDArray[np.float32] = back.astype(np.float32)
    return unit


def _directions(names: Sequence[str], width: int) -> NDArray[np.float64]:
    """Return the direction of each name, a unit vector: the same wherever and whenever it is asked for."""
    drawn = b"".join(hashlib.shake_128(name.encode("utf-8", "surrogatepass")).digest(width) for name in names)
    aside = np.frombuffer(drawn, dtype=np.uint8).reshape(len(names), width) - 127.5
    directions: NDArray[np.float64] = aside / np.linalg.norm(aside, axis=1, keepdims=True)
    return directions


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

        rows = [
            (chunk, _known(document, len(chunks)) | _place(chunk)) for document, chunks in pieces for chunk in chunks
        ]
        for first in range(0, len(rows), _PAGE):
            page = rows[first : first + _PAGE]
            names = [passage_id(chunk.document, chunk.number) for chunk, _ in page]
            try:
                self._collection.add(
                    ids=names,
                    embeddings=cast("Any", _set_aside(vectors[first : first + _PAGE], names)),
                    documents=[chunk.text for chunk, _ in page],
                    metadatas=[known for _, known in page],
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
                (known[text],) = _set_back(vectors[name].reshape(1, -1), [name])
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


@dataclass(frozen=True, slots=True)
class Rows:
    """All passages of a store, in the order in which they were added, and the digest of all that the rows hold."""

    passages: list[Passage]
    digest: str


def read_rows(folder: Path) -> Rows:
    """Read every id, text and metadata value in a store's SQLite file, without opening Chroma; raise StoreDamaged.

    Chroma rewrites parts of this file whenever it opens it, so that the file's own hash would prove nothing: the digest
    is the SHA-256 of the values. It is also four times as fast as Chroma.
    """
    digest = hashlib.sha256()
    passages = []
    for values in _digested_rows(folder, digest):
        try:
            passages.append(_passage(values[_TEXT], values))
        except (KeyError, ValueError, AttributeError) as error:
            raise StoreDamaged("chroma.sqlite3 holds a row that is no passage") from error
    return Rows(passages, digest.hexdigest())


def rows_digest(folder: Path) -> str:
    """Return the digest of a store's rows; raise StoreDamaged."""
    digest = hashlib.sha256()
    for _values in _digested_rows(folder, digest):
        pass
    return digest.hexdigest()


def _digested_rows(folder: Path, digest: hashlib._Hash) -> Iterator[dict[str, Any]]:
    """Yield each row's values, and take all that is stored into a digest, which is whole after the last row."""
    digest.update(_bookkeeping(folder))
    with _database(folder) as database:
        for (_number, name), cells in groupby(database.execute(_ROWS), itemgetter(0, 1)):
            values = {key: value for _n, _i, key, value in cells}
            digest.update(repr((name, sorted(values.items()))).encode("utf-8", "surrogatepass"))
            yield values


def _bookkeeping(folder: Path) -> bytes:
    """Return what Chroma notes of its collections, and of how far its log has been carried out.

    Wrong notes would have it open something else, or carry out again what is in the log.
    """
    with _database(folder) as database:
        return repr([database.execute(query).fetchall() for query in _BOOKKEEPING]).encode("utf-8", "surrogatepass")


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the SQLite file of a store to read it; raise StoreDamaged where that fails, then or later."""
    file = folder / _SQLITE
    try:
        if not file.is_file():
            raise StoreDamaged("chroma.sqlite3 is missing")
        _undo_unfinished(file)
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            yield database
    except (sqlite3.Error, OSError) as error:
        raise StoreDamaged("chroma.sqlite3 cannot be read") from error


def _undo_unfinished(file: Path) -> None:
    """Have SQLite undo what a process had begun to write that was killed: it cannot where it may only read.

    A transaction of a process that lives is left alone, by SQLite's own locks.
    """
    journal = file.with_name(f"{file.name}-journal")
    if journal.is_file() and os.access(file, os.W_OK):
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()


_BOOKKEEPING = (
    "SELECT id, name, dimension, config_json_str FROM collections ORDER BY id",
    "SELECT id, type, scope, collection FROM segments ORDER BY id",
    "SELECT segment_id, seq_id FROM max_seq_id ORDER BY segment_id",
    "SELECT DISTINCT segment_id FROM embeddings ORDER BY segment_id",
    """SELECT seq_id, operation, topic, id FROM embeddings_queue
       WHERE seq_id > (SELECT min(seq_id) FROM max_seq_id) ORDER BY seq_id""",
)


_ROWS = """
    SELECT embeddings.id, embedding_id, key, coalesce(string_value, int_value, float_value, bool_value)
    FROM embeddings LEFT JOIN embedding_metadata ON embedding_metadata.id = embeddings.id
    ORDER BY embeddings.id, key
"""


_CANNOT_WRITE = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_READONLY")

# The row itself stays: its number tells Chroma where it is.
_FORGET = """
    UPDATE embeddings_queue SET id = '', vector = NULL, metadata = NULL
    WHERE id NOT IN (SELECT embedding_id FROM embeddings)
"""


def copy_store(source: Path, target: Path) -> None:
    """Copy a closed store, or one that others only read, into a folder that does not exist yet.

    The SQLite file is copied by SQLite: whoever opens a store with Chroma writes into that file. Raises StoreDamaged.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{_SQLITE}*"), copy_function=shutil.copyfile)
    with _database(source) as theirs, contextlib.closing(sqlite3.connect(target / _SQLITE)) as ours:
        try:
            theirs.backup(ours)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith(_CANNOT_WRITE):
                raise StoreUnwritable(str(error)) from error
            raise


def erase_removed(folder: Path) -> None:
    """Make the files of a closed store hold nothing more of what was removed from it; raise StoreUnwritable.

    SQLite leaves deleted text in free pages, and the words of it in its full-text index; Chroma leaves deleted vectors
    in its graph, and its last operation in its queue.
    """
    try:
        with contextlib.closing(sqlite3.connect(folder / _SQLITE, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = OFF")  # nobody reads this file before it is flushed and sealed
            database.execute("INSERT INTO embedding_fulltext_search(embedding_fulltext_search) VALUES('optimize')")
            database.execute(_FORGET)
            database.execute("VACUUM")
    except sqlite3.Error as error:
        raise StoreUnwritable(str(error)) from error
    for graph in hnsw.graphs(folder):
        graph.erase_deleted()


def erase_unused(folder: Path) -> None:
    """Make the files of a closed store hold nothing that happened to be in the memory of the process."""
    try:
        for graph in hnsw.graphs(folder):
            graph.erase_unused()
    except ValueError as error:
        _log.warning("what this version of Chroma writes beyond the vectors cannot be erased: %s", error)


def removed_share(folder: Path) -> float:
    """Return which part of a store's graph is taken up by what was removed from it, 0 to 1."""
    graphs = hnsw.graphs(folder)
    places = sum(len(graph) for graph in graphs)
    return sum(graph.deleted for graph in graphs) / places if places else 0.0


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
        author=known.get("author", ""),
        language=known.get("language", ""),
        page=known.get("page", 0),
        page_breaks=tuple(map(int, known.get("page_breaks", "").split())),
        is_boilerplate=bool(known.get("boilerplate", 0)),
        encoded=known["encoded"],
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
