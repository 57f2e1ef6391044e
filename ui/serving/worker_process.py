"""A worker process: opens an engine, and answers with it what the front calls."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.errors import SourcierError
from ui.serving.logs import frames_of, log_to, request_id
from ui.serving.shielding import shield
from ui.serving.threads import share_cores
from ui.serving.worker_messages import Result, State, Usage

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from qa.engine import Engine
    from ui.serving.worker_messages import Call, Plan

_LOOK_EVERY: Final = 0.5  # seconds, as the engine follows its corpus
_MEASURE_EVERY: Final = 2.0  # seconds, or a little more; Prometheus asks every fifteen, as a rule
_THREADS_BESIDE: Final = 4  # of each worker, for documents and lists, which do not wait behind questions
_STATM: Final = Path("/proc/self/statm")  # proc(5): pages, the second number those in memory


def work(connection: Connection, plan: Plan) -> None:
    """Open an engine, and answer what comes through a connection; end when its other end is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all processes of a service, while questions are answered
        signal.signal(number, signal.SIG_IGN)
    shield()
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
    """Answer what comes, each in a thread; say how the engine stands whenever that changes, and what the process takes.

    Return True when told to end, which is told when nothing is at work, and False when nobody is there any more.
    """
    sending = threading.Lock()

    def send(message: State | Result | Usage) -> None:
        with sending, suppress(OSError):  # nobody is there any more
            connection.send(message)

    told: State | None = None
    measured = -math.inf
    pool = ThreadPoolExecutor(threads)
    with suppress(EOFError, OSError):
        while True:
            state = State(engine.missing, engine.corpus)
            if told is None or state.seen != told.seen:
                send(state)
                told = state
            if time.monotonic() - measured > _MEASURE_EVERY:
                send(_usage())
                measured = time.monotonic()
            if not connection.poll(_LOOK_EVERY):
                continue
            if (call := connection.recv()) is None:
                return True
            pool.submit(_answer, engine, call, send)
    return False


def _usage() -> Usage:
    """Return what this process has taken; nobody else may look, for it is shielded."""
    memory = 0
    with suppress(OSError):  # another system than Linux
        memory = int(_STATM.read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return Usage(memory, time.process_time())


def _answer(engine: Engine, call: Call, send: Callable[[Result], None]) -> None:
    """Do one call, and send what it gives, or what it raises as far as that can be sent."""
    request_id.set(call.request)
    try:
        send(Result(call.number, found=getattr(engine, call.method)(*call.arguments)))
    except SourcierError as error:
        send(Result(call.number, error=error))
    except Exception as error:  # noqa: BLE001  of any kind, which need not survive the way to the front
        where = "; ".join(frames_of(error)[-3:])
        send(Result(call.number, error=RuntimeError(f"{type(error).__name__} in a worker: {where}")))
