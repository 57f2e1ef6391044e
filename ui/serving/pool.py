"""An engine in several processes behind one front: each opens the corpus and the models, and answers for itself.

One process keeps the sessions, the limits, the queue and what Gradio remembers of each page. The workers of uvicorn
would share nothing of these: Gradio begins an event with one request and gives its result with the next, which another
process would know nothing of; and every limit would hold once for each of them.
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from qa.engine import MOST_LISTED
from ui.serving.logs import is_logging
from ui.serving.worker import Worker
from ui.serving.worker_messages import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.errors import CorpusError
    from qa.answer import Answer, CorpusInfo, Filters, FullDocument, Listing, Quote, Turn
    from qa.engine import Engine
    from ui.serving.worker import WorkerSeen
    from ui.serving.worker_messages import State
    from ui.settings import Settings


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
        self._workers = [Worker(plan) for _ in range(settings.workers)]
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

    @property
    def workers(self) -> list[WorkerSeen]:
        """All workers, those that are being started among them."""
        return [worker.seen(number) for number, worker in enumerate(self._workers, start=1)]

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

    def _states(self) -> list[State]:
        return [state for worker in self._workers if (state := worker.state)]

    def _least_busy(self) -> Worker:
        return min(self._workers, key=lambda worker: (worker.state is None, worker.calls))
