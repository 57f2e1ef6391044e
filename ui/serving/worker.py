"""A worker process as the front knows it: what it has to do, how it stands, and its next start when it has ended."""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from ui.errors import ServerBusy, WorkerEnded
from ui.serving.logs import request_id
from ui.serving.worker_messages import Call, Result, State, Usage
from ui.serving.worker_process import work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from ui.serving.worker_messages import Plan

_log = logging.getLogger(__name__)

_LONGEST_PAUSE: Final = 60.0  # seconds, before a worker is started again that has ended again and again
_SECONDS_TO_END: Final = 5.0
_AFTER_A_LOSS: Final = 1  # seconds; as a rule another worker answers at once
_STILL_LOADING: Final = 15  # seconds that a worker takes to be there again


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """How a worker stands, as the front knows it.

    `number` is its place, from 1, which whoever is started in its stead takes over. `stamp` is that of the generation
    that it answers from, "" for none. `calls` are those that it has, and `restarts` is how often it was started again.
    `usage` is None while it is being started.
    """

    number: int
    is_ready: bool
    stamp: str
    calls: int
    restarts: int
    usage: Usage | None


class Worker:
    """A worker process as the front knows it: one thread takes what it sends, and starts it again when it has ended."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._numbers = count()
        self._lock = threading.Lock()  # of what is written to the connection, and of the calls
        self._calls: dict[int, Future[Any]] = {}
        self._ending = threading.Event()
        self._restarts = 0
        self._usage: Usage | None = None
        self._connection, self._process = _started(plan)
        self.state: State | None = None  # None: it is being started
        self.opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._keep, name="keep a worker", daemon=True)
        self._thread.start()

    @property
    def calls(self) -> int:
        """How many calls it has."""
        return len(self._calls)

    @property
    def process(self) -> int:
        """Its process, as the system numbers them."""
        return self._process.pid or 0

    def seen(self, number: int) -> WorkerSeen:
        """Return how it stands, in a place of this number."""
        state = self.state
        return WorkerSeen(
            number=number,
            is_ready=state is not None,
            stamp=state.corpus.stamp if state and state.corpus else "",
            calls=self.calls,
            restarts=self._restarts,
            usage=self._usage if state else None,
        )

    def call(self, method: str, *arguments: Any) -> Any:
        """Return what a method of the engine gives in the worker, or raise what it raises there."""
        future: Future[Any] = Future()
        with self._lock:
            if self.state is None:
                raise ServerBusy(seconds=_STILL_LOADING)
            call = Call(next(self._numbers), request_id.get(), method, arguments)
            self._calls[call.number] = future
            with suppress(OSError):  # it has just ended, which fails the call too
                self._connection.send(call)
        return future.result()

    def end(self) -> None:
        """Have the process end: in order, or killed where it is at work. It keeps nothing that is not kept already."""
        with self._lock:
            self._ending.set()
            if self.state is None or self._calls:
                self._process.kill()
            else:
                with suppress(OSError):  # it has just ended
                    self._connection.send(None)

    def join(self) -> None:
        """Wait until it has ended, but not for long."""
        self._thread.join(_SECONDS_TO_END)
        with self._lock:
            self._process.kill()
        self._thread.join()

    def _keep(self) -> None:
        """Take what the process sends, and start another when it has ended, until told to end."""
        early = 0  # ends, one after the other, of processes that had hardly begun
        while True:
            began = time.monotonic()
            for message in _messages(self._connection):
                self._take(message)
            self._lose()
            if self._ending.is_set() or not self._was_opened():
                return
            _log.error("a worker has ended (status %s), and is started again", self._process.exitcode)
            early = early + 1 if time.monotonic() - began < _LONGEST_PAUSE else 0
            if self._ending.wait(min(_LONGEST_PAUSE, 2.0**early / 2)):
                return
            with self._lock:
                if not self._ending.is_set():
                    self._connection, self._process = _started(self._plan)
                    self._restarts += 1

    def _take(self, message: object) -> None:
        """Take a message: how the engine stands, what it takes, what a call gives, or why there is no engine."""
        if isinstance(message, State):
            self.state = message
            if not self.opened.done():
                self.opened.set_result(None)
        elif isinstance(message, Usage):
            self._usage = message
        elif isinstance(message, Result):
            future = self._calls.pop(message.number)
            if message.error is None:
                future.set_result(message.found)
            else:
                future.set_exception(message.error)
        elif isinstance(message, Exception):
            if self.opened.done():
                _log.error("a worker could not be started again: %s", message)
            else:
                self.opened.set_exception(message)

    def _lose(self) -> None:
        """Fail what the process had to do, for it has ended."""
        self._process.join()
        with self._lock:
            self.state = self._usage = None
            lost, self._calls = self._calls, {}
            self._connection.close()
        for future in lost.values():
            future.set_exception(ServerBusy(seconds=_AFTER_A_LOSS))

    def _was_opened(self) -> bool:
        """Tell whether it has ever been ready; a first start that fails is for whoever wanted it."""
        if not self.opened.done():
            self.opened.set_exception(WorkerEnded(status=self._process.exitcode, workers=self._plan.settings.workers))
        return self.opened.exception() is None


def _started(plan: Plan) -> tuple[Connection, multiprocessing.process.BaseProcess]:
    """Start a worker; return the front's end of what leads to it."""
    context = multiprocessing.get_context("spawn")  # a fork would copy the locks of threads that it does not copy
    here, there = context.Pipe()
    process = context.Process(target=work, args=[there, plan], name="sourcier worker", daemon=True)
    process.start()
    there.close()
    return here, process


def _messages(connection: Connection) -> Iterator[object]:
    """Give what comes through a connection, until its other end is closed."""
    with suppress(EOFError, OSError):
        while True:
            yield connection.recv()
