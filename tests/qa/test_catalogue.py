from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.generation import Generation
from index.sync import recipe, synchronise
from qa.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = {
    "Zones/prix.md": "---\ntitle: L'Été des prix\nauthor: Ève Martin\ndate: 2024-05-01\n---\nDeux euros.",
    "notes/2025/a.md": "---\ntitle: école\n---\nL'école ouvre en mars.",
    "notes/b.md": "---\ntitle: Zèbre\n---\n" + "Le zèbre court dans la plaine. " * 200,
    "notes-anciennes/c.md": "---\ntitle: Abeille\n---\nL'abeille vole.",
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory, quick: str) -> Iterator[Generation]:
    folder = tmp_path_factory.mktemp("catalogue")
    for name, text in FILES.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    synchronise([folder / "documents"], folder / "corpus", quick)
    opened = Generation.open(folder / "corpus", recipe(quick))
    yield opened
    opened.close()


@pytest.fixture
def catalogue(generation: Generation) -> Catalogue:
    return Catalogue(generation)


def names(catalogue: Catalogue, words: str) -> list[str]:
    return [entry.document for entry in catalogue.matching(words)]


def test_the_store_gives_the_first_passage_of_each_document_once(generation: Generation) -> None:
    first = list(generation.store.first_passages())
    assert sorted(passage.document for passage in first) == sorted(FILES)
    assert {passage.number for passage in first} == {0}


def test_the_first_passages_come_page_by_page(generation: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sorted(passage.id for passage in generation.store.first_passages())
    for page in (1, 3, 4):
        monkeypatch.setattr("index.store._PAGE", page)
        assert sorted(passage.id for passage in generation.store.first_passages()) == whole


def test_every_document_is_listed_by_its_title_accents_and_case_aside(catalogue: Catalogue) -> None:
    assert [entry.title for entry in catalogue.entries] == ["Abeille", "école", "L'Été des prix", "Zèbre"]


def test_an_entry_tells_what_is_known_of_its_document(catalogue: Catalogue, generation: Generation) -> None:
    for entry in catalogue.entries:
        passages = generation.store.document(entry.document)
        first = passages[0]
        assert entry.passages == len(passages)
        assert (entry.title, entry.date, entry.author, entry.language) == (
            first.title,
            first.date,
            first.author,
            first.language,
        )
    assert max(entry.passages for entry in catalogue.entries) > 1


def test_an_entry_tells_since_when_the_corpus_holds_it_where_that_is_known(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "updated", {"notes/b.md": "2026-03-12T09:30:00Z"})
    told = {entry.document: entry.updated for entry in Catalogue(generation).entries}
    assert told == dict.fromkeys(FILES, "") | {"notes/b.md": "2026-03-12T09:30:00Z"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ECOLE", ["notes/2025/a.md"]),
        ("  ete   prix ", ["Zones/prix.md"]),
        ("prix été", ["Zones/prix.md"]),
        ("notes/b", ["notes/b.md"]),
        ("2024-05", ["Zones/prix.md"]),
        ("zèbre école", []),
        ("plaine", []),
    ],
)
def test_documents_are_found_by_all_the_words_of_what_is_known_of_them(
    catalogue: Catalogue, words: str, found: list[str]
) -> None:
    assert names(catalogue, words) == found


@pytest.mark.parametrize("words", ["", " \t"])
def test_no_word_lists_everything(catalogue: Catalogue, words: str) -> None:
    assert len(names(catalogue, words)) == len(FILES)


def test_a_folder_holds_what_lies_below_it_and_not_its_namesakes(catalogue: Catalogue) -> None:
    assert sorted(catalogue.below("notes/")) == ["notes/2025/a.md", "notes/b.md"]
    assert catalogue.below("note/") == []


def test_folders_are_told_with_those_above_them(catalogue: Catalogue) -> None:
    assert catalogue.folders == ("Zones/", "notes-anciennes/", "notes/", "notes/2025/")


def test_the_store_is_read_once(catalogue: Catalogue, generation: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalogue.entries
    monkeypatch.setattr(generation.store, "first_passages", lambda: pytest.fail("it was read again"))
    assert catalogue.entries is before
