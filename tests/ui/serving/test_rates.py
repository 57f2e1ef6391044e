from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.access.guard import Guard
from ui.access.person import Person
from ui.serving import rates
from ui.serving.rates import Rates
from ui.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import HTTPConnection, Request

MOST = 3
AND_MORE = 3 * MOST  # beyond what two windows allow, in case one ends meanwhile


class ByHeader:
    """Lets everybody in by the name that they give."""

    async def person(self, connection: HTTPConnection) -> Person:
        return Person(connection.headers["x-name"])


async def welcome(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("")


@pytest.fixture
def client(bare_environment: Path) -> TestClient:  # noqa: ARG001
    app = Starlette(routes=[Route("/{path:path}", welcome, methods=["GET", "POST"])])
    app.add_middleware(Rates, settings=load_settings(requests_per_minute=MOST))
    app.add_middleware(Guard, ways=(ByHeader(),), language="fr")
    return TestClient(app)


def ask(client: TestClient, name: str, path: str = "/api/v1/ask") -> int:
    return client.post(path, headers={"X-Name": name}).status_code


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/ask",
        "/api/v1/document",
        "/v1/chat/completions",
        "/mcp",
        "/gradio_api/call/ask",
        "/gradio_api/call/v2/ask",
        "/gradio_api/run/ask",
        "/gradio_api/api/ask",
        "/gradio_api/queue/join",
    ],
)
def test_whatever_makes_work_is_counted(client: TestClient, path: str) -> None:
    statuses = [ask(client, "zoe", path) for _ in range(AND_MORE)]
    assert statuses[:MOST] == [200] * MOST
    assert 429 in statuses


def test_one_person_does_not_use_up_what_another_may(client: TestClient) -> None:
    for _ in range(AND_MORE):
        ask(client, "zoe")
    assert ask(client, "lea") == 200


def test_who_is_refused_is_told_when_to_come_again(client: TestClient) -> None:
    answers = [client.post("/api/v1/ask", headers={"X-Name": "zoe"}) for _ in range(AND_MORE)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["error"]["code"] == "TooManyRequests"
    assert str(MOST) in refused.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/healthz", "/gradio_api/call/ask/abc", "/api/v1/docs"])
def test_pages_and_what_belongs_to_them_are_not_counted(client: TestClient, path: str) -> None:
    assert {ask(client, "zoe", path) for _ in range(3 * MOST)} == {200}


def test_script_for_other_pages_is_counted_by_the_address_that_loads_it(
    monkeypatch: pytest.MonkeyPatch,
    bare_environment: Path,  # noqa: ARG001
) -> None:
    monkeypatch.setattr(rates, "MOST_AT_AN_ADDRESS", MOST)
    app = Starlette(routes=[Route("/embed.js", welcome)])
    app.add_middleware(Rates, settings=load_settings(trusted_proxies="10.0.0.1"))
    client = TestClient(app, client=("10.0.0.1", 1))

    def load(address: str) -> int:
        return client.get("/embed.js", headers={"X-Forwarded-For": address}).status_code

    assert [load("198.18.0.1") for _ in range(AND_MORE)].count(200) in {MOST, 2 * MOST}  # a minute may end meanwhile
    assert load("198.18.0.2") == 200
