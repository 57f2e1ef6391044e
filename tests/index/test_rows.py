"""What the rows of a store promise: whatever is changed in them is noticed, and to open them changes nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from index.errors import StoreDamaged
from index.layout import SQLITE
from index.rows import read_rows, rows_digest
from index.store import Store
from tests.index.damages import SQLITE_DAMAGES
from tests.index.stores import vectors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("damage", SQLITE_DAMAGES.values(), ids=SQLITE_DAMAGES)
def test_a_damaged_sqlite_file_has_no_digest(damage: Callable[[Path], object], copy: Path) -> None:
    damage(copy / SQLITE)

    with pytest.raises(StoreDamaged):
        rows_digest(copy)


CHANGES = {
    "a text": "UPDATE embedding_metadata SET string_value = 'faux' WHERE key = 'chroma:document' AND id = 1",
    "a title": "UPDATE embedding_metadata SET string_value = 'faux' WHERE key = 'title' AND id = 2",
    "a position": "UPDATE embedding_metadata SET int_value = int_value + 1 WHERE key = 'start' AND id = 1",
    "a day": "UPDATE embedding_metadata SET int_value = 20240101 WHERE key = 'first_day' AND id = 1",
    "a name": "UPDATE embeddings SET embedding_id = 'c.txt#0' WHERE id = 1",
    "a lost value": "DELETE FROM embedding_metadata WHERE key = 'heading' AND id = 3",
    "a lost row": "DELETE FROM embeddings WHERE id = 4",
    "two texts swapped": "UPDATE embedding_metadata SET id = 3 - id WHERE key = 'chroma:document' AND id IN (1, 2)",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_digest_tells_a_changed_row(change: str, copy: Path) -> None:
    before = rows_digest(copy)
    with closing(sqlite3.connect(copy / SQLITE)) as database, database:
        database.execute("PRAGMA defer_foreign_keys = ON")
        if "3 - id" in change:  # through a third id, as the key is unique
            database.execute(change.replace("3 - id", "-id"))
            change = change.replace("3 - id", "3 + id").replace("(1, 2)", "(-1, -2)")
        assert database.execute(change).rowcount > 0

    assert rows_digest(copy) != before


def test_the_digest_stays_when_chroma_has_opened_and_searched_the_store(copy: Path) -> None:
    before = rows_digest(copy)
    opened = Store.open(copy)
    opened.nearest(vectors(1)[0], 3)
    opened.close()

    assert rows_digest(copy) == before


def test_a_row_that_is_no_passage_is_damage(copy: Path) -> None:
    with closing(sqlite3.connect(copy / SQLITE)) as database:
        database.execute("DELETE FROM embedding_metadata WHERE key = 'start'")
        database.commit()
    with pytest.raises(StoreDamaged, match="no passage"):
        read_rows(copy)
