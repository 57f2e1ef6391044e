from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.talking import (
    QUESTION,
    answered,
    ask,
    box,
    document,
    door,
    drawn,
    listing,
    quote,
    refusal,
    replies,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

SERVER = "**/{api/**,readyz}"


@pytest.fixture(autouse=True)
def nothing_complained_of(complaints: list[str]) -> Iterator[None]:
    """No error but those with which the browser itself notes that a request failed."""
    yield
    assert [said for said in complaints if not said.startswith("Failed to load resource")] == []


def _leave(page: Page) -> None:
    """Have nobody answer any more."""
    page.route(SERVER, lambda route: route.abort("connectionrefused"))


def _come_back(page: Page) -> None:
    page.unroute(SERVER)


def test_question_stays_asked_while_nobody_answers_and_is_answered_then(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    _leave(page)
    send(page, QUESTION)
    expect(page.locator(".banner")).to_contain_text("La connexion au serveur est perdue")
    expect(page.locator(".question h2")).to_have_text(QUESTION)
    expect(page.locator(".exchange .error")).to_have_count(0)
    _come_back(page)
    expect(page.locator(".answer.found")).to_be_visible()
    expect(page.locator(".banner")).to_be_hidden()
    expect(page.locator(".exchange")).to_have_count(1)


def test_question_that_waits_for_the_server_can_be_stopped(page: Page) -> None:
    _leave(page)
    send(page, QUESTION)
    expect(page.locator(".banner")).to_be_visible()
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator(".exchange .error")).to_have_text("Arrêté avant la réponse.")
    _come_back(page)
    expect(page.locator(".banner")).to_be_hidden()
    replies(page, "ask", answered(quote()))
    ask(page)


def test_answer_that_breaks_off_is_asked_for_again(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    page.route(
        door("ask"), lambda route: route.fulfill(content_type="application/json", body='{"schema": "1", '), times=1
    )
    ask(page)
    assert [fields["question"] for fields in asked] == [QUESTION]


def _busy(page: Page, times: int) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=503, headers={"Retry-After": "1"}, json=refusal("Le serveur est occupé."))

    page.route(door("ask"), refuse, times=times)


def test_busy_server_is_told_and_asked_again(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    _busy(page, times=2)
    send(page, QUESTION)
    expect(page.locator(".stage")).to_contain_text("nouvel essai dans 1 s")
    expect(page.locator(".answer.found")).to_be_visible()


def test_server_that_stays_busy_is_not_asked_for_ever(page: Page) -> None:
    page.route(door("ask"), lambda route: route.fulfill(status=429, headers={"Retry-After": "0.05"}))
    send(page, QUESTION)
    expect(page.locator(".exchange .error")).to_contain_text("Trop de questions")
    expect(page.get_by_role("button", name="Demander")).to_be_visible()


def test_all_that_is_read_and_said_meanwhile_comes_by_itself_once_the_server_is_back(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    replies(page, "document", document("Le texte."))
    replies(page, "documents", listing({"document": "a.md", "title": "A"}))
    said = replies(page, "feedback", {"noted": True})
    ask(page)
    _leave(page)
    page.get_by_role("button", name="Utile", exact=True).click()
    page.locator(".card a.open").click()
    expect(page.locator("#sourcier-panel")).to_contain_text("Le serveur ne répond pas")
    page.get_by_role("button", name="Documents", exact=True).click()
    library = page.locator("#sourcier-library")
    expect(library.locator(".notice").last).to_contain_text("Le serveur ne répond pas")
    expect(page.locator(".feedback")).to_contain_text("votre avis partira dès qu'il sera de retour")
    expect(page.locator(".banner")).to_be_visible()
    assert said == []
    _come_back(page)
    expect(library.locator("li .title")).to_have_text("A")
    expect(page.locator("#sourcier-panel .text")).to_have_text("Le texte.")
    expect(page.locator(".feedback")).to_have_text("Merci, c'est noté.")
    expect(page.locator(".banner")).to_be_hidden()
    assert [fields["verdict"] for fields in said] == ["useful"]


def test_document_that_is_closed_while_nobody_answers_stays_closed(page: Page) -> None:
    asked = replies(page, "document", document("Le texte."))
    _leave(page)
    page.evaluate("window.location.hash = '#doc=a.md&start=0&end=3'")
    panel = page.locator("#sourcier-panel")
    expect(panel).to_contain_text("Le serveur ne répond pas")
    panel.get_by_role("button", name="Fermer").click()
    _come_back(page)
    expect(page.locator(".banner")).to_be_hidden()
    expect(panel).to_be_hidden()
    assert asked == []


def test_server_that_leaves_is_told_though_nothing_is_asked(page: Page) -> None:
    _leave(page)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator(".banner")).to_contain_text("La connexion au serveur est perdue")
    _come_back(page)
    expect(page.locator(".banner")).to_be_hidden()


def test_server_that_keeps_its_state_to_itself_is_there(page: Page) -> None:
    page.route("**/readyz", lambda route: route.fulfill(status=404, body="Not found"))
    with page.expect_response("**/readyz"):
        page.evaluate("dispatchEvent(new Event('online'))")
    drawn(page)
    expect(page.locator(".banner")).to_be_hidden()


def test_corpus_that_is_brought_up_to_date_is_told_in_the_chat_until_it_is(page: Page) -> None:
    state = {"status": "ready", "generation": "g", "updating": True}
    page.route("**/readyz", lambda route: route.fulfill(json=state))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".updating")).to_contain_text("les réponses viennent encore de cette version")
    state["updating"] = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".updating")).to_be_hidden()


def test_page_is_of_use_without_its_suggestions(page: Page) -> None:
    page.route(door("suggestions"), lambda route: route.abort())
    page.reload()
    expect(box(page)).to_be_focused()
    expect(page.locator(".examples")).to_be_hidden()
    replies(page, "ask", answered(quote()))
    ask(page)


def test_error_that_the_server_does_not_explain_is_told_in_a_sentence(page: Page) -> None:
    page.route(door("ask"), lambda route: route.fulfill(status=500, body="<html>Traceback</html>"))
    send(page, QUESTION)
    expect(page.locator(".exchange .error")).to_contain_text("Une erreur imprévue s'est produite")
