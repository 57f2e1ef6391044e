"""How a server ends: what was asked is answered first, and nothing holds the end up for longer than that."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Final

import uvicorn

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from types import FrameType

    from fastapi import FastAPI

    from ui.serving.admission import Admission

_log = logging.getLogger(__name__)

SECONDS_TO_CLOSE: Final = 3
"""How long answers may take to be sent, once all questions are answered; whatever is still open then is cut off."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class EndingServer(uvicorn.Server):
    """Ends on SIGTERM and SIGINT, with status 0, within `seconds` and SECONDS_TO_CLOSE; on a second signal at once.

    At once nobody else is let in: no connection is taken, and a question that comes by one that is open is refused.
    Questions that wait or are being answered are answered within `seconds`, which is the longest that any may take.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        admission: Admission,
        seconds: float,
        on_listening: Callable[[], None],
        on_ending: Callable[[], None],
    ) -> None:
        """`on_listening` is called once the server can be reached, and `on_ending` once all questions are answered."""
        config.timeout_graceful_shutdown = SECONDS_TO_CLOSE
        super().__init__(config)
        self._admission = admission
        self._seconds = seconds
        self._on_listening = on_listening
        self._on_ending = on_ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self._on_listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals that end the server; none is raised again afterwards, for such an end is in order."""
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  the names are uvicorn's
        """Begin to end; another signal does what it does to any program."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        self._admission.close()
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what was asked, and close."""
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        _log.info("ending", extra={"waiting": self._admission.waiting, "working": self._admission.working})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._admission.drained(), self._seconds)
        self._on_ending()
        await super().shutdown(sockets)


def end_streams(app: FastAPI) -> None:
    """End the streams that each open page holds, by which Gradio knows that it is open."""
    for route in app.routes:
        stop = getattr(getattr(route, "app", None), "stop_event", None)
        if isinstance(stop, asyncio.Event):
            stop.set()


def leave(admission: Admission) -> None:
    """End the process at once where a question is still at work: its thread cannot be stopped, and would be waited for.

    It has taken longer than any may, and whoever asked has been told so.
    """
    if admission.working:
        _log.warning("ended with questions that took too long", extra={"working": admission.working})
        sys.stdout.flush()
        os._exit(0)
