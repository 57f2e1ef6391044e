"""What a passage promises: every field comes back from the store, and its page is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.document import Chunk, Document
from index.passage import Passage, encoded_hash
from tests.index.stores import add, document, vectors

if TYPE_CHECKING:
    from index.store import Store


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
