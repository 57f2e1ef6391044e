from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.talking import (
    QUESTION,
    answered,
    ask,
    box,
    door,
    holds,
    quote,
    refusal,
    replies,
    send,
    settled,
    unanswered,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def test_question_box_has_the_focus(page: Page) -> None:
    expect(box(page)).to_be_focused()


def test_enter_sends_and_empties_the_box(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    ask(page)
    assert [fields["question"] for fields in asked] == [QUESTION]
    expect(page.locator(".question h2")).to_have_text(QUESTION)
    expect(box(page)).to_have_value("")


def test_shift_enter_begins_a_line(page: Page) -> None:
    box(page).press_sequentially("Un")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("deux")
    expect(box(page)).to_have_value("Un\ndeux")
    expect(page.locator(".exchange")).to_have_count(0)


def test_button_sends(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    box(page).fill(QUESTION)
    page.get_by_role("button", name="Demander").click()
    expect(page.locator(".answer")).to_be_visible()


@pytest.mark.parametrize("blank", ["", "  \n\t\u00a0"])
def test_blank_is_not_sent(page: Page, blank: str) -> None:
    asked = replies(page, "ask", answered(quote()))
    send(page, blank)
    page.get_by_role("button", name="Demander").click()
    expect(page.locator(".exchange, .error")).to_have_count(0)
    assert asked == []


def test_arrows_walk_through_the_questions(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page, "Première ?")
    ask(page, "Deuxième ?")
    for key, expected in (
        ("ArrowUp", "Deuxième ?"),
        ("ArrowUp", "Première ?"),
        ("ArrowUp", "Première ?"),
        ("ArrowDown", "Deuxième ?"),
        ("ArrowDown", ""),
    ):
        box(page).press(key)
        expect(box(page)).to_have_value(expected)


def test_arrow_leaves_what_is_being_written(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    box(page).fill("Et combien")
    box(page).press("ArrowUp")
    expect(box(page)).to_have_value("Et combien")


def test_question_can_be_stopped(page: Page) -> None:
    release = holds(page, "ask")
    send(page, QUESTION)
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator(".exchange .error")).to_have_text("Arrêté avant la réponse.")
    expect(page.get_by_role("button", name="Demander")).to_be_visible()
    release()
    settled(page)
    expect(page.locator(".answer")).to_have_count(0)


def test_new_question_follows_one_that_was_stopped(page: Page) -> None:
    release = holds(page, "ask")
    send(page, QUESTION)
    page.get_by_role("button", name="Arrêter").click()
    release()
    replies(page, "ask", answered(quote()))
    ask(page)
    expect(page.locator(".exchange")).to_have_count(2)


def test_question_is_put_back_to_be_changed(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    page.get_by_role("button", name="Modifier").click()
    expect(box(page)).to_have_value(QUESTION)
    expect(box(page)).to_be_focused()


def test_what_is_typed_while_an_answer_comes_stays(page: Page) -> None:
    release = holds(page, "ask")
    send(page, QUESTION)
    expect(box(page)).to_have_value("")
    box(page).fill("Et combien ?")
    release()
    page.locator(".answer").wait_for()
    expect(box(page)).to_have_value("Et combien ?")


def test_enter_while_an_answer_comes_asks_nothing_and_loses_nothing(page: Page) -> None:
    release = holds(page, "ask")
    send(page, QUESTION)
    send(page, "Et combien ?")
    expect(box(page)).to_have_value("Et combien ?")
    expect(page.locator(".exchange")).to_have_count(1)
    release()
    page.locator(".answer").wait_for()


def test_address_asks_its_question(new_page: Callable[..., Page], server: str) -> None:
    page = new_page()
    asked = replies(page, "ask", answered(quote()))
    page.goto(f"{server}/?q=Qui+a+refus%C3%A9+%3F")
    expect(page.locator(".answer")).to_be_visible()
    assert [fields["question"] for fields in asked] == ["Qui a refusé ?"]


@pytest.mark.parametrize(
    ("locale", "query", "language"),
    [
        ("fr-FR", "", "fr"),
        ("fr-FR", "?lang=en", "en"),
        ("en-GB", "", "en"),
        ("en-GB", "?lang=fr", "fr"),
        ("de-DE", "", "fr"),
    ],
)
def test_page_speaks_the_language_that_is_asked_for(
    new_page: Callable[..., Page], server: str, locale: str, query: str, language: str
) -> None:
    page = new_page(locale=locale)
    page.goto(f"{server}/{query}")
    word = {"fr": "Demander", "en": "Ask"}[language]
    expect(page.get_by_role("button", name=word, exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_nothing_of_gradio_is_seen(page: Page) -> None:
    shown = page.locator("body").inner_text()
    assert [word for word in ("Submit", "Clear", "Gradio", "Built with", "Chatbot", "Textbox") if word in shown] == []


def test_suggestion_asks_its_question_and_is_answered(page: Page) -> None:
    suggestion = page.locator(".examples button").first
    question = suggestion.inner_text()
    suggestion.click()
    expect(page.locator(".question h2")).to_have_text(question)
    expect(page.locator(".answer.found")).to_be_visible()
    expect(page.locator(".examples")).to_be_hidden()
    expect(box(page)).to_be_focused()


def test_greeting_makes_room_for_the_question(page: Page) -> None:
    release = holds(page, "ask")
    send(page, QUESTION)
    expect(page.locator(".welcome, .examples").filter(visible=True)).to_have_count(0)
    release()
    page.locator(".answer").wait_for()


def test_what_a_question_was_understood_as_is_told_and_can_be_put_right(page: Page) -> None:
    ask(page, "Qui est Alexandr Wang ?")
    answer = ask(page, "Quand a-t-il été embauché ?")
    expect(answer.locator(".searched")).to_contain_text("J'ai cherché : « Quand a-t-il été embauché ? »")
    expect(answer.locator(".searched")).to_contain_text("Alexandr Wang")
    answer.get_by_role("button", name="Corriger").click()
    expect(box(page)).to_have_value("Quand a-t-il été embauché ?")
    expect(box(page)).to_be_focused()
    page.keyboard.type(" par Meta")
    expect(box(page)).to_have_value("Quand a-t-il été embauché par Meta ?")


def test_what_was_understood_is_seen_directly_below_the_answer(page: Page) -> None:
    replies(page, "ask", answered(quote(), searched="Combien ? ← Quel budget ?", question="Et combien ?"))
    expect(ask(page, "Et combien ?").locator("> *").nth(1)).to_have_class("searched")
    replies(page, "ask", unanswered(quote(found=""), searched="Combien ? ← Quel budget ?", question="Et combien ?"))
    expect(ask(page, "Et combien ?").locator("> *").nth(1)).to_have_class("searched")


def test_question_is_asked_again_without_what_came_before(page: Page) -> None:
    asked = replies(page, "ask", lambda fields: answered(quote(), searched=f"{fields['question']} ← Quel budget ?"))
    ask(page, "Quel est le budget ?")
    ask(page, "Pourquoi ?").get_by_role("button", name="Chercher sans ce qui précède").click()
    expect(page.locator(".exchange .answer")).to_have_count(3)
    assert (asked[2]["question"], asked[2]["history"]) == ("Pourquoi ?", [])
    ask(page, "Et quand ?")
    assert asked[3]["history"] == [{"question": "Pourquoi ?", "answer": "40 000 euros"}]


def test_word_alone_is_searched_alone_after_another_question(page: Page) -> None:
    ask(page, "Qui est Alexandr Wang ?")
    expect(ask(page, "ratatouille").locator(".searched")).to_have_count(0)


def test_filters_of_a_question_stay_told_with_it(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    page.get_by_role("button", name="Période").click()
    page.get_by_label("Du", exact=True).fill("2025-01-01")
    page.get_by_role("button", name="Appliquer").click()
    ask(page)
    expect(page.locator(".exchange .filtered")).to_have_text("Filtres : Depuis le 1er janvier 2025")
    page.emulate_media(media="print")
    expect(page.locator(".exchange .filtered")).to_be_visible()


def test_question_is_asked_with_the_turns_before(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    ask(page, "Quel est le budget ?")
    ask(page, "Et pour 2026 ?")
    assert "history" not in asked[0] or asked[0]["history"] == []
    assert asked[1]["history"] == [{"question": "Quel est le budget ?", "answer": "40 000 euros"}]


def test_new_conversation_forgets_the_one_before(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    ask(page)
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator(".exchange")).to_have_count(0)
    expect(page.locator(".examples")).to_be_visible()
    expect(box(page)).to_be_focused()
    ask(page)
    assert asked[1]["history"] == []


def test_new_conversation_stops_the_question_that_is_asked(page: Page) -> None:
    release = holds(page, "ask")
    send(page, QUESTION)
    page.get_by_role("button", name="Nouvelle conversation").click()
    release()
    settled(page)
    expect(page.locator(".exchange")).to_have_count(0)


def test_question_that_is_too_long_is_refused_without_being_asked(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    send(page, "x" * 2001)
    expect(page.locator(".error")).to_contain_text("Cette question est trop longue")
    expect(page.locator(".error")).to_contain_text("2\u202f001")
    expect(box(page)).to_have_value("x" * 2001)
    assert asked == []


def test_longest_question_counts_letters_as_the_server_does(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    ask(page, "🦊" * 2000)
    assert len(asked) == 1


def test_warning_goes_with_the_next_question(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    send(page, "x" * 2001)
    ask(page)
    expect(page.locator(".error")).to_have_count(0)


def test_endpoint_that_refuses_is_told_in_its_sentence(page: Page) -> None:
    said = refusal("Le corpus n'a pas de document « x ».")
    page.route(door("ask"), lambda route: route.fulfill(status=422, json=said))
    send(page, QUESTION)
    expect(page.locator(".exchange .error")).to_have_text("Le corpus n'a pas de document « x ».")
