"""A page that is small, by a phone or by a zoom: nothing lies over anything else, and nothing is out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.talking import answered, ask, box, document, drawn, open_first, quote, replies

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SIZES = {
    "phone": (390, 760),
    "small phone": (320, 640),
    "phone on its side": (844, 390),
    "200 %": (640, 400),  # of 1280 x 800
    "400 %": (320, 256),  # of 1280 x 1024
    "low window": (1280, 470),
    "small window": (800, 600),
}
LEAST = {"small phone": 0.4}
"""The least share of the height that is for the text of a document: half of it, unless a size says otherwise."""

every_size = pytest.mark.parametrize("size", SIZES)

SEEN = """() => {
    const bounds = (one) => {
        const { left, top, right, bottom } = one.getBoundingClientRect();
        return { left, top, right, bottom };
    };
    const cut = (a, b) => ({
        left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
        right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
    });
    const seen = (one) => {
        let place = cut(bounds(one), { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
        for (let at = one.parentElement; at; at = at.parentElement)
            if (getComputedStyle(at).overflowY !== "visible") place = cut(place, bounds(at));
        return place;
    };
    const parts = [...document.querySelectorAll("#sourcier :is(.top, .asking, .card, .panel-top, .block)")];
    const places = parts.filter((one) => one.checkVisibility()).map((one) => [one.className, seen(one)]);
    const over = [];
    for (const [number, [name, one]] of places.entries())
        for (const [other, two] of places.slice(number + 1)) {
            const { left, top, right, bottom } = cut(one, two);
            if (right - left > 1 && bottom - top > 1) over.push(`${name} over ${other}`);
        }
    return over;
}"""


def _made_small(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size(ViewportSize(width=width, height=height))
    drawn(page)


def _answered(page: Page) -> None:
    said = "Le budget de formation est de 40 000 euros, et celui des voyages ne change pas. " * 6
    replies(page, "ask", answered(*(quote(said, n=number, group=number) for number in range(1, 5))))
    ask(page)


def _opened(page: Page, size: str) -> Locator:
    """Ask and open the document of the first quote on a screen of a size; return its quoted place."""
    _made_small(page, size)
    _answered(page)
    text = "Le budget est de 40 000 euros, dit le comité.\n" * 400
    known = {"title": "Le budget de la formation des agents de l'établissement", "author": "Service comptable"}
    replies(page, "document", document(text, updated="2026-03-12T11:30:00Z", **known))
    return open_first(page)


@every_size
def test_nothing_lies_over_the_conversation(page: Page, size: str) -> None:
    _answered(page)
    _made_small(page, size)
    assert page.evaluate(SEEN) == []


@every_size
def test_nothing_lies_over_a_document(page: Page, size: str) -> None:
    _opened(page, size)
    assert page.evaluate(SEEN) == []


@every_size
def test_question_box_is_in_reach(page: Page, size: str) -> None:
    _made_small(page, size)
    _answered(page)
    for part in (box(page), page.get_by_role("button", name="Demander")):
        expect(part).to_be_in_viewport(ratio=1)


@every_size
def test_question_box_and_the_way_out_of_a_document_are_in_reach(page: Page, size: str) -> None:
    _opened(page, size)
    closing = page.locator("#sourcier-panel .close")
    for part in (box(page), page.get_by_role("button", name="Demander"), closing):
        expect(part).to_be_in_viewport(ratio=1)


@every_size
def test_document_has_most_of_the_height_for_its_text(page: Page, size: str) -> None:
    _opened(page, size)
    place = page.locator("#sourcier-panel .text").bounding_box()
    assert place
    _, height = SIZES[size]
    assert min(place["y"] + place["height"], height) - place["y"] >= LEAST.get(size, 0.5) * height


@every_size
def test_quoted_place_is_seen_from_its_beginning(page: Page, size: str) -> None:
    place = _opened(page, size)
    drawn(page)
    text = page.locator("#sourcier-panel .text").bounding_box()
    first = place.evaluate("(mark) => mark.getClientRects()[0].toJSON()")
    assert text
    assert text["y"] <= first["top"]
    assert first["bottom"] <= text["y"] + text["height"]


def test_what_is_known_of_a_document_is_a_button_away_on_a_phone(page: Page) -> None:
    _opened(page, "small phone")
    about = page.locator("#sourcier-panel .about")
    expect(about).to_be_hidden()
    page.get_by_role("button", name="À propos de ce document").click()
    expect(about).to_contain_text("Service comptable")
    expect(about).to_be_in_viewport(ratio=1)


def test_search_in_a_document_is_a_button_away_at_400_percent(page: Page) -> None:
    _opened(page, "400 %")
    page.get_by_role("button", name="À propos de ce document").click()
    page.get_by_label("Chercher dans ce document").fill("comité")
    expect(page.locator("#sourcier-panel .count")).to_have_text("1 sur 400")


def test_answer_to_a_question_takes_the_place_of_a_document_that_has_all_the_room(page: Page) -> None:
    _opened(page, "400 %")
    box(page).focus()
    ask(page, "Et en 2026 ?")
    expect(page.locator("#sourcier-panel")).to_be_hidden()
    expect(page.locator(".exchange").nth(1).locator(".line")).to_be_visible()
    expect(box(page)).to_be_focused()


def test_document_stays_open_beside_an_answer(page: Page) -> None:
    _opened(page, "small phone")
    ask(page, "Et en 2026 ?")
    expect(page.locator("#sourcier-panel .text")).to_be_visible()


def _menu(page: Page) -> Locator:
    return page.get_by_role("button", name="Menu", exact=True)


def test_menu_is_folded_away_on_a_phone_and_gives_the_focus_back(page: Page) -> None:
    _made_small(page, "phone")
    entry = page.get_by_role("button", name="Aide", exact=True)
    expect(entry).to_be_hidden()
    _menu(page).click()
    entry.click()
    expect(page.locator("#sourcier-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(_menu(page)).to_be_focused()


def test_escape_closes_the_menu_before_the_document(page: Page) -> None:
    _opened(page, "phone")
    _menu(page).click()
    page.keyboard.press("Escape")
    expect(page.locator("#sourcier nav")).to_be_hidden()
    expect(page.locator("#sourcier-panel .text")).to_be_visible()


def test_menu_closes_when_something_else_is_clicked(page: Page) -> None:
    _made_small(page, "phone")
    _menu(page).click()
    expect(_menu(page)).to_have_attribute("aria-expanded", "true")
    box(page).click()
    expect(page.locator("#sourcier nav")).to_be_hidden()
    expect(_menu(page)).to_have_attribute("aria-expanded", "false")
