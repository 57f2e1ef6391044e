"""One server at the root of a name, where nginx asks who somebody is, and says so in a header."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import chat
from tests.browser.proxy.conftest import Certificate, Offered, nginx
from tests.browser.talking import QUESTION, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

READER, CHIEF, PASSWORD = "zoé", "chef", "mot:de passe"
LINES = (
    'auth_basic "Sourcier"',
    "auth_basic_user_file",
    "proxy_set_header X-Remote-User",
    "proxy_set_header Authorization",
)


@pytest.fixture(scope="module")
def server(seeds_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which nginx reaches the server."""
    said = tmp_path_factory.mktemp("feedback") / "said.jsonl"
    settings = {"SOURCIER_ACCESS": "header", "SOURCIER_TRUSTED_PROXIES": "127.0.0.1", "SOURCIER_TLS": "true"}
    with chat(seeds_corpus, SOURCIER_FEEDBACK=str(said), SOURCIER_ADMINISTRATORS=CHIEF, **settings) as address:
        yield address


@pytest.fixture(scope="module")
def offered(server: str, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offered]:
    """The server behind an nginx that knows two persons."""
    folder = tmp_path_factory.mktemp("proxy")
    hashed = ["openssl", "passwd", "-apr1", PASSWORD]
    secret = subprocess.run(hashed, check=True, capture_output=True, text=True).stdout.strip()
    (folder / "users").write_text(f"{READER}:{secret}\n{CHIEF}:{secret}\n", encoding="utf-8")
    changes = {
        "location /sourcier/ {": "location / {",
        'proxy_set_header X-Remote-User "";': "",
        **{f"#{line}": line for line in LINES},
        "/etc/nginx/sourcier.htpasswd": str(folder / "users"),
    }
    with nginx(server, certificate, folder, changes, "") as found:
        yield found


def test_whom_nginx_does_not_know_is_kept_out(offered: Offered) -> None:
    with offered.http(headers={"X-Remote-User": CHIEF}) as client:
        assert client.get("").status_code == 401
        assert client.post("api/v1/ask", json={"question": QUESTION}).status_code == 401


def test_whom_nginx_knows_is_let_in(offered: Offered) -> None:
    with offered.http(auth=(READER, PASSWORD)) as client:
        assert client.post("api/v1/ask", json={"question": QUESTION}).json()["verdict"] == "answered"


def test_nobody_becomes_another_by_a_header(offered: Offered) -> None:
    measured = {}
    for name in (CHIEF, READER):
        with offered.http(auth=(name, PASSWORD), headers={"X-Remote-User": CHIEF}) as client:
            measured[name] = client.get("metrics").status_code
    assert measured == {CHIEF: 200, READER: 403}


def test_without_the_proxy_nobody_gets_in(server: str, certificate: Certificate) -> None:
    with Offered(server, certificate).http() as client:
        assert client.get("").status_code == 401


def test_the_page_answers_who_has_logged_in(
    new_page: Callable[..., Page], offered: Offered, requested: list[str]
) -> None:
    known = {"username": READER, "password": PASSWORD}
    page = new_page(ignore_https_errors=True, http_credentials=known)
    page.goto(offered.address)
    ask(page)
    assert [address for address in requested if not address.startswith(f"{offered.address}/")] == []
