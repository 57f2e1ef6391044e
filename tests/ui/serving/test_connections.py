"""Real sockets to a real uvicorn; its patience is made short, which is all that is not as it is."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from ui.serving import connections
from ui.serving.connections import MOST_BYTES_OF_A_HEAD, PatientProtocol

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT = 0.3  # seconds
LARGE = b"a" * 20_000_000


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECONDS_FOR_A_HEAD", "SECONDS_FOR_A_BODY", "SECONDS_TO_READ"):
        monkeypatch.setattr(connections, name, SHORT)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Read the body, and give back its length, or very much of nothing."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    body = LARGE if scope["path"] == "/large" else str(length).encode()
    if scope["path"] == "/slow":
        await asyncio.sleep(3 * SHORT)
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def running() -> Iterator[uvicorn.Server]:
    with listening() as server:
        yield server


@contextmanager
def listening() -> Iterator[uvicorn.Server]:
    config = uvicorn.Config(app, http=PatientProtocol, port=0, log_config=None, lifespan="off", timeout_keep_alive=60)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server
    server.should_exit = server.force_exit = True
    thread.join()


def connected(server: uvicorn.Server) -> socket.socket:
    port = server.servers[0].sockets[0].getsockname()[1]
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def answer(server: uvicorn.Server, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send parts with pauses after them; return all that comes until the connection is closed."""
    got = b""
    with connected(server) as sock, suppress(ConnectionError):
        for part in parts:
            sock.sendall(part)
            time.sleep(pause)
        while part := sock.recv(65536):
            got += part
    return got


LAST = b"Connection: close\r\n\r\n"


@pytest.mark.parametrize("sent", [b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-A"])
def test_half_a_head_is_waited_for_no_longer_than_that(running: uvicorn.Server, sent: bytes) -> None:
    assert answer(running, sent).startswith(b"HTTP/1.1 408 ")


def test_connection_by_which_nothing_comes_is_closed_without_a_word(running: uvicorn.Server) -> None:
    assert answer(running) == b""


def test_head_that_comes_by_drops_is_cut_off(running: uvicorn.Server) -> None:
    began = time.monotonic()
    assert b" 200 " not in answer(
        running, *([b"GET / HTTP/1.1\r\n"] + [b"A: b\r\n"] * 30 + [b"\r\n"]), pause=SHORT / 10
    )
    assert time.monotonic() - began > SHORT


def test_line_ends_between_requests_keep_no_connection(running: uvicorn.Server) -> None:
    assert answer(running, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\r\n", pause=0.1).count(b"HTTP/1.1") <= 2


def test_head_that_never_ends_is_cut_off(running: uvicorn.Server) -> None:
    part = b"X-A: " + b"a" * 30_000 + b"\r\n"
    assert b" 431 " in answer(
        running, b"GET / HTTP/1.1\r\n", *[part] * (MOST_BYTES_OF_A_HEAD // 30_000 + 2), pause=0.02
    )


def test_body_that_stops_is_waited_for_no_longer_than_that(running: uvicorn.Server) -> None:
    got = answer(running, b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
    assert got.startswith(b"HTTP/1.1 408 ")


def test_body_that_is_long_and_comes_steadily_is_taken(running: uvicorn.Server) -> None:
    parts = [b"a" * 2_000] * 12  # each gives 4 s more
    got = answer(running, b"POST / HTTP/1.1\r\nContent-Length: 24000\r\n" + LAST, *parts, pause=SHORT / 4)
    assert got.endswith(b"\r\n\r\n24000")


def test_answer_may_take_longer_than_a_request(running: uvicorn.Server) -> None:
    assert answer(running, b"GET /slow HTTP/1.1\r\n" + LAST).startswith(b"HTTP/1.1 200 ")


def test_requests_that_wait_for_the_answer_before_are_not_too_slow(running: uvicorn.Server) -> None:
    second = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n" + LAST
    got = answer(running, b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + second + b"abc")
    assert got.count(b"HTTP/1.1 200 ") == 2


def test_answer_that_nobody_reads_is_let_go(running: uvicorn.Server) -> None:
    with connected(running) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        sock.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        sock.recv(10)
        until = time.monotonic() + 10
        while running.server_state.connections and time.monotonic() < until:
            time.sleep(0.05)
    assert not running.server_state.connections


def test_answer_that_is_read_slowly_but_steadily_is_sent_whole(running: uvicorn.Server) -> None:
    got = 0
    with connected(running) as sock:
        sock.sendall(b"GET /large HTTP/1.1\r\n" + LAST)
        while part := sock.recv(1_000_000):
            got += len(part)
            time.sleep(SHORT / 20)
    assert got > len(LARGE)
