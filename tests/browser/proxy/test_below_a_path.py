"""One server below a path, by https, behind each of the proxies: with the path passed on, and with it taken off."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from gradio_client import Client  # type: ignore[import-untyped]
from playwright.sync_api import expect

from qa.answer import Answer
from tests.browser.conftest import chat
from tests.browser.proxy.conftest import Certificate, Offered, caddy, nginx
from tests.browser.talking import QUESTION, ask, open_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

PATH = "/sourcier"
LIES = {
    "X-Forwarded-Host": "autre.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/autre.example",
    "Forwarded": "host=autre.example;proto=http",
    "X-Gradio-Server": "http://autre.example",
}
# The icon of the whole site, which a browser asks for before the page has named its own.
SITE = {"location /sourcier/ {": "location = /favicon.ico { return 204; }\n    location /sourcier/ {"}
WAYS: dict[str, tuple[Any, dict[str, str]]] = {
    "nginx passes the path on": (nginx, SITE),
    "nginx takes the path off": (nginx, SITE | {"proxy_pass http://sourcier;": "proxy_pass http://sourcier/;"}),
    "Caddy passes the path on": (caddy, {}),
}


@pytest.fixture(scope="module")
def server(seeds_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which the proxies reach the server."""
    said = tmp_path_factory.mktemp("feedback") / "said.jsonl"
    settings = {"SOURCIER_ROOT_PATH": PATH, "SOURCIER_TLS": "true", "SOURCIER_TRUSTED_PROXIES": "127.0.0.1"}
    with chat(seeds_corpus, SOURCIER_FEEDBACK=str(said), SOURCIER_OPEN_TO_ALL="true", **settings) as address:
        yield address


@pytest.fixture(scope="module", params=WAYS)
def offered(
    request: pytest.FixtureRequest,
    server: str,
    certificate: Certificate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Offered]:
    """The server as one of the proxies offers it."""
    proxy, changes = WAYS[request.param]
    with proxy(server, certificate, tmp_path_factory.mktemp("proxy"), changes, PATH) as found:
        yield found


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """An empty page of a browser that takes our certificate."""
    return new_page(ignore_https_errors=True)


def test_the_page_answers_and_asks_for_nothing_from_elsewhere(
    page: Page, offered: Offered, requested: list[str]
) -> None:
    page.goto(f"{offered.address}/")
    ask(page)
    open_first(page)
    place = page.url
    assert [address for address in requested if not address.startswith(f"{offered.address}/")] == []
    page.goto("about:blank")
    page.goto(place)  # as from a link that was sent to somebody
    expect(page.locator("#sourcier-panel mark.quoted.current").first).to_be_visible()


def test_a_link_without_the_last_slash_asks_its_question(page: Page, offered: Offered, requested: list[str]) -> None:
    page.goto(f"{offered.address}?q=Qui a fondé Anthropic ?")
    expect(page.locator(".answer.found")).to_be_visible()
    assert page.url.startswith(f"{offered.address}/?q=")
    assert [address for address in requested[1:] if not address.startswith(f"{offered.address}/")] == []


def test_the_events_of_an_answer_come_as_they_are_made(offered: Offered) -> None:
    came: dict[str, float] = {}
    wanted = {"Accept": "text/event-stream"}
    with (
        offered.http() as client,
        client.stream("POST", "api/v1/ask", json={"question": QUESTION}, headers=wanted) as answered,
    ):
        for line in answered.iter_lines():
            if line.startswith("event: "):
                came[line.removeprefix("event: ")] = time.perf_counter()
    assert list(came) == ["waiting", "working", "answer"]
    assert came["answer"] - came["working"] > 0.03  # seconds, in which the passages are read


def test_the_client_of_gradio_finds_its_endpoints(offered: Offered) -> None:
    client = Client(f"{offered.address}/", ssl_verify=offered.certificate.trusted, verbose=False)
    assert Answer.model_validate(client.predict(question=QUESTION, api_name="/ask")).quotes


def test_a_program_without_that_client_finds_them_too(offered: Offered) -> None:
    with offered.http() as client:
        called = client.post("gradio_api/call/v2/ask", json={"question": QUESTION}).json()
        event = client.get(f"gradio_api/call/ask/{called['event_id']}").text.splitlines()
    assert event[0] == "event: complete"
    assert Answer.model_validate(json.loads(event[1].removeprefix("data: "))[0]).quotes


def test_no_address_of_the_page_is_what_a_visitor_says(offered: Offered) -> None:
    with offered.http() as client:
        found = client.get("", headers=LIES)
        told = client.get("config", headers=LIES).json()
    assert "autre.example" not in found.text
    assert told["root"] == offered.address


def test_browsers_are_told_to_come_by_https_for_ever(offered: Offered) -> None:
    with offered.http() as client:
        assert "max-age" in client.get("").headers["strict-transport-security"]


def test_what_is_too_large_is_refused(offered: Offered) -> None:
    with offered.http() as client:
        assert client.post("api/v1/ask", content=b"x" * 2_000_000).status_code == 413
