from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from PIL import Image, ImageChops
from playwright.sync_api import ViewportSize, expect

from tests.browser.talking import (
    QUESTION,
    answered,
    ask,
    box,
    document,
    drawn,
    holds,
    listing,
    open_first,
    quote,
    replies,
    send,
    unanswered,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

GROUPS = (
    quote(page=12, section="Dépenses de l'établissement"),
    quote(n=2, title="Rappel"),
    quote(n=3, text="Le budget est de 35 000 euros.", found="35 000 euros", date="2025-06", group=2),
)
UPDATED = "2026-03-12T09:30:00Z"
DIALOGS = {
    "Conversations": "#sourcier-shelf",
    "Documents": "#sourcier-library",
    "Aide": "#sourcier-help",
    "Période": "#sourcier-period",
}
SCREENS: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 800},
    "phone": {"width": 320, "height": 640},
    "zoomed": {"width": 640, "height": 400},  # 1280 x 800 at 200 %
    "zoomed phone": {"width": 320, "height": 256},  # 1280 x 1024 at 400 %
}


def _nothing(_page: Page) -> None:
    """Leave the page as it is loaded."""


def _answer(page: Page) -> None:
    replies(page, "ask", answered(*GROUPS, withheld=1, searched=f"{QUESTION} ← Quel budget ?"))
    ask(page)


def _disagreement(page: Page) -> None:
    replies(page, "ask", answered(*GROUPS, opposed=[1, 2]))
    ask(page)


def _feedback(page: Page) -> None:
    _answer(page)
    page.get_by_role("button", name="Pas utile").click()


def _not_found(page: Page) -> None:
    page.get_by_role("button", name="Période").click()
    page.get_by_label("Du", exact=True).fill("2025-01-01")
    page.get_by_role("button", name="Appliquer").click()
    replies(page, "ask", unanswered(quote(found="", missing=["ratatouille"])))
    ask(page)


def _document(page: Page) -> None:
    _answer(page)
    replies(page, "document", document("Le budget.\n" * 100, author="Zoé", pages=[0, 400], updated=UPDATED))
    open_first(page)
    page.get_by_label("Chercher dans ce document").fill("budget")


def _menu(page: Page) -> None:
    page.set_viewport_size(SCREENS["phone"])
    page.get_by_role("button", name="Menu", exact=True).click()


def _refused(page: Page) -> None:
    send(page, "x" * 3000)


def _dialog(name: str) -> Callable[[Page], None]:
    def opened(page: Page) -> None:
        known = {"date": "2025", "updated": UPDATED}
        made = [known | {"document": f"notes/{n}.md", "title": f"Document {n}"} for n in range(3)]
        replies(page, "documents", listing(*made, folders=("notes/",)))
        replies(page, "ask", answered(quote()))
        ask(page)
        if name == "Conversations":
            page.evaluate("localStorage.setItem('sourcier-keep', 'true')")
            ask(page)
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(DIALOGS[name]).wait_for()

    return opened


def _folders(page: Page) -> None:
    replies(page, "documents", listing({"document": "notes/a.md", "title": "A"}, folders=("notes/", "lettres/")))
    page.get_by_role("button", name="Documents", exact=True).click()
    page.locator(".folders summary").click()
    page.get_by_role("checkbox", name="notes/", exact=True).check()


def _erased(page: Page) -> None:
    _answer(page)
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.locator("#sourcier-shelf").get_by_role("checkbox").check()
    page.get_by_role("button", name="Supprimer").click()


STATES = {
    "empty": _nothing,
    "answer": _answer,
    "disagreement": _disagreement,
    "feedback": _feedback,
    "not found": _not_found,
    "document": _document,
    "menu": _menu,
    "refused": _refused,
    "folders": _folders,
    "erased": _erased,
    **{name: _dialog(name) for name in DIALOGS},
}


def _serious(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical, with the places."""
    drawn(page)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("state", STATES)
def test_nothing_serious_stands_in_anybodys_way(page: Page, state: str) -> None:
    STATES[state](page)
    found = {}
    for screen in ("wide", "phone", "zoomed"):
        page.set_viewport_size(SCREENS[screen])
        page.emulate_media(color_scheme="dark" if screen == "phone" else "light")
        found[screen] = _serious(page)
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_scrolled_sideways(page: Page, state: str) -> None:
    STATES[state](page)
    found = {screen: _wider_than_their_place(page, size) for screen, size in SCREENS.items()}
    assert {screen: wider for screen, wider in found.items() if wider} == {}


def _wider_than_their_place(page: Page, size: ViewportSize) -> list[str]:
    page.set_viewport_size(size)
    drawn(page)
    wider = page.evaluate("""() => [...document.querySelectorAll("html, body, #sourcier *")]
        .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
        .filter((one) => one.clientWidth && !one.matches(".unseen, textarea, input, select, .chip span"))
        .map((one) => `${one.tagName} ${one.className} ${one.scrollWidth} > ${one.clientWidth}`)""")
    return list(wider)


def test_long_words_break_rather_than_widen_the_page(page: Page) -> None:
    page.set_viewport_size(SCREENS["phone"])
    word = "Donaudampfschifffahrt" * 20
    replies(page, "ask", answered(quote(text=word, found=word, title=word, section=word), text=word))
    replies(page, "document", document(word * 20, title=word, origin=f"https://{word}.fr"))
    ask(page, word)
    open_first(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def _tabbed_through(page: Page, most: int = 60) -> list[str]:
    """Return what the Tab key reaches from the top of the page on, each with the name that is read out."""
    reached: list[str] = []
    page.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges()")
    page.locator("#sourcier .skip").evaluate("(link) => { link.tabIndex = 0; link.focus(); }")
    for _ in range(most):
        name = page.evaluate("""() => {
            const at = document.activeElement;
            const name = at.getAttribute("aria-label") ?? at.textContent.trim();
            return at === document.body ? "" : name.replaceAll("\\u00a0", " ");
        }""")
        if not name or (reached and name == reached[0]):
            break
        reached.append(name)
        page.keyboard.press("Tab")
    return reached


def test_tab_reaches_everything_in_the_order_in_which_it_is_seen(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    reached = _tabbed_through(page)
    expected = [
        "Aller à la question",
        "Nouvelle conversation",
        "Conversations",
        "Documents",
        "Aide",
        "Modifier cette question et la reposer",
        "Ouvrir la citation 1",
        "Copier la citation 1",
        "Ouvrir « Le budget » à l'endroit de la citation 1",
        "Utile",
        "Pas utile",
        "Période",
        "Choisir des documents",
        "Votre question",
        "Demander",
    ]
    assert [name for name in reached if name in expected] == expected


def test_focus_is_seen_wherever_it_is(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    page.locator("#sourcier .skip").focus()
    unseen = []
    for _ in range(15):
        page.keyboard.press("Tab")
        told = page.evaluate("""() => {
            const at = document.activeElement;
            const row = at.closest(".ask-row");
            const style = getComputedStyle(at);
            const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            const framed = at.matches("textarea") && getComputedStyle(row).boxShadow !== "none";
            return outlined || framed || !at.closest("#sourcier") ? "" : at.outerHTML.slice(0, 120);
        }""")
        if told:
            unseen.append(told)
    assert unseen == []


def test_skip_link_leads_to_the_question(page: Page) -> None:
    page.locator("#sourcier .skip").focus()
    expect(page.locator("#sourcier .skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()


@pytest.mark.parametrize("name", DIALOGS)
def test_dialog_keeps_the_focus_and_gives_it_back(page: Page, name: str) -> None:
    replies(page, "documents", listing({"document": "a.md", "title": "A"}))
    opener = page.get_by_role("button", name=name, exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    shown = page.locator(DIALOGS[name])
    expect(shown).to_be_visible()
    if name == "Documents":
        expect(shown.locator("li")).to_have_count(1)
    expect(shown.locator(":focus")).to_have_count(1)
    for _ in range(12):
        page.keyboard.press("Tab")
        # Between the last and the first, the focus may pass through the browser's own controls.
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    expect(opener).to_be_focused()


def test_everything_is_done_by_keyboard_alone(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    replies(page, "document", document("Le budget.\n" * 100))
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    expect(box(page)).to_be_focused()
    page.locator(".card a.open").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sourcier-panel").get_by_role("heading")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#sourcier-panel .close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".card a.open")).to_be_focused()


ANNOUNCED = """() => {
    window.told = [];
    const live = "[role=status], [role=alert], [aria-live]";
    window.watch?.disconnect(); // the page is shared
    window.watch = new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
            const region = (target.nodeType === 1 ? target : target.parentElement)?.closest(live);
            if (region && region.textContent.trim()) window.told.push(region.textContent);
            for (const node of addedNodes) {
                if (node.nodeType !== 1 || region) continue;
                for (const one of [node, ...node.querySelectorAll("*")])
                    if (one.matches(live) && one.textContent.trim()) window.told.push(one.textContent);
            }
        }
    });
    window.watch.observe(document.querySelector("#sourcier"), { childList: true, subtree: true, characterData: true });
}"""


SEARCHING = "Je cherche, et je lis…"


def test_answer_is_announced_once(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    page.evaluate(ANNOUNCED)
    ask(page)
    drawn(page)
    assert page.evaluate("window.told") == [SEARCHING, "Réponse\u00a0: 40 000 euros. 1 citation."]


def test_nothing_found_is_announced_once(page: Page) -> None:
    replies(page, "ask", unanswered())
    page.evaluate(ANNOUNCED)
    ask(page)
    drawn(page)
    assert page.evaluate("window.told") == [SEARCHING, "Je n'ai pas trouvé de réponse dans les documents."]


def test_headings_lead_through_the_conversation(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    levels = [
        int(tag[1])
        for tag in page.locator("#sourcier :is(h1, h2, h3)").evaluate_all(
            "(all) => all.filter((one) => one.checkVisibility()).map((one) => one.tagName)"
        )
    ]
    assert levels == [1, 2, 3]


def test_page_has_one_main_part(page: Page) -> None:
    expect(page.get_by_role("main")).to_have_count(1)


def test_nothing_moves_for_who_wants_no_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    release = holds(page, "ask")
    send(page, QUESTION)
    expect(page.locator(".stage")).to_be_visible()
    assert page.evaluate("document.querySelector('#sourcier').getAnimations({ subtree: true }).length") == 0
    release()
    page.locator(".answer").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tick_of_a_box_is_seen(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.get_by_role("button", name="Conversations").click()
    choice = page.locator("#sourcier-shelf input")
    looks = []
    for is_ticked in (False, True):
        choice.set_checked(is_ticked)
        page.mouse.move(0, 0)
        looks.append(Image.open(BytesIO(choice.screenshot())).convert("L"))
    changed = ImageChops.difference(*looks).point(lambda level: 255 * (level > 90)).histogram()[255]
    assert changed > looks[0].width * looks[0].height / 4
