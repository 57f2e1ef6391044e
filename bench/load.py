"""Many clients at once, for minutes, with a swap of the corpus in the middle: `python -m bench.load`.

Each answer is held against the one that the same server gives to the same question when nobody else asks, of the same
generation, letter for letter; only the times differ. Half of the clients come by REST, half by the Gradio API. They run
in one process beside the server, and share its cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import httpx

from bench.figures import Figure, record, table

if TYPE_CHECKING:
    from collections.abc import Iterator

Door = Literal["rest", "gradio"]
DOORS: Final[tuple[Door, ...]] = ("rest", "gradio")

_ROOT: Final = Path(__file__).parents[1]
_QUESTIONS: Final = _ROOT / "bench" / "questions.txt"
_SECTION: Final = "load"
_PATIENCE: Final = 120.0  # seconds
_CLOSE: Final = 1e-3  # of scores and confidences, which batches of another shape round in another way
_BUSY: Final = re.compile(r"r\\u00e9essayez dans (\d+) s")  # as the Gradio API says it, which has no other form
# What the corpus learns in the middle of the run: some answers change, and most do not.
_NEWS: Final = (
    "Ratatouille\n\nLa recette de la ratatouille niçoise demande des courgettes, des aubergines et des tomates.\n\n"
    "Anthropic a été fondé en 2021 par Dario Amodei et Daniela Amodei.\n"
)
_ABOUT_THE_NEWS: Final = "Quels légumes la ratatouille niçoise demande-t-elle ?"


@dataclass(slots=True)
class Outcome:
    """What became of all requests: seconds of those answered by door, and what was wrong with others."""

    seconds: dict[Door, list[float]] = field(default_factory=lambda: {door: [] for door in DOORS})
    busy: int = 0
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stamps: dict[str, int] = field(default_factory=dict)
    elapsed: float = 0.0
    memory: list[float] = field(default_factory=list)


class Busy(Exception):
    """The server asks to come again later."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def run(seconds: float, clients: int, options: tuple[str, ...] = (), most_questions: int | None = None) -> Outcome:
    """Serve the seeds, load the server for so many seconds, swap the corpus half-way; `options` are the server's."""
    lines = _QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [_ABOUT_THE_NEWS, *filter(None, lines)][:most_questions]
    with tempfile.TemporaryDirectory() as work:
        folder, corpus = Path(work) / "documents", Path(work) / "corpus"
        shutil.copytree(_ROOT / "seeds", folder)
        _index(folder, corpus)
        with _served(corpus, options) as (address, process):
            return asyncio.run(_loaded(address, process.pid, seconds, clients, folder, corpus, questions))


async def _loaded(  # noqa: PLR0913, PLR0917
    address: str, pid: int, seconds: float, clients: int, folder: Path, corpus: Path, questions: list[str]
) -> Outcome:
    outcome = Outcome()
    answers: list[tuple[str, dict[str, Any]]] = []
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE, limits=limits) as client:
        single = await _one_by_one(client, questions)
        outcome.memory.append(memory_of(pid))
        began = time.perf_counter()
        until = began + seconds
        asking = [_ask_until(until, client, DOORS[n % 2], questions, n, outcome, answers) for n in range(clients)]
        await asyncio.gather(_swap(seconds / 2, folder, corpus), *asking)
        outcome.elapsed = time.perf_counter() - began
        outcome.memory.append(memory_of(pid))
        single |= await _one_by_one(client, questions)
    for question, answer in answers:
        stamp = answer["corpus"]["stamp"]
        outcome.stamps[stamp] = outcome.stamps.get(stamp, 0) + 1
        if not equal(answer, single.get((stamp, question))):
            outcome.wrong.append(question)
    return outcome


async def _one_by_one(client: httpx.AsyncClient, questions: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the answer to each question when nobody else asks, by the generation that gave it."""
    answers = [await by_rest(client, question) for question in questions]
    return {(answer["corpus"]["stamp"], answer["question"]): answer for answer in answers}


async def _swap(after: float, folder: Path, corpus: Path) -> None:
    """Bring the corpus up to date with a new document, as an administrator does, in a process of its own."""
    await asyncio.sleep(after)
    (folder / "ratatouille.txt").write_text(_NEWS, encoding="utf-8")
    await asyncio.to_thread(_index, folder, corpus)


async def _ask_until(  # noqa: PLR0913, PLR0917
    until: float,
    client: httpx.AsyncClient,
    door: Door,
    questions: list[str],
    number: int,
    outcome: Outcome,
    answers: list[tuple[str, dict[str, Any]]],
) -> None:
    """Ask one question after the other by a door, each client another one first, and come again when told to."""
    ask = by_rest if door == "rest" else by_gradio
    while time.perf_counter() < until:
        question = questions[number % len(questions)]
        began = time.perf_counter()
        try:
            answer = await ask(client, question)
        except Busy as busy:
            outcome.busy += 1
            await asyncio.sleep(busy.seconds)
            continue
        except (httpx.HTTPError, ValueError, KeyError) as error:
            outcome.errors.append(f"{door}: {type(error).__name__}: {error}"[:300])
        else:
            outcome.seconds[door].append(time.perf_counter() - began)
            answers.append((question, answer))
        number += 1


async def by_rest(client: httpx.AsyncClient, question: str) -> dict[str, Any]:
    """Return the answer to a question by REST; raise Busy, httpx.HTTPError or ValueError."""
    response = await client.post("/api/v1/ask", json={"question": question})
    return _json(response)


async def by_gradio(client: httpx.AsyncClient, question: str) -> dict[str, Any]:
    """Return the answer to a question by the Gradio API, as by REST."""
    event = _json(await client.post("/gradio_api/call/v2/ask", json={"question": question}))["event_id"]
    async with client.stream("GET", f"/gradio_api/call/ask/{event}") as response:
        lines = [line async for line in response.aiter_lines()]
    kind, data = [*filter(None, lines), "", ""][-4:-2] if any(lines) else ("", "")
    if kind != "event: complete":
        if busy := _BUSY.search(data):
            raise Busy(float(busy[1]))
        raise ValueError(f"{kind} {data}")
    answer: dict[str, Any] = json.loads(data.removeprefix("data: "))[0]
    return answer


def _json(response: httpx.Response) -> dict[str, Any]:
    if response.status_code in {429, 503} and "retry-after" in response.headers:
        raise Busy(float(response.headers["retry-after"]))
    if response.status_code != 200:
        raise ValueError(f"{response.status_code} {response.text[:200]}")
    told: dict[str, Any] = response.json()
    return told


def equal(answer: Any, expected: Any) -> bool:
    """Tell whether two answers are the same but for their times, and for the last digits of their scores."""
    if isinstance(answer, dict) and isinstance(expected, dict):
        names = answer.keys() - {"timings_ms"}
        return names == expected.keys() - {"timings_ms"} and all(equal(answer[name], expected[name]) for name in names)
    if isinstance(answer, list) and isinstance(expected, list):
        return len(answer) == len(expected) and all(map(equal, answer, expected))
    if isinstance(answer, float) and isinstance(expected, float):
        return abs(answer - expected) <= _CLOSE
    return bool(answer == expected)


def memory_of(pid: int) -> float:
    """Return the resident memory of a process and of those that it has started, in GB (10^9 bytes)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) * 1024 / 1e9
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return own + sum(memory_of(int(child)) for child in children)


def _index(folder: Path, corpus: Path) -> None:
    command = [sys.executable, "-m", "ui.cli", "index", str(folder), "--corpus", str(corpus)]
    subprocess.run(command, cwd=_ROOT, capture_output=True, check=True)


@contextmanager
def _served(corpus: Path, options: tuple[str, ...]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve a corpus as an administrator does; give its address, and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui.cli", "serve", "--corpus", str(corpus), "--port", str(port), *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOURCIER_")}
    environment |= {"SOURCIER_REQUESTS_PER_MINUTE": "1000000"}
    with subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError("the server did not start")
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def figures(outcome: Outcome) -> list[Figure]:
    """Return what was measured, with the limits that hold for any run: nothing wrong, no error, no memory lost."""
    every = [seconds for door in DOORS for seconds in outcome.seconds[door]]
    before, after = outcome.memory
    return [
        Figure(_SECTION, "answers that differ from the single user's", len(outcome.wrong), most=0),
        Figure(_SECTION, "errors other than busy", len(outcome.errors), most=0),
        Figure(_SECTION, "generations that answered", len(outcome.stamps), least=2),
        Figure(_SECTION, "told to come again", outcome.busy),
        Figure(_SECTION, "answers", len(every)),
        Figure(_SECTION, "questions answered a second", len(every) / outcome.elapsed, "/s"),
        *(figure for door in DOORS for figure in _latencies(door, outcome.seconds[door])),
        Figure(_SECTION, "memory after the first answers", before, "GB"),
        Figure(_SECTION, "memory at the end", after, "GB", most=1.15 * before + 0.1),
    ]


def _latencies(door: Door, seconds: list[float]) -> list[Figure]:
    percentiles = statistics.quantiles(seconds, n=100)
    return [Figure(_SECTION, f"{door}: p{n}", percentiles[n - 1], "s") for n in (50, 95, 99)]


def main() -> int:
    """Load a server; return 1 when a figure misses its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results") / "load.json")
    parser.add_argument("options", nargs="*", help="flags of the server, behind --")
    given = parser.parse_args()
    outcome = run(given.seconds, given.clients, tuple(given.options))
    measured = figures(outcome)
    print(table(measured))
    for said in sorted({*outcome.errors, *(f"wrong: {question}" for question in outcome.wrong)})[:20]:
        print(said)
    record(measured, given.out)
    print(f"written to {given.out}")
    return int(any(figure.holds is False for figure in measured))


if __name__ == "__main__":
    sys.exit(main())
