"""What the tests of the doors share: a server that listens, before an engine that answers what it is told to."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from index.errors import CorpusMissing, DocumentUnknown
from qa.answer import Answer, CorpusInfo, Entry, FullDocument, Listing, Quote, Timings
from qa.question import clean_question
from ui.app import build_app
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from starlette.types import ASGIApp

    from qa.answer import Turn

CORPUS = CorpusInfo(stamp="20250702T000000Z-000000", documents=1, chunks=2, encoder="e", reader="r")
UPDATED = "2026-03-12T09:30:00Z"
TEXT = "Le budget 2025 est de « 12 M€ » 🏛 selon la mairie.\n\nIl était de 10 M€ en 2024."


class FakeEngine:
    """Answers from one document, at once or after some seconds, and keeps what it was asked.

    "introuvable" in a question finds nothing, "désaccord" finds two quotes that disagree, and with `missing` there is
    no corpus.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[Turn]]] = []
        self.seconds = 0.0
        self.missing: CorpusMissing | None = None
        self.corpus = CORPUS

    def ask(self, question: str, history: Sequence[Turn] = (), **_given: Any) -> Answer:
        time.sleep(self.seconds)
        question = clean_question(question)
        self.asked.append((question, list(history)))
        if self.missing:
            raise self.missing
        found = "introuvable" not in question
        quotes = [quote(1, 0, 50), quote(2, 52, len(TEXT))]
        return Answer(
            question=question,
            searched=question,
            verdict="answered" if found else "not_found",
            text="12 M€" if found else "",
            confidence=0.9 if found else 0.1,
            quotes=quotes if found else [],
            near=[] if found else quotes,
            withheld=1 if "écartée" in question else 0,
            opposed=[1, 2] if "désaccord" in question else [],
            corpus=CORPUS,
            timings_ms=Timings(search=1, read=2, total=3),
        )

    def search(self, _question: str, k: int = 10) -> list[Quote]:
        return [quote(1, 0, 50), quote(2, 52, len(TEXT))][:k]

    def document(self, document: str) -> FullDocument:
        if document != "notes/été 2025.txt":
            raise DocumentUnknown(document=document)
        known: dict[str, Any] = {"date": "2025-07-02", "origin": "o", "sha256": "ab" * 32, "updated": UPDATED}
        return FullDocument(document=document, title="Été", text=TEXT, **known)

    def documents(self, *_page: Any) -> Listing:
        entry = Entry(document="notes/été 2025.txt", title="Été", date="2025-07-02", passages=2, updated=UPDATED)
        return Listing(total=1, found=1, documents=[entry], folders=["notes/"], corpus=CORPUS, updating=False)

    def suggestions(self) -> list[str]:
        return ["Quel est le budget ?"]


def quote(n: int, start: int, end: int) -> Quote:
    return Quote(
        n=n,
        document="notes/été 2025.txt",
        title="Été [2025]",
        date="2025-07-02",
        origin="o",
        sha256="ab" * 32,
        start=start,
        end=end,
        text=TEXT[start:end],
        score=1.0,
        page=3,
        group=n,
    )


@contextmanager
def _listening(app: ASGIApp) -> Iterator[str]:
    """Serve an app from a thread; give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + 30
            while not server.started and thread.is_alive() and time.monotonic() < until:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def app_of(engine: FakeEngine, feedback: Path, **settings: Any) -> ASGIApp:
    """Return the whole app, with some settings."""
    some = {"requests_per_minute": 1_000_000, "feedback": feedback} | settings

    async def build() -> ASGIApp:
        return build_app(engine, Settings(**some))  # type: ignore[arg-type]

    return asyncio.run(build())  # without a loop that runs, Gradio opens one, and leaves it open


@pytest.fixture(scope="package")
def _engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="package")
def _address(_engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _listening(app_of(_engine, tmp_path_factory.mktemp("feedback") / "said.jsonl")) as there:
        yield there


@pytest.fixture
def engine(_engine: FakeEngine) -> FakeEngine:
    """The engine, as if it were new."""
    _engine.__init__()  # type: ignore[misc]
    return _engine


@pytest.fixture
def address(_address: str, engine: FakeEngine) -> str:  # noqa: ARG001  it is as if it were new
    """Where the whole app is served as it is by default."""
    return _address


@pytest.fixture
def listening() -> Callable[[ASGIApp], AbstractContextManager[str]]:
    """Serve an app."""
    return _listening


@pytest.fixture
def app_with(engine: FakeEngine, bare_environment: Path) -> Callable[..., ASGIApp]:
    """Make the whole app, with some settings."""
    return partial(app_of, engine, bare_environment / "said.jsonl")


@pytest.fixture
def served(app_with: Callable[..., ASGIApp]) -> Callable[..., AbstractContextManager[str]]:
    """Serve the whole app, with some settings."""
    return lambda **settings: _listening(app_with(**settings))
