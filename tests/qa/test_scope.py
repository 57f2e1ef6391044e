from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.errors import InvalidFilter
from qa.answer import Filters

if TYPE_CHECKING:
    from qa.engine import Engine

QUESTION = "Qui a refusé l'offre de Meta ?"


def test_a_period_leaves_out_what_lies_outside_and_what_has_no_date(seeds_engine: Engine) -> None:
    july = Filters(date_from="2025-07", date_to="2025-07")
    answer = seeds_engine.ask(QUESTION, filters=july)
    found = {quote.document[:3] for quote in seeds_engine.search(QUESTION, k=50, filters=july)}
    assert {quote.document[:3] for quote in [*answer.quotes, *answer.near]} <= found
    assert found == {"000", "004"}


def test_a_partial_date_counts_as_all_its_days(seeds_engine: Engine) -> None:
    found = seeds_engine.search(QUESTION, k=50, filters=Filters(date_from="2025-07-02", date_to="2025-07-02"))
    assert {quote.document[:3] for quote in found} == {"000", "004"}


def test_documents_can_be_named(seeds_engine: Engine) -> None:
    only = Filters(documents=("002_12a1e5f383fb0e8f.txt",))
    assert {quote.document for quote in seeds_engine.search(QUESTION, k=50, filters=only)} == set(only.documents)


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        (Filters(date_from="hier"), "date_from"),
        (Filters(date_to="2025-13"), "date_to"),
        (Filters(date_from="2025-08", date_to="2025-07"), "date_from"),
        (Filters(documents=("absent.txt",)), "documents"),
        (Filters(documents=("\ud800",)), "documents"),
        (Filters(documents=("absent/",)), "documents"),
        (Filters(documents=("/",)), "documents"),
    ],
)
def test_a_filter_that_means_nothing_is_named(seeds_engine: Engine, filters: Filters, name: str) -> None:
    with pytest.raises(InvalidFilter, match=name):
        seeds_engine.ask(QUESTION, filters=filters)


def test_a_folder_stands_for_the_documents_below_it(shelves: Engine) -> None:
    found = shelves.search("Combien coûte le timbre ?", filters=Filters(documents=("postes/",)))
    assert {quote.document for quote in found} == {"postes/timbre.md", "postes/lettre.md"}


def test_folders_and_documents_can_be_named_together(shelves: Engine) -> None:
    both = Filters(documents=("postes/", "postes/timbre.md", "postes-anciennes/timbre.md"))
    assert len({quote.document for quote in shelves.search("timbre", filters=both)}) == 3
