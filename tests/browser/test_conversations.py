from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.talking import QUESTION, answered, ask, box, quote, replies, unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"


def _shelf(page: Page) -> Locator:
    page.get_by_role("button", name="Conversations", exact=True).click()
    return page.locator("#sourcier-shelf")


def _close(page: Page) -> None:
    page.get_by_role("button", name="Fermer").click()


def _keep(page: Page) -> None:
    _shelf(page).get_by_role("checkbox").check()
    _close(page)


def _kept(page: Page) -> str:
    return str(page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('sourcier')).join()"))


@pytest.fixture
def talked(page: Page) -> Page:
    """A page on which a question has been answered."""
    replies(page, "ask", answered(quote()))
    ask(page)
    return page


def test_nothing_is_kept_by_default(talked: Page) -> None:
    shelf = _shelf(talked)
    expect(shelf.get_by_role("checkbox")).not_to_be_checked()
    expect(shelf.locator(".notice")).to_contain_text("Rien n'est gardé")
    assert _kept(talked) == ""


def test_conversation_that_is_kept_outlives_a_reload(talked: Page) -> None:
    _keep(talked)
    talked.reload()
    expect(talked.locator(".exchange")).to_have_count(0)
    _shelf(talked).locator("button.entry").click()
    expect(talked.locator(".question h2")).to_have_text(QUESTION)
    expect(talked.locator(".answer .line")).to_have_text("40 000 euros 1")
    expect(talked.locator(".card mark")).to_have_text("40 000 euros")


def test_conversation_is_gone_on_with(talked: Page) -> None:
    _keep(talked)
    talked.get_by_role("button", name="Nouvelle conversation").click()
    _shelf(talked).locator("button.entry").click()
    asked = replies(talked, "ask", answered(quote()))
    ask(talked, "Et en 2026 ?")
    assert asked[0]["history"] == [{"question": QUESTION, "answer": "40 000 euros"}]
    expect(_shelf(talked).locator("button.entry")).to_have_count(1)


def test_conversation_is_renamed(talked: Page) -> None:
    _keep(talked)
    shelf = _shelf(talked)
    shelf.get_by_role("button", name="Renommer").click()
    name = shelf.get_by_label("Nom de la conversation")
    expect(name).to_have_value(QUESTION)
    name.fill("Le budget")
    name.press("Enter")
    expect(shelf.locator("button.entry .title")).to_have_text("Le budget")
    _close(talked)
    ask(talked, "Et en 2026 ?")
    expect(_shelf(talked).locator("button.entry .title")).to_have_text("Le budget")


def test_renaming_is_given_up_by_escape(talked: Page) -> None:
    _keep(talked)
    shelf = _shelf(talked)
    shelf.get_by_role("button", name="Renommer").click()
    name = shelf.get_by_label("Nom de la conversation")
    name.fill("Le budget")
    name.press("Escape")
    expect(shelf.locator("button.entry .title")).to_have_text(QUESTION)
    expect(shelf).to_be_visible()


def test_conversation_is_deleted(talked: Page) -> None:
    _keep(talked)
    shelf = _shelf(talked)
    shelf.get_by_role("button", name="Supprimer").click()
    expect(shelf.locator("button.entry")).to_have_count(0)
    assert "Meta" not in str(talked.evaluate("JSON.stringify(localStorage)"))


def test_no_longer_keeping_erases_what_was_kept(talked: Page) -> None:
    _keep(talked)
    shelf = _shelf(talked)
    shelf.get_by_role("checkbox").uncheck()
    expect(shelf.locator("button.entry")).to_have_count(0)
    assert _kept(talked) == ""


def test_each_conversation_is_kept_by_itself_newest_first(talked: Page) -> None:
    _keep(talked)
    talked.get_by_role("button", name="Nouvelle conversation").click()
    ask(talked, "Et le plan ?")
    expect(_shelf(talked).locator("button.entry .title")).to_have_text(["Et le plan ?", QUESTION])


def test_spoilt_storage_is_as_good_as_none(page: Page) -> None:
    page.evaluate("localStorage.setItem('sourcier-keep', 'true')")
    page.evaluate("localStorage.setItem('sourcier-conversations', '[null, 3, {\"id\": \"a\"}]')")
    expect(_shelf(page).locator("button.entry")).to_have_count(0)


def test_page_works_where_storage_is_blocked(new_page: Callable[..., Page], server: str) -> None:
    page = new_page()
    page.add_init_script(BLOCKED)
    replies(page, "ask", answered(quote()))
    page.goto(server)
    ask(page)
    shelf = _shelf(page)
    shelf.get_by_role("checkbox").click()
    expect(shelf.locator(".notice")).to_contain_text("ne permet pas à cette page de garder")
    expect(shelf.get_by_role("checkbox")).not_to_be_checked()


def test_conversation_is_exported_as_markdown(page: Page) -> None:
    replies(page, "ask", answered(quote(page=3)))
    ask(page)
    replies(page, "ask", unanswered(quote(found="", title="Autre")))
    ask(page, "Et la ratatouille ?")
    lines = _exported(page).splitlines()
    assert lines[0] == "# Sourcier"
    assert [line for line in lines if line.startswith("## ")] == [
        "## Qui a refusé l'offre de Meta ?",
        "## Et la ratatouille ?",
    ]
    assert "40 000 euros" in lines
    assert "> « Le budget est de 40 000 euros. »" in lines
    assert "> — Le budget, 2 juillet 2025, p.\u00a03" in lines
    assert "Je n'ai pas trouvé de réponse dans les documents." in lines
    assert sum("#doc=notes%2Fbudget.md&start=100" in line for line in lines) == 2


def test_exported_markdown_shows_what_was_written_and_makes_nothing_of_it(page: Page) -> None:
    text = "1. un\n2. deux\n- tiret\n# titre\n**gras** [a](https://evil.example) <img src=x> `c` ~~b~~ | a | &lt;\n---"
    title = "Titre] (https://evil.example)\n\n# Chapitre"
    replies(page, "ask", answered(quote(text=text, found="", title=title), text="1. # <script>"))
    ask(page, "+ Une *question* ?\n===\n# Autre")
    html = _rendered(_exported(page))
    assert [
        tag for tag in ("<strong", "<em", "<img", "<script", "<code", "<li", "<hr", "<del", "<table") if tag in html
    ] == []
    assert html.count("<h1") == 1
    assert html.count("<h2") == 1
    assert 'href="https://evil.example' not in html


def _exported(page: Page) -> str:
    with page.expect_download() as expected:
        _shelf(page).get_by_role("button", name="Exporter").click()
    assert expected.value.suggested_filename.endswith(".md")
    _close(page)
    return Path(expected.value.path()).read_text(encoding="utf-8")


def _rendered(markdown: str) -> str:
    from markdown_it import MarkdownIt

    return str(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))


def test_print_shows_the_conversation_and_no_controls(talked: Page) -> None:
    details = [quote(), quote(n=2, title="Rappel")]
    replies(talked, "ask", answered(*details))
    ask(talked, "Et en 2026 ?")
    talked.emulate_media(media="print")
    for shown in (".question h2", ".answer .line", ".card blockquote", ".card .title"):
        expect(talked.locator(shown).first).to_be_visible()
    expect(box(talked)).to_be_hidden()
    expect(talked.locator(".top, .feedback, .card footer, .question button").filter(visible=True)).to_have_count(0)
    # The whole of it, not only what the screen held.
    assert talked.evaluate("document.querySelector('#sourcier').scrollHeight") >= talked.evaluate(
        "document.querySelector('.log').scrollHeight"
    )
    assert talked.evaluate("getComputedStyle(document.querySelector('#sourcier .scroll')).overflowY") == "visible"


def test_print_opens_what_is_folded(page: Page) -> None:
    replies(page, "ask", answered(quote(), quote(n=2, title="Rappel")))
    ask(page)
    page.emulate_media(media="print")
    expect(page.locator(".card").nth(1)).to_be_visible()


def test_print_button_prints_without_the_dialog(talked: Page) -> None:
    talked.evaluate("window.print = () => (window.printed = document.querySelectorAll('dialog[open]').length)")
    _shelf(talked).get_by_role("button", name="Imprimer").click()
    assert talked.evaluate("window.printed") == 0
