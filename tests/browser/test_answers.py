from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.talking import QUESTION, answered, ask, quote, replies, unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

OTHER = "Le budget est de 35 000 euros."
TWO_GROUPS = (
    quote(),
    quote(n=2, document="notes/b.md", title="Note de juin", text=OTHER, found="35 000 euros", date="2025-06", group=2),
)


def test_answer_comes_first_with_the_number_of_its_quote(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    answer = ask(page)
    expect(answer.locator("> *").first).to_have_text("40 000 euros 1")
    expect(answer.locator(".line a.ref")).to_have_accessible_name("Ouvrir la citation 1")


def test_real_answer_is_proved_by_marked_words(page: Page) -> None:
    answer = ask(page)
    line = answer.locator(".line").inner_text().rsplit(" ", 1)[0]
    expect(answer.locator("blockquote mark").first).to_have_text(line)


def test_card_tells_title_date_page_section_and_marks_the_words(page: Page) -> None:
    replies(page, "ask", answered(quote(page=12, section="Dépenses")))
    card = ask(page).locator(".card")
    expect(card.locator(".title")).to_have_text("Le budget")
    expect(card.locator(".date")).to_have_text("2 juillet 2025")
    expect(card.locator(".where")).to_have_text("p.\u00a012 · Dépenses")
    expect(card.locator("blockquote")).to_have_text("«\u00a0Le budget est de 40 000 euros.\u00a0»")
    expect(card.locator("mark")).to_have_text("40 000 euros")


def test_words_are_marked_behind_letters_of_two_units(page: Page) -> None:
    replies(page, "ask", answered(quote(text="🦊🦊 Le budget est de 40 000 euros.")))
    expect(ask(page).locator("mark")).to_have_text("40 000 euros")


@pytest.mark.parametrize("clipboard", ["allowed", "missing"])
def test_quote_is_copied_with_its_source_and_its_link(
    new_page: Callable[..., Page], server: str, clipboard: str
) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    if clipboard == "missing":  # as on a page without TLS
        page.add_init_script("navigator.clipboard.writeText = undefined")
    replies(page, "ask", answered(quote(page=3, author="Service comptable")))
    page.goto(f"{server}/?q=Combien")
    button = page.get_by_role("button", name="Copier la citation 1")
    button.click()
    expect(page.locator(".copied")).to_have_text("Copié")
    expect(button).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == [
        "« Le budget est de 40 000 euros. »",
        "— Le budget, Service comptable, 2 juillet 2025, p.\u00a03",
        f"{server}/#doc=notes%2Fbudget.md&start=100&end=130&text=c0ffee000000",
    ]


def test_copied_link_opens_the_document_for_somebody_else(new_page: Callable[..., Page], page: Page) -> None:
    opened = ask(page).locator("a.open").first
    quoted = page.locator("blockquote").first.inner_text().strip("«» \u00a0")
    other = new_page()
    other.goto(page.url.rstrip("/") + "/" + str(opened.get_attribute("href")))
    expect(other.locator("#sourcier-panel mark.quoted").first).to_be_in_viewport()
    marked = "".join(other.locator("#sourcier-panel mark.quoted").all_inner_texts())
    assert " ".join(marked.split()) == " ".join(quoted.split())


def test_quotes_that_say_the_same_are_folded_together(page: Page) -> None:
    same = [quote(), quote(n=2, title="Rappel"), quote(n=3, title="Bilan")]
    replies(page, "ask", answered(*same))
    answer = ask(page)
    expect(answer.locator(".line a.ref")).to_have_text(["1", "2", "3"])
    expect(answer.locator(".card").filter(visible=True)).to_have_count(1)
    answer.get_by_text("2 autres passages disent la même chose").click()
    expect(answer.locator(".card").filter(visible=True)).to_have_count(3)


def test_other_statements_stand_below_the_answer(page: Page) -> None:
    replies(page, "ask", answered(*TWO_GROUPS))
    answer = ask(page)
    expect(answer.locator(".heading")).to_have_text(["1 citation", "Autres passages qui pourraient répondre"])
    expect(answer.locator(".disagreement")).to_have_count(0)


def test_section_that_is_the_title_is_not_told_twice(page: Page) -> None:
    replies(page, "ask", answered(quote(page=12, section="Le budget")))
    expect(ask(page).locator(".card .where")).to_have_text("p.\u00a012")


def test_words_of_documents_are_marked_as_french_on_an_english_page(new_page: Callable[..., Page], server: str) -> None:
    page = new_page(locale="en-GB")
    page.goto(server)
    replies(page, "ask", answered(*TWO_GROUPS, searched="Quel budget ? ← Et avant ?"))
    ask(page)
    replies(page, "ask", unanswered(quote(found="", missing=["ratatouille"], section="Dépenses")))
    ask(page, "Quelle ratatouille ?")
    french = page.locator(".exchange [lang=fr]").all_inner_texts()
    for words in (QUESTION, "40 000 euros", "Quel budget ?", "Et avant ?", "Le budget", "Dépenses", "“ratatouille”"):
        assert words in french
    assert len([words for words in french if words.startswith("«")]) == page.locator("blockquote").count()
    expect(page.locator(".searched")).to_contain_text("I searched: “Quel budget ?”, about “Et avant ?”")
    expect(page.locator(".why")).to_have_text("No answer: this passage has nothing of “ratatouille”.")


@pytest.mark.parametrize(
    ("confidence", "word", "explanation"),
    [(0.85, "sûr", "rarement fausses"), (0.65, "probable", "Le plus souvent juste"), (0.3, "à vérifier", "fausse")],
)
def test_sureness_is_said_in_words_with_their_meaning(
    page: Page, confidence: float, word: str, explanation: str
) -> None:
    replies(page, "ask", answered(quote(), confidence=confidence))
    answer = ask(page)
    expect(answer.locator(".badge")).to_have_text(word)
    expect(answer.locator(".sureness")).to_contain_text(explanation)
    assert "%" not in answer.inner_text()


def test_quotes_that_were_withheld_are_counted(page: Page) -> None:
    replies(page, "ask", answered(quote(), withheld=2))
    expect(ask(page).locator(".notice")).to_contain_text("ne correspondent plus à leur document : 2")


def test_nothing_found_tells_what_comes_nearest_and_why_it_is_no_answer(page: Page) -> None:
    near = [
        quote(found="", missing=["ratatouille", "recette"]),
        quote(n=2, found="", missing=["ratatouille"]),
        quote(n=3, found=""),
    ]
    replies(page, "ask", unanswered(*near))
    answer = ask(page)
    expect(answer.locator(".line")).to_have_text("Je n'ai pas trouvé de réponse dans les documents.")
    expect(answer.locator(".why")).to_have_text(
        [
            "Ne répond pas : ce passage ne parle pas de « ratatouille », « recette ».",
            "Ne répond pas : ce passage ne parle pas de « ratatouille ».",
            "Ne répond pas : les mots de la question y sont, mais pas ce qui est demandé.",
        ]
    )
    expect(answer.locator(".badge")).to_have_count(0)


def test_nothing_found_advises_on_the_words_that_nothing_has(page: Page) -> None:
    near = [quote(found="", missing=["ratatouille", "recette"]), quote(n=2, found="", missing=["ratatouille"])]
    replies(page, "ask", unanswered(*near))
    advice = ask(page).locator(".advice")
    expect(advice).to_contain_text("« ratatouille » : absent des passages les plus proches")
    expect(advice).not_to_contain_text("filtres")


def test_nothing_found_under_filters_offers_all_documents(page: Page) -> None:
    asked = replies(page, "ask", lambda fields: unanswered() if "date_from" in fields else answered(quote()))
    page.get_by_role("button", name="Période").click()
    page.get_by_label("Du", exact=True).fill("2025-01-01")
    page.get_by_role("button", name="Appliquer").click()
    ask(page).get_by_role("button", name="Chercher dans tous les documents").click()
    expect(page.locator(".answer.found")).to_be_visible()
    expect(page.locator(".chip")).to_have_count(0)
    assert [fields["question"] for fields in asked] == [QUESTION, QUESTION]


def test_real_question_without_an_answer_is_told_so(page: Page) -> None:
    answer = ask(page, "Quelle est la recette de la ratatouille niçoise ?")
    expect(answer.locator(".line")).to_have_text("Je n'ai pas trouvé de réponse dans les documents.")
    expect(answer.locator(".why").first).to_contain_text("ratatouille")
