from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.requests import HTTPConnection

from ui.doors.links import link_to, root_of
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.answer import Quote


def root(host: str, scheme: str = "http", **settings: object) -> str:
    headers = [(b"host", host.encode("latin-1"))] if host else []
    scope = {"type": "http", "headers": headers, "scheme": scheme, "path": "/", "client": ("10.0.0.1", 1)}
    return root_of(HTTPConnection(scope), Settings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["intranet.example", "127.0.0.1:7860", "[::1]:7860", "a-b.example:80"])
def test_the_name_is_the_one_that_was_asked(host: str) -> None:
    assert root(host) == f"http://{host}"


def test_it_is_https_where_the_request_is() -> None:
    assert root("a.example", "https") == "https://a.example"


def test_it_is_https_where_the_settings_say_so() -> None:
    assert root("a.example", tls=True) == "https://a.example"


def test_it_holds_the_path_below_which_a_proxy_offers_the_server() -> None:
    assert root("a.example", root_path="/outils/sourcier") == "http://a.example/outils/sourcier"


@pytest.mark.parametrize("host", ["", "a b", "a.example/evil", "a@b", "[::1", "é.example", "a>b", "a:port"])
def test_a_name_that_is_none_is_not_handed_on(host: str) -> None:
    assert root(host, port=8000) == "http://127.0.0.1:8000"


def test_a_link_is_read_as_the_page_reads_it(quote_of: Callable[..., Quote]) -> None:
    link = urlsplit(link_to(quote_of("mot", document="notes/été & co #1+2.txt"), "https://a.example/sourcier"))
    assert (link.netloc, link.path) == ("a.example", "/sourcier/")
    fields = {"doc": ["notes/été & co #1+2.txt"], "start": ["100"], "end": ["103"], "text": ["0" * 12]}
    assert parse_qs(link.fragment) == fields
