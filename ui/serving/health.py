"""Whether the server is up, and whether it answers questions: for whoever starts it again, and sends requests to it.

Both are open to everybody, cost nothing, and tell neither a path nor a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from index.lock import holder
from ui.errors import ServerStopping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from index.errors import SourcierError
    from qa.engine import Engine
    from ui.serving.admission import Admission


async def healthy() -> dict[str, str]:
    """Say that the server is up; who gets no answer may start it again."""
    return {"status": "ok"}


def readiness(engine: Engine, admission: Admission, folder: Path) -> Callable[[], Awaitable[JSONResponse]]:
    """Return the route that says whether questions are answered here and now, or the code of why they are not.

    `folder` is that of the corpus: the route says too whether it is being brought up to date.
    """

    async def ready() -> JSONResponse:
        """Say whether questions are answered; with 503 they are not, and should be sent elsewhere or later."""
        if reason := _reason(engine, admission):
            return JSONResponse({"status": "not ready", "code": type(reason).__name__}, status_code=503)
        corpus = engine.corpus
        is_updating = bool(await run_in_threadpool(holder, folder))
        told = {"status": "ready", "generation": corpus.stamp if corpus else "", "updating": is_updating}
        return JSONResponse(told)

    return ready


def _reason(engine: Engine, admission: Admission) -> SourcierError | None:
    """Return why no question is answered; None when they are. A server that is busy is ready all the same."""
    refusal = admission.refusal()
    if isinstance(refusal, ServerStopping):
        return refusal
    if engine.corpus is None:  # without a reason, the processes that answer are being started again
        return engine.missing or refusal
    return None
