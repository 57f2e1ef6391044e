"""The chat in pages of others: real pages of other origins, and of another site, in a real browser.

The server answers as 127.0.0.1, and the pages as localhost: another site, whose frames get no storage from Chromium.
"""

from __future__ import annotations

import itertools
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, chat
from tests.browser.talking import answered, document, door, drawn, listing, quote, refusal, replies, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Frame, FrameLocator, Locator, Page, Route

    NewPage = Callable[..., Page]

QUESTION = "Qui a refusé l'offre de Meta ?"
PHONE = {"width": 390, "height": 780}
DARK: Final = re.compile(r"^rgb\([1-4]?\d, ")  # below 50 of 255
LIGHT: Final = re.compile(r"^rgb\(2[0-5]\d, ")
EXAMPLES: Final = re.findall(
    r"^```html\n(.*?)^```", (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
HEARS = "<script>window.heard = []; addEventListener('message', ({data}) => window.heard.push(data))</script>"


class Site:
    """Somebody else's server, which gives what a test puts there."""

    def __init__(self) -> None:
        pages: dict[str, tuple[str, str]] = {}
        numbers = itertools.count()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, policy = pages.get(self.path, ("", ""))
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        def put(body: str, head: str = "", policy: str = "") -> str:
            path = f"/{next(numbers)}"
            start = '<!doctype html><html lang="fr"><head><title>Intranet</title>'
            pages[path] = (f"{start}{head}</head><body><main><h1>Intranet</h1>{body}</main></body></html>", policy)
            return self.origin + path

        self.put = put
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[Site, Site]]:
    """Two sites: one whose pages may show the chat, and one whose pages may not."""
    both = Site(), Site()
    yield both
    for site in both:
        site.server.shutdown()
        site.server.server_close()


@pytest.fixture(scope="module")
def site(sites: tuple[Site, Site]) -> Site:
    return sites[0]


@pytest.fixture(scope="module")
def stranger(sites: tuple[Site, Site]) -> Site:
    return sites[1]


@pytest.fixture(scope="module")
def sourcier(seeds_corpus: Path, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a chat about the seeds that the pages of one site may show."""
    feedback = tmp_path_factory.mktemp("feedback") / "said.jsonl"
    with chat(seeds_corpus, SOURCIER_FRAME_ANCESTORS=site.origin, SOURCIER_FEEDBACK=str(feedback)) as address:
        yield address


@pytest.fixture
def opened(new_page: NewPage, site: Site, sourcier: str) -> Callable[..., Page]:
    """Make a page that loads the script with some attributes, in a browser with other `options`."""

    def make(attributes: str = "", body: str = "", **options: Any) -> Page:
        page = new_page(**options)
        page.goto(site.put(f"{body}{script(sourcier, attributes)}", HEARS))
        return page

    return make


def script(sourcier: str, attributes: str = "") -> str:
    return f'<script src="{sourcier}/embed.js" {attributes}></script>'


def launcher(page: Page) -> Locator:
    return page.locator("sourcier-chat button.launcher")


def panel(page: Page) -> Locator:
    return page.locator("sourcier-chat .panel")


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("sourcier-chat iframe")


def box(page: Page) -> Locator:
    return inside(page).locator("#sourcier-question")


def open_panel(page: Page) -> None:
    """Open the panel, and wait until the question box has the focus."""
    launcher(page).click()
    expect(box(page)).to_be_focused()


def ask(page: Page, question: str = QUESTION) -> None:
    box(page).fill(question)
    box(page).press("Enter")
    inside(page).locator(".answer").last.wait_for()


def framed(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/embed?" in frame.url)


# --- The button and the panel -----------------------------------------------------------------------------------------


def test_chat_is_loaded_when_it_is_first_opened(opened: Callable[..., Page], requested: list[str]) -> None:
    page = opened('data-title="Questions sur nos documents"')
    expect(launcher(page)).to_have_text("Questions sur nos documents")
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    assert not any("/embed?" in address for address in requested)
    open_panel(page)
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("dialog", name="Questions sur nos documents")).to_be_visible()
    expect(page.locator("sourcier-chat iframe")).to_have_attribute("title", "Questions sur nos documents")
    expect(inside(page).get_by_role("heading", level=1)).to_have_text("Questions sur nos documents")


def test_question_is_answered_in_the_panel(opened: Callable[..., Page]) -> None:
    page = opened()
    open_panel(page)
    ask(page)
    expect(inside(page).locator(".answer .line")).to_contain_text("Ilya Sutskever")


def test_closed_panel_keeps_its_conversation(opened: Callable[..., Page]) -> None:
    page = opened()
    replies(page, "ask", answered(quote()))
    open_panel(page)
    ask(page)
    launcher(page).click()
    expect(panel(page)).to_be_hidden()
    open_panel(page)
    expect(inside(page).locator(".answer")).to_have_count(1)


def test_escape_closes_what_is_open_and_then_the_panel(opened: Callable[..., Page]) -> None:
    page = opened()
    replies(page, "ask", answered(quote()))
    replies(page, "document", document("Le budget est de 40 000 euros. " * 9))
    open_panel(page)
    ask(page)
    chat_page = inside(page)
    chat_page.locator(".card a.open").click()
    chat_page.locator("#sourcier-panel h2").wait_for()
    page.keyboard.press("Escape")
    expect(chat_page.locator("#sourcier-panel")).to_be_hidden()
    chat_page.get_by_role("button", name="Menu").click()
    page.keyboard.press("Escape")
    expect(chat_page.locator("nav")).to_be_hidden()
    chat_page.get_by_role("button", name="Période").click()
    page.keyboard.press("Escape")
    expect(chat_page.locator("dialog[open]")).to_have_count(0)
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(launcher(page)).to_be_focused()


def test_close_button_of_the_frame_closes_the_panel(opened: Callable[..., Page]) -> None:
    page = opened()
    open_panel(page)
    inside(page).get_by_role("button", name="Fermer").click()
    expect(panel(page)).to_be_hidden()
    expect(launcher(page)).to_be_focused()


def test_focus_goes_back_to_what_opened_the_panel(opened: Callable[..., Page]) -> None:
    page = opened(body='<button id="help" onclick="Sourcier.open()">Aide</button>')
    page.locator("#help").click()
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_focused()


def test_panel_that_is_open_from_the_beginning_leaves_the_focus_to_the_page(opened: Callable[..., Page]) -> None:
    page = opened("data-open", body="<input id='name' autofocus>")
    expect(inside(page).locator(".examples button").first).to_be_visible()
    expect(page.locator("#name")).to_be_focused()


def test_panel_takes_the_whole_screen_of_a_phone(opened: Callable[..., Page]) -> None:
    page = opened(viewport=PHONE, reduced_motion="reduce")
    open_panel(page)
    place = panel(page).bounding_box()
    assert place is not None
    assert [place["x"], place["y"], place["width"], place["height"]] == [0, 0, *PHONE.values()]
    expect(launcher(page)).to_be_hidden()
    assert framed(page).evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_what_is_clicked_is_large_enough_for_a_finger(opened: Callable[..., Page]) -> None:
    page = opened()
    open_panel(page)
    buttons = [launcher(page), *inside(page).locator(".tools > :is(a, button)").all()]
    sizes = [button.bounding_box() for button in buttons]
    assert len(sizes) == 4
    assert all(size and min(size["width"], size["height"]) >= 44 for size in sizes)


def test_panel_is_on_the_left_where_that_is_said(opened: Callable[..., Page]) -> None:
    page = opened('data-position="left"')
    place = launcher(page).bounding_box()
    assert place is not None
    assert place["x"] == 20


def test_nothing_of_it_is_printed(opened: Callable[..., Page]) -> None:
    page = opened()
    page.emulate_media(media="print")
    expect(launcher(page)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_anybodys_way(opened: Callable[..., Page], scheme: str) -> None:
    page = opened(color_scheme=scheme, reduced_motion="reduce")
    replies(page, "ask", answered(quote()))
    open_panel(page)
    ask(page)
    inside(page).get_by_role("button", name="Menu").click()
    drawn(page)
    found = [
        f"{violation['id']}: {node['html'][:200]}"
        for place in (page, framed(page))
        for violation in Axe().run(place, options={"resultTypes": ["violations"]}).response["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
    assert found == []


# --- In any page ------------------------------------------------------------------------------------------------------


def test_strict_policy_of_the_page_lets_it_be(new_page: NewPage, site: Site, sourcier: str) -> None:
    page = new_page()
    policy = f"default-src 'none'; script-src {sourcier}; frame-src {sourcier}"
    page.goto(site.put(script(sourcier), policy=policy))
    open_panel(page)
    box_of_panel = panel(page).bounding_box()
    assert box_of_panel is not None
    assert box_of_panel["width"] == 440  # its style is in force


@pytest.mark.parametrize("attributes", ["", "async", "defer"])
def test_two_scripts_in_the_head_make_one_button(new_page: NewPage, site: Site, sourcier: str, attributes: str) -> None:
    page = new_page()
    page.goto(site.put("", script(sourcier, attributes) * 2))
    expect(launcher(page)).to_have_text("Poser une question")
    expect(page.locator("sourcier-chat")).to_have_count(1)


def test_page_gets_one_name(new_page: NewPage, site: Site, sourcier: str) -> None:
    page = new_page()
    before = "<script>var before = Object.getOwnPropertyNames(window)</script>"
    page.goto(site.put(script(sourcier), before))
    launcher(page).wait_for()
    names = page.evaluate("Object.getOwnPropertyNames(window).filter((name) => !before.includes(name))")
    assert [name for name in names if not name.startswith("__playwright")] == ["Sourcier"]
    assert page.evaluate("Object.keys(Sourcier)") == ["open", "close"]


def test_style_of_the_page_does_not_reach_it(new_page: NewPage, site: Site, sourcier: str) -> None:
    page = new_page()
    style = (
        "sourcier-chat, button { position: static !important; opacity: 0 !important; transform: scale(3) !important }"
    )
    page.goto(site.put(script(sourcier), f"<style>{style}</style>"))
    place = launcher(page).bounding_box()
    assert place is not None
    assert place["x"] + place["width"] == 1280 - 20
    assert page.locator("sourcier-chat").evaluate("(host) => getComputedStyle(host).opacity") == "1"


def test_server_may_be_mounted_below_a_path(new_page: NewPage, site: Site, sourcier: str) -> None:
    page = new_page()
    asked: list[str] = []

    def below(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(response=route.fetch(url=route.request.url.replace("/outils/", "/")))

    page.route("**/outils/**", below)
    page.goto(site.put(script(f"{sourcier}/outils")))
    open_panel(page)
    inside(page).locator(".examples button").first.wait_for()
    page.unroute_all(behavior="wait")
    assert any("/outils/embed?" in address for address in asked)
    assert any("/outils/api/v1/suggestions" in address for address in asked)


# --- Options ----------------------------------------------------------------------------------------------------------


def test_filters_are_set_before_the_first_question(opened: Callable[..., Page]) -> None:
    page = opened(
        'data-documents="notes/, a%2Cb.md" data-from="2025-07-01" data-to="2025-07-31" data-question="Quel budget ?"'
    )
    there = ({"document": "notes/x.md", "title": "X"}, {"document": "a,b.md", "title": "A, b"})
    replies(page, "documents", listing(*there))
    asked = replies(page, "ask", answered(quote()))
    launcher(page).click()
    expect(inside(page).locator(".chip span")).to_have_text(
        ["Du 1er juillet 2025 au 31 juillet 2025", "Dossier notes/", "A, b"]
    )
    inside(page).locator(".answer").wait_for()
    wanted = {"question": "Quel budget ?", "documents": ["notes/", "a,b.md"]}
    assert asked[0] | wanted | {"date_from": "2025-07-01", "date_to": "2025-07-31"} == asked[0]


def test_question_of_the_page_is_asked_once(opened: Callable[..., Page], requested: list[str]) -> None:
    page = opened('data-question="Quel budget ?"')
    asked = replies(page, "ask", answered(quote()))
    launcher(page).click()
    inside(page).locator(".answer").wait_for()
    launcher(page).click()
    page.evaluate("Sourcier.open('Quel jour ?')")
    expect(inside(page).locator(".answer")).to_have_count(2)
    assert [fields["question"] for fields in asked] == ["Quel budget ?", "Quel jour ?"]
    assert not any("budget" in address for address in requested)


def test_question_of_the_page_waits_for_what_the_reader_asks(opened: Callable[..., Page]) -> None:
    page = opened()
    held: list[Route] = []
    page.route(door("ask"), lambda route: held.append(route))  # noqa: PLW0108
    open_panel(page)
    box(page).fill("Quel jour ?")
    box(page).press("Enter")
    until(page, lambda: len(held) == 1)
    page.evaluate("Sourcier.open('Quel budget ?')")
    held[0].fulfill(json=answered(quote()))
    until(page, lambda: len(held) == 2)
    held[1].fulfill(json=answered(quote()))
    expect(inside(page).locator(".question h2")).to_have_text(["Quel jour ?", "Quel budget ?"])


def test_language_is_the_one_that_is_asked_for(opened: Callable[..., Page]) -> None:
    page = opened('data-lang="en"')
    expect(launcher(page)).to_have_text("Ask a question")
    open_panel(page)
    expect(inside(page).locator(".hello")).to_have_text("What would you like to know?")


def test_theme_is_the_one_that_is_asked_for_and_follows_the_page(opened: Callable[..., Page]) -> None:
    page = opened('data-theme="dark" id="loader"')
    open_panel(page)
    ground = inside(page).locator("#sourcier")
    expect(ground).to_have_css("background-color", DARK)
    page.locator("#loader").evaluate("(script) => (script.dataset.theme = 'light')")
    expect(ground).to_have_css("background-color", LIGHT)
    page.locator("#loader").evaluate("(script) => (script.dataset.theme = 'auto')")
    page.emulate_media(color_scheme="dark")
    expect(ground).to_have_css("background-color", DARK)


def test_own_window_begins_with_the_same_question_and_filters(opened: Callable[..., Page], sourcier: str) -> None:
    page = opened('data-documents="notes/"')
    replies(page, "ask", answered(quote()))
    replies(page, "documents", listing({"document": "notes/x.md", "title": "X"}))
    open_panel(page)
    ask(page, "Quel budget ?")
    link = inside(page).get_by_role("link", name="Ouvrir dans une fenêtre à part")
    link.focus()
    address = f"{sourcier}/?q=Quel+budget+%3F&documents=notes%2F&lang=fr"
    expect(link).to_have_attribute("href", address)
    page.goto(address)
    expect(page.locator(".chip span")).to_have_text("Dossier notes/")
    page.locator(".answer").wait_for()


def test_copied_quote_leads_to_the_page_itself(opened: Callable[..., Page], sourcier: str) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    replies(page, "ask", answered(quote()))
    open_panel(page)
    ask(page)
    inside(page).get_by_role("button", name="Copier la citation 1").click()
    expect(inside(page).locator(".copied")).to_have_text("Copié")
    page.locator("h1").click()
    assert f"\n{sourcier}/#doc=notes%2Fbudget.md&start=100" in page.evaluate("navigator.clipboard.readText()")


# --- In an element of the page ----------------------------------------------------------------------------------------


def test_chat_in_an_element_is_as_high_as_what_it_shows(opened: Callable[..., Page], complaints: list[str]) -> None:
    tall = "<p style='height: 2000px'></p>"
    page = opened(
        'data-target="#here" data-min-height="200" data-max-height="700"', body=f"<div id='here'></div>{tall}"
    )
    replies(page, "ask", answered(*(quote(n=n, group=n) for n in range(1, 9))))
    expect(inside(page).locator(".examples button").first).to_be_visible()
    place = page.locator("#here > sourcier-chat")

    def height() -> float:
        drawn(page)
        size = place.bounding_box()
        return size["height"] if size else 0

    def is_scrolled() -> bool:
        scroll = inside(page).locator(".scroll")
        return bool(scroll.evaluate("(one) => one.scrollHeight > one.clientHeight"))

    until(page, lambda: 200 < height() < 700 and not is_scrolled())
    assert page.evaluate("[document.activeElement.tagName, scrollY]") == ["BODY", 0]
    page.route(door("ask"), lambda route: route.fulfill(status=400, json=refusal("Non.")), times=1)
    box(page).fill("Quoi ?")
    box(page).press("Enter")
    inside(page).locator(".exchange .error").wait_for()
    until(page, lambda: 200 < height() < 400 and not is_scrolled())
    complaints.clear()  # of the status 400
    ask(page)
    until(page, lambda: height() == 700)
    assert is_scrolled()
    inside(page).get_by_role("button", name="Menu").click()
    inside(page).get_by_role("button", name="Nouvelle conversation").click()
    until(page, lambda: 200 < height() < 700)
    expect(inside(page).get_by_role("button", name="Fermer")).to_be_hidden()
    expect(launcher(page)).to_have_count(0)


def test_without_the_element_there_is_a_button(opened: Callable[..., Page], complaints: list[str]) -> None:
    page = opened('data-target="#nowhere"')
    expect(launcher(page)).to_be_visible()
    assert complaints == ["Sourcier: the page has no element #nowhere; there is a button instead."]
    complaints.clear()


# --- What the pages tell each other -----------------------------------------------------------------------------------


def test_page_is_told_that_there_is_an_answer_and_nothing_of_it(opened: Callable[..., Page]) -> None:
    page = opened()
    page.evaluate("""() => {
        window.told = [];
        for (const type of ["opened", "answered"])
            document.addEventListener(`sourcier:${type}`, ({ detail }) => window.told.push([type, detail]));
    }""")
    replies(page, "ask", answered(quote(), quote(n=2, group=2)))
    open_panel(page)
    ask(page)
    until(page, lambda: page.evaluate("told.length") == 2)
    assert page.evaluate("told") == [["opened", {}], ["answered", {"verdict": "answered", "quotes": 2}]]
    heard = page.evaluate("heard")
    assert {frozenset(message) - {"source", "version", "type"} for message in heard} == {
        frozenset(),
        frozenset({"verdict", "quotes"}),
    }


def test_only_its_frame_is_listened_to(opened: Callable[..., Page]) -> None:
    page = opened()
    open_panel(page)
    page.evaluate("postMessage({source: 'sourcier', version: 1, type: 'close'}, '*')")
    drawn(page)
    expect(panel(page)).to_be_visible()


def test_frame_listens_to_the_page_around_it_alone(new_page: NewPage, site: Site, sourcier: str) -> None:
    page = new_page()
    asked = replies(page, "ask", answered(quote()))
    shout = "parent.frames[0].postMessage({source: 'sourcier', version: 1, type: 'ask', question: 'Toi ?'}, '*')"
    beside = site.put(f'<button onclick="{shout}">Demander</button>')
    page.goto(
        site.put(
            f'<iframe title="chat" src="{sourcier}/embed?x"></iframe><iframe title="other" src="{beside}"></iframe>'
        )
    )
    chat_page = page.frame_locator("[title=chat]")
    chat_page.locator(".examples button").first.wait_for()
    page.frame_locator("[title=other]").locator("button").click()
    page.evaluate(shout.replace("parent.", "").replace("Toi", "Moi"))
    chat_page.locator(".answer").wait_for()
    assert [fields["question"] for fields in asked] == ["Moi ?"]


@pytest.mark.parametrize(
    "message",
    [
        "'ask'",
        "null",
        "{type: 'ask', question: 'Toi ?'}",
        "{source: 'sourcier', version: 2, type: 'ask', question: 'Toi ?'}",
        "{source: 'sourcier', version: 1, type: 'ask', question: {}}",
    ],
)
def test_frame_ignores_what_is_no_message(opened: Callable[..., Page], message: str) -> None:
    page = opened()
    asked = replies(page, "ask", answered(quote()))
    open_panel(page)
    page.locator("sourcier-chat iframe").evaluate(f"(frame) => frame.contentWindow.postMessage({message}, '*')")
    ask(page, "Moi ?")
    assert [fields["question"] for fields in asked] == ["Moi ?"]


def test_stranger_is_refused_and_the_reader_is_led_to_the_page_itself(
    new_page: NewPage, stranger: Site, sourcier: str, complaints: list[str]
) -> None:
    page = new_page()
    page.clock.install()
    page.goto(stranger.put(script(sourcier), HEARS))
    launcher(page).click()
    expect(panel(page).get_by_role("button", name="Fermer")).to_be_focused()
    page.clock.fast_forward(10_000)
    expect(panel(page).get_by_role("status")).to_contain_text("La conversation ne peut pas s'afficher ici.")
    expect(panel(page).get_by_role("link")).to_have_attribute("href", f"{sourcier}/")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    assert page.evaluate("heard") == []
    assert any("frame-ancestors" in complaint for complaint in complaints)
    complaints.clear()


def _with_policy(page: Page, policy: str) -> None:
    """Have the page in the frame come with another policy."""

    def changed(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers=response.headers | {"content-security-policy": policy})

    page.route(re.compile(r"/embed\?"), changed)


def _without_names_of_ancestors(page: Page) -> None:
    """Have the frame's browser not name the pages around it, as some do not."""

    def unnamed(route: Route) -> None:
        source = route.fetch().text()
        assert "window.location.ancestorOrigins" in source
        route.fulfill(
            body=source.replace("window.location.ancestorOrigins", "undefined"), content_type="text/javascript"
        )

    page.route("**/embedded.js", unnamed)


@pytest.mark.parametrize("names_ancestors", [True, False])
def test_frame_tells_a_stranger_nothing_and_does_nothing_for_it(
    new_page: NewPage, stranger: Site, sourcier: str, *, names_ancestors: bool
) -> None:
    page = new_page()
    _with_policy(page, "default-src 'self'")  # it lets any page show it: what the frame itself refuses is seen
    if not names_ancestors:
        _without_names_of_ancestors(page)
    asked = replies(page, "ask", answered(quote()))
    page.goto(stranger.put(script(sourcier, 'data-open data-question="Toi ?"'), HEARS))
    inside(page).locator(".examples button").first.wait_for()
    for message in ("type: 'hello', mode: 'inline'", "type: 'ask', question: 'Toi ?'"):
        page.locator("sourcier-chat iframe").evaluate(
            f"(frame) => frame.contentWindow.postMessage({{source: 'sourcier', version: 1, {message}}}, '*')"
        )
    inside(page).locator("#sourcier-question").evaluate("(box) => { box.value = 'Moi ?'; box.form.requestSubmit(); }")
    inside(page).locator(".answer").wait_for()
    assert [fields["question"] for fields in asked] == ["Moi ?"]
    assert page.evaluate("heard") == []


def test_frame_that_is_not_told_who_shows_it_waits_to_be_greeted(new_page: NewPage, site: Site, sourcier: str) -> None:
    page = new_page()
    _without_names_of_ancestors(page)
    page.goto(site.put(script(sourcier), HEARS))
    open_panel(page)
    assert page.evaluate("heard")[0]["type"] == "ready"
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()


def test_page_in_the_frame_needs_no_inline_style(opened: Callable[..., Page], complaints: list[str]) -> None:
    page = opened(viewport=PHONE)
    _with_policy(page, "default-src 'self'")
    replies(page, "ask", answered(quote()))
    replies(page, "document", document("Le budget est de 40 000 euros. " * 9))
    open_panel(page)
    ask(page)
    inside(page).locator(".card a.open").click()
    inside(page).locator("#sourcier-panel h2").wait_for()
    assert complaints == []
    framed(page).evaluate("document.body.setAttribute('style', 'color: red')")
    until(page, lambda: bool(complaints))
    assert "inline style" in complaints.pop()  # such a style would have been complained of
    assert complaints == []


# --- Without storage --------------------------------------------------------------------------------------------------


def test_everything_works_where_storage_is_blocked(opened: Callable[..., Page]) -> None:
    page = opened()
    open_panel(page)
    blocked = framed(page).evaluate("() => { try { localStorage.length; } catch (error) { return error.name; } }")
    assert blocked == "SecurityError"
    replies(page, "ask", answered(quote()))
    ask(page)
    inside(page).get_by_role("button", name="Menu").click()
    inside(page).get_by_role("button", name="Conversations", exact=True).click()
    inside(page).get_by_label("Garder mes conversations dans ce navigateur").click()
    expect(inside(page).locator("#sourcier-shelf .notice")).to_contain_text("ne permet pas")


# --- What the documentation shows -------------------------------------------------------------------------------------


@pytest.fixture
def example(new_page: NewPage, site: Site, sourcier: str) -> Callable[[str], Page]:
    """Make a page with the one example of the documentation that holds some words."""

    def make(words: str) -> Page:
        page = new_page()
        replies(page, "ask", answered(quote()))
        replies(page, "documents", listing({"document": "notes/x.md", "title": "X"}))
        (html,) = (html for html in EXAMPLES if words in html)
        page.goto(site.put(html.replace("https://sourcier.example", sourcier)))
        return page

    return make


def test_every_example_is_tried_below() -> None:
    assert len(EXAMPLES) == 4


def test_example_of_a_button(example: Callable[[str], Page]) -> None:
    page = example("data-title")
    open_panel(page)
    expect(inside(page).locator("h1")).to_have_text("Questions sur nos documents")


def test_example_of_an_element(example: Callable[[str], Page]) -> None:
    page = example("data-target")
    ask(page)
    expect(page.locator("#questions > sourcier-chat")).to_be_visible()


def test_example_of_a_script(example: Callable[[str], Page]) -> None:
    page = example("Sourcier.open")
    page.locator("#leave").click()
    expect(page.locator("#seen")).to_have_text("answered: 1")


def test_example_of_a_frame(example: Callable[[str], Page]) -> None:
    page = example("<iframe")
    chat_page = page.frame_locator("iframe")
    expect(chat_page.locator("h1")).to_have_text("Budget")
    expect(chat_page.locator(".chip span")).to_have_text(["Depuis le 1er janvier 2025", "Dossier notes/"])


def test_frame_written_by_hand_asks_at_once(new_page: NewPage, site: Site, sourcier: str) -> None:
    page = new_page()
    page.goto(site.put(f'<iframe title="chat" src="{sourcier}/embed?q=Qui+a+refusé+l%27offre+de+Meta+%3F"></iframe>'))
    expect(page.frame_locator("iframe").locator(".answer .line")).to_contain_text("Ilya Sutskever")
