from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from index.errors import CorpusError, CorpusMissing
from index.lock import writer
from qa.answer import CorpusInfo
from ui.serving.admission import Admission
from ui.serving.health import readiness

if TYPE_CHECKING:
    from starlette.responses import JSONResponse

    from qa.engine import Engine

CORPUS = CorpusInfo(stamp="20261122T120000Z-a1b2c3", documents=3, chunks=40, encoder="e", reader="r")


def _ready(
    corpus: CorpusInfo | None,
    missing: CorpusError | None = None,
    admission: Admission | None = None,
    folder: Path = Path("nowhere"),
) -> tuple[int, Any]:
    """Ask whether a server is ready whose engine, which is not the matter here, stands like this."""
    engine = cast("Engine", SimpleNamespace(corpus=corpus, missing=missing))
    ready = readiness(engine, admission or Admission(1, 1, 1), folder)

    async def ask() -> JSONResponse:
        return await ready()

    response = asyncio.run(ask())
    return response.status_code, json.loads(bytes(response.body))


def test_with_a_corpus_it_is_ready() -> None:
    assert _ready(CORPUS) == (200, {"status": "ready", "generation": CORPUS.stamp, "updating": False})


def test_a_corpus_that_is_being_written_is_told(tmp_path: Path) -> None:
    with writer(tmp_path):
        assert _ready(CORPUS, folder=tmp_path)[1]["updating"] is True
    assert _ready(CORPUS, folder=tmp_path)[1]["updating"] is False


def test_without_one_the_code_is_told_and_no_path() -> None:
    told = _ready(None, CorpusMissing(corpus="/srv/secret"))

    assert told == (503, {"status": "not ready", "code": "CorpusMissing"})


def test_a_server_that_is_stopping_is_not_ready() -> None:
    admission = Admission(1, 1, 1)
    admission.close()

    assert _ready(CORPUS, admission=admission) == (503, {"status": "not ready", "code": "ServerStopping"})


def test_a_server_that_is_busy_is_ready() -> None:
    assert _ready(CORPUS, admission=Admission(1, 0, 1))[0] == 200


def test_while_all_workers_are_started_again_it_is_not_ready() -> None:
    assert _ready(None) == (503, {"status": "not ready", "code": "ServerBusy"})
