from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.generation import Generation
from index.passage import Passage
from qa.quote import LENGTH, Place, prove, with_context

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def generation(seeds_corpus: Path) -> Iterator[Generation]:
    opened = Generation.open(seeds_corpus)
    yield opened
    opened.close()


def place_of(passage: Passage) -> Place:
    return Place(passage, passage.start, passage.end, passage.start, passage.start + 3, 1.0)


def test_every_passage_of_the_seeds_is_quoted_letter_for_letter(generation: Generation) -> None:
    places = [place_of(passage) for passage in generation.store]
    quotes, withheld = prove(generation, places)
    assert withheld == 0
    assert [quote.n for quote in quotes] == list(range(1, len(places) + 1))
    for quote in quotes:
        assert quote.text == (SEEDS / quote.document).read_text(encoding="utf-8")[quote.start : quote.end]


@pytest.mark.parametrize(
    "damage",
    [
        {"start": -1},
        {"end": 10**9},
        {"answer_end": 10**9},
        {"answer_end": None},
    ],
)
def test_a_place_outside_its_passage_is_withheld(generation: Generation, damage: dict[str, int | None]) -> None:
    good = place_of(next(iter(generation.store)))
    quotes, withheld = prove(generation, [replace(good, **damage), good])  # type: ignore[arg-type]
    assert (len(quotes), withheld) == (1, 1)
    assert quotes[0].n == 1


def test_a_passage_that_is_not_the_stored_text_is_withheld(generation: Generation) -> None:
    good = place_of(next(iter(generation.store)))
    forged = replace(good.passage, text=good.passage.text.replace("e", "3"))
    assert prove(generation, [replace(good, passage=forged)]) == ([], 1)


@pytest.mark.parametrize("number", [0, 1])
def test_a_document_that_was_changed_in_the_store_is_withheld(generation: Generation, number: int) -> None:
    """Even where the change is in another passage, and moves nothing."""
    passages = generation.store.document("001_ed8950bb1671dbd8.txt")
    quoted, changed = passages[0], passages[number]
    edit = "UPDATE embedding_metadata SET string_value = ? WHERE key = 'chroma:document' AND string_value = ?"
    forged = f"X{changed.text[1:]}"
    with sqlite3.connect(generation.folder / "store" / "chroma.sqlite3") as database:
        database.execute(edit, (forged, changed.text))
        database.commit()
        try:
            assert prove(generation, [place_of(quoted)]) == ([], 1)
        finally:
            database.execute(edit, (changed.text, forged))


def test_context_is_whole_sentences_of_the_passage_within_the_length(generation: Generation) -> None:
    for passage in generation.store:
        middle = passage.start + (passage.end - passage.start) // 2
        start, end = with_context(passage, middle, middle + 1)
        assert passage.start <= start <= middle < end <= passage.end
        quoted = passage.text[start - passage.start : end - passage.start]
        assert quoted == quoted.strip()


def test_a_short_sentence_gets_the_sentences_around_it() -> None:
    text = "Un début assez court. La réponse est ici. Une suite assez courte."
    passage = Passage("a", 0, 1, 100, 100 + len(text), text, "", "", "", "", "")
    start = 100 + text.index("La réponse")
    assert with_context(passage, start, start + 19) == (100, 100 + len(text))


@pytest.mark.parametrize(
    "above", ["# Décision du comité\n\nPublié le 2 juillet 2025\n\n", "La piscine\n\n", "## Locaux\n", "Le titre\n"]
)
def test_a_quote_begins_below_headings_and_dates(above: str) -> None:
    text = f"{above}Une phrase avant. La réponse est ici."
    passage = Passage("a", 0, 1, 0, len(text), text, "Le titre", "", "", "", "")
    start = text.index("La réponse")
    assert with_context(passage, start, len(text)) == (len(above), len(text))


@pytest.mark.parametrize("before", ["Une ligne coupée sans raison\n", "Les tarifs sont les suivants :\n\n"])
def test_a_quote_begins_with_what_the_sentence_goes_on_from(before: str) -> None:
    text = f"{before}la réponse est ici."
    passage = Passage("a", 0, 1, 0, len(text), text, "Le titre", "", "", "", "")
    assert with_context(passage, len(before), len(text)) == (0, len(text))


def test_a_heading_that_answers_is_quoted() -> None:
    text = "# La réponse\n\nUne suite."
    passage = Passage("a", 0, 1, 0, len(text), text, "", "", "", "", "")
    assert with_context(passage, 2, 12) == (0, len(text))


def test_a_long_sentence_stays_alone() -> None:
    long = "Une phrase " + "très " * 80 + "longue."
    text = f"{long} {long} {long}"
    passage = Passage("a", 0, 1, 0, len(text), text, "", "", "", "", "")
    start = len(long) + 1
    assert len(long) > LENGTH
    assert with_context(passage, start, start + len(long)) == (start, start + len(long))
