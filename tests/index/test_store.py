"""What the store promises: what was added is found, every filter holds, and damage is noticed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.document import Scope
from index.errors import StoreDamaged
from index.layout import SQLITE
from index.passage import encoded_hash, passage_id
from index.store import Store
from tests.index.corpora import tree
from tests.index.damages import SQLITE_DAMAGES
from tests.index.stores import add, chunks, document, vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HAIR = 1e-3  # how far from what was added a stored vector may be
DATES = {"2024.txt": "2024", "july.txt": "2025-07", "second.txt": "2025-07-02", "august.txt": "2025-08", "none.txt": ""}


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store.create(tmp_path_factory.mktemp("dated"))
    for name, date in DATES.items():
        add(made, document(name, date=date))
    yield made
    made.close()


@pytest.mark.parametrize(
    "text", ["Un\u00a0mot.\r", "  \n", "e\u0301", "😀👩\u200d🔬", "'; DROP TABLE embeddings; --", "\ufeff"]
)
def test_a_text_comes_back_to_the_letter(store: Store, text: str) -> None:
    whole = document("a.txt", text)
    add(store, whole, size=100)

    assert [passage.text for passage in store.document("a.txt")] == [text]


def test_the_passages_of_a_document_joined_are_its_text(store: Store) -> None:
    text = "Une phrase assez longue pour faire douze morceaux."
    add(store, document("autre.txt", "Rien à voir."))
    add(store, document("a.txt", text))

    assert len(store.document("a.txt")) > 11
    assert "".join(passage.text for passage in store.document("a.txt")) == text


def test_a_document_that_is_not_there_has_no_passage(store: Store) -> None:
    add(store, document("a.txt"))

    assert store.document("b.txt") == []


def test_a_document_of_which_a_passage_is_missing_is_not_given_in_part(copy: Path) -> None:
    with closing(sqlite3.connect(copy / SQLITE)) as database, database:
        database.execute("DELETE FROM embeddings WHERE embedding_id = 'a.txt#2'")
    opened = Store.open(copy)

    assert opened.document("a.txt") == []
    opened.close()


@pytest.mark.parametrize(
    "name",
    ["a#1.txt", "a#1", 'l\'été « à » "Paris".txt', " blanc .txt", "a\\b.txt", "%_*?.txt", "œ/é/日本.md", "x" * 250],
)
def test_any_name_of_a_document_can_be_kept_found_and_filtered(store: Store, name: str) -> None:
    add(store, document(name))
    add(store, document("a", "Autre."))
    nearest = store.nearest(vectors(1)[0], 50, Scope(documents=(name,)))

    assert "".join(passage.text for passage in store.document(name)) == "Un texte."
    assert set(nearest) == {passage_id(name, number) for number in range(3)}


def test_the_nearest_passages_come_first_with_their_cosines(store: Store) -> None:
    made = add(store, document("a.txt", "Une phrase de plusieurs morceaux, et encore."))
    expected = made @ made[2]
    found = store.nearest(made[2], len(made))

    assert list(found) == [passage_id("a.txt", int(n)) for n in np.argsort(-expected)]
    assert list(found.values()) == pytest.approx(sorted(expected, reverse=True), abs=HAIR)


def test_no_more_passages_are_given_than_asked_for(dated: Store) -> None:
    assert len(dated.nearest(vectors(1)[0], 2)) == 2


def test_asking_for_more_passages_than_there_are_gives_them_all(dated: Store) -> None:
    assert len(dated.nearest(vectors(1)[0], 10_000)) == len(dated) == 3 * len(DATES)


def test_the_vectors_come_back(store: Store) -> None:
    made = add(store, document("a.txt"))
    found = store.vectors(["a.txt#0", "a.txt#2", "absent#0"])

    assert sorted(found) == ["a.txt#0", "a.txt#2"]
    assert found["a.txt#2"] == pytest.approx(made[2], abs=HAIR)


def test_a_passage_that_is_not_there_is_not_found(store: Store) -> None:
    add(store, document("a.txt"))
    assert store.share_found(["a.txt#0", "a.txt#2"]) == 1.0
    assert store.share_found(["a.txt#0", "absent#0"]) == 0.5
    assert store.share_found([]) == 1.0


def test_a_passage_whose_vector_the_graph_does_not_hold_is_not_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add(store, document("a.txt"))
    monkeypatch.setattr(store, "vectors", lambda ids: dict.fromkeys(ids, -made[0]))
    assert store.share_found(["a.txt#0"]) == 0.0


def test_no_vector_is_looked_up_for_no_name(dated: Store) -> None:
    assert dated.vectors([]) == {}


def test_passages_that_are_not_there_are_left_out(dated: Store) -> None:
    assert list(dated.passages(["absent#0", "2024.txt#1"])) == ["2024.txt#1"]


FOUND = [
    (Scope(), set(DATES)),
    (Scope(first_day=20250701), {"july.txt", "second.txt", "august.txt"}),
    (Scope(first_day=20250703), {"july.txt", "august.txt"}),
    (Scope(last_day=20250701), {"2024.txt", "july.txt"}),
    (Scope(last_day=20250731), {"2024.txt", "july.txt", "second.txt"}),
    (Scope(first_day=20250702, last_day=20250702), {"july.txt", "second.txt"}),
    (Scope(first_day=20240615, last_day=20240615), {"2024.txt"}),
    (Scope(first_day=20230101, last_day=20231231), set()),
    (Scope(first_day=10101), set(DATES) - {"none.txt"}),
    (Scope(last_day=99991231), set(DATES) - {"none.txt"}),
    (Scope(documents=("none.txt",)), {"none.txt"}),
    (Scope(documents=("none.txt", "august.txt", "absent.txt")), {"none.txt", "august.txt"}),
    (Scope(first_day=20250101, documents=("2024.txt", "second.txt")), {"second.txt"}),
]


@pytest.mark.parametrize(("scope", "expected"), FOUND, ids=lambda value: str(value) if isinstance(value, Scope) else "")
def test_only_documents_in_scope_are_found(dated: Store, scope: Scope, expected: set[str]) -> None:
    found = dated.nearest(vectors(1)[0], 100, scope)

    assert {name.rpartition("#")[0] for name in found} == expected


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store.create(tmp_path_factory.mktemp("large"))
    add(made, document("grand.txt", "".join(f"{n:05}" for n in range(6_000))), size=5)
    yield made
    made.close()


def test_a_document_of_more_passages_than_chroma_takes_at_once_is_kept_whole(large: Store) -> None:
    assert [int(passage.text) for passage in large.document("grand.txt")] == list(range(6_000))


def test_every_passage_of_a_large_store_is_given_once(large: Store) -> None:
    assert sorted(int(passage.text) for passage in large) == list(range(6_000))


def test_the_last_passages_of_a_large_store_find_themselves(large: Store) -> None:
    names = [passage_id("grand.txt", number) for number in (0, 4_999, 5_000, 5_461, 5_999)]
    kept = large.vectors(names)

    assert [next(iter(large.nearest(kept[name], 1))) for name in names] == names


@pytest.mark.parametrize("damage", SQLITE_DAMAGES.values(), ids=SQLITE_DAMAGES)
def test_a_damaged_sqlite_file_cannot_be_opened(damage: Callable[[Path], object], copy: Path) -> None:
    damage(copy / SQLITE)

    with pytest.raises(StoreDamaged):
        Store.open(copy)


def test_the_vector_files_stay_when_chroma_has_opened_and_searched_the_store(copy: Path) -> None:
    before = {name: content for name, content in tree(copy).items() if name != SQLITE}
    opened = Store.open(copy)
    opened.nearest(vectors(1)[0], 3)
    opened.close()

    assert len(before) == 5
    assert {name: content for name, content in tree(copy).items() if name != SQLITE} == before


def test_closing_one_store_leaves_another_on_the_same_folder_open(copy: Path) -> None:
    first, second = Store.open(copy), Store.open(copy)
    first.close()

    assert len(second.nearest(vectors(1)[0], 3)) == 3
    second.close()


def test_a_store_can_be_closed_twice(copy: Path) -> None:
    opened = Store.open(copy)
    opened.close()
    opened.close()
    again = Store.open(copy)
    assert len(again) > 0
    again.close()


# --- taking out, taking over


def test_a_document_that_was_removed_is_gone_and_the_others_find_themselves(store: Store) -> None:
    for number in range(30):
        add(store, document(f"{number}.txt", f"Le texte {number} de la série."))
    store.remove([f"{number}.txt" for number in range(10)])

    assert {passage.document for passage in store} == {f"{number}.txt" for number in range(10, 30)}
    assert store.document("3.txt") == []


def test_to_remove_a_document_that_is_not_there_changes_nothing(store: Store) -> None:
    add(store, document("a.txt"))
    store.remove(["b.txt", ""])

    assert len(store) == 3


def test_documents_are_taken_over_from_another_store_as_they_are(store: Store, copy: Path) -> None:
    other = Store.open(copy)
    store.take_over(other, ["b.txt", "nowhere.txt"])

    assert store.document("b.txt") == other.document("b.txt")
    assert {passage.document for passage in store} == {"b.txt"}
    name = passage_id("b.txt", 0)
    assert np.array_equal(store.vectors([name])[name], other.vectors([name])[name])
    other.close()


def test_the_vector_of_a_text_is_known_by_what_was_encoded(store: Store) -> None:
    made = add(store, document("a.txt", "Une phrase."), size=4)
    wanted = encoded_hash("contexte phra")
    known = store.encoded_before([wanted, encoded_hash("contexte autre")])

    assert list(known) == [wanted]
    assert known[wanted] == pytest.approx(made[1], abs=1e-6)


def test_among_many_equal_vectors_each_and_each_other_is_found(store: Store) -> None:
    base, *others = vectors(201)
    near = [base + 0.1 * other for other in others]
    rows = np.stack([base] * 400 + [row / np.linalg.norm(row) for row in near])
    documents = [document(f"{number}.txt") for number in range(len(rows))]
    store.add_all([(whole, chunks(whole, 100)) for whole in documents], rows)

    names = [passage_id(whole.id, 0) for whole in documents]
    assert all(max(store.nearest(row, 1).values()) > 0.999998 for row in store.vectors(names).values())
    assert store.share_found(names) == 1.0
