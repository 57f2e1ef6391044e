"""What is noted of requests: of a small app, each of whose routes does one thing."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from ui.access.person import Person, remember
from ui.doors.problems import problem_of
from ui.errors import ServerBusy
from ui.serving.logs import request_id
from ui.serving.metrics import Metrics
from ui.serving.requests import Requests
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

PROXY = "10.1.2.3"


async def _named(request: Request) -> Response:
    remember(request.scope, Person("jeanne"))
    return PlainTextResponse(request_id.get())


async def _busy(_request: Request) -> Response:
    return problem_of(ServerBusy(seconds=3)).response("fr")


async def _fails(_request: Request) -> Response:
    raise ValueError("le secret")


async def _streams(_request: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        yield "a"
        await asyncio.sleep(0.05)
        yield "b"

    return StreamingResponse(parts())


async def _breaks(_request: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        yield "a"
        raise ValueError("le secret")

    return StreamingResponse(parts())


ROUTES = [
    Route("/files/{document:path}", _named),
    Route("/busy", _busy),
    Route("/fails", _fails),
    Route("/streams", _streams),
    Route("/breaks", _breaks),
    Route("/healthz", _named),
    Mount("/page", routes=[Route("/{name}", _named)]),
]


@pytest.fixture
def noted(caplog: pytest.LogCaptureFixture) -> Callable[..., tuple[httpx.Response, list[Any], str]]:
    """Send a request; return its answer, the lines that are noted of requests, and the measurements."""
    caplog.set_level(logging.INFO, "ui.serving.requests")

    def send(
        path: str, headers: dict[str, str] | None = None, address: str = "192.0.2.7", **settings: Any
    ) -> tuple[httpx.Response, list[Any], str]:
        metrics = Metrics()
        app = Starlette(routes=ROUTES)
        app.add_middleware(Requests, settings=Settings(**settings), metrics=metrics)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 123))

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.get(path, headers=headers)

        answer = asyncio.run(ask())
        lines = [record for record in caplog.records if record.name == "ui.serving.requests"]
        return answer, lines, metrics.text("")[0].decode()

    return send


def test_an_answer_names_its_request_as_the_log_does(noted: Any) -> None:
    answer, (line,), _ = noted("/files/a.txt")

    assert answer.headers["X-Request-ID"] == answer.text
    assert len(answer.text) == 16
    assert line.message == "request"


def test_a_trusted_proxy_names_a_request(noted: Any) -> None:
    answer, _, _ = noted("/files/a", {"X-Request-ID": "from-the-proxy"}, PROXY, trusted_proxies=(PROXY,))

    assert answer.text == "from-the-proxy"


@pytest.mark.parametrize(
    ("identity", "address"),
    [("from-a-visitor", "192.0.2.7"), ("short", PROXY), ("with a space", PROXY), ("a" * 65, PROXY)],
)
def test_no_other_name_is_taken(noted: Any, identity: str, address: str) -> None:
    answer, _, _ = noted("/files/a", {"X-Request-ID": identity}, address, trusted_proxies=(PROXY,))

    assert answer.text != identity


def test_the_route_is_noted_and_not_the_path(noted: Any) -> None:
    _, (line,), measured = noted("/files/personnel/jeanne.pdf")

    assert (line.route, line.method, line.status) == ("/files/{document:path}", "GET", 200)
    assert 'route="/files/{document:path}",status="2xx"' in measured
    assert "jeanne.pdf" not in str(vars(line)) + measured


def test_what_has_no_route_is_noted_as_one_thing(noted: Any) -> None:
    _, (line,), measured = noted("/nulle/part")

    assert line.route == "none"
    assert 'route="none",status="4xx"' in measured


def test_who_asks_is_noted_as_a_number(noted: Any) -> None:
    _, (line,), measured = noted("/files/a")

    assert len(line.who) == 12
    assert "jeanne" not in str(vars(line)) + measured


def test_who_asks_is_noted_by_name_where_questions_may_be_logged(noted: Any) -> None:
    _, (line,), _ = noted("/files/a", log_questions=True)

    assert line.who == "jeanne"


def test_a_refusal_is_counted_by_its_code(noted: Any) -> None:
    _, (line,), measured = noted("/busy")

    assert line.code == "ServerBusy"
    assert 'sourcier_refusals_total{code="ServerBusy"} 1.0' in measured


def test_an_error_that_nobody_caught_is_answered_and_counted(noted: Any) -> None:
    answer, (line,), measured = noted("/fails")

    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "Unexpected")
    assert answer.headers["X-Request-ID"]
    assert (line.status, line.code) == (500, "Unexpected")
    assert 'sourcier_errors_total{code="Unexpected"} 1.0' in measured


def test_a_stream_is_measured_to_its_end(noted: Any) -> None:
    answer, (line,), _ = noted("/streams")

    assert answer.text == "ab"
    assert line.ms >= 50


def test_an_answer_that_breaks_off_is_noted_as_such(noted: Any) -> None:
    _, (line,), _ = noted("/breaks")

    assert line.status == 499


def test_health_is_not_noted(noted: Any) -> None:
    _, lines, measured = noted("/healthz")

    assert lines == []
    assert 'route="/healthz",status="2xx"' in measured
