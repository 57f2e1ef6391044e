from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.talking import document, door, listing, refusal, replies

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from qa.engine import Engine


def _library(page: Page) -> Locator:
    page.get_by_role("button", name="Documents", exact=True).click()
    return page.locator("#sourcier-library")


def test_every_real_document_is_listed_with_its_passages(page: Page, seeds_engine: Engine) -> None:
    shown = _library(page)
    expect(shown.locator(".notice")).to_contain_text("5 sur 5 documents.")
    expected = seeds_engine.documents("", 0, 50).documents
    expect(shown.locator("li .title")).to_have_text([entry.title for entry in expected])
    for entry, about in zip(expected, shown.locator("li .about").all_inner_texts(), strict=True):
        assert f"{entry.passages} passage" in about
        assert entry.document in about
        assert "mis à jour le" in about


def test_real_search_finds_by_a_title(page: Page, seeds_engine: Engine) -> None:
    shown = _library(page)
    expect(shown.locator("li")).to_have_count(5)
    title = seeds_engine.documents("", 0, 50).documents[0].title
    shown.get_by_role("searchbox").fill(title.upper())
    expect(shown.locator(".notice")).to_contain_text("1 sur 5")
    expect(shown.locator("li .title")).to_have_text([title])


def test_entry_tells_date_author_passages_and_name(page: Page) -> None:
    entry = {"document": "notes/b.md", "title": "Le budget", "date": "2025-07", "author": "Zoé", "passages": 3}
    replies(page, "documents", listing(entry))
    expect(_library(page).locator("li .about")).to_have_text("juillet 2025 · Zoé · 3 passages · notes/b.md")


@pytest.mark.parametrize(
    ("locale", "told"), [("fr-FR", "mis à jour le 1er mars 2026"), ("en-GB", "updated 1 March 2026")]
)
def test_entry_tells_the_day_of_its_last_update_where_the_reader_is(
    new_page: Callable[..., Page], server: str, locale: str, told: str
) -> None:
    page = new_page(locale=locale, timezone_id="Europe/Paris")
    entry = {"document": "notes/b.md", "title": "Le budget", "updated": "2026-02-28T23:30:00Z"}
    replies(page, "documents", listing(entry))
    page.goto(server)
    page.get_by_role("button", name="Documents", exact=True).click()
    expect(page.locator("#sourcier-library li .about")).to_have_text(f"1 passage · {told} · notes/b.md")


def test_list_tells_when_it_was_brought_up_to_date_and_whether_it_is_being_so(page: Page) -> None:
    made = listing({"document": "a.md", "title": "A"}, updating=True)
    made["corpus"]["built"] = "2026-03-05T09:30:00Z"
    replies(page, "documents", made)
    shown = _library(page)
    expect(shown.locator(".notice")).to_contain_text("Mis à jour le 5 mars 2026")
    expect(shown.locator(".notice")).to_contain_text("en cours de mise à jour")


def test_long_list_is_shown_in_parts(page: Page) -> None:
    entries: list[dict[str, Any]] = [{"document": f"{n}.md", "title": f"Document {n}"} for n in range(120)]

    def part(fields: dict[str, Any]) -> dict[str, Any]:
        shown = entries[int(fields["offset"]) : int(fields["offset"]) + int(fields["most"])]
        return listing(*shown, total=120, found=120)

    replies(page, "documents", part)
    shown = _library(page)
    expect(shown.locator("li")).to_have_count(50)
    more = shown.get_by_role("button", name="Afficher la suite")
    more.click()
    expect(shown.locator("li")).to_have_count(100)
    more.click()
    expect(shown.locator("li")).to_have_count(120)
    expect(more).to_be_hidden()
    assert shown.locator("li .title").all_inner_texts() == [entry["title"] for entry in entries]


def test_document_is_opened_from_the_list(page: Page) -> None:
    replies(page, "documents", listing({"document": "notes/budget.md", "title": "Le budget"}))
    replies(page, "document", document("Le texte entier."))
    _library(page).get_by_role("link", name="Ouvrir « Le budget »").click()
    expect(page.locator("#sourcier-library")).to_be_hidden()
    expect(page.locator("#sourcier-panel .text")).to_have_text("Le texte entier.")
    expect(page.locator("#sourcier-panel .warning")).to_be_hidden()


def test_list_that_cannot_be_had_is_told_in_a_sentence(page: Page) -> None:
    said = refusal("Le corpus est en réparation.")
    page.route(door("documents"), lambda route: route.fulfill(status=503, json=said))
    expect(_library(page).locator(".notice")).to_have_text("Le corpus est en réparation.")
