"""What the store promises: every field comes back, every filter holds, and damage is noticed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import hnsw
from index.document import Chunk, Document, Scope
from index.store import (
    Passage,
    Store,
    StoreDamaged,
    copy_store,
    encoded_hash,
    erase_removed,
    passage_id,
    read_rows,
    removed_share,
    rows_digest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

WIDTH = 8
HAIR = 1e-3  # how far from what was added a stored vector may be
SQLITE = "chroma.sqlite3"
DATES = {"2024.txt": "2024", "july.txt": "2025-07", "second.txt": "2025-07-02", "august.txt": "2025-08", "none.txt": ""}


def document(name: str, text: str = "Un texte.", date: str = "") -> Document:
    return Document(id=name, text=text, title=f"Le titre de {name}", date=date, origin=f"https://exemple.fr/{name}")


def chunks(whole: Document, size: int) -> list[Chunk]:
    starts = range(0, len(whole.text), size)
    texts = [whole.text[start : start + size] for start in starts]
    return [
        Chunk(whole.id, number, start, start + len(text), text, f"Point {number}", f"contexte {text}")
        for number, (start, text) in enumerate(zip(starts, texts, strict=True))
    ]


def vectors(count: int) -> NDArray[np.float32]:
    """Unit vectors that are all different."""
    raw = np.random.default_rng(count).normal(size=(count, WIDTH))
    unit: NDArray[np.float32] = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    return unit


def add(store: Store, whole: Document, size: int = 4) -> NDArray[np.float32]:
    pieces = chunks(whole, size)
    made = vectors(len(pieces))
    store.add(whole, pieces, made)
    return made


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "store").mkdir()
    made = Store.create(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store.create(tmp_path_factory.mktemp("dated"))
    for name, date in DATES.items():
        add(made, document(name, date=date))
    yield made
    made.close()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of two documents that nobody has open; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("closed")
    made = Store.create(folder)
    add(made, document("a.txt", "Le premier document.", "2025-07"))
    add(made, document("b.txt", "Le second document."))
    made.close()
    return folder


@pytest.fixture
def copy(closed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(closed, tmp_path / "copy")


def test_every_field_comes_back(store: Store) -> None:
    whole = document("notes/été.md", "L’offre\u00a0: 100\u202fM$.\n\n", "2025-07")
    add(store, whole, size=10)

    assert store.document(whole.id)[1] == Passage(
        document="notes/été.md",
        number=1,
        count=2,
        start=10,
        end=19,
        text="100\u202fM$.\n\n",
        heading="Point 1",
        title="Le titre de notes/été.md",
        date="2025-07",
        origin="https://exemple.fr/notes/été.md",
        sha256=whole.sha256,
        encoded=encoded_hash(f"contexte {whole.text[10:]}"),
    )


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


def replaced_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "truncated": lambda file: file.write_bytes(file.read_bytes()[:5_000]),
    "garbage": lambda file: file.write_bytes(b"garbage " * 1_000),
    "zeros after its header": lambda file: file.write_bytes(file.read_bytes()[:100] + bytes(50_000)),
    "a folder": replaced_by_a_folder,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_sqlite_file_cannot_be_opened(damage: Callable[[Path], object], copy: Path) -> None:
    damage(copy / SQLITE)

    with pytest.raises(StoreDamaged):
        Store.open(copy)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
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


def stored_vectors(folder: Path) -> NDArray[np.float32]:
    """Every vector that the file of vectors holds, those that were deleted too."""
    (graph,) = hnsw.graphs(folder)
    return np.ascontiguousarray(graph.elements[:, graph.vector]).view(np.float32)


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


def test_a_row_that_is_no_passage_is_damage(copy: Path) -> None:
    with closing(sqlite3.connect(copy / SQLITE)) as database:
        database.execute("DELETE FROM embedding_metadata WHERE key = 'start'")
        database.commit()
    with pytest.raises(StoreDamaged, match="no passage"):
        read_rows(copy)


def test_pages_boilerplate_author_and_language_come_back(store: Store) -> None:
    whole = Document("a.pdf", "Un texte. Deux.", "T", "", "o", author="Une autrice", language="fr", pages=(0, 3, 10))
    chunk = Chunk("a.pdf", 0, 0, 15, whole.text, "", "", page=1, page_breaks=(3, 10), is_boilerplate=True)
    store.add(whole, [chunk], vectors(1))
    (passage,) = store.document("a.pdf")

    assert (passage.author, passage.language, passage.is_boilerplate) == ("Une autrice", "fr", True)
    assert [passage.page_at(position) for position in (0, 2, 3, 9, 10, 14)] == [1, 1, 2, 2, 3, 3]


def test_a_passage_of_a_document_without_pages_is_on_none(store: Store) -> None:
    add(store, document("a.txt"))
    assert store.document("a.txt")[0].page_at(3) == 0


def test_among_many_equal_vectors_each_and_each_other_is_found(store: Store) -> None:
    base, *others = vectors(201)
    near = [base + 0.1 * other for other in others]
    rows = np.stack([base] * 400 + [row / np.linalg.norm(row) for row in near])
    documents = [document(f"{number}.txt") for number in range(len(rows))]
    store.add_all([(whole, chunks(whole, 100)) for whole in documents], rows)

    names = [passage_id(whole.id, 0) for whole in documents]
    assert all(max(store.nearest(row, 1).values()) > 0.999998 for row in store.vectors(names).values())
    assert store.share_found(names) == 1.0
