from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gradio_client import Client  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]

from qa.answer import Answer, FullDocument, Listing, Quote
from tests.browser.conftest import DOCUMENT
from tests.conftest import SEEDS

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "Qui a refusé l'offre de Meta ?"
PUBLIC = {"/ask", "/search", "/suggestions", "/document", "/documents", "/feedback"}


@pytest.fixture(scope="module")
def client(server: str) -> Client:
    return Client(server, verbose=False)


def _call(server: str, name: str, fields: dict[str, Any], language: str = "fr") -> tuple[str, Any]:
    """Call an endpoint as a program without a client does; return the kind of the event, and what it holds."""
    headers = {"Accept-Language": language}
    called = httpx.post(f"{server}/gradio_api/call/v2/{name}", json=fields, headers=headers)
    address = f"{server}/gradio_api/call/{name}/{called.json()['event_id']}"
    event = httpx.get(address, headers=headers, timeout=60).text.splitlines()
    return event[0].removeprefix("event: "), json.loads(event[1].removeprefix("data: "))


def _feedback(**fields: Any) -> dict[str, Any]:
    return {"question": QUESTION, "verdict": "useful", "shown": "answered", "stamp": "20250702"} | fields


def test_nothing_but_what_is_described_is_public(client: Client) -> None:
    info = client.view_api(return_format="dict", print_info=False)
    assert isinstance(info, dict)
    assert set(info["named_endpoints"]) == PUBLIC
    assert info["unnamed_endpoints"] == {}


def test_ask_gives_the_contract(client: Client) -> None:
    answer = Answer.model_validate(client.predict(question=QUESTION, api_name="/ask"))
    assert answer.question == QUESTION
    assert answer.quotes


def test_ask_takes_filters_and_history(client: Client) -> None:
    answer = client.predict(
        question="Et qui a accepté ?",
        history=[{"question": QUESTION, "answer": "Ilya Sutskever"}],
        date_from="2025-07",
        date_to="2025-07",
        max_quotes=1,
        api_name="/ask",
    )
    shown = answer["quotes"] + answer["near"]
    assert {quote["date"][:7] for quote in shown} == {"2025-07"}
    assert len(answer["quotes"]) <= 1


def test_search_gives_passages_best_first(client: Client) -> None:
    passages = [Quote.model_validate(passage) for passage in client.predict(QUESTION, 4, api_name="/search")]
    assert len(passages) == 4
    assert [passage.n for passage in passages] == [1, 2, 3, 4]


def test_ask_over_http_gives_the_same_answer(server: str, client: Client) -> None:
    kind, data = _call(server, "ask", {"question": QUESTION})
    assert kind == "complete"
    by_client = client.predict(question=QUESTION, api_name="/ask")
    assert data[0] | {"timings_ms": None} == by_client | {"timings_ms": None}


def test_search_over_http_applies_its_defaults(server: str) -> None:
    kind, data = _call(server, "search", {"question": QUESTION})
    assert kind == "complete"
    assert len(data[0]) == 10


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"question": ""}, "question"),
        ({"question": 5}, "question"),
        ({"question": QUESTION, "max_quotes": "3"}, "max_quotes"),
        ({"question": QUESTION, "max_quotes": 0}, "max_quotes"),
        ({"question": QUESTION, "history": [{"role": "user"}]}, "history"),
        ({"question": QUESTION, "date_from": "hier"}, "date_from"),
        ({"question": QUESTION, "documents": ["../../etc/passwd"]}, "etc/passwd"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence(server: str, fields: dict[str, Any], named: str) -> None:
    kind, data = _call(server, "ask", fields)
    assert kind == "error"
    assert named in data["error"]
    assert "\n" not in data["error"]
    assert "Traceback" not in data["error"]


@pytest.mark.parametrize(
    ("name", "fields", "named"),
    [
        ("document", {"document": 5}, "document"),
        ("document", {"document": "../../etc/passwd"}, "etc/passwd"),
        ("document", {"document": ""}, "''"),
        ("documents", {"words": 5}, "words"),
        ("documents", {"words": "x" * 201}, "words"),
        ("documents", {"offset": -1}, "offset"),
        ("documents", {"offset": "3"}, "offset"),
        ("documents", {"most": 201}, "most"),
        ("documents", {"most": 0}, "most"),
        ("documents", {"most": 2.5}, "most"),
        ("search", {"question": QUESTION, "k": True}, "k"),
        ("feedback", _feedback(verdict="great"), "verdict"),
        ("feedback", _feedback(filtered="yes"), "filtered"),
        ("feedback", _feedback(comment="x" * 501), "comment"),
        ("feedback", _feedback(quotes=[{"document": "a.txt"}]), "quotes.0"),
        ("feedback", _feedback(quotes=[{"document": "a", "start": 0, "end": 1, "sha256": "../a"}]), "sha256"),
    ],
)
def test_what_is_of_another_form_is_refused_by_name(server: str, name: str, fields: dict[str, Any], named: str) -> None:
    kind, data = _call(server, name, fields)
    assert kind == "error"
    assert named in data["error"]
    assert "\n" not in data["error"]
    assert "Traceback" not in data["error"]


@pytest.mark.parametrize(
    ("language", "begins"),
    [("fr-FR", "Le champ max_quotes"), ("en-GB,fr;q=0.5", "The field max_quotes"), ("de", "Le champ max_quotes")],
)
def test_errors_are_in_the_language_of_who_asks(server: str, language: str, begins: str) -> None:
    _, data = _call(server, "ask", {"question": QUESTION, "max_quotes": 0}, language)
    assert data["error"].startswith(begins)


def test_a_document_is_given_whole(server: str) -> None:
    kind, data = _call(server, "document", {"document": DOCUMENT})
    assert kind == "complete"
    whole = FullDocument.model_validate(data[0])
    assert whole.text == (SEEDS / DOCUMENT).read_text(encoding="utf-8")


def test_documents_are_listed_by_the_words_in_their_titles(server: str) -> None:
    _, data = _call(server, "documents", {"words": "altman"})
    listing = Listing.model_validate(data[0])
    assert DOCUMENT in {entry.document for entry in listing.documents}
    assert (listing.total, listing.updating) == (5, False)
    assert listing.found < 5


def test_documents_are_listed_whole_without_a_field(server: str) -> None:
    _, data = _call(server, "documents", {})
    assert len(Listing.model_validate(data[0]).documents) == 5


def test_every_suggestion_is_answered(server: str) -> None:
    kind, data = _call(server, "suggestions", {})
    until = time.monotonic() + 60  # the server looks for them once it is up
    while not data[0] and time.monotonic() < until:
        time.sleep(0.5)
        kind, data = _call(server, "suggestions", {})
    assert kind == "complete"
    assert data[0]
    for question in data[0]:
        assert _call(server, "ask", {"question": question})[1][0]["verdict"] == "answered"


def test_what_a_reader_says_becomes_a_line(server: str, feedback_file: Path) -> None:
    before = feedback_file.read_text(encoding="utf-8").splitlines() if feedback_file.exists() else []
    assert _call(server, "feedback", _feedback(verdict="out_of_date", comment="périmé")) == (
        "complete",
        [{"noted": True}],
    )
    *_, line = feedback_file.read_text(encoding="utf-8").splitlines()
    noted = json.loads(line)
    assert (noted["question"], noted["verdict"], noted["comment"]) == (QUESTION, "out_of_date", "périmé")
    assert len(feedback_file.read_text(encoding="utf-8").splitlines()) == len(before) + 1


def test_what_is_refused_becomes_no_line(server: str, feedback_file: Path) -> None:
    _call(server, "feedback", _feedback())
    before = feedback_file.read_bytes()
    assert _call(server, "feedback", _feedback(verdict="great"))[0] == "error"
    assert feedback_file.read_bytes() == before


def test_feedback_that_is_switched_off_has_no_endpoint(otherwise: str) -> None:
    info = httpx.get(f"{otherwise}/gradio_api/info").json()
    assert set(info["named_endpoints"]) == PUBLIC - {"/feedback"}
    for door in ("gradio_api/call/v2", "api/v1"):
        assert httpx.post(f"{otherwise}/{door}/feedback", json=_feedback()).status_code == 404


def test_files_are_offered_only_where_that_is_set(server: str, otherwise: str) -> None:
    assert httpx.get(f"{server}/files/{DOCUMENT}").status_code == 404
    assert httpx.get(f"{otherwise}/files/{DOCUMENT}").content == (SEEDS / DOCUMENT).read_bytes()
    assert httpx.get(f"{otherwise}/files/..%2F..%2Fpyproject.toml").status_code == 404


def test_client_learns_what_is_wrong(client: Client) -> None:
    with pytest.raises(AppError, match="max_quotes"):
        client.predict(question=QUESTION, max_quotes=99, api_name="/ask")


def test_health_is_told(server: str) -> None:
    assert httpx.get(f"{server}/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/healthz", "/gradio_api/info", "/no-such-page"])
def test_every_response_has_its_security_headers(server: str, path: str) -> None:
    headers = httpx.get(f"{server}{path}").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_another_site_may_not_read(server: str) -> None:
    theirs = {"Origin": "https://autre.example", "Access-Control-Request-Method": "POST"}
    for method, path in (("GET", "/"), ("OPTIONS", "/gradio_api/call/v2/ask"), ("GET", "/gradio_api/info")):
        answered = httpx.request(method, f"{server}{path}", headers=theirs)
        assert "access-control-allow-origin" not in answered.headers


@pytest.mark.parametrize("path", ["/monitoring", "/monitoring/summary"])
def test_nobody_watches_the_conversations(server: str, path: str) -> None:
    assert httpx.get(f"{server}{path}").status_code in {403, 404}


def test_files_are_refused(server: str) -> None:
    sent = httpx.post(f"{server}/gradio_api/upload", files={"files": b"x" * 1000})
    assert sent.status_code == 404


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("ask", {}),
        ("ask", {"question": "Meta ?", "colour": "blue"}),
        ("search", {}),
        ("document", {}),
        ("document", {"document": DOCUMENT, "colour": "blue"}),
        ("documents", {"colour": "blue"}),
        ("suggestions", {"colour": "blue"}),
        ("feedback", {"question": QUESTION}),
        ("feedback", _feedback(colour="blue")),
    ],
)
def test_a_request_without_the_form_is_told_in_one_sentence(server: str, name: str, fields: dict[str, Any]) -> None:
    answered = httpx.post(f"{server}/gradio_api/call/v2/{name}", json=fields)
    assert answered.status_code == 422
    assert answered.json()["error"]["code"] == "MalformedRequest"
    assert "\n" not in answered.json()["error"]["message"]


def test_the_synchronous_door_gives_json_too(server: str, client: Client) -> None:
    data = ["Qui a fondé Anthropic ?", None, None, None, None, 1]
    answer = httpx.post(f"{server}/gradio_api/run/ask", json={"data": data}, timeout=60).json()["data"][0]
    expected = client.predict(question="Qui a fondé Anthropic ?", max_quotes=1, api_name="/ask")
    assert {**answer, "timings_ms": None} == {**expected, "timings_ms": None}
