from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from gradio_client import Client  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]

from qa.answer import Answer, Quote

QUESTION = "Qui a refusé l'offre de Meta ?"


@pytest.fixture(scope="module")
def client(server: str) -> Client:
    return Client(server, verbose=False)


def _call(server: str, name: str, fields: dict[str, Any]) -> tuple[str, Any]:
    """Call an endpoint as a program without a client does; return the kind of the event, and what it holds."""
    called = httpx.post(f"{server}/gradio_api/call/v2/{name}", json=fields)
    event = httpx.get(f"{server}/gradio_api/call/{name}/{called.json()['event_id']}", timeout=30).text.splitlines()
    return event[0].removeprefix("event: "), json.loads(event[1].removeprefix("data: "))


def test_only_ask_and_search_are_public(client: Client) -> None:
    info = client.view_api(return_format="dict", print_info=False)
    assert isinstance(info, dict)
    assert set(info["named_endpoints"]) == {"/ask", "/search"}
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
    assert sent.status_code == 413


@pytest.mark.parametrize("fields", [{}, {"question": "Meta ?", "colour": "blue"}])
def test_a_request_without_the_form_is_told_in_one_sentence(server: str, fields: dict[str, Any]) -> None:
    answered = httpx.post(f"{server}/gradio_api/call/v2/ask", json=fields)
    assert answered.status_code == 422
    assert "question" in answered.json()["error"]


def test_the_synchronous_door_gives_json_too(server: str, client: Client) -> None:
    data = ["Qui a fondé Anthropic ?", None, None, None, None, 1]
    answer = httpx.post(f"{server}/gradio_api/run/ask", json={"data": data}, timeout=60).json()["data"][0]
    expected = client.predict(question="Qui a fondé Anthropic ?", max_quotes=1, api_name="/ask")
    assert {**answer, "timings_ms": None} == {**expected, "timings_ms": None}
