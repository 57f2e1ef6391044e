"""A server in a process of its own, and what attacks it: raw sockets, and looks at the process from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
KNOWN = "Qui a fondé Safe Superintelligence ?"
PATIENCE = 60.0  # seconds, on a machine that is busy


@dataclass(slots=True)
class Server:
    """A server that runs; `read` is how much of its log was looked at."""

    process: int
    port: int
    log: Path
    client: httpx.Client
    read: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, question: str = KNOWN, **fields: Any) -> httpx.Response:
        """Ask by REST."""
        return self.client.post("/api/v1/ask", json={"question": question, **fields})

    def known_answer(self) -> dict[str, Any]:
        """Return the answer to a question that is always asked, but for how long it took."""
        response = self.ask()
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        del answer["timings_ms"]
        return answer

    def megabytes(self, what: str = "VmRSS") -> float:
        """Return the memory of the process: "VmRSS" is what it has, and "VmHWM" the most since `forget_the_most`."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith(what))
        return int(line.split()[1]) / 1000

    def forget_the_most(self) -> None:
        """Begin anew to note the most memory that the process has had."""
        Path(f"/proc/{self.process}/clear_refs").write_text("5", encoding="ascii")

    def new_log(self) -> str:
        """Return what was written to the log since it was last looked at."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        new, self.read = text[self.read :], len(text)
        return new

    def outgoing(self) -> set[str]:
        """Return the addresses that the process has connected itself to, as /proc names them."""
        held = set()
        for link in Path(f"/proc/{self.process}/fd").iterdir():
            with suppress(OSError):  # it was closed meanwhile
                held.add(os.readlink(link))  # noqa: PTH115  pathlib would take it for a path
        lines = [line.split() for line in _sockets(self.process)]
        own = f":{self.port:04X}"
        return {line[2] for line in lines if f"socket:[{line[9]}]" in held and line[3] == "01" and own not in line[1]}

    def measured(self, name: str) -> float:
        """Return the sum of a measurement over its labels."""
        lines = self.client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


def _sockets(process: int) -> Iterator[str]:
    for family in ("tcp", "tcp6"):
        yield from Path(f"/proc/{process}/net/{family}").read_text(encoding="ascii").splitlines()[1:]


@contextmanager
def served(corpus: Path, folder: Path, **settings: str) -> Iterator[Server]:
    """Start a server as an administrator does, and end it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOURCIER_")}
    environment |= {"SOURCIER_CORPUS": str(corpus), "SOURCIER_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    environment |= {"SOURCIER_FEEDBACK": str(folder / "said.jsonl")} | settings
    command = [sys.executable, "-m", "ui.cli", "chat"]
    log = folder / "server.log"
    with (
        log.open("wb") as written,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=written) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client,
    ):
        server = Server(process.pid, port, log, client)
        try:
            _wait_until_healthy(server, process)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(httpx.TransportError):
            if server.client.get("/healthz").status_code == 200:
                return
        time.sleep(0.1)
    message = f"the server did not start: {server.new_log()}"
    raise AssertionError(message)


# --- what is sent


def connected(server: Server, seconds: float = PATIENCE) -> socket.socket:
    """Open a socket to the server."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=seconds)


def head(server: Server, line: str, *headers: str) -> bytes:
    """Return the head of a request, with a Host unless there is one."""
    lines = [f"{line} HTTP/1.1", *headers]
    if not any(header.lower().startswith("host:") for header in headers):
        lines.append(f"Host: {server.host}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def answered(server: Server, sent: bytes | Iterable[bytes], seconds: float = 10.0) -> bytes:
    """Send bytes as they are; return what comes back until the connection ends, or nothing more comes."""
    with connected(server, seconds) as sock:
        for part in [sent] if isinstance(sent, bytes) else sent:
            try:
                sock.sendall(part)
            except OSError:
                break  # cut off in the middle, which is an answer too
        return received(sock)


def received(sock: socket.socket) -> bytes:
    """Return what comes until the connection ends, or an answer is whole, or nothing more comes in time."""
    got = b""
    with suppress(OSError):
        while part := sock.recv(65536):
            got += part
            top, ended, body = got.partition(b"\r\n\r\n")
            if ended and f"content-length: {len(body)}".encode() in top.lower().split(b"\r\n"):
                break
    return got


def status(response: bytes) -> int:
    """Return the status of an answer as it came, 0 for none."""
    return int(response.split(b" ", 2)[1]) if response.startswith(b"HTTP/") else 0


def chunked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Write a body in chunks (RFC 9112, 7.1)."""
    for part in parts:
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n\r\n"


def is_a_problem(body: bytes | str) -> bool:
    """Tell whether a body is an error in the form of all doors."""
    try:
        said = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(said, dict) and set(said) == {"code", "message", "action"} and all(said.values())


def events(text: str) -> list[tuple[str, Any]]:
    """Read server-sent events: the name of each, and its data."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in lines:
            found.append((lines.get("event", ""), json.loads(lines["data"])))
    return found
