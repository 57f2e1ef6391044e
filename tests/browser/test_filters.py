from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.talking import answered, ask, listing, quote, replies

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

LISTING = listing(
    {"document": "notes/budget.md", "title": "Le budget"},
    {"document": "notes/plan.md", "title": "Le plan"},
    folders=("notes/", "lettres/"),
)


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
    page.locator(".library-tools select").select_option("lettres/")
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    expect(page.locator(".chip span")).to_have_text("Dossier lettres/")
    ask(page)
    assert asked[0]["documents"] == ["lettres/"]


def test_what_was_chosen_is_still_chosen_when_the_list_is_opened_again(page: Page) -> None:
    replies(page, "documents", LISTING)
    page.get_by_role("button", name="Choisir des documents").click()
    page.get_by_role("checkbox", name="Le plan").check()
    page.locator(".library-tools select").select_option("notes/")
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    page.get_by_role("button", name="Choisir des documents").click()
    expect(page.get_by_role("checkbox", name="Le plan")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Le budget")).not_to_be_checked()
    expect(page.locator(".library-tools select")).to_have_value("notes/")


def test_folder_that_was_chosen_outlives_a_search_of_the_list(page: Page) -> None:
    asked = replies(page, "documents", LISTING)

    def is_searched(response: Response) -> bool:
        return "/api/v1/documents" in response.url and len(asked) == 2  # the first one lists them all

    page.get_by_role("button", name="Choisir des documents").click()
    page.locator(".library-tools select").select_option("lettres/")
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
