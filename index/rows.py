"""The rows of a store, read from its SQLite file without Chroma, and the digest that proves them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from index.errors import StoreDamaged
from index.layout import SQLITE
from index.passage import passage_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.passage import Passage

_TEXT = "chroma:document"  # the key under which Chroma keeps a row's text among its metadata
_ROWS = """
    SELECT embeddings.id, embedding_id, key, coalesce(string_value, int_value, float_value, bool_value)
    FROM embeddings LEFT JOIN embedding_metadata ON embedding_metadata.id = embeddings.id
    ORDER BY embeddings.id, key
"""
_BOOKKEEPING = (
    "SELECT id, name, dimension, config_json_str FROM collections ORDER BY id",
    "SELECT id, type, scope, collection FROM segments ORDER BY id",
    "SELECT segment_id, seq_id FROM max_seq_id ORDER BY segment_id",
    "SELECT DISTINCT segment_id FROM embeddings ORDER BY segment_id",
    """SELECT seq_id, operation, topic, id FROM embeddings_queue
       WHERE seq_id > (SELECT min(seq_id) FROM max_seq_id) ORDER BY seq_id""",
)


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
            passages.append(passage_of(values[_TEXT], values))
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
    with database_of(folder) as database:
        for (_number, name), cells in groupby(database.execute(_ROWS), itemgetter(0, 1)):
            values = {key: value for _n, _i, key, value in cells}
            digest.update(repr((name, sorted(values.items()))).encode("utf-8", "surrogatepass"))
            yield values


def _bookkeeping(folder: Path) -> bytes:
    """Return what Chroma notes of its collections, and of how far its log has been carried out.

    Wrong notes would have it open something else, or carry out again what is in the log.
    """
    with database_of(folder) as database:
        return repr([database.execute(query).fetchall() for query in _BOOKKEEPING]).encode("utf-8", "surrogatepass")


@contextlib.contextmanager
def database_of(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the SQLite file of a store to read it; raise StoreDamaged where that fails, then or later."""
    file = folder / SQLITE
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
