"""Connections that do not come to an end: who sends or reads too slowly, or a head that is too large, is cut off.

Uvicorn waits for ever for a request, keeps as much of its head as is sent, and waits for ever until an answer is read.
Each such connection holds a file descriptor, of which a process has some thousand. The limits are of the size that web
servers commonly have (mod_reqtimeout of Apache, for one); a proxy before the server has limits of its own.
"""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

MOST_BYTES_OF_A_HEAD: Final = 65_536
"""Of the method, the path and the headers; what comes in the first read, at most 256 kB, is not counted."""

SECONDS_FOR_A_HEAD: Final = 20.0
SECONDS_FOR_A_BODY: Final = 20.0
BYTES_A_SECOND: Final = 500
"""So many bytes of a body give it one second more."""

SECONDS_TO_READ: Final = 60.0
"""How long nothing may be read of an answer that is larger than what the system holds back, some 100 kB."""

_REFUSALS: Final = {
    408: b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    431: b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
}


class PatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, with an end to its patience; for `uvicorn.Config(http=...)`."""

    _part: Literal["head", "body", "none"] = "none"
    """What of a request is waited for."""

    _cycles: tuple[RequestResponseCycle, ...] = ()  # the requests that are not answered yet
    _parts = 0  # that were waited for
    _received = 0  # bytes of this one
    _is_asked = False  # whether something of a request has come
    _began = 0.0  # by the clock of the loop
    _sending_ends: asyncio.TimerHandle | None = None
    _reading_ends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_for("head", SECONDS_FOR_A_HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_for("none")
        self._read_again()
        super().connection_lost(exc)
        for cycle in self._cycles:  # of several requests on their way, uvicorn would tell the last alone
            cycle.disconnected = True
            cycle.message_event.set()

    def data_received(self, data: bytes) -> None:
        """Take what comes, of one request or of several."""
        parts = self._parts
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._parts == parts:
            self._received += len(data)
        if self._part == "head" and self._received > MOST_BYTES_OF_A_HEAD:
            self._cut_off(431)
        elif self._part == "none" and self.cycle is not None and self.cycle.response_complete:
            self._wait_for("head", SECONDS_FOR_A_HEAD)  # line ends may come before a request, and begin none

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a head."""
        super().on_message_begin()
        if self._part == "head":
            self._parts += 1
        else:
            self._wait_for("head", SECONDS_FOR_A_HEAD)
        self._is_asked = True

    def on_headers_complete(self) -> None:
        """Begin to wait for a body."""
        self._wait_for("body", SECONDS_FOR_A_BODY)
        super().on_headers_complete()
        self._cycles = (*(cycle for cycle in self._cycles if not cycle.response_complete), self.cycle)

    def on_message_complete(self) -> None:
        """Have the whole request."""
        self._wait_for("none")
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to another protocol."""
        self._wait_for("none")
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """Begin to wait for whoever asked to read."""
        super().pause_writing()
        self._reading_ends = self.loop.call_later(SECONDS_TO_READ, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on, now that something was read."""
        self._read_again()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is not used, read or not."""
        super().timeout_keep_alive_handler()
        self.loop.call_later(SECONDS_TO_READ, self.transport.abort)

    def _wait_for(self, part: Literal["head", "body", "none"], seconds: float = 0.0) -> None:
        self._part = part
        self._parts += 1
        self._received = 0
        self._is_asked = part == "body"
        self._began = self.loop.time()
        if self._sending_ends is not None:
            self._sending_ends.cancel()
        self._sending_ends = self.loop.call_later(seconds, self._too_slow) if seconds else None

    def _too_slow(self) -> None:
        """Cut off who is too slow, unless it is we who read nothing, or so much came that there is more time."""
        most = SECONDS_FOR_A_BODY + self._received / BYTES_A_SECOND
        left = self._began + most - self.loop.time() if self._part == "body" else 0.0
        if self.flow.read_paused:
            left = SECONDS_FOR_A_BODY
        if left > 0:
            self._sending_ends = self.loop.call_later(left, self._too_slow)
        else:
            self._cut_off(408)

    def _cut_off(self, status: int) -> None:
        """Close the connection, and say why where that can still be said."""
        if self.transport.is_closing():
            return
        if self._is_asked and (self.cycle is None or self._part == "head" or not self.cycle.response_started):
            self.transport.write(_REFUSALS[status])
        self.transport.close()
        self.loop.call_later(SECONDS_TO_READ, self.transport.abort)  # nobody need read it

    def _read_again(self) -> None:
        if self._reading_ends is not None:
            self._reading_ends.cancel()
            self._reading_ends = None


def more_descriptors() -> None:
    """Let this process have as many file descriptors as the system allows it: each connection takes one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # a limit that is said to be none, and is one
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
