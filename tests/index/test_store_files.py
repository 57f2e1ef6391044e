"""What the files of a store promise: a copy is the store, and what was erased is not in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.errors import StoreDamaged
from index.layout import SQLITE
from index.passage import encoded_hash, passage_id
from index.rows import read_rows
from index.store import Store
from index.store_files import copy_store, erase_removed, removed_share
from tests.index.corpora import tree
from tests.index.stores import add, chunks, document, stored_vectors, vectors

if TYPE_CHECKING:
    from pathlib import Path


def test_of_what_was_removed_and_erased_no_text_no_word_and_no_vector_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "erased"
    folder.mkdir()
    made = Store.create(folder)
    text = "Le mot caché est Zanzibar."
    for number in range(40):
        add(made, document(f"{number}.txt", f"Voici le texte {number}, sans mystère."))
    (gone,) = add(made, document("cache.txt", text), size=100)
    made.remove(["cache.txt"])
    made.close()
    assert max(stored_vectors(folder) @ gone) > 0.9999  # the mark of deletion leaves it there

    erase_removed(folder)
    assert max(stored_vectors(folder) @ gone) < 0.9999
    content = b"".join(tree(folder).values())
    assert not any(word in content for word in (b"Zanzibar", b"cache.txt", encoded_hash(f"contexte {text}").encode()))
    with closing(sqlite3.connect(folder / SQLITE)) as database:  # Chroma's own index of words, in threes of letters
        database.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(embedding_fulltext_search, row)")
        assert database.execute("SELECT count(*) FROM terms WHERE term = 'zib'").fetchone() == (0,)


def test_after_an_erasure_every_passage_still_finds_itself(tmp_path: Path) -> None:
    folder = tmp_path / "erased"
    folder.mkdir()
    made = Store.create(folder)
    known = {number: add(made, document(f"{number}.txt", f"Le texte {number}."), size=100)[0] for number in range(1)}
    unit = vectors(300)
    for number in range(300):
        whole = document(f"{number + 1}.txt", f"Le texte {number}.")
        made.add(whole, chunks(whole, 100), unit[number : number + 1])
        known[number + 1] = unit[number]
    made.remove([f"{number}.txt" for number in range(0, 100, 2)])
    made.close()
    erase_removed(folder)

    opened = Store.open(folder)
    kept = [number for number in known if number >= 100 or number % 2]
    assert [next(iter(opened.nearest(known[n], 1))) for n in kept] == [passage_id(f"{n}.txt", 0) for n in kept]
    opened.close()


def test_the_share_of_what_was_removed_is_told(copy: Path) -> None:
    assert removed_share(copy) == 0.0
    made = Store.open(copy)
    part = len(made.document("a.txt")) / len(made)
    made.remove(["a.txt"])
    made.close()

    assert removed_share(copy) == pytest.approx(part)


def test_a_copy_holds_the_same_rows_and_vectors_while_the_original_is_open(copy: Path, tmp_path: Path) -> None:
    original = Store.open(copy)
    copy_store(copy, tmp_path / "second")
    original.close()

    assert read_rows(tmp_path / "second") == read_rows(copy)
    assert np.array_equal(stored_vectors(tmp_path / "second"), stored_vectors(copy))


def test_what_is_damaged_is_not_copied(copy: Path, tmp_path: Path) -> None:
    (copy / SQLITE).write_bytes(b"x" * 5_000)
    with pytest.raises(StoreDamaged):
        copy_store(copy, tmp_path / "second")
