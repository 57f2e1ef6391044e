from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from qa.answer import Turn
from ui.texts import EXAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from qa.engine import Engine

QUESTION = "Qui a refusé l'offre de Meta ?"


def _ask(page: Page, question: str) -> None:
    page.locator("#sourcier-question textarea").fill(question)
    page.keyboard.press("Enter")
    # The state is shown as a block of its own kind: what remains is the answer.
    page.locator(".sourcier-answer, .sourcier-error").last.wait_for()


def _open_first(page: Page) -> None:
    page.locator(".sourcier-answer a.open").first.click()
    page.locator("#quoted-place").wait_for()


def test_question_box_has_the_focus(page: Page) -> None:
    expect(page.locator("#sourcier-question textarea")).to_be_focused()


def test_page_is_french(page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "fr"
    shown = page.locator("body").inner_text()
    assert "Demander" in shown
    assert [word for word in ("Submit", "Clear", "Built with", "Chatbot", "Textbox") if word in shown] == []


def test_answer_is_shown_with_a_marked_quote(page: Page) -> None:
    _ask(page, QUESTION)
    expect(page.locator(".sourcier-answer.found .line")).not_to_be_empty()
    expect(page.locator(".sourcier-answer.found blockquote mark").first).to_be_visible()


def test_quote_opens_its_document_at_its_place(page: Page) -> None:
    _ask(page, QUESTION)
    quoted = page.locator(".sourcier-answer blockquote").first.inner_text().strip("«» \u00a0")
    _open_first(page)
    expect(page.locator("#quoted-place")).to_be_in_viewport()
    assert " ".join(page.locator("#quoted-place").inner_text().split()) == " ".join(quoted.split())


def test_document_is_closed_by_its_button_and_by_going_back(page: Page) -> None:
    _ask(page, QUESTION)
    for close in (lambda: page.locator("a.close").click(), page.go_back):
        _open_first(page)
        close()
        expect(page.locator("#sourcier-panel")).to_be_hidden()


def test_address_with_a_place_opens_the_document(page: Page) -> None:
    _ask(page, QUESTION)
    _open_first(page)
    page.reload()
    expect(page.locator("#quoted-place")).to_be_in_viewport()


def test_unknown_document_is_told_in_a_sentence(page: Page) -> None:
    page.evaluate("window.location.hash = '#doc=..%2F..%2Fetc%2Fpasswd&start=0&end=1'")
    expect(page.locator("#sourcier-panel .sourcier-error")).to_contain_text("Le corpus n'a pas de document")


def test_example_asks_its_question(page: Page) -> None:
    page.locator("#sourcier-examples button").first.click()
    expect(page.locator(".sourcier-question")).to_have_text(EXAMPLES[0])
    page.locator(".sourcier-answer").wait_for()


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_answered_by_the_seeds(example: str, seeds_engine: Engine) -> None:
    assert seeds_engine.ask(example).verdict == "answered"


def test_question_that_follows_is_asked_with_the_turns_before(page: Page, seeds_engine: Engine) -> None:
    first, second = "Qui est Alexandr Wang ?", "Quand a-t-il été embauché ?"
    _ask(page, first)
    _ask(page, second)
    page.locator(".sourcier-answer").nth(1).wait_for()
    before = seeds_engine.ask(first)
    expected = seeds_engine.ask(second, [Turn(question=first, answer=before.text)])
    shown = page.locator(".sourcier-answer").nth(1)
    for quote in expected.quotes or expected.near:
        expect(shown.locator(f"a.open[href*='start={quote.start}&end={quote.end}']")).to_have_count(1)


def test_what_is_typed_while_an_answer_comes_stays(page: Page) -> None:
    box = page.locator("#sourcier-question textarea")
    box.fill(QUESTION)
    page.keyboard.press("Enter")
    expect(box).to_have_value("")
    box.fill("Et combien ?")
    page.locator(".sourcier-answer").wait_for()
    page.wait_for_timeout(500)
    expect(box).to_have_value("Et combien ?")


def test_question_that_cannot_be_asked_is_told_in_a_sentence(page: Page) -> None:
    _ask(page, "x" * 10_000)
    expect(page.locator(".sourcier-error")).to_contain_text("Cette question ne peut pas être posée")


def test_new_conversation_forgets_the_one_before(page: Page) -> None:
    _ask(page, QUESTION)
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator(".sourcier-question")).to_have_count(0)
    expect(page.locator("#sourcier-examples")).to_be_visible()


def test_hostile_question_is_shown_as_it_was_typed(page: Page, requested: list[str]) -> None:
    hostile = (
        '<img src="//evil.example/x" onerror="alert(1)"> **gras** $x$ [a](javascript:alert(1)) `c` ${7*7} {{7}} </div>'
    )
    _ask(page, hostile)
    shown = page.locator(".sourcier-question")
    assert shown.inner_text() == hostile
    assert shown.locator("*").count() == 0
    assert [address for address in requested if "evil" in address] == []


def test_nothing_is_asked_of_another_host_and_nothing_complained_of(
    page: Page, server: str, requested: list[str], complaints: list[str]
) -> None:
    _ask(page, QUESTION)
    _open_first(page)
    hosts = {urlsplit(address).netloc for address in requested if not address.startswith("data:")}
    assert hosts == {urlsplit(server).netloc}
    assert complaints == []
