"""What attacks cost a server: `python -m bench.attack`. Prints a table, and writes it to a JSON file.

The attacks themselves, with what must hold whatever they cost, are in tests/attack: `make attack`. It takes root, for a
server shields itself from all other programs of its user.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from bench.figures import Figure, record, table
from index.sync import synchronise
from tests.attack.serving import Server, answered, chunked, connected, head, served, status

_SEEDS = Path(__file__).parents[1] / "seeds"
_SECTION = "attacks"
_ROUNDS = 20
_SLOW = 500
_CALLS = 2_000
_BODY = [b'{"question":"' + b"a" * 999_985 + b'"}'] * 10
_DOORS = {"REST": "/api/v1/ask", "Gradio call": "/gradio_api/call/ask", "Gradio run": "/gradio_api/run/ask"}


def main() -> int:
    """Attack a server of the seeds; return 1 when a figure misses its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.attack", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results") / "attack.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        corpus = Path(work) / "corpus"
        synchronise([_SEEDS], corpus)
        with served(corpus, Path(work), SOURCIER_REQUESTS_PER_MINUTE="1000000") as server:
            for _ in range(5):
                server.known_answer()
            figures = [*_large_bodies(server), *_slow_readers(server), *_unfetched(server)]
    print(table(figures))
    record(figures, options.out)
    return int(any(figure.holds is False for figure in figures))


def _large_bodies(server: Server) -> list[Figure]:
    figures = []
    for name, path in _DOORS.items():
        for way, top in (("told", "Content-Length: 10000000"), ("in chunks", "Transfer-Encoding: chunked")):
            body = b"".join(chunked(_BODY) if way == "in chunks" else _BODY)
            sent = head(server, f"POST {path}", "Content-Type: application/json", top) + body
            server.forget_the_most()
            before = server.megabytes()
            seconds = statistics.median(_refused(server, sent) for _ in range(_ROUNDS))
            grown = server.megabytes("VmHWM") - before
            attack = f"10 MB by {name}, length {way}"
            figures += [
                Figure(_SECTION, f"{attack}: sent and refused", 1000 * seconds, "ms", most=100.0),
                Figure(_SECTION, f"{attack}: memory", grown, "MB", most=10.0),
            ]
    return figures


def _refused(server: Server, sent: bytes) -> float:
    """Return the seconds from the first byte that is sent until the refusal is read."""
    began = time.perf_counter()
    if status(answered(server, sent)) != 413:
        raise ValueError("it was not refused")
    return time.perf_counter() - began


def _slow_readers(server: Server) -> list[Figure]:
    alone = statistics.median(_asked(server) for _ in range(_ROUNDS))
    before = server.megabytes()
    socks = [connected(server) for _ in range(_SLOW)]
    for sock in socks:
        sock.sendall(head(server, "POST /api/v1/ask")[:-10])
    beside = statistics.median(_asked(server) for _ in range(_ROUNDS))
    grown = server.megabytes() - before
    for sock in socks:
        sock.close()
    return [
        Figure(_SECTION, "a question, nobody else there", 1000 * alone, "ms"),
        Figure(_SECTION, f"a question beside {_SLOW} half requests", 1000 * beside, "ms"),
        Figure(_SECTION, f"memory of {_SLOW} half requests", grown, "MB", most=20.0),
    ]


def _asked(server: Server) -> float:
    began = time.perf_counter()
    server.known_answer()
    return time.perf_counter() - began


def _unfetched(server: Server) -> list[Figure]:
    before = server.megabytes()
    for _ in range(_CALLS):
        server.client.post("/gradio_api/call/documents", json={"data": ["", 0, 50]}).raise_for_status()
    grown = server.megabytes() - before
    return [Figure(_SECTION, f"memory of {_CALLS} calls that nobody fetches", grown, "MB", most=20.0)]


if __name__ == "__main__":
    raise SystemExit(main())
