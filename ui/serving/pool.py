"""An engine in several processes behind one front: each opens the corpus and the models, and answers for itself.

One process keeps the sessions, the limits, the queue and what Gradio remembers of each page. The workers of uvicorn
would share nothing of these: Gradio begins an event with one request and gives its result with the next, which another
process would know nothing of; and every limit would hold once for each of them.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from index.errors import CorpusError, SourcierError
from qa.engine import MOST_LISTED
from ui.errors import ServerBusy, WorkerEnded
from ui.serving.logs import frames_of, is_logging, log_to, request_id
from ui.serving.threads import share_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path

    from qa.answer import Answer, CorpusInfo, Filters, FullDocument, Listing, Quote, Turn
    from qa.engine import Engine
    from ui.settings import Settings

_log = logging.getLogger(__name__)

_LOOK_EVERY: Final = 0.5  # seconds, as the engine follows its corpus
_THREADS_BESIDE: Final = 4  # of each worker, for documents and lists, which do not wait behind questions
_LONGEST_PAUSE: Final = 60.0  # seconds, before a worker is started again that has ended again and again
_SECONDS_TO_END: Final = 5.0
_AFTER_A_LOSS: Final = 1  # seconds; as a rule another worker answers at once
_STILL_LOADING: Final = 15  # seconds that a worker takes to be there again


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is to do; `opening` opens its engine."""

    opening: Callable[[], Engine]
    settings: Settings
    is_logging: bool


@dataclass(frozen=True, slots=True)
class _Call:
    number: int
    request: str
    method: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Result:
    number: int
    found: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class _State:
    """How the engine of a worker stands."""

    missing: CorpusError | None
    corpus: CorpusInfo | None

    @property
    def seen(self) -> tuple[str, CorpusInfo | None]:
        return repr(self.missing), self.corpus


class EnginePool:
    """Answers as an Engine does, in worker processes; safe to share between threads.

    An answer comes from one worker, and so from one generation. Who asks twice may be answered from two, for some
    seconds, while a new one is taken up. A worker that dies costs the questions that it had (ServerBusy, which tells
    when to try again), and is started again.
    """

    def __init__(self, opening: Callable[[], Engine], settings: Settings) -> None:
        """Start the workers, and wait until each has opened its engine.

        `opening` is sent to each worker: a `functools.partial` of Engine.open. Workers write a log when this process
        does. Raises what `opening` raises, and WorkerEnded.
        """
        plan = Plan(opening, settings, is_logging())
        self._workers = [_Worker(plan) for _ in range(settings.workers)]
        # Python waits for the processes of a program that ends otherwise than by `close`: for ever, for these.
        atexit.register(self.close)
        try:
            for worker in self._workers:
                worker.opened.result()
        except BaseException:
            self.close()
            raise

    @property
    def missing(self) -> CorpusError | None:
        """Why there is no corpus to answer from; None when a worker has one, and while all are being started again."""
        states = self._states()
        return states[0].missing if states and all(state.missing for state in states) else None

    @property
    def corpus(self) -> CorpusInfo | None:
        """Which corpus answers; None when there is none."""
        return next((state.corpus for state in self._states() if state.corpus), None)

    @property
    def processes(self) -> list[int]:
        """The workers that are ready, as the system numbers processes."""
        return [worker.process for worker in self._workers if worker.state]

    def ask(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None, max_quotes: int = 5
    ) -> Answer:
        """Answer a question as Engine.ask does, or raise ServerBusy."""
        answer: Answer = self._least_busy().call("ask", question, history, filters, max_quotes)
        return answer

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Quote]:
        """Return passages as Engine.search does, or raise ServerBusy."""
        found: list[Quote] = self._least_busy().call("search", question, k, filters)
        return found

    def document(self, document: str) -> FullDocument:
        """Return a document as Engine.document does, or raise ServerBusy."""
        found: FullDocument = self._least_busy().call("document", document)
        return found

    def documents(self, words: str = "", offset: int = 0, most: int = MOST_LISTED) -> Listing:
        """Return a list as Engine.documents does, or raise ServerBusy."""
        listing: Listing = self._least_busy().call("documents", words, offset, most)
        return listing

    def original(self, document: str) -> Path:
        """Return the file of a document as Engine.original does, or raise ServerBusy."""
        path: Path = self._least_busy().call("original", document)
        return path

    def suggestions(self) -> list[str]:
        """Return questions as Engine.suggestions does, or raise ServerBusy; one worker looks for them, once for all."""
        first = next((worker for worker in self._workers if worker.state), self._workers[0])
        found: list[str] = first.call("suggestions")
        return found

    def close(self) -> None:
        """End the workers, and what they are doing."""
        atexit.unregister(self.close)
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.join()

    def _states(self) -> list[_State]:
        return [state for worker in self._workers if (state := worker.state)]

    def _least_busy(self) -> _Worker:
        return min(self._workers, key=lambda worker: (worker.state is None, worker.calls))


class _Worker:
    """A worker process as the front knows it: one thread takes what it sends, and starts it again when it has ended."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._numbers = count()
        self._lock = threading.Lock()  # of what is written to the connection, and of the calls
        self._calls: dict[int, Future[Any]] = {}
        self._ending = threading.Event()
        self._connection, self._process = _started(plan)
        self.state: _State | None = None  # None: it is being started
        self.opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._keep, name="keep a worker", daemon=True)
        self._thread.start()

    @property
    def calls(self) -> int:
        return len(self._calls)

    @property
    def process(self) -> int:
        return self._process.pid or 0

    def call(self, method: str, *arguments: Any) -> Any:
        """Return what a method of the engine gives in the worker, or raise what it raises there."""
        future: Future[Any] = Future()
        with self._lock:
            if self.state is None:
                raise ServerBusy(seconds=_STILL_LOADING)
            call = _Call(next(self._numbers), request_id.get(), method, arguments)
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

    def _take(self, message: object) -> None:
        """Take a message: how the engine stands, what a call gives, or why there is no engine."""
        if isinstance(message, _State):
            self.state = message
            if not self.opened.done():
                self.opened.set_result(None)
        elif isinstance(message, _Result):
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
            self.state = None
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


# --- In the worker --------------------------------------------------------------------------------------------------


def work(connection: Connection, plan: Plan) -> None:
    """Open an engine, and answer what comes through a connection; end when its other end is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all processes of a service, while questions are answered
        signal.signal(number, signal.SIG_IGN)
    share_cores(plan.settings.workers)
    if plan.is_logging:
        log_to(log_questions=plan.settings.log_questions)
    try:
        engine = plan.opening()
    except SourcierError as error:
        connection.send(error)
        return
    if not _answer_all(connection, engine, plan.settings.at_a_time + _THREADS_BESIDE):
        # Its threads may be at work, for nobody: they are not waited for, and an end that is in order would abort them.
        os._exit(0)
    engine.close()


def _answer_all(connection: Connection, engine: Engine, threads: int) -> bool:
    """Answer what comes, each in a thread, and say how the engine stands whenever that changes.

    Return True when told to end, which is told when nothing is at work, and False when nobody is there any more.
    """
    sending = threading.Lock()

    def send(message: _State | _Result) -> None:
        with sending, suppress(OSError):  # nobody is there any more
            connection.send(message)

    told: _State | None = None
    pool = ThreadPoolExecutor(threads)
    with suppress(EOFError, OSError):
        while True:
            state = _State(engine.missing, engine.corpus)
            if told is None or state.seen != told.seen:
                send(state)
                told = state
            if not connection.poll(_LOOK_EVERY):
                continue
            if (call := connection.recv()) is None:
                return True
            pool.submit(_answer, engine, call, send)
    return False


def _answer(engine: Engine, call: _Call, send: Callable[[_Result], None]) -> None:
    """Do one call, and send what it gives, or what it raises as far as that can be sent."""
    request_id.set(call.request)
    try:
        send(_Result(call.number, found=getattr(engine, call.method)(*call.arguments)))
    except SourcierError as error:
        send(_Result(call.number, error=error))
    except Exception as error:  # noqa: BLE001  of any kind, which need not survive the way to the front
        where = "; ".join(frames_of(error)[-3:])
        send(_Result(call.number, error=RuntimeError(f"{type(error).__name__} in a worker: {where}")))
