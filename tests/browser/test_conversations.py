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
    expect(box(talked)).to_be_focused()
    below = "(one) => one.scrollHeight - one.scrollTop - one.clientHeight"
    assert talked.locator(".scroll").evaluate(below) < 2


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


def test_another_button_is_of_use_while_a_conversation_is_renamed(talked: Page) -> None:
    _keep(talked)
    talked.get_by_role("button", name="Nouvelle conversation").click()
    ask(talked, "Et le plan ?")
    shelf = _shelf(talked)
    shelf.get_by_role("button", name="Renommer").first.click()
    shelf.get_by_label("Nom de la conversation").fill("Le plan")
    shelf.get_by_role("button", name=f"Supprimer la conversation « {QUESTION} »".replace(" »", "\u00a0»")).click()
    expect(shelf.locator("button.entry .title")).to_have_text(["Le plan"])
    expect(shelf.get_by_role("button", name="Renommer la conversation «\u00a0Le plan\u00a0»")).to_be_visible()


def test_deleting_hands_the_focus_on_and_can_be_undone_by_keyboard(talked: Page) -> None:
    _keep(talked)
    talked.get_by_role("button", name="Nouvelle conversation").click()
    ask(talked, "Et le plan ?")
    shelf = _shelf(talked)
    shelf.get_by_role("button", name="Supprimer").first.press("Enter")
    expect(shelf.locator("button.entry")).to_be_focused()
    expect(shelf.locator(".erased [role=status]")).to_contain_text("Et le plan ?")
    talked.keyboard.press("Shift+Tab")
    talked.keyboard.press("Enter")
    titles = shelf.locator("button.entry .title")
    expect(titles).to_have_text(["Et le plan ?", QUESTION])
    expect(shelf.locator("button.entry").first).to_be_focused()
    expect(shelf.get_by_role("button", name="Annuler")).to_be_hidden()
    _close(talked)
    ask(talked, "Et en 2026 ?")
    expect(_shelf(talked).locator("button.entry")).to_have_count(2)


def test_deleting_the_last_one_leaves_the_focus_on_its_undoing(talked: Page) -> None:
    _keep(talked)
    shelf = _shelf(talked)
    shelf.get_by_role("button", name="Supprimer").click()
    expect(shelf.get_by_role("button", name="Annuler")).to_be_focused()
    _close(talked)
    expect(_shelf(talked).get_by_role("button", name="Annuler")).to_be_hidden()


@pytest.mark.parametrize("way", ["undo", "tick again"])
def test_no_longer_keeping_can_be_undone(talked: Page, way: str) -> None:
    _keep(talked)
    talked.get_by_role("button", name="Nouvelle conversation").click()
    ask(talked, "Et le plan ?")
    shelf = _shelf(talked)
    shelf.get_by_role("checkbox").uncheck()
    expect(shelf.locator(".erased [role=status]")).to_have_text("2 conversations gardées sont effacées.")
    if way == "undo":
        shelf.get_by_role("button", name="Annuler").click()
    else:
        shelf.get_by_role("checkbox").check()
    expect(shelf.get_by_role("checkbox")).to_be_checked()
    expect(shelf.locator("button.entry .title")).to_have_text(["Et le plan ?", QUESTION])
    expect(shelf.get_by_role("button", name="Annuler")).to_be_hidden()


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
    assert "40 000 euros \\[1\\]" in lines
    assert "> \\[1\\] « Le budget est de 40 000 euros. »" in lines
    assert "> — Le budget, 2 juillet 2025, p.\u00a03" in lines
    assert "Je n'ai pas trouvé de réponse dans les documents." in lines
    assert sum("#doc=notes%2Fbudget.md&start=100" in line for line in lines) == 2


def test_exported_markdown_tells_proof_from_what_is_none(page: Page) -> None:
    other = quote(n=2, title="Note", text="Il y a un plan.", found="un plan", group=2)
    replies(page, "ask", answered(quote(), other, searched="Combien ? ← Quel budget ?", confidence=0.65))
    page.get_by_role("button", name="Période").click()
    page.get_by_label("Du", exact=True).fill("2025-01-01")
    page.get_by_role("button", name="Appliquer").click()
    ask(page, "Et combien ?")
    replies(page, "ask", unanswered(quote(found="", missing=["ratatouille"]), withheld=1))
    ask(page, "Et la ratatouille ?")
    lines = _exported(page).replace("\u00a0", " ").splitlines()
    told = [line for line in lines if line and not line.startswith((">", "#"))]
    assert told == [
        "Filtres : Depuis le 1er janvier 2025",
        "40 000 euros \\[1\\]",
        "J'ai cherché : « Combien ? », à propos de « Quel budget ? »",
        "Degré de certitude : probable. Le plus souvent juste : lisez la citation avant de vous y fier.",
        "Filtres : Depuis le 1er janvier 2025",
        "Je n'ai pas trouvé de réponse dans les documents.",
        "Ne répond pas : ce passage ne parle pas de « ratatouille ».",
        "Citations écartées, parce qu'elles ne correspondent plus à leur document : 1.",
    ]


def test_exported_markdown_puts_each_quote_below_what_it_is(page: Page) -> None:
    other = quote(n=2, title="Note", text="Il y a un plan.", found="un plan", group=2)
    replies(page, "ask", answered(quote(), other))
    ask(page)
    replies(page, "ask", unanswered(quote(found="")))
    ask(page)
    lines = [line for line in _exported(page).splitlines() if line.startswith(("###", "> \\["))]
    assert lines == [
        "### 1 citation",
        "> \\[1\\] « Le budget est de 40 000 euros. »",
        "### Autres passages qui pourraient répondre",
        "> \\[2\\] « Il y a un plan. »",
        "### Ce qui s'en approche le plus",
        "> \\[1\\] « Le budget est de 40 000 euros. »",
    ]


def test_exported_markdown_gives_all_sides_of_a_disagreement(page: Page) -> None:
    other = quote(n=2, text="Il est de 35 000 euros.", found="35 000 euros", date="2025-06", group=2)
    replies(page, "ask", answered(quote(), other, opposed=[1, 2]))
    ask(page)
    lines = _exported(page).splitlines()
    assert [line for line in lines if line.startswith("- ")] == [
        "- 40 000 euros (2 juillet 2025) \\[1\\]",
        "- 35 000 euros (juin 2025) \\[2\\]",
    ]
    assert any(line.startswith("Les sources ne disent pas la même chose") for line in lines)
    assert [line for line in lines if line.startswith("###")] == [
        "### 40 000 euros (2 juillet 2025)",
        "### 35 000 euros (juin 2025)",
    ]
    assert not any("certitude" in line for line in lines)


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
