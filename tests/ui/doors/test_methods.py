from __future__ import annotations

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from ui.doors.methods import other_methods


def app() -> Starlette:
    def said(_request: object) -> PlainTextResponse:
        return PlainTextResponse("said")

    routes = [Route("/a", said, methods=["POST"]), Route("/a", said), Route("/b/{name}", said)]
    return Starlette(routes=[*routes, *other_methods(routes), Mount("/", PlainTextResponse("page"))])


def test_a_method_that_an_address_knows_is_answered() -> None:
    assert TestClient(app()).post("/a").text == "said"


def test_another_is_refused_with_all_that_it_knows() -> None:
    refused = TestClient(app()).delete("/a")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")


def test_it_is_refused_whatever_stands_in_the_address() -> None:
    assert TestClient(app()).post("/b/c").headers["allow"] == "GET, HEAD"


def test_what_is_no_address_of_the_routes_is_left_to_the_page() -> None:
    assert TestClient(app()).delete("/c").text == "page"
