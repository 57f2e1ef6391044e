from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as escaped
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from index.sync import synchronise
from qa.engine import Engine
from tests.browser.conftest import chat
from tests.browser.hostile import STRINGS, shown
from tests.browser.talking import answered, ask, document, listing, quote, replies, unanswered, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

OURS = {
    *("A", "ARTICLE", "ASIDE", "BLOCKQUOTE", "BUTTON", "DETAILS", "DIALOG", "DIV", "DL", "DT", "DD", "FOOTER", "FORM"),
    *("H1", "H2", "H3", "HEADER", "INPUT", "KBD", "LABEL", "LI", "MAIN", "MARK", "NAV", "OL", "OPTION", "P"),
    *("SECTION", "SELECT", "SPAN", "STRONG", "SUMMARY", "TEXTAREA", "UL"),
}


ASK_EACH = """async (questions) => {
    const box = document.querySelector("#sourcier-question");
    for (const [number, question] of questions.entries()) {
        box.value = question;
        box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        const isAnswered = () => document.querySelectorAll(".exchange .answer").length > number;
        while (!isAnswered()) await new Promise((done) => setTimeout(done, 5));
    }
}"""


@pytest.fixture(autouse=True)
def nothing_obeyed(requested: list[str]) -> Iterator[None]:
    """No request leaves this machine."""
    yield
    assert {urlsplit(address).hostname for address in requested} <= {"127.0.0.1", None, ""}


def _obeyed(page: Page) -> list[str]:
    """Return what the page has made of texts: elements, listeners, links."""
    return list(
        page.evaluate(
            """(ours) => [...document.querySelectorAll("#sourcier *")].filter((one) =>
                !ours.includes(one.tagName)
                || [...one.attributes].some(({ name }) => name.startsWith("on"))
                || (one.hasAttribute("style") && one.tagName !== "TEXTAREA")
                || (one.tagName === "A" && !/^#(doc=|sourcier-question$)/.test(one.getAttribute("href"))
                    && !one.getAttribute("href").startsWith(`${location.origin}/#doc=`)
                    && !(/^https?:/.test(one.getAttribute("href")) && one.rel === "noopener noreferrer"))
            ).map((one) => one.outerHTML.slice(0, 200)).concat(window.obeyed ? ["a script has run"] : [])""",
            sorted(OURS),
        )
    )


@pytest.fixture(scope="module")
def hostile_corpus(quick: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of files whose names, titles and texts are hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "files").mkdir()
    for number, string in enumerate(STRINGS):
        name = "".join(letter for letter in string if letter not in "/\0")[:40]
        text = f"# {string}\n\nLe texte numéro {number} dit ceci : {string}\n"
        (folder / "files" / f"{number} {name}.md").write_text(text, encoding="utf-8")
    synchronise([folder / "files"], folder / "corpus", encoder=quick)
    return folder / "corpus"


@pytest.fixture(scope="module")
def hostile_engine(hostile_corpus: Path, quick: str) -> Iterator[Engine]:
    engine = Engine.open(hostile_corpus, reader="sentences", encoder=quick)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def hostile_server(hostile_corpus: Path, quick: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    feedback = str(tmp_path_factory.mktemp("said") / "said.jsonl")
    with chat(hostile_corpus, "--encoder", quick, "--reader", "sentences", SOURCIER_FEEDBACK=feedback) as address:
        yield address


@pytest.fixture
def hostile_page(new_page: Callable[..., Page], hostile_server: str) -> Page:
    page = new_page()
    page.goto(hostile_server)
    page.locator("#sourcier-question").wait_for()
    return page


def test_there_are_enough_of_them() -> None:
    assert len(set(STRINGS)) >= 100


def test_titles_and_names_are_listed_as_text(hostile_page: Page, hostile_engine: Engine) -> None:
    page = hostile_page
    page.get_by_role("button", name="Documents", exact=True).click()
    entries = page.locator(".library li")
    more = page.get_by_role("button", name="Afficher la suite")
    expected = hostile_engine.documents("", 0, 200).documents
    assert len(expected) >= 100
    for count in range(50, len(expected), 50):
        expect(entries).to_have_count(count)
        more.click()
    expect(entries).to_have_count(len(expected))
    titles = page.locator(".library .title").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert titles == [shown(entry.title) for entry in expected]
    abouts = page.locator(".library .about").evaluate_all("(all) => all.map((one) => one.textContent)")
    for entry, about in zip(expected, abouts, strict=True):
        assert about.endswith(shown(entry.document))
    assert _obeyed(page) == []


def test_documents_are_shown_letter_for_letter(hostile_page: Page, hostile_engine: Engine) -> None:
    page = hostile_page
    for entry in hostile_engine.documents("", 0, 200).documents:
        found = hostile_engine.document(entry.document)
        address = f"#doc={escaped(entry.document, safe='')}&start=0&end=1&text={found.sha256[:12]}"
        page.evaluate("(hash) => (window.location.hash = hash)", address)
        panel = page.locator("#sourcier-panel")
        expect(panel.locator("h2")).to_have_js_property("textContent", shown(found.title))
        expect(panel.locator(".text")).to_have_js_property("textContent", shown(found.text))
    assert _obeyed(page) == []


def test_real_questions_are_answered_with_text(hostile_page: Page) -> None:
    page = hostile_page
    for number, question in enumerate(STRINGS[::12]):
        page.locator("#sourcier-question").fill(question[:500])
        page.locator("#sourcier-question").press("Enter")
        page.locator(".exchange").nth(number).locator(".answer, .error").first.wait_for()
    assert _obeyed(page) == []


def _hostile_answer(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an answer that has a string wherever an answer has text."""
    string = STRINGS[int(fields["question"].split(" ", 1)[0])]
    known = {"title": string, "section": string, "author": string, "date": string, "document": string, "origin": string}
    made = quote(text=f"avant {string} après", found=string, **known)
    if len(string) % 2:
        return answered(made, made, question=fields["question"], text=string, searched=f"{string} ← {string}")
    return unanswered(made.model_copy(update={"missing": [string]}), question=fields["question"], searched=string)


def test_questions_and_answers_are_text(page: Page) -> None:
    replies(page, "ask", _hostile_answer)
    questions = [f"{number} {string}".strip()[:900] for number, string in enumerate(STRINGS)]
    page.evaluate(ASK_EACH, questions)
    asked = page.locator(".question h2").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert asked == [shown(question.strip()) for question in questions]
    blocks = page.locator(".exchange").evaluate_all("""(all) => all.map((one) => ({
        title: one.querySelector(".card .title").textContent,
        quoted: one.querySelector(".card blockquote").textContent,
    }))""")
    for string, block in zip(STRINGS, blocks, strict=True):
        assert block == {"title": shown(string), "quoted": f"«\u00a0avant {shown(string)} après\u00a0»"}
    assert _obeyed(page) == []


def test_remarks_are_noted_as_they_were_written(page: Page, feedback_file: Path) -> None:
    replies(page, "ask", answered(quote()))
    before = len(_said(feedback_file))
    page.evaluate(ASK_EACH, ["Quel budget ?"] * len(STRINGS))
    remarks = [" ".join(string.split())[:400] for string in STRINGS]
    page.evaluate(
        """async (remarks) => {
            const rows = [...document.querySelectorAll(".feedback")];
            for (const [number, remark] of remarks.entries()) {
                rows[number].querySelectorAll("button")[1].click();
                rows[number].querySelector("input").value = remark;
                rows[number].querySelector("button").click();
                const isNoted = (row) => row.textContent.startsWith("Merci");
                if (number % 8 === 7 || number === remarks.length - 1) // a few at a time
                    while (!rows.slice(0, number + 1).every(isNoted)) await new Promise((done) => setTimeout(done, 5));
            }
        }""",
        remarks,
    )
    assert sorted(said["comment"] for said in _said(feedback_file)[before:]) == sorted(remarks)
    assert _obeyed(page) == []


def _said(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line] if file.exists() else []


ENDLESS = "é" * 100_000


def test_endless_word_is_refused_by_the_page_with_how_long_it_may_be(page: Page) -> None:
    asked = replies(page, "ask", answered(quote()))
    page.locator("#sourcier-question").fill(ENDLESS)
    page.locator("#sourcier-question").press("Enter")
    said = "trop longue\u00a0: 100\u202f000 caractères, pour 2\u202f000"
    expect(page.locator(".asking .error")).to_contain_text(said)
    assert asked == []


def test_endless_remark_is_cut(page: Page, feedback_file: Path) -> None:
    replies(page, "ask", answered(quote()))
    row = ask(page).locator(".feedback")
    row.get_by_role("button", name="Pas utile").click()
    row.get_by_role("textbox").evaluate("(box, word) => (box.value = word)", "😀" * 100_000)
    row.get_by_role("button", name="Périmé").click()
    expect(row).to_have_text("Merci, c'est noté.")
    assert _said(feedback_file)[-1]["comment"] == "😀" * 500


@pytest.mark.parametrize(
    ("door", "fields", "told"),
    [
        ("ask", {"question": ENDLESS}, "elle a 100000 caractères, et 2000 est le maximum"),
        (
            "feedback",
            {"question": "Quoi ?", "verdict": "useful", "shown": "answered", "stamp": "s", "comment": ENDLESS},
            "comment ne convient pas\u00a0: au plus 500 caractères sont admis",
        ),
    ],
)
def test_endless_word_is_refused_by_the_server_in_a_sentence(
    server: str, door: str, fields: dict[str, str], told: str
) -> None:
    response = httpx.post(f"{server}/api/v1/{door}", json=fields, headers={"Accept-Language": "fr"})
    assert response.status_code == 422
    assert told in response.json()["error"]["message"]
    assert "éé" not in response.text


def test_listed_folders_and_chips_are_text(page: Page) -> None:
    made = [{"document": f"{number}.md", "title": string} for number, string in enumerate(STRINGS)]
    folders = tuple(f"{string}/" for string in STRINGS)
    replies(page, "documents", listing(*made, folders=folders))
    page.get_by_role("button", name="Documents", exact=True).click()
    expect(page.locator(".library li")).to_have_count(len(STRINGS))
    page.evaluate("for (const box of document.querySelectorAll('.library [type=checkbox]')) box.click()")
    names = page.locator(".folders li .title").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert names == [shown(folder) for folder in folders]
    page.evaluate("document.querySelectorAll('.folders [type=checkbox]')[4].click()")
    page.get_by_role("button", name="Limiter les questions à ce choix").click()
    chips = page.locator(".chip span").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert chips == [f"Dossier {shown(folders[4])}", *(shown(string) for string in STRINGS)]
    assert _obeyed(page) == []


def test_conversation_that_is_kept_is_text(page: Page) -> None:
    kept = [
        {"id": str(number), "name": string, "when": "2026-01-01", "exchanges": [{"question": string, "error": string}]}
        for number, string in enumerate(STRINGS[:-5])
    ]
    page.evaluate("(kept) => localStorage.setItem('sourcier-conversations', JSON.stringify(kept))", kept)
    page.get_by_role("button", name="Conversations", exact=True).click()
    names = page.locator("button.entry .title").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert names == [shown(string) for string in STRINGS[:-5]]
    page.locator("button.entry").first.click()
    expect(page.locator(".question h2")).to_have_text(STRINGS[0])
    assert _obeyed(page) == []


@pytest.mark.parametrize(
    "origin", ["javascript:window.obeyed=1", "data:text/html,<script>alert(1)</script>", "//evil.example"]
)
def test_origin_that_is_no_web_address_is_no_link(page: Page, origin: str) -> None:
    replies(page, "document", document("Le texte.", origin=origin))
    page.evaluate("window.location.hash = '#doc=a.md&start=0&end=3'")
    expect(page.locator("#sourcier-panel .about")).to_contain_text(origin)
    expect(page.locator("#sourcier-panel .about a")).to_have_count(0)


@pytest.mark.parametrize("string", STRINGS[::9])
def test_address_is_text(page: Page, string: str) -> None:
    place = escaped(string[:500], safe="")
    page.evaluate("(hash) => (window.location.hash = hash)", f"#doc={place}&start={place}&end={place}&text={place}")
    until(page, lambda: page.locator("#sourcier-panel .error, #sourcier-panel .text").count() > 0)
    assert _obeyed(page) == []
