from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.talking import answered, ask, box, document, door, drawn, holds, open_first, quote, replies, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Route

LINE = "🦊 L'été, le comité de l'établissement se réunit à huis clos.\n"
TEXT = "".join(f"{number}. {LINE}" for number in range(400))


def _panel(page: Page) -> Locator:
    return page.locator("#sourcier-panel")


def _place(text: str, words: str) -> dict[str, int]:
    """Return where words stand in a text, in code points."""
    return {"start": text.index(words), "end": text.index(words) + len(words)}


def _opened(page: Page, text: str, *wanted: str) -> Locator:
    """Ask, with quotes of these words of a made-up document, and open it at the first."""
    quotes = [
        quote(n=number, text=words, found="", **_place(text, words), answer_start=None, answer_end=None)
        for number, words in enumerate(wanted, start=1)
    ]
    replies(page, "ask", answered(*quotes))
    replies(page, "document", document(text))
    ask(page)
    return open_first(page)


def test_real_quote_is_shown_at_its_place(page: Page) -> None:
    quoted = ask(page).locator("blockquote").first.inner_text().strip("«» \u00a0")
    expect(open_first(page)).to_be_in_viewport()
    marked = "".join(_panel(page).locator("mark.current").all_inner_texts())
    assert " ".join(marked.split()) == " ".join(quoted.split())


def test_place_far_down_is_counted_in_letters_and_brought_into_view(page: Page) -> None:
    place = _opened(page, TEXT, "377. 🦊 L'été")
    expect(place).to_have_text("377. 🦊 L'été")
    expect(place).to_be_in_viewport()


def test_quoted_places_are_walked_through(page: Page) -> None:
    _opened(page, TEXT, "200. 🦊", "10. 🦊", "390. 🦊")
    current = _panel(page).locator("mark.current")
    expect(_panel(page).locator(".count")).to_have_text("2 sur 3")
    for button, words, count in (
        ("Passage suivant", "390. 🦊", "3 sur 3"),
        ("Passage suivant", "10. 🦊", "1 sur 3"),
        ("Passage précédent", "390. 🦊", "3 sur 3"),
    ):
        page.get_by_role("button", name=button).click()
        expect(current).to_have_text(words)
        expect(current).to_be_in_viewport()
        expect(_panel(page).locator(".count")).to_have_text(count)


def test_search_inside_ignores_accents_and_capitals_and_counts(page: Page) -> None:
    _opened(page, TEXT, "200. 🦊")
    search = page.get_by_label("Chercher dans ce document")
    search.fill("COMITE de l'etablissement")
    expect(_panel(page).locator(".count")).to_have_text("1 sur 400")
    expect(_panel(page).locator("mark.current")).to_have_text("comité de l'établissement")
    search.press("Enter")
    search.press("Enter")
    search.press("Shift+Enter")
    expect(_panel(page).locator(".count")).to_have_text("2 sur 400")
    expect(_panel(page).locator("mark.current")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("oeuvre", "ŒUVRE"),
        ("OEUVRE et", "Œuvre et"),
        ("coeur de l'affaire", "cœur de\n    l’affaire"),
        ("cœur de l’affaire", "cœur de\n    l’affaire"),
        ("nævus", "naevus"),
        ("prix (12 %)", "prix\u202f\n(12\u00a0%)"),
    ],
)
def test_search_inside_finds_across_lines_and_with_letters_that_are_written_as_one(
    page: Page, words: str, found: str
) -> None:
    text = "Maître d'ŒUVRE.\nŒuvre et cœur de\n    l’affaire, un naevus.\nLe prix\u202f\n(12\u00a0%) a changé. " + TEXT
    _opened(page, text, "200. 🦊")
    page.get_by_label("Chercher dans ce document").fill(words)
    marked = _panel(page).locator("mark.current")
    expect(marked).to_have_js_property("textContent", found)


def test_search_inside_that_finds_nothing_says_so_and_ends_with_its_words(page: Page) -> None:
    _opened(page, TEXT, "200. 🦊")
    search = page.get_by_label("Chercher dans ce document")
    search.fill("ratatouille")
    expect(_panel(page).locator(".count")).to_have_text("Aucun résultat")
    search.press("Escape")
    expect(search).to_have_value("")
    expect(_panel(page)).to_be_visible()
    expect(_panel(page).locator("mark.found")).to_have_count(0)
    expect(_panel(page).locator("mark.quoted")).to_have_text("200. 🦊")


@pytest.mark.parametrize("way", ["button", "escape", "back"])
def test_closing_gives_the_focus_back_to_the_link(page: Page, way: str) -> None:
    _opened(page, TEXT, "200. 🦊")
    expect(_panel(page).get_by_role("heading")).to_be_focused()
    if way == "button":
        _panel(page).get_by_role("button", name="Fermer").click()
    elif way == "escape":
        page.keyboard.press("Escape")
    else:
        page.go_back()
    expect(_panel(page)).to_be_hidden()
    expect(page.locator(".card a.open")).to_be_focused()
    assert "doc=" not in page.url


def test_closed_document_opens_again_from_the_same_link(page: Page) -> None:
    _opened(page, TEXT, "200. 🦊")
    page.keyboard.press("Escape")
    expect(_panel(page)).to_be_hidden()
    expect(open_first(page)).to_be_in_viewport()


def test_number_of_a_statement_opens_its_quote(page: Page) -> None:
    replies(page, "ask", answered(quote(text="200. 🦊", found="", **_place(TEXT, "200. 🦊"))))
    replies(page, "document", document(TEXT))
    ask(page).locator("a.ref").click()
    expect(_panel(page).locator("mark.current")).to_have_text("200. 🦊")


def test_another_quote_of_the_open_document_is_shown_without_asking_for_it(page: Page) -> None:
    _opened(page, TEXT, "200. 🦊", "390. 🦊")
    asked = replies(page, "document", document(TEXT))
    page.locator("a.ref").nth(1).click()
    expect(_panel(page).locator("mark.current")).to_have_text("390. 🦊")
    expect(_panel(page).locator("mark.current")).to_be_in_viewport()
    assert asked == []


def test_document_tells_what_is_known_of_it(page: Page) -> None:
    origin, moment = "https://exemple.fr/budget", "2026-03-12T11:30:00Z"
    replies(page, "ask", answered(quote()))
    replies(page, "document", document("x" * 200, author="Service comptable", origin=origin, updated=moment))
    ask(page)
    open_first(page)
    expect(_panel(page).get_by_role("heading")).to_have_text("Le budget")
    about = f"Service comptable · 2 juillet 2025 · mis à jour le 12 mars 2026 · {origin}"
    expect(_panel(page).locator(".about")).to_have_text(about)
    link = _panel(page).locator(".about a")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")


def test_link_to_a_place_opens_on_load(new_page: Callable[..., Page], server: str) -> None:
    page = new_page()
    replies(page, "document", document(TEXT))
    place = _place(TEXT, "377. 🦊")
    page.goto(f"{server}/#doc=notes%2Fbudget.md&start={place['start']}&end={place['end']}&text=c0ffee")
    expect(_panel(page).locator("mark.current")).to_have_text("377. 🦊")
    expect(_panel(page).locator("mark.current")).to_be_in_viewport()
    expect(_panel(page).locator(".warning")).to_be_hidden()


def test_link_to_a_text_that_has_changed_says_so_and_marks_nothing(page: Page) -> None:
    replies(page, "document", document(TEXT))
    page.evaluate("window.location.hash = '#doc=notes%2Fbudget.md&start=5&end=9&text=deadbeef0000'")
    expect(_panel(page).locator(".warning")).to_contain_text("a changé depuis la création de ce lien")
    expect(_panel(page).locator("mark")).to_have_count(0)


def test_place_beyond_the_end_is_told(page: Page) -> None:
    replies(page, "document", document("Court."))
    page.evaluate("window.location.hash = '#doc=notes%2Fbudget.md&start=500&end=900'")
    expect(_panel(page).locator(".warning")).to_be_visible()


def test_unknown_document_is_told_in_a_sentence(page: Page) -> None:
    page.evaluate("window.location.hash = '#doc=..%2F..%2Fetc%2Fpasswd&start=0&end=1'")
    gone = "« ../../etc/passwd » n'est pas ou n'est plus parmi les documents"
    expect(_panel(page).locator(".error")).to_contain_text(gone.replace("« ", "«\u00a0").replace(" »", "\u00a0»"))
    _panel(page).get_by_role("button", name="Fermer").click()
    expect(_panel(page)).to_be_hidden()


def test_escape_closes_the_document_wherever_the_focus_is(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    replies(page, "document", document("Un texte. " * 50))
    ask(page)
    page.locator(".card a.open").first.click()
    expect(_panel(page).locator(".block").first).to_be_visible()
    box(page).press("Escape")
    expect(_panel(page)).to_be_hidden()


def _has(held: list[Route], number: int) -> bool:
    return len(held) == number


def test_document_that_comes_late_does_not_replace_the_one_that_was_opened_after_it(page: Page) -> None:
    held: list[Route] = []
    page.route(door("document"), lambda route: held.append(route))  # noqa: PLW0108
    for number, name in enumerate(("slow", "quick"), start=1):
        page.evaluate("(name) => (window.location.hash = `#doc=${name}&start=0&end=3`)", name)
        until(page, partial(_has, held, number))
    slow, quick = held
    with page.expect_event("requestfinished"):
        quick.fulfill(json=document("Le texte.", document="quick", title="quick"))
    expect(_panel(page).get_by_role("heading")).to_have_text("quick")
    slow.fulfill(json=document("Le texte.", document="slow", title="slow"))
    drawn(page)
    expect(_panel(page).get_by_role("heading")).to_have_text("quick")
    assert slow.request.failure == "net::ERR_ABORTED"  # nobody waited for it any more


def test_document_that_is_closed_while_it_is_fetched_stays_closed(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    release = holds(page, "document")
    page.locator(".card a.open").click()
    _panel(page).get_by_role("button", name="Fermer").click()
    with page.expect_event("requestfinished"):
        release()
    drawn(page)
    expect(_panel(page)).to_be_hidden()
    expect(page.locator(".card a.open")).to_be_focused()


def test_way_back_from_a_document_that_is_still_fetched_shows_the_one_before(page: Page) -> None:
    _opened(page, TEXT, "200. 🦊")
    page.unroute_all()
    holds(page, "document")
    page.evaluate("window.location.hash = '#doc=other.md&start=0&end=3'")
    expect(_panel(page)).to_contain_text("J'ouvre le document")
    page.unroute_all()
    replies(page, "document", document(TEXT))
    page.go_back()
    expect(_panel(page).locator("mark.current")).to_have_text("200. 🦊")


def test_document_of_500_pages_is_shown_in_a_second(page: Page) -> None:
    sheet = "🦊 Chapitre : l'été, le comité de l'établissement se réunit à huis clos.\n" * 42
    text = "".join(f"Page numéro {number}. {sheet}" for number in range(1, 501))
    pages = [place for place in range(len(text)) if text.startswith("Page numéro", place)]
    words = "Page numéro 480. 🦊 Chapitre"
    replies(page, "ask", answered(quote(text=words, found="", page=480, **_place(text, words))))
    replies(page, "document", document(text, pages=pages))
    ask(page)
    page.evaluate(
        """() => (window.taking = new Promise((done) => document.addEventListener("click", () => {
            const began = performance.now();
            const look = () => {
                if (!document.querySelector("#sourcier-panel mark.current")) return requestAnimationFrame(look);
                requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
            };
            look();
        }, { once: true, capture: true }))) && null"""
    )
    place = open_first(page)
    took = page.evaluate("window.taking")
    expect(place).to_have_text(words)
    expect(place).to_be_in_viewport()
    expect(_panel(page).locator(".block[data-page]")).to_have_count(500)
    assert took < 1000


def test_document_stands_beside_the_conversation_on_a_wide_screen(page: Page) -> None:
    _opened(page, TEXT, "200. 🦊")
    [talk, panel] = [page.locator(name).bounding_box() for name in ("#sourcier-talk", "#sourcier-panel")]
    assert talk
    assert panel
    assert talk["x"] + talk["width"] <= panel["x"] + 1
    assert abs(talk["y"] - panel["y"]) < 2
    assert panel["width"] >= 400


def test_document_stands_above_the_conversation_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    place = _opened(page, TEXT, "200. 🦊")
    [talk, panel] = [page.locator(name).bounding_box() for name in ("#sourcier-talk", "#sourcier-panel")]
    assert talk
    assert panel
    assert panel["y"] + panel["height"] <= talk["y"] + 1
    assert panel["width"] == talk["width"] == 390
    expect(place).to_be_in_viewport()
    expect(page.locator("#sourcier-question")).to_be_in_viewport()


def test_new_conversation_closes_the_document_of_the_one_before(page: Page) -> None:
    _opened(page, TEXT, "200. 🦊")
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(_panel(page)).to_be_hidden()
    expect(box(page)).to_be_focused()
    assert "doc=" not in page.url


def test_conversation_that_was_kept_opens_without_the_document_of_the_one_before(page: Page) -> None:
    page.evaluate("localStorage.setItem('sourcier-keep', 'true')")
    _opened(page, TEXT, "200. 🦊")
    page.get_by_role("button", name="Conversations").click()
    page.locator("#sourcier-shelf .entry").click()
    expect(_panel(page)).to_be_hidden()
    expect(page.locator(".card")).to_have_count(1)
