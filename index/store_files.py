"""The files of a closed store: copied, and made to hold nothing of what was removed."""

from __future__ import annotations

import contextlib
import logging
import shutil
import sqlite3
from typing import TYPE_CHECKING

from index import hnsw
from index.errors import StoreUnwritable
from index.layout import SQLITE
from index.rows import database_of

if TYPE_CHECKING:
    from pathlib import Path

_CANNOT_WRITE = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_READONLY")

# The row itself stays: its number tells Chroma where it is.
_FORGET = """
    UPDATE embeddings_queue SET id = '', vector = NULL, metadata = NULL
    WHERE id NOT IN (SELECT embedding_id FROM embeddings)
"""

_log = logging.getLogger(__name__)


def copy_store(source: Path, target: Path) -> None:
    """Copy a closed store, or one that others only read, into a folder that does not exist yet.

    The SQLite file is copied by SQLite: whoever opens a store with Chroma writes into that file.

    Raises StoreDamaged, StoreUnwritable.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{SQLITE}*"), copy_function=shutil.copyfile)
    with database_of(source) as theirs, contextlib.closing(sqlite3.connect(target / SQLITE)) as ours:
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
        with contextlib.closing(sqlite3.connect(folder / SQLITE, isolation_level=None)) as database:
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
