"""The end of a real server, in one run: it costs some ten seconds to start, and three to end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
QUESTIONS = 9
MOST_WAIT = 6  # the first are being answered while the last come
SECONDS_TO_END = 30  # after the last answer: three for streams that do not end, the rest for a machine that is busy


@dataclass
class End:
    """What was seen of a server that was told to end while questions waited."""

    answers: list[httpx.Response] = field(default_factory=list)
    last_events: list[str] = field(default_factory=list)
    ready_before: int = 0
    ready_after: int = 0
    refused: httpx.Response | None = None
    is_reachable: bool = True
    seconds: float = 0.0
    status: int | None = None
    log: list[dict[str, object]] = field(default_factory=list)


def _ask(client: httpx.Client, number: int) -> httpx.Response:
    return client.post("/api/v1/ask", json={"question": f"Qui a fondé OpenAI ? ({number})"})


def _events(client: httpx.Client, begun: threading.Event) -> str:
    """Ask by a stream, tell once it has begun, and return its last event."""
    headers, last = {"Accept": "text/event-stream"}, ""
    with client.stream("POST", "/api/v1/ask", json={"question": "Qui dirige OpenAI ?"}, headers=headers) as said:
        for line in said.iter_lines():
            begun.set()
            last = line.removeprefix("event: ") if line.startswith("event: ") else last
    return last


def _hold_open(address: str) -> None:
    """Hold open what the page does, which ends only when it is cut off."""
    with suppress(httpx.HTTPError), httpx.stream("GET", f"{address}/gradio_api/heartbeat/x", timeout=60) as stream:
        for _ in stream.iter_raw():
            pass


def _is_reachable(address: str) -> bool:
    try:
        httpx.get(f"{address}/healthz", timeout=2)
    except httpx.ConnectError:
        return False
    return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout
    for line in server.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("the server has not said its address")


@pytest.fixture(scope="module")
def end(seeds_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> End:
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, "-m", "ui.cli", "serve", "--corpus", str(seeds_corpus), "--port", str(_free_port())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCIER_AT_A_TIME": "1"}
    with log.open("w") as stderr:
        server = subprocess.Popen(
            command, cwd=log.parent, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
        )
        try:
            seen = _told_to_end(server, _address(server))
        finally:
            server.kill()
            server.communicate()
    seen.log = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return seen


def _told_to_end(server: subprocess.Popen[str], address: str) -> End:
    seen = End()
    threading.Thread(target=_hold_open, args=[address], daemon=True).start()
    with (
        ThreadPoolExecutor(QUESTIONS + 1) as threads,
        httpx.Client(base_url=address) as kept,
        httpx.Client(base_url=address, timeout=60) as asking,
    ):
        seen.ready_before = kept.get("/readyz").status_code
        asked = [threads.submit(_ask, asking, number) for number in range(QUESTIONS)]
        begun = threading.Event()
        streamed = threads.submit(_events, asking, begun)
        _wait_until_they_wait(kept)
        assert begun.wait(10)
        server.send_signal(signal.SIGTERM)
        time.sleep(0.25)
        seen.is_reachable = _is_reachable(address)
        with suppress(httpx.HTTPError):
            seen.ready_after = kept.get("/readyz").status_code
            seen.refused = kept.post("/api/v1/ask", json={"question": "Qui dirige Mistral ?"})
        seen.answers = [question.result() for question in asked]
        seen.last_events = [streamed.result()]
    began = time.monotonic()
    with suppress(subprocess.TimeoutExpired):
        seen.status = server.wait(SECONDS_TO_END)
    seen.seconds = time.monotonic() - began
    return seen


def _wait_until_they_wait(kept: httpx.Client) -> None:
    for _ in range(200):
        found = re.search(r"sourcier_questions_waiting (\d+)", kept.get("/metrics").text)
        if found and int(found[1]) >= MOST_WAIT:
            return
        time.sleep(0.02)
    raise AssertionError("the questions have not come to wait")


def test_questions_that_wait_are_answered(end: End) -> None:
    assert [answer.status_code for answer in end.answers] == [200] * QUESTIONS
    assert all(answer.json()["verdict"] for answer in end.answers)


def test_a_stream_is_sent_to_its_end(end: End) -> None:
    assert end.last_events == ["answer"]


def test_it_is_ready_no_more_at_once(end: End) -> None:
    assert (end.ready_before, end.ready_after) == (200, 503)


def test_nobody_else_is_let_in(end: End) -> None:
    assert not end.is_reachable
    assert end.refused is not None
    assert (end.refused.status_code, end.refused.json()["error"]["code"]) == (503, "ServerStopping")


def test_it_ends_in_order_and_in_time(end: End) -> None:
    assert end.status == 0
    assert end.seconds < SECONDS_TO_END


def test_its_log_names_each_request_and_tells_no_question(end: End) -> None:
    asked = [line for line in end.log if line.get("route") == "/api/v1/ask"]

    assert len({line["request_id"] for line in asked}) == len(asked) == QUESTIONS + 2
    assert "OpenAI" not in json.dumps(end.log)


def test_its_end_is_no_error(end: End) -> None:
    assert [line for line in end.log if line["level"] not in {"INFO", "DEBUG"}] == []
