"""Two real documents that disagree, from the question to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.talking import DISPUTED, answered, ask, quote, replies

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

SAYS_35 = quote(n=2, title="Note", text="Il est de 35 000 euros.", found="35 000 euros", date="2025-06", group=2)
SAYS_30 = quote(n=3, title="Bilan", text="Il est de 30 000 euros.", found="30 000 euros", date="", group=3)


@pytest.fixture
def real(new_page: Callable[..., Page], otherwise: str) -> Locator:
    """The block of the answer to a question on which the documents disagree."""
    page = new_page()
    page.goto(otherwise)
    return ask(page, DISPUTED)


def _top(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["y"]


def test_documents_that_disagree_are_told_as_sides_and_none_as_the_answer(real: Locator) -> None:
    expect(real.locator("> *").first.locator("li")).to_have_count(2)
    sides = sorted(side.rpartition(" ")[0] for side in real.locator(".line li").all_inner_texts())
    assert sides == ["48 euros (12 mars 2024)", "54 euros (20 janvier 2025)"]
    expect(real.locator(".sureness")).to_have_count(0)
    expect(real.locator(".disagreement")).to_contain_text("Les sources ne disent pas la même chose")
    assert sorted(real.locator(".beside mark").all_inner_texts()) == ["48 euros", "54 euros"]


def test_number_of_a_side_is_that_of_its_card(real: Locator) -> None:
    for side in real.locator(".line li").all():
        card = real.get_by_role("article", name=f"Citation {side.locator('a.ref').inner_text()}", exact=True)
        expect(side).to_contain_text(card.locator("mark").inner_text())
        expect(side).to_contain_text(card.locator(".date").inner_text())


def test_card_of_a_markdown_document_begins_with_its_text(real: Locator) -> None:
    for card in real.locator(".card").all():
        assert card.locator("blockquote").inner_text().startswith(("«\u00a0La régie", "«\u00a0Madame"))
        expect(card.locator(".where")).to_have_count(0)  # its section is its title


def test_sides_stand_beside_each_other(page: Page) -> None:
    replies(page, "ask", answered(quote(), SAYS_35, opposed=[1, 2]))
    answer = ask(page)
    expect(answer.locator(".line li")).to_have_text(["40 000 euros (2 juillet 2025) 1", "35 000 euros (juin 2025) 2"])
    [left, right] = [place.bounding_box() for place in answer.locator(".cards.beside > li").all()]
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]


def test_answer_that_nothing_contradicts_comes_first_and_the_warning_only_over_the_others(page: Page) -> None:
    replies(page, "ask", answered(quote(), SAYS_35, SAYS_30, opposed=[2, 3]))
    answer = ask(page)
    expect(answer.locator("p.line")).to_have_text("40 000 euros 1")
    expect(answer.locator(".badge")).to_have_text("sûr")
    expect(answer.locator(".disagreement")).to_contain_text("D'autres passages se contredisent")
    expect(answer.locator("ul.sides li")).to_have_text(["35 000 euros (juin 2025) 2", "30 000 euros (sans date) 3"])
    expect(answer.locator(".beside .number")).to_have_text(["2", "3"])
    assert _top(answer.locator(".card").first) < _top(answer.locator(".disagreement"))
    expect(answer.locator(".card .number").first).to_have_text("1")


def test_screen_reader_is_told_all_sides(page: Page) -> None:
    replies(page, "ask", answered(quote(), SAYS_35, opposed=[1, 2]))
    ask(page)
    said = "ne disent pas la même chose : 40 000 euros (2 juillet 2025), 35 000 euros (juin 2025). 2 citations."
    expect(page.locator("#sourcier > .unseen[role=status]")).to_contain_text(said.replace(" :", "\u00a0:"))


def test_question_after_sources_that_disagree_leans_on_no_side(page: Page) -> None:
    asked = replies(page, "ask", answered(quote(), SAYS_35, opposed=[1, 2]))
    ask(page, "Quel est le budget ?")
    ask(page, "Et en 2026 ?")
    assert asked[1]["history"] == [{"question": "Quel est le budget ?", "answer": ""}]
