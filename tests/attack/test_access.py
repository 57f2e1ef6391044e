"""A server that asks who one is, attacked by somebody whom it does not know, and by somebody who asks too much."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.attack.serving import KNOWN, ROOT, Server, answered, head, is_a_problem, served, status
from tests.attack.test_server import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "une longue phrase de passe"  # noqa: S105
MOST_A_MINUTE = 30


def said_by(corpus: Path, *arguments: str, line: str = "") -> str:
    """Run a command of an administrator; return what it puts out."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOURCIER_")}
    environment |= {"SOURCIER_CORPUS": str(corpus)}
    command = [sys.executable, "-m", "ui.cli", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, input=line, text=True, capture_output=True, check=True)
    return ended.stdout.strip()


@pytest.fixture(scope="module")
def key(seeds_corpus: Path) -> str:
    """A key of a program; there are three users besides."""
    for name in ("lea", "noe", "zoe"):
        said_by(seeds_corpus, "user", "add", name, line=f"{PASSWORD}\n")
    return said_by(seeds_corpus, "key", "add", "essai")


@pytest.fixture(scope="module")
def server(seeds_corpus: Path, key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    assert key, "without users there would be no server"
    folder = tmp_path_factory.mktemp("access")
    settings = {"SOURCIER_ACCESS": "basic", "SOURCIER_READER": "sentences"}
    with served(seeds_corpus, folder, SOURCIER_REQUESTS_PER_MINUTE=str(MOST_A_MINUTE), **settings) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_bad_is_logged(server: Server) -> Iterator[None]:
    yield
    log = server.new_log()
    assert "Traceback" not in log, log[-3000:]
    assert PASSWORD not in log


def by_key(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def by_password(name: str, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def from_another_address(server: Server) -> httpx.Client:
    """Return a client of another address of this machine."""
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    return httpx.Client(base_url=f"http://127.0.0.1:{server.port}", transport=transport, timeout=30)


def test_stranger_sees_nothing(server: Server) -> None:
    paths = (
        *PLACES,
        "/config",
        "/metrics",
        "/gradio_api/info",
        "/theme.css",
        "/api/v1/openapi.json",
        "/login",
        "/v1/models",
    )
    for path in paths:
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            response = answered(server, head(server, f"{method} {path}", "Connection: close"))
            assert status(response) in {401, 404, 405}, (method, path, response[:200])
            assert KNOWN.encode() not in response


@pytest.mark.parametrize(
    "shown",
    [
        b"Basic",
        b"Basic ====",
        b"Basic " + base64.b64encode(b"lea"),
        b"Basic " + base64.b64encode(b"\xff\xfe:\xff"),
        b"Basic " + base64.b64encode(b"lea:" + b"a" * 40_000),
        b"Basic " + base64.b64encode(b"\0:\0"),
        b"Bearer",
        b"Bearer src_" + b"a" * 40_000,
        b"Bearer \xe9\xff",
        b"Negotiate YQ==",
        b"Digest username=lea",
        b"\x01",
    ],
)
def test_what_is_no_login_lets_nobody_in(server: Server, shown: bytes) -> None:
    sent = head(server, "GET /api/v1/documents")[:-2] + b"Authorization: " + shown + b"\r\n\r\n"
    assert status(answered(server, sent)) in {400, 401, 429, 431}


def test_two_logins_in_one_request_are_none(server: Server, key: str) -> None:
    lines = [f"Authorization: Bearer {key}", "Authorization: Bearer src_none"]
    assert status(answered(server, head(server, "GET /api/v1/documents", *lines))) == 401


def test_session_that_was_never_given_lets_nobody_in(server: Server) -> None:
    cookies = "; ".join(f"{name}=ZmF1eA.ZmF1eA" for name in ("session", "sourcier", "sourcier_session", "access-token"))
    assert server.client.get("/api/v1/documents", headers={"Cookie": cookies}).status_code == 401


def test_name_that_a_proxy_would_say_is_not_believed(server: Server) -> None:
    assert server.client.get("/api/v1/documents", headers={"X-Remote-User": "lea"}).status_code == 401


def test_guessing_a_password_is_slowed_down_and_does_not_keep_out_who_knows_it(server: Server) -> None:
    guesses = [server.client.get("/config", headers=by_password("lea", f"faux {number}")) for number in range(8)]
    assert guesses[0].status_code == 401
    assert guesses[-1].status_code == 429
    assert int(guesses[-1].headers["retry-after"]) > 0
    assert is_a_problem(guesses[-1].content)
    with from_another_address(server) as client:
        assert client.get("/config", headers=by_password("lea")).status_code == 200


def test_guessing_keys_is_slowed_down_and_does_not_keep_out_a_right_one(server: Server, key: str) -> None:
    guesses = [server.client.get("/config", headers=by_key(f"{key[:-4]}{number:04}")) for number in range(8)]
    assert guesses[-1].status_code == 429
    assert server.client.get("/config", headers=by_key(key)).status_code == 200


def test_one_person_cannot_ask_for_all(server: Server, key: str) -> None:
    with from_another_address(server) as client:
        answers = [client.get("/api/v1/documents", headers=by_password("noe")) for _ in range(MOST_A_MINUTE + 5)]
        statuses = [answer.status_code for answer in answers]
        assert statuses[0] == 200
        assert statuses[-1] == 429
        assert int(answers[-1].headers["retry-after"]) > 0
        assert is_a_problem(answers[-1].content)
        # By every door, and not for anybody else.
        assert (
            client.post("/gradio_api/run/documents", json={"data": ["", 0, 1]}, headers=by_password("noe")).status_code
            == 429
        )
        assert client.get("/api/v1/documents", headers=by_password("zoe")).status_code == 200
    assert server.client.post("/api/v1/search", json={"question": KNOWN}, headers=by_key(key)).status_code == 200
