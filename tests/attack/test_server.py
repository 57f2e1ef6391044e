"""Whatever is sent to the server, it refuses what is not for it, stays small, and answers the next question rightly.

After each attack the server is asked what it is always asked, its memory is looked at, and so is its log.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import re
import socket
import struct
import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from qa.question import LONGEST_QUESTION
from tests.attack.serving import (
    KNOWN,
    Server,
    answered,
    chunked,
    connected,
    events,
    head,
    is_a_problem,
    received,
    served,
    status,
)
from ui.app import build_app
from ui.serving.locks import Locks, is_of_gradio
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qa.engine import Engine

MOST_GROWTH = 50.0
"""10^6 bytes that the memory of the server may grow by in an attack. It is looked at when the attack is over."""

IS_ROOT = os.geteuid() == 0
"""Whether the tests can look into a server that shields itself from all other programs of its user."""

MOST_WAITING = 8
SECRET = "root:x:0:0"  # noqa: S105  of /etc/passwd


@pytest.fixture(scope="module")
def server(seeds_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the seeds, which answers one question at a time, by the reader that is quicker and has no model."""
    folder = tmp_path_factory.mktemp("server")
    limits = {"SOURCIER_AT_A_TIME": "1", "SOURCIER_MAX_WAITING": str(MOST_WAITING), "SOURCIER_READER": "sentences"}
    with served(seeds_corpus, folder, SOURCIER_REQUESTS_PER_MINUTE="1000000", **limits) as running:
        for _ in range(3):  # what is loaded or kept with the first questions is no growth
            running.known_answer()
            call(running, "documents", ["", 0, 1])
            run(running, "documents", ["", 0, 1])
            running.client.get("/")
        yield running


@pytest.fixture(scope="module")
def expected(server: Server) -> dict[str, Any]:
    """What the server answers before anything was done to it."""
    return server.known_answer()


@pytest.fixture(autouse=True)
def nothing_was_lost(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does, the server answers rightly afterwards, has not grown, and has nothing bad in its log."""
    if "server" not in request.fixturenames:
        yield
        return
    server: Server = request.getfixturevalue("server")
    expected: dict[str, Any] = request.getfixturevalue("expected")
    server.new_log()
    before = server.megabytes()
    yield
    assert server.known_answer() == expected
    assert server.megabytes() - before < MOST_GROWTH
    log = server.new_log()
    assert "Traceback" not in log, log[-3000:]
    assert '"frames"' not in log, log[-3000:]


# --- the doors


def run(server: Server, name: str, values: Any, **others: Any) -> httpx.Response:
    """Call an endpoint of Gradio directly."""
    return server.client.post(f"/gradio_api/run/{name}", content=dumped({"data": values, **others}), headers=JSON)


def call(server: Server, name: str, values: Any) -> tuple[str, Any]:
    """Call an endpoint of Gradio in two steps; return its last event, or what was refused."""
    return fetched(server, f"/gradio_api/call/{name}", {"data": values})


def fetched(server: Server, path: str, fields: Any) -> tuple[str, Any]:
    begun = server.client.post(path, content=dumped(fields), headers=JSON)
    if begun.status_code != 200:
        return "refused", begun
    result = server.client.get(f"{path}/{begun.json()['event_id']}")
    return events(result.text)[-1]


JSON = {"Content-Type": "application/json"}
FIELDS = ("question", "history", "date_from", "date_to", "documents", "max_quotes")
FORMS = ("rest", "openai", "run", "call", "v2")


def dumped(value: Any) -> bytes:
    """Write JSON, lone surrogates, NaN and all."""
    return json.dumps(value).encode("ascii")


def is_refused(server: Server, door: str, fields: dict[str, Any]) -> bool:
    """Ask by a door; tell whether that is refused in the form of the door, and as the fault of whoever asked."""
    values = [fields.get(name) for name in FIELDS]
    if door == "call":
        event, data = call(server, "ask", values)
    elif door == "v2":
        event, data = fetched(server, "/gradio_api/call/v2/ask", fields)
    else:
        event, data = "refused", directly(server, door, fields, values)
    if event == "refused":
        return data.status_code in {400, 413, 422} and is_a_problem(data.content)
    return event == "error" and isinstance(data, dict) and bool(data.get("error"))


def directly(server: Server, door: str, fields: dict[str, Any], values: list[Any]) -> httpx.Response:
    if door == "run":
        return run(server, "ask", values)
    if door == "openai":
        message = {"role": "user", "content": fields.get("question")}
        body = {"model": "sourcier", "messages": [message], **{k: v for k, v in fields.items() if k != "question"}}
        return server.client.post("/v1/chat/completions", content=dumped(body), headers=JSON)
    return server.client.post("/api/v1/ask", content=dumped(fields), headers=JSON)


# --- what is too large


@pytest.mark.sample
@pytest.mark.parametrize("path", ["/api/v1/ask", "/gradio_api/call/ask", "/gradio_api/run/ask", "/v1/chat/completions"])
@pytest.mark.parametrize("length", ["told", "in chunks", "told falsely"])
def test_ten_megabytes_are_refused_and_not_kept(server: Server, path: str, length: str) -> None:
    parts = [b'{"question":"' + b"a" * 999_985 + b'"}'] * 10
    top = {"told": "Content-Length: 10000000", "in chunks": "Transfer-Encoding: chunked", "told falsely": "X-A: b"}[
        length
    ]
    body = list(chunked(parts)) if length == "in chunks" else parts
    sent = [head(server, f"POST {path}", "Content-Type: application/json", top), *body]
    if IS_ROOT:
        server.forget_the_most()
    before = server.megabytes()

    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: answered(server, sent), range(8)))

    # Without a length there is no body (RFC 9112, 6.3): what follows is no request.
    wanted = {400, 422} if length == "told falsely" else {413}
    assert {status(response) for response in responses} <= wanted
    assert length == "told falsely" or all(is_a_problem(response.partition(b"\r\n\r\n")[2]) for response in responses)
    assert server.megabytes("VmHWM" if IS_ROOT else "VmRSS") - before < MOST_GROWTH


@pytest.mark.sample
@pytest.mark.parametrize("door", FORMS)
def test_question_that_is_too_long_is_refused_by_every_door(server: Server, door: str) -> None:
    assert is_refused(server, door, {"question": "Qui ? " + "a" * 1995})


@pytest.mark.sample
def test_longest_question_is_answered_by_every_door(server: Server) -> None:
    question = "Qui ? " + "é" * 1994
    responses = [directly(server, door, {"question": question}, [question, *[None] * 5]) for door in ("rest", "run")]
    assert [response.status_code for response in responses] == [200, 200]
    assert call(server, "ask", [question, *[None] * 5])[0] == "complete"


def _as_many(words: Iterator[str]) -> str:
    """Return as many words as a question may have characters for."""
    filled = ""
    for word in words:
        if len(filled) + len(word) + 1 > LONGEST_QUESTION:
            break
        filled += f"{word} "
    return filled.strip()


def _is_a_letter(character: str) -> bool:
    """Tell whether a character is one letter, also when it is written out."""
    return character.isalpha() and unicodedata.is_normalized("NFKC", character)


DEAR: dict[str, str] = {
    "one-letter words": _as_many(itertools.cycle("bfghikopqruvwxz")),
    "words of one letter each, all others": _as_many(filter(_is_a_letter, map(chr, range(0x100, 0x3000)))),
    "one word": "a" * LONGEST_QUESTION,
    "one word that is no word": "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=LONGEST_QUESTION)),
    "Chinese": "".join(chr(0x4E00 + number) for number in range(LONGEST_QUESTION)),
    "combining marks": "e" + "\u0301\u0316\u0327" * 666,
    "ligatures": "ﷺ" * 111,
    "numbers": _as_many(map(str, itertools.count(100))),
}
"""Questions that are as long as may be, each of another kind of words."""


@pytest.mark.sample
@pytest.mark.parametrize("kind", DEAR)
def test_question_that_is_dear_to_search_is_answered_and_leaves_nothing_behind(server: Server, kind: str) -> None:
    for number in range(5):
        answer = server.ask(f"{DEAR[kind][:-2]}{number}")  # not the one before, which is remembered
        assert answer.status_code == 200, answer.text


@pytest.mark.sample
def test_what_a_question_leans_on_does_not_make_it_longer_than_one_may_be(server: Server) -> None:
    turn = {"question": f"Et {DEAR['numbers'][:-3]}", "answer": "ﷺ" * 80}
    searched = server.ask("Et qui ?", history=[turn] * 3).json()["searched"]
    assert len(searched) <= LONGEST_QUESTION


@pytest.mark.sample
@pytest.mark.parametrize("door", FORMS)
def test_question_whose_letters_are_many_when_written_out_is_refused_by_every_door(server: Server, door: str) -> None:
    assert is_refused(server, door, {"question": "ﷺ" * LONGEST_QUESTION})


@pytest.mark.sample
@pytest.mark.parametrize("door", ["rest", "run", "call", "v2"])
def test_turn_whose_letters_are_many_when_written_out_is_refused(server: Server, door: str) -> None:
    turns = [{"question": "ﷺ" * LONGEST_QUESTION, "answer": "ﷺ" * LONGEST_QUESTION}] * 3
    assert is_refused(server, door, {"question": "Et qui ?", "history": turns})


@pytest.mark.sample
@pytest.mark.parametrize("door", ["rest", "run", "call", "v2"])
def test_history_that_is_too_long_is_refused(server: Server, door: str) -> None:
    turns = [{"question": "Qui ?", "answer": "Lui."}] * 51
    assert is_refused(server, door, {"question": "Et ?", "history": turns})


# --- what is malformed

WRONG: dict[str, list[Any]] = {
    "question": [None, 5, True, [], {}, ["Qui ?"], "", " ", "?", "\ud800 Qui ?", float("nan")],
    "history": [5, "Qui ?", {}, [5], [{}], [{"question": 5, "answer": "a"}], [{"answer": "a"}], [["a", "b"]]],
    "date_from": [5, [], {}, "demain", "2025-13", "2025-02-30", "\ud800", "9" * 5000, "0000"],
    "date_to": [True, "2025-1", "10000", "-1"],
    "documents": [5, "a.txt", {}, [5], [[]], ["a.txt"] * 1001, ["\udfff"]],
    "max_quotes": [0, 21, -1, 1.5, "5", True, [], 10**30, 10**400, float("nan"), float("inf"), 1e308],
}


@pytest.mark.sample
@pytest.mark.parametrize("door", ["rest", "run"])
def test_wrong_values_are_refused_by_name(server: Server, door: str) -> None:
    kept = [
        (name, value)
        for name, values in WRONG.items()
        for value in values
        if not is_refused(server, door, {"question": KNOWN, name: value})
    ]
    # None stands for a field that is not given.
    assert [(name, str(value)[:20]) for name, value in kept] == []


@pytest.mark.parametrize("door", ["call", "v2"])
def test_wrong_values_are_refused_in_the_queue(server: Server, door: str) -> None:
    kept = [
        (name, value)
        for name, values in WRONG.items()
        for value in values
        if not is_refused(server, door, {"question": KNOWN, name: value})
    ]
    assert [(name, str(value)[:20]) for name, value in kept] == []


BODIES = {
    "nothing": b"",
    "not JSON": b"Qui ?",
    "not UTF-8": b'{"question": "\xff\xfe"}',
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "deep": b"[" * 100_000,
    "deep and whole": b"[" * 100_000 + b"]" * 100_000,
    "deep in a field": b'{"question": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
    "deep in the data": b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a long number": b'{"question": "Qui ?", "max_quotes": ' + b"9" * 100_000 + b"}",
    "a long exponent": b'{"question": "Qui ?", "max_quotes": 1e999999999}',
    "a NaN": b'{"question": "Qui ?", "max_quotes": NaN}',
    "unknown names": b'{"question": "Qui ?", "__class__": 1, "constructor": {}}',
    "many names": b"{" + b",".join(b'"%d":1' % number for number in range(40_000)) + b"}",
    "cut": b'{"question": "Qui a fond',
    "a form": b"question=Qui",
    "UTF-16": '{"question": "Qui ?", "max_quotes": 50}'.encode("utf-16"),
    "a BOM": b'\xef\xbb\xbf{"question": 5}',
}
POSTED = (
    "/api/v1/ask",
    "/api/v1/search",
    "/api/v1/feedback",
    "/v1/chat/completions",
    "/mcp",
    "/gradio_api/run/ask",
    "/gradio_api/api/search",
    "/gradio_api/call/document",
    "/gradio_api/call/v2/ask",
    "/gradio_api/queue/join",
    "/gradio_api/cancel",
    "/gradio_api/reset",
)


@pytest.mark.sample
@pytest.mark.parametrize("path", POSTED)
def test_bodies_that_are_no_request_are_refused(server: Server, path: str) -> None:
    statuses = {}
    for name, body in BODIES.items():
        response = server.client.post(path, content=body, headers=JSON | {"Accept": "application/json"})
        if path == "/gradio_api/call/v2/ask" and "event_id" in response.text:
            continue  # any object is taken there, and checked in the second step
        is_said = path == "/mcp" or is_a_problem(response.content)  # the protocol of /mcp has a form of its own
        statuses[name] = response.status_code if is_said else response.text[:100]
    assert {name: said for name, said in statuses.items() if said not in {400, 404, 406, 413, 415, 422}} == {}


@pytest.mark.sample
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""]
)
def test_body_that_does_not_say_that_it_is_json_is_refused(server: Server, kind: str) -> None:
    # Any page may have a browser send these, without being asked whether it may.
    for path in ("/api/v1/ask", "/gradio_api/run/ask", "/v1/chat/completions"):
        headers = {"Content-Type": kind} if kind else {}
        response = server.client.post(path, content=dumped({"question": KNOWN, "data": []}), headers=headers)
        assert response.status_code in {400, 415, 422}
        assert is_a_problem(response.content)


@pytest.mark.sample
def test_of_two_fields_of_one_name_one_is_taken_and_nothing_breaks(server: Server) -> None:
    body = b'{"question": 5, "question": "' + KNOWN.encode() + b'"}'
    assert server.client.post("/api/v1/ask", content=body, headers=JSON).json()["question"] == KNOWN


@pytest.mark.sample
def test_nul_in_a_question_is_a_space(server: Server) -> None:
    answer = server.ask("Qui a\0fondé Safe Superintelligence ?")
    assert answer.status_code == 200
    assert "\0" not in answer.json()["question"]


@pytest.mark.sample
def test_too_few_values_are_refused_without_a_word_of_them_in_the_log(server: Server) -> None:
    refused = run(server, "ask", ["Un secret ?"])
    event, said = call(server, "ask", ["Un secret ?"])
    assert refused.status_code == 400
    assert is_a_problem(refused.content)
    assert (event, bool(said["error"])) == ("error", True)
    assert "secret" not in server.log.read_text(encoding="utf-8")


@pytest.mark.sample
@pytest.mark.parametrize("way", ["run", "api", "call", "call/v2"])
def test_endpoint_that_is_not_there_is_not_found(server: Server, way: str) -> None:
    response = server.client.post(f"/gradio_api/{way}/nope", json={"data": ["a"]})
    assert response.status_code == 404
    assert is_a_problem(response.content)


@pytest.mark.sample
@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/call/ask/nope",
        "/gradio_api/call/v2/ask/nope",
        "/gradio_api/call/ask/../../../etc/passwd",
        "/gradio_api/queue/data?session_hash=x",
        "/gradio_api/queue/data?session_hash=",
        "/gradio_api/queue/data?session_hash=%00",
    ],
)
def test_result_that_nobody_asked_for_is_not_found(server: Server, path: str) -> None:
    response = server.client.get(path)
    assert response.status_code == 404
    assert is_a_problem(response.content)


@pytest.mark.sample
def test_result_is_fetched_once(server: Server) -> None:
    begun = server.client.post("/gradio_api/call/suggestions", json={"data": []}).json()["event_id"]
    path = f"/gradio_api/call/suggestions/{begun}"
    assert "event: complete" in server.client.get(path).text
    assert server.client.get(path).status_code == 404


def test_of_those_who_fetch_a_result_at_once_one_has_it_and_none_waits_for_ever(server: Server) -> None:
    begun = server.client.post("/gradio_api/call/suggestions", json={"data": []}).json()["event_id"]
    path = f"/gradio_api/call/suggestions/{begun}"
    with ThreadPoolExecutor(4) as pool:
        texts = [response.text for response in pool.map(lambda _: server.client.get(path), range(4))]
    assert [text for text in texts if "event: complete" in text] == [next(t for t in texts if "event: complete" in t)]


# --- who is slow, and who goes away


def _cancelled(sock: socket.socket) -> None:
    """Close a connection by a reset, as a program that is killed."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@pytest.mark.sample
def test_server_answers_while_many_are_slow(server: Server, expected: dict[str, Any]) -> None:
    with ExitStack() as held:
        slow = [held.enter_context(connected(server)) for _ in range(200)]
        for number, sock in enumerate(slow):
            sock.sendall(SLOW[number % len(SLOW)](server))
        assert server.known_answer() == expected


def _half_a_head(server: Server) -> bytes:
    return head(server, "POST /api/v1/ask")[:-10]


def _half_a_body(server: Server) -> bytes:
    return head(server, "POST /api/v1/ask", "Content-Type: application/json", "Content-Length: 400000") + b'{"question'


def _half_a_refused_body(server: Server) -> bytes:
    return head(server, "POST /nope", "Content-Length: 400000") + b"{"


def _unread_suggestions(server: Server) -> bytes:
    return head(server, "GET /gradio_api/info") * 20


SLOW = (_half_a_head, _half_a_body, _half_a_refused_body, _unread_suggestions)


def test_who_is_too_slow_is_cut_off(server: Server) -> None:
    began = time.monotonic()
    with ExitStack() as held:
        slow = {make: held.enter_context(connected(server)) for make in (_half_a_head, _half_a_body)}
        for make, sock in slow.items():
            sock.sendall(make(server))
        dripping = held.enter_context(connected(server))
        stop = threading.Event()
        held.callback(stop.set)
        threading.Thread(target=_drip, args=[dripping, head(server, "GET /healthz"), stop], daemon=True).start()
        endings = [received(sock) for sock in (*slow.values(), dripping)]
    assert [status(ending) for ending in endings] == [408, 408, 408]
    assert time.monotonic() - began < 45  # 20 s by the settings of the server


def _drip(sock: socket.socket, content: bytes, stop: threading.Event) -> None:
    """Send a byte a second."""
    for byte in content:
        if stop.wait(1):
            return
        try:
            sock.sendall(bytes([byte]))
        except OSError:
            return


@pytest.mark.sample
@pytest.mark.parametrize(("begun", "part"), [(b"", b"X-A: " + b"a" * 65_000 + b"\r\n"), (b"X-A: ", b"a" * 65_000)])
def test_endless_head_is_cut_off(server: Server, begun: bytes, part: bytes) -> None:
    with connected(server, 10) as sock:
        sock.sendall(head(server, "GET /healthz")[:-2] + begun)
        assert _is_cut_off(sock, part)


def _is_cut_off(sock: socket.socket, part: bytes) -> bool:
    """Send a part again and again; tell whether that comes to an end."""
    try:
        for _ in range(200):
            sock.sendall(part)
    except OSError:
        return True
    return status(received(sock)) == 431


@pytest.mark.sample
def test_answer_that_nobody_reads_is_not_piled_up(server: Server) -> None:
    before = server.measured("sourcier_questions_total")
    asked = dumped({"question": KNOWN})
    headers = ("Content-Type: application/json", f"Content-Length: {len(asked)}", "Accept: text/event-stream")
    with ExitStack() as held:
        for _ in range(MOST_WAITING):
            sock = held.enter_context(connected(server))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            sock.sendall(head(server, "POST /api/v1/ask", *headers) + asked)
        assert comes_true(lambda: server.measured("sourcier_questions_total") - before >= MOST_WAITING)
        assert comes_true(lambda: is_idle(server))


def is_idle(server: Server) -> bool:
    """Tell whether no question waits or is answered."""
    return not server.measured("sourcier_questions_waiting") + server.measured("sourcier_questions_working")


def comes_true(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait until something is so; tell whether it came to be."""
    until = time.monotonic() + seconds
    while not (is_so := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return is_so


async def _asked_at_once(server: Server, count: int) -> list[bytes]:
    """Ask so many questions at once, each by a connection of its own; return the answers as they came."""
    body = dumped({"question": KNOWN})
    headers = ("Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close")
    request = head(server, "POST /api/v1/ask", *headers) + body

    async def one() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request)
        response = await reader.read()
        writer.close()
        return response

    return list(await asyncio.gather(*(one() for _ in range(count))))


@pytest.mark.sample
def test_of_a_thousand_questions_at_once_each_is_answered_or_told_when_to_come_back(
    server: Server, expected: dict[str, Any]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(lambda: asyncio.run(_asked_at_once(server, 1000)))
        waiting = [0.0]
        while not asking.done():
            waiting.append(server.measured("sourcier_questions_waiting"))
    responses = asking.result()

    assert max(waiting) <= MOST_WAITING
    by_status: dict[int, list[bytes]] = {}
    for response in responses:
        by_status.setdefault(status(response), []).append(response)
    assert set(by_status) == {200, 503}
    assert len(by_status[200]) >= MOST_WAITING + 1
    assert all(b"\r\nretry-after: " in response.lower() for response in by_status[503])
    assert all(is_a_problem(response.partition(b"\r\n\r\n")[2]) for response in by_status[503])
    for response in by_status[200]:
        assert json.loads(response.partition(b"\r\n\r\n")[2])["text"] == expected["text"]


ANOTHER = "127.0.0.2"
"""Another address of this machine: where nobody logs in, another person."""


@pytest.mark.sample
def test_while_one_person_floods_the_server_another_is_answered_soon(server: Server) -> None:
    stop = threading.Event()

    async def flood() -> int:
        asked = 0
        while not stop.is_set():
            asked += len(await _asked_at_once(server, 110))
        return asked

    transport = httpx.HTTPTransport(local_address=ANOTHER)
    with ThreadPoolExecutor(1) as pool, httpx.Client(transport=transport, base_url=server.client.base_url) as bob:
        flooding = pool.submit(lambda: asyncio.run(flood()))
        try:
            while server.measured("sourcier_questions_waiting") < MOST_WAITING - 1:
                assert not flooding.done()
            before = server.measured("sourcier_questions_total")
            answers = [bob.post("/api/v1/ask", json={"question": KNOWN}, timeout=60) for _ in range(6)]
            between = server.measured("sourcier_questions_total") - before - len(answers)
        finally:
            stop.set()
        assert flooding.result() >= 110
    assert [answer.status_code for answer in answers] == [200] * 6
    # Of the flood, the one at work and one more come before each of his, and not the eight that wait.
    assert between <= 3 * len(answers)


@pytest.mark.sample
def test_of_hundreds_of_calls_at_once_none_is_lost(server: Server) -> None:
    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(lambda _: call(server, "ask", [KNOWN, *[None] * 5]), range(200)))
    kinds = [event if event != "refused" else data.status_code for event, data in results]
    assert set(kinds) <= {"complete", "error", 503}
    assert kinds.count("complete") >= MOST_WAITING
    assert all(data["error"] for event, data in results if event == "error")


LONG = "Qui a fondé Safe Superintelligence " + "et pourquoi " * 150 + "?"


@pytest.mark.sample
def test_who_goes_away_gives_up_their_turn(server: Server) -> None:
    before = server.measured("sourcier_questions_total")
    body = dumped({"question": LONG})
    headers = ("Content-Type: application/json", f"Content-Length: {len(body)}")
    for accept in ("application/json", "text/event-stream"):
        socks = [connected(server) for _ in range(MOST_WAITING // 2)]
        for sock in socks:
            sock.sendall(head(server, "POST /api/v1/ask", *headers, f"Accept: {accept}") + body)
        for sock in socks:
            _cancelled(sock)
    assert comes_true(lambda: is_idle(server))
    # The first may have been begun: it is not stopped in the middle.
    assert server.measured("sourcier_questions_total") - before <= 3


@pytest.mark.sample
def test_who_stops_listening_to_a_call_gives_up_its_turn(server: Server) -> None:
    before = server.measured("sourcier_questions_total")
    fields = {"data": [LONG, *[None] * 5]}
    calls = [server.client.post("/gradio_api/call/ask", json=fields).json()["event_id"] for _ in range(MOST_WAITING)]
    socks = [connected(server) for _ in calls]
    for sock, event in zip(socks, calls, strict=True):
        sock.sendall(head(server, f"GET /gradio_api/call/ask/{event}"))
        sock.recv(10)  # it is being listened to
    for sock in socks:
        _cancelled(sock)
    assert comes_true(lambda: is_idle(server))
    assert server.measured("sourcier_questions_total") - before <= 4


def test_results_that_nobody_fetches_are_not_piled_up(server: Server) -> None:
    # The longest document of the seeds, 2,000 times, would be tens of millions of bytes.
    documents = server.client.get("/api/v1/documents").json()["documents"]
    name = documents[0]["document"]
    for number in range(2000):
        session = f"x{number}" if number % 2 else None
        path = "/gradio_api/queue/join" if session else "/gradio_api/call/document"
        body = {"data": [name], "session_hash": session, "fn_index": 2} if session else {"data": [name]}
        assert server.client.post(path, json=body).status_code == 200


# --- paths

OUTSIDE: tuple[str, ...] = (
    "..%2f..%2f..%2f..%2fetc/passwd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..\\..\\etc\\passwd",
    "/etc/passwd",
)
OUTSIDE += (
    "..%5c..%5cetc%5cpasswd",
    "....//....//etc/passwd",
    "%252e%252e%252fetc%252fpasswd",
    "a" * 300,
    "%00",
    "%ff",
)
OUTSIDE += (
    "../../../../../../etc/passwd",
    "..%c0%af..%c0%afetc/passwd",
    "file:///etc/passwd",
    "C:%5cwindows%5cwin.ini",
)
PLACES: tuple[str, ...] = (
    "/page/",
    "/static/",
    "/assets/",
    "/svelte/",
    "/files/",
    "/docs/",
    "/embed/",
    "/auth/",
    "/api/v1/",
    "/mcp/",
)
PLACES += ("/gradio_api/file=", "/gradio_api/file/", "/gradio_api/proxy=", "/gradio_api/custom_component/a/b/c/", "/")
PLACES += ("/gradio_api/call/ask/", "/gradio_api/heartbeat/../", "/pwa_icon/", "/api/v1/document?document=", "/v1/")


@pytest.mark.parametrize("place", PLACES)
def test_no_path_leads_out(server: Server, place: str) -> None:
    for outside in OUTSIDE:
        response = answered(server, head(server, f"GET {place}{outside}", "Connection: close"))
        assert status(response) in {400, 403, 404, 422}, (place, outside, response[:200])
        assert SECRET.encode() not in response


ON_PURPOSE = {
    *(f"GET {path}" for path in ("/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt")),
    *("HEAD /", "GET /pwa_icon", "GET /pwa_icon/x", "GET /static/x", "GET /assets/x", "GET /svelte/x"),
    *(f"GET /gradio_api/{path}" for path in ("info", "app_id", "startup-events", "heartbeat/x", "queue/data")),
    *(f"GET /gradio_api/call/{path}" for path in ("x/x", "v2/x/x")),
    *(f"POST /gradio_api/{path}" for path in ("queue/join", "cancel", "reset")),
    *(f"POST /gradio_api/{way}/x{slash}" for way in ("run", "api", "call", "call/v2") for slash in ("", "/")),
}


@pytest.mark.sample
def test_of_gradio_only_what_the_page_and_the_api_need_is_there(tmp_path: Path) -> None:
    async def built() -> Any:  # Gradio would make an event loop for itself, and not close it
        return build_app(cast("Engine", _NoEngine()), Settings(corpus=tmp_path / "corpus"))

    app = asyncio.run(built())
    mounted = cast("Any", app.router.routes[-1]).app
    routes = {(method, _filled(route.path)) for route in _routes_of(mounted.router) for method in route.methods}
    assert len(routes) > 60, "Gradio keeps its routes elsewhere"
    passed = {f"{method} {path}" for method, path in routes if _gets_through(method, path)}
    assert passed == ON_PURPOSE


class _NoEngine:
    """An engine that nobody asks."""

    missing = None
    corpus = None


def _routes_of(router: Any) -> Iterator[Any]:
    """Give the routes of a router and of those that it includes."""
    for route in router.routes:
        if included := getattr(route, "original_router", None):
            yield from _routes_of(included)
        elif getattr(route, "methods", None):
            yield route


def _filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "x", path)


def _gets_through(method: str, path: str) -> bool:
    """Tell whether a request gets as far as Gradio's own routes."""
    reached = []

    async def gradio(scope: Any, _receive: Any, send: Any) -> None:
        reached.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def asked() -> None:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await client.request(method, path)

    settings = Settings()
    app = Locks(_GradioOnly(gradio), settings)
    transport = httpx.ASGITransport(app=app)
    asyncio.run(asked())
    return bool(reached)


class _GradioOnly:
    """What stands before Gradio's routes, and asks them alone."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await (self._app if is_of_gradio(scope["path"]) else _nothing)(scope, receive, send)


async def _nothing(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


# --- what is asked in the name of others


@pytest.mark.sample
def test_no_value_has_the_server_fetch_anything(server: Server) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        file = {"path": address, "url": address, "orig_name": "x", "meta": {"_type": "gradio.FileData"}}
        endpoints = server.client.get("/gradio_api/info").json()["named_endpoints"]
        for name, described in endpoints.items():
            for number in range(len(described["parameters"])):
                for value in (file, [file], {"a": file}, address, {**file, "is_stream": True}):
                    values: list[Any] = [None] * len(described["parameters"])
                    values[number] = value
                    directly, queued = run(server, name[1:], values), call(server, name[1:], values)
                    assert value == address or (directly.status_code == 400 and queued[0] == "error")
            asked += _connections(listener)
    assert sorted(endpoints) == ["/ask", "/document", "/documents", "/feedback", "/search", "/suggestions"]
    assert asked == []
    if IS_ROOT:
        assert server.outgoing() == set()


def _connections(listener: socket.socket) -> list[bytes]:
    try:
        sock, _ = listener.accept()
    except TimeoutError:
        return []
    with sock:
        return [sock.recv(100)]


FOREIGN = (
    {"Origin": "https://mechant.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost.mechant.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.mark.sample
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_page_of_another_site_is_refused(server: Server, headers: dict[str, str]) -> None:
    for path in ("/api/v1/ask", "/gradio_api/run/ask", "/gradio_api/queue/join", "/v1/chat/completions", "/mcp"):
        for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
            response = server.client.post(path, content=b"{}", headers=headers | {"Content-Type": kind})
            assert response.status_code == 403
            assert is_a_problem(response.content)
            assert "access-control-allow-origin" not in response.headers


@pytest.mark.sample
def test_browser_of_another_site_is_told_that_it_may_not_ask(server: Server) -> None:
    wanted = {"Origin": "https://mechant.example", "Access-Control-Request-Method": "POST"}
    response = server.client.options("/api/v1/ask", headers=wanted)
    assert response.status_code == 403
    assert is_a_problem(response.content)
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.sample
def test_own_page_is_let_ask(server: Server) -> None:
    own = {"Origin": f"http://{server.host}", "Sec-Fetch-Site": "same-origin"}
    assert server.client.post("/api/v1/search", json={"question": KNOWN}, headers=own).status_code == 200


HOSTS = ("mechant.example", "127.0.0.1.mechant.example", "localhost.mechant.example:7860", "[", "a, localhost", "")


@pytest.mark.parametrize("host", HOSTS)
def test_server_is_addressed_by_its_own_name(server: Server, host: str) -> None:
    response = answered(server, head(server, "GET /api/v1/documents", f"Host: {host}"))
    assert status(response) == 403
    assert b"documents" not in response.partition(b"\r\n\r\n")[2]


@pytest.mark.sample
def test_of_two_hosts_none_is_believed(server: Server) -> None:
    for first, second in ((server.host, "mechant.example"), ("mechant.example", server.host)):
        response = answered(server, head(server, "GET /api/v1/documents", f"Host: {first}", f"Host: {second}"))
        assert status(response) in {400, 403}


LIES = {
    "X-Forwarded-For": "10.0.0.1",
    "X-Forwarded-Host": "mechant.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/mechant",
    "X-Gradio-Server": "http://mechant.example",
    "X-Original-URL": "/gradio_api/upload",
    "X-Rewrite-URL": "/gradio_api/upload",
    "X-HTTP-Method-Override": "DELETE",
    "Forwarded": "host=mechant.example",
    "X-Remote-User": "administrateur",
    "X-Request-ID": "mechant.example\t<script>",
    "Accept-Language": "fr," * 10_000,
    "Cookie": "a=" + "b" * 8_000,
}


@pytest.mark.parametrize("name", LIES)
def test_header_that_lies_changes_nothing(server: Server, name: str) -> None:
    for path in ("/", "/config", "/readyz", "/api/v1/documents"):
        plain, lied = server.client.get(path), server.client.get(path, headers={name: LIES[name]})
        assert lied.status_code == plain.status_code
        assert len(lied.content) == len(plain.content)
        assert "mechant" not in lied.text + str(lied.headers)


SMUGGLED = b"GET /gradio_api/upload HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.sample
@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 4", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding:\x0bchunked",),
        ("Content-Length: 4", "Content-Length: 5"),
        ("Content-Length: 4, 5",),
        ("Content-Length: +4",),
        ("Content-Length: -4",),
        ("Content-Length: 0x4",),
        ("Content-Length: 99999999999999999999999999",),
        ("X-A: a\rb",),
        ("X-A: a\nX-B: b\0",),
        ("X A: b",),
        (" X-A: b",),
        (": b",),
    ],
    ids=str,
)
def test_request_that_two_would_read_differently_is_not_read(server: Server, headers: tuple[str, ...]) -> None:
    response = answered(server, head(server, "POST /api/v1/ask", *headers) + b"0\r\n\r\n" + SMUGGLED, seconds=5)
    assert status(response) in {400, 413}
    assert response.count(b"HTTP/1.1") == 1  # what was hidden in it was not taken for a request


METHODS = ("TRACE", "CONNECT", "DELETE", "PUT", "PATCH", "PROPFIND", "get", "GET\t", "FOO", "PRI *")


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused(server: Server, method: str) -> None:
    for path in ("/", "/api/v1/ask", "/gradio_api/run/ask", "/healthz"):
        response = answered(server, head(server, f"{method} {path}", "Connection: close"))
        assert status(response) in {400, 403, 404, 405}, path


@pytest.mark.sample
def test_head_says_what_get_would_and_no_more(server: Server) -> None:
    response = answered(server, head(server, "HEAD /", "Connection: close"))
    assert status(response) == 200
    assert response.endswith(b"\r\n\r\n")


@pytest.mark.sample
def test_nothing_is_a_websocket(server: Server) -> None:
    headers = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: YQ==")
    for path in ("/", "/gradio_api/queue/join", "/api/v1/ask"):
        assert status(answered(server, head(server, f"GET {path}", *headers))) in {400, 403, 404, 405}
