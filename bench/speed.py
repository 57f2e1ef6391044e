"""How fast, and how large: indexing, answering, memory, cold start. Limits were set for two cores."""

from __future__ import annotations

import contextlib
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure
from index import load, split
from index.encode import BATCH, Encoder
from index.sync import synchronise
from qa.engine import Engine, ReaderKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SECTION = "speed and memory"
_ROOT = Path(__file__).parents[1]
SEEDS = _ROOT / "seeds"
_QUESTIONS = Path(__file__).with_name("questions.txt")
_ROUNDS = 3
_READERS: dict[ReaderKind, float] = {"sentences": 150, "trained": 400}
"""The readers, each with the milliseconds that an answer may take."""


def figures(encoder: Encoder, folder: Path) -> list[Figure]:
    """Return every figure of speed; `folder` holds the texts whose indexing is timed."""
    with tempfile.TemporaryDirectory() as work:
        corpus = Path(work) / "corpus"
        synchronise([SEEDS], corpus)
        return [
            Figure(_SECTION, "indexing, share of the bare encoder's rate", indexing_share(encoder, folder), least=0.85),
            *answering(corpus),
            *memory(corpus),
            Figure(_SECTION, "cold start to the first answer", cold_start(corpus), "s", most=15),
        ]


def indexing_share(encoder: Encoder, folder: Path) -> float:
    """Return the median over rounds of (bare encoding seconds / indexing seconds) for the same texts.

    The indexing is all of it but the loading of the model: reading, splitting, encoding, storing, deriving, sealing.
    """
    files = sorted(path for path in folder.rglob("*.txt") if path.is_file())
    texts = [chunk.encoded for path in files for chunk in split.split(load.load(path, folder))]
    encoder.encode_passages(texts[:BATCH])
    shares = []
    for _ in range(_ROUNDS):
        bare = _seconds(lambda: encoder.model.encode_document(texts, batch_size=BATCH, show_progress_bar=False))
        loading = _seconds(Encoder.open)
        with tempfile.TemporaryDirectory() as work:
            corpus = Path(work) / "corpus"
            shares.append(bare / (_seconds(lambda corpus=corpus: synchronise([folder], corpus)) - loading))  # type: ignore[misc]
    return statistics.median(shares)


def answering(corpus: Path) -> list[Figure]:
    """Return the median and the 95th percentile of `Engine.ask` on the seeds with each reader."""
    return [figure for reader, most in _READERS.items() for figure in _answering(corpus, reader, most)]


def _answering(corpus: Path, reader: ReaderKind, most: float) -> list[Figure]:
    engine = Engine.open(corpus, reader=reader)
    questions = _QUESTIONS.read_text(encoding="utf-8").split("\n")
    questions = [question for question in questions if question]
    engine.ask(questions[0])
    times = [1000 * _seconds(lambda q=question: engine.ask(q)) for _ in range(_ROUNDS) for question in questions]  # type: ignore[misc]
    engine.close()
    return [
        Figure(_SECTION, f"Engine.ask on the seeds, {reader}: median", statistics.median(times), "ms", most=most),
        Figure(
            _SECTION, f"Engine.ask on the seeds, {reader}: 95th percentile", statistics.quantiles(times, n=20)[-1], "ms"
        ),
    ]


def memory(corpus: Path) -> list[Figure]:
    """Return the peak memory of a chat process with each reader, and how much more the trained one takes."""
    peaks = {reader: chat_memory(corpus, reader) for reader in _READERS}
    return [
        *(
            Figure(_SECTION, f"peak memory of a chat process, {reader}", peak, "GB", most=1.6)
            for reader, peak in peaks.items()
        ),
        Figure(
            _SECTION,
            "memory that the trained reader adds",
            1000 * (peaks["trained"] - peaks["sentences"]),
            "MB",
            most=200,
        ),
    ]


def chat_memory(corpus: Path, reader: ReaderKind) -> float:
    """Return the peak resident memory of a chat process that answered every question, in GB (10^9 bytes)."""
    with _chat(corpus, reader) as (address, process):
        for question in _QUESTIONS.read_text(encoding="utf-8").split("\n"):
            if question:
                answer = _post(f"{address}/gradio_api/run/ask", {"data": [question, None, None, None, None, None]})
                if b'"verdict"' not in answer:
                    raise RuntimeError("the chat gave no answer")
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024 / 1e9


def cold_start(corpus: Path) -> float:
    """Return the median seconds of a whole `sourcier ask` process."""
    command = [sys.executable, "-m", "ui.cli", "ask", "--json", "--corpus", str(corpus), "Qui a fondé Anthropic ?"]
    return statistics.median(
        _seconds(lambda: subprocess.run(command, cwd=_ROOT, capture_output=True, check=True)) for _ in range(_ROUNDS)
    )


@contextlib.contextmanager
def _chat(corpus: Path, reader: ReaderKind) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui.cli", "chat", "--corpus", str(corpus), "--reader", reader]
    command += ["--port", str(port)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address, process
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{address}/healthz"):  # noqa: S310
            return
        time.sleep(0.2)
    raise RuntimeError("the chat did not start")


def _post(address: str, body: dict[str, object]) -> bytes:
    request = urllib.request.Request(  # noqa: S310 - our own server
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return bytes(answer.read())


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
