"""What the tests of the page do again and again: ask, and have an endpoint answer what they make up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import expect

from qa.answer import Answer, CorpusInfo, Quote, Timings

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Route

QUESTION = "Qui a refusé l'offre de Meta ?"
UNANSWERED = "Quelle est la recette de la ratatouille niçoise ?"
DISPUTED = "Combien coûte l'abonnement annuel au service de l'eau ?"
"""What the two documents in `disagreeing` answer otherwise."""
SHA256 = "c0ffee" + "0" * 58


def box(page: Page) -> Locator:
    """Return the question box."""
    return page.locator("#sourcier-question")


def send(page: Page, question: str) -> None:
    """Type a question, and send it."""
    box(page).fill(question)
    box(page).press("Enter")


def ask(page: Page, question: str = QUESTION) -> Locator:
    """Ask a question, and return the block of its answer once it has come."""
    before = page.locator(".exchange").count()
    send(page, question)
    answer = page.locator(".exchange").nth(before).locator(".answer")
    answer.wait_for()
    return answer


def open_first(page: Page) -> Locator:
    """Open the document of the first quote; return its quoted place."""
    page.locator(".card a.open").first.click()
    place = page.locator("#sourcier-panel mark.quoted.current").first
    place.wait_for()
    return place


def door(name: str) -> re.Pattern[str]:
    """Return the address of a door of the API, whatever it is asked."""
    return re.compile(rf"/api/v1/{name}(\?|$)")


def fields_of(route: Route) -> dict[str, Any]:
    """Return what a door is asked."""
    if route.request.method == "POST":
        return dict(route.request.post_data_json or {})
    return dict(parse_qsl(urlsplit(route.request.url).query, keep_blank_values=True))


def refusal(message: str) -> dict[str, Any]:
    """Return an error, as every door gives it."""
    return {"error": {"code": "InvalidRequest", "message": message, "action": ""}}


def replies(page: Page, name: str, value: Any) -> list[dict[str, Any]]:
    """Have an endpoint give a value, or what it makes of the fields; return what it is asked, as it is."""
    asked: list[dict[str, Any]] = []

    def reply(route: Route) -> None:
        asked.append(fields_of(route))
        route.fulfill(json=value(asked[-1]) if callable(value) else value)

    page.route(door(name), reply)
    return asked


def holds(page: Page, name: str) -> Callable[[], None]:
    """Have an endpoint wait; return what lets it go on."""
    held: list[Route] = []
    pattern = door(name)
    page.route(pattern, lambda route: held.append(route))  # noqa: PLW0108  a bound method of a list cannot be one

    def release() -> None:
        for route in held:
            route.continue_()
        page.unroute(pattern)

    return release


def quote(text: str = "Le budget est de 40 000 euros.", found: str = "40 000 euros", **fields: Any) -> Quote:
    """Return a quote that stands at 100 in its document, with the words that answer."""
    start = 100
    at = start + text.index(found) if found else None
    known: dict[str, Any] = {
        "n": 1,
        "document": "notes/budget.md",
        "title": "Le budget",
        "date": "2025-07-02",
        "origin": "notes/budget.md",
        "sha256": SHA256,
        "start": start,
        "end": start + len(text),
        "text": text,
        "answer_start": at,
        "answer_end": None if at is None else at + len(found),
        "score": 1.0,
    }
    return Quote(**known | fields)


def answered(*quotes: Quote, question: str = QUESTION, **fields: Any) -> dict[str, Any]:
    """Return an Answer that was found, as the endpoint gives it."""
    known = {"verdict": "answered", "text": "40 000 euros", "confidence": 0.9, "quotes": list(quotes), "near": []}
    return _made(question, known | fields)


def unanswered(*near: Quote, question: str = QUESTION, **fields: Any) -> dict[str, Any]:
    """Return an Answer that was not found, as the endpoint gives it."""
    known = {"verdict": "not_found", "text": "", "confidence": 0.1, "quotes": [], "near": list(near)}
    return _made(question, known | fields)


def _made(question: str, fields: dict[str, Any]) -> dict[str, Any]:
    corpus = CorpusInfo(stamp="generation-1", documents=2, chunks=9, encoder="letters", reader="sentences")
    timings = Timings(search=1, read=1, total=2)
    known: dict[str, Any] = {"question": question, "searched": question, "corpus": corpus, "timings_ms": timings}
    return Answer(**known | fields).model_dump(mode="json")


def listing(*documents: dict[str, Any], folders: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    """Return a list of documents, as the endpoint gives it."""
    corpus = _made(QUESTION, {"verdict": "not_found", "text": "", "confidence": 0, "quotes": [], "near": []})["corpus"]
    known = {"date": "", "author": "", "language": "fr", "passages": 1}
    return {
        "total": len(documents),
        "found": len(documents),
        "documents": [known | document for document in documents],
        "folders": list(folders),
        "corpus": corpus,
        "updating": False,
    } | fields


def document(text: str, **fields: Any) -> dict[str, Any]:
    """Return a whole document, as the endpoint gives it."""
    known = {"document": "notes/budget.md", "title": "Le budget", "date": "2025-07-02", "origin": "notes/budget.md"}
    return known | {"sha256": SHA256, "text": text, "author": "", "language": "fr", "pages": []} | fields


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until something is so that the page itself does not show."""
    for _ in range(500):
        if is_so():
            return
        page.wait_for_timeout(10)
    raise TimeoutError


def settled(page: Page) -> None:
    """Wait until nothing is being asked."""
    expect(page.locator(".log")).to_have_attribute("aria-busy", "false")


def drawn(page: Page) -> None:
    """Wait until what the page has been told is drawn."""
    page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done))))")
