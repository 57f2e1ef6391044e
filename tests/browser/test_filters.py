from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import expect

from tests.browser.talking import QUESTION, answered, ask, box, door, listing, quote, replies, send, unanswered

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Response

    from qa.engine import Engine

LISTING = listing(
    {"document": "notes/budget.md", "title": "Le budget"},
    {"document": "notes/plan.md", "title": "Le plan"},
    folders=("notes/", "lettres/", "vieux/"),
)


def _tick_folder(page: Page, name: str) -> None:
    """Tick a folder in the list of documents, whose folders are folded away until one is."""
    if not page.locator(".folders[open]").count():
        page.locator(".folders summary").click()
    page.get_by_role("checkbox", name=name, exact=True).check()


def _set_period(page: Page, start: str, end: str) -> None:
    page.get_by_role("button", name="Période").click()
    page.get_by_label("Du", exact=True).fill(start)
    page.get_by_label("Au", exact=True).fill(end)
    page.get_by_role("button", name="Appliquer").click()


def test_period_is_a_chip_and_reaches_the_request(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    _set_period(page, "2025-07-01", "2025-07-31")
    expect(page.locator(".chip span")).to_have_text("Du 1er juillet 2025 au 31 juillet 2025")
    ask(page)
    assert asked[0]["date_from"] == "2025-07-01"
    assert asked[0]["date_to"] == "2025-07-31"


def test_open_period_leaves_its_other_end_away(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    _set_period(page, "", "2025-06-30")
    expect(page.locator(".chip span")).to_have_text("Jusqu'au 30 juin 2025")
    ask(page)
    assert asked[0]["date_to"] == "2025-06-30"
    assert "date_from" not in asked[0]


def test_period_gives_the_focus_back(page: Page) -> None:
    page.get_by_role("button", name="Période").click()
    expect(page.get_by_label("Du", exact=True)).to_be_focused()
    page.get_by_label("Du", exact=True).fill("2025-07-01")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_role("button", name="Période")).to_be_focused()


def test_real_period_without_a_document_is_told(page: Page) -> None:
    _set_period(page, "1900-01-01", "1900-12-31")
    answer = ask(page)
    expect(answer.locator(".line")).to_contain_text("aucun n'est daté de cette période")
    answer.get_by_role("button", name="Chercher dans tous les documents").click()
    expect(page.locator(".answer.found")).to_be_visible()


def test_real_period_keeps_other_documents_out(page: Page) -> None:
    _set_period(page, "2025-07-01", "2025-07-31")
    ask(page)
    dates = page.locator(".card .date").all_inner_texts()
    assert dates
    assert [date for date in dates if "juillet 2025" not in date] == []


def test_period_that_ends_before_it_begins_is_refused(page: Page) -> None:
    _set_period(page, "2025-07-31", "2025-07-01")
    expect(page.locator("#sourcier-period .error")).to_contain_text("échangez les deux dates")
    expect(page.locator(".chip")).to_have_count(0)


def test_chip_is_taken_off(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    _set_period(page, "2025-07-01", "")
    page.get_by_role("button", name="Retirer le filtre : Depuis le 1er juillet 2025").click()
    expect(page.locator(".chip")).to_have_count(0)
    ask(page)
    assert "date_from" not in asked[0]


def test_documents_are_chips_with_their_titles_and_reach_the_request(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    replies(page, "documents", LISTING)
    page.get_by_role("button", name="Choisir des documents").click()
    page.get_by_role("checkbox", name="Le budget").check()
    page.get_by_role("checkbox", name="Le plan").check()
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    expect(page.locator(".chip span")).to_have_text(["Le budget", "Le plan"])
    page.get_by_role("button", name="Retirer le filtre : Le budget").click()
    ask(page)
    assert asked[0]["documents"] == ["notes/plan.md"]


def test_folder_is_a_chip_and_reaches_the_request(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    replies(page, "documents", LISTING)
    page.get_by_role("button", name="Choisir des documents").click()
    _tick_folder(page, "lettres/")
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    expect(page.locator(".chip span")).to_have_text("Dossier lettres/")
    expect(box(page)).to_be_focused()
    ask(page)
    assert asked[0]["documents"] == ["lettres/"]


def test_several_folders_are_kept_while_documents_are_chosen(page: Page) -> None:
    replies(page, "documents", LISTING)
    page.get_by_role("button", name="Choisir des documents").click()
    _tick_folder(page, "lettres/")
    _tick_folder(page, "vieux/")
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    page.get_by_role("button", name="Choisir des documents").click()
    expect(page.locator(".folders summary")).to_have_text("Dossiers entiers, choisis\u00a0: 2")
    page.get_by_role("checkbox", name="Le plan").check()
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    expect(page.locator(".chip span")).to_have_text(["Dossier lettres/", "Dossier vieux/", "Le plan"])


def test_document_of_a_folder_that_is_ticked_is_ticked_with_it(page: Page) -> None:
    replies(page, "documents", LISTING)
    page.get_by_role("button", name="Choisir des documents").click()
    plan = page.get_by_role("checkbox", name="Le plan")
    plan.check()
    _tick_folder(page, "notes/")
    expect(plan).to_be_checked()
    expect(plan).to_be_disabled()
    expect(page.get_by_role("checkbox", name="Le budget")).to_be_checked()
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    expect(page.locator(".chip span")).to_have_text("Dossier notes/")


def test_search_of_the_list_offers_the_folders_with_these_words(page: Page) -> None:
    replies(page, "documents", LISTING)
    page.get_by_role("button", name="Choisir des documents").click()
    page.get_by_label("Chercher un titre, un nom, une date").fill("LETTRES")
    expect(page.locator(".folders li")).to_have_text(["lettres/"])


def test_what_was_chosen_is_still_chosen_when_the_list_is_opened_again(page: Page) -> None:
    replies(page, "documents", LISTING)
    page.get_by_role("button", name="Choisir des documents").click()
    page.get_by_role("checkbox", name="Le plan").check()
    _tick_folder(page, "lettres/")
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    page.get_by_role("button", name="Choisir des documents").click()
    expect(page.get_by_role("checkbox", name="Le plan")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Le budget")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="lettres/")).to_be_checked()


def test_folder_that_was_chosen_outlives_a_search_of_the_list(page: Page) -> None:
    asked = replies(page, "documents", LISTING)

    def is_searched(response: Response) -> bool:
        return "/api/v1/documents" in response.url and len(asked) == 2  # the first one lists them all

    page.get_by_role("button", name="Choisir des documents").click()
    _tick_folder(page, "lettres/")
    with page.expect_response(is_searched):
        page.get_by_label("Chercher un titre, un nom, une date").fill("budget")
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    expect(page.locator(".chip span")).to_have_text("Dossier lettres/")


def test_filters_stay_for_the_next_question_and_go_with_a_new_conversation(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    _set_period(page, "2025-07-01", "")
    ask(page)
    ask(page)
    assert asked[1]["date_from"] == "2025-07-01"
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator(".chip")).to_have_count(0)


def _preset(page: Page, server: str, query: str) -> Locator:
    """Open the page with filters in its address; return what it says that it has left out."""
    page.goto("about:blank")
    page.goto(f"{server}/?{query}")
    box(page).wait_for()
    return page.locator(".left-out")


def test_document_of_the_address_is_called_by_its_title(page: Page, server: str, seeds_engine: Engine) -> None:
    entry = seeds_engine.documents("", 0, 1).documents[0]
    left_out = _preset(page, server, f"documents={quote_plus(entry.document)}")
    expect(page.locator(".chip span")).to_have_text(entry.title)
    expect(left_out).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "told", "chips"),
    [
        ("documents=inconnu.md,vieux/&to=2025", "« inconnu.md », qui n'est pas ou n'est plus", ["Jusqu'en 2025"]),
        ("from=hier&to=2025-06", "une période que je ne comprends pas (« hier »)", ["Jusqu'en juin 2025"]),
        ("from=2025-02-30", "(« 2025-02-30 »)", []),
        ("from=2026&to=2025-12", "une période qui finit avant de commencer", []),
        ("from=2025-07&to=2025", None, ["De juillet 2025 à 2025"]),
    ],
)
def test_filter_of_the_address_that_means_nothing_is_left_out_and_told(
    page: Page, server: str, query: str, told: str | None, chips: list[str]
) -> None:
    left_out = _preset(page, server, query)
    if told is None:
        expect(left_out).to_have_count(0)
    else:
        expect(left_out).to_contain_text(told.replace("« ", "«\u00a0").replace(" »", "\u00a0»"))
    expect(page.locator(".chip span")).to_have_text(chips)


def test_question_of_the_address_is_kept_to_the_filters_that_are_left(page: Page, server: str) -> None:
    asked = replies(page, "ask", unanswered())
    _preset(page, server, "q=Quand+%3F&from=hier&to=2025-06")
    page.locator(".answer").wait_for()
    assert [(fields.get("date_from"), fields["date_to"]) for fields in asked] == [(None, "2025-06")]


def test_filter_that_the_server_refuses_is_told_in_the_readers_words(page: Page) -> None:
    said = {"error": {"code": "InvalidFilter", "message": "Le filtre documents='a.md' ne convient pas.", "action": ""}}
    page.route(door("ask"), lambda route: route.fulfill(status=422, json=said))
    send(page, QUESTION)
    expect(page.locator(".exchange .error")).to_contain_text("Un document choisi n'est plus là")
