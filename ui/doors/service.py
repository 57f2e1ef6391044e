"""What every door asks: the engine, behind the limits and the measurements that hold whichever door is taken."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi.concurrency import run_in_threadpool

from index.errors import InvalidRequest
from qa.question import clean_question
from ui import texts
from ui.doors.problems import code_of
from ui.doors.request import AskRequest, DocumentRequest, DocumentsRequest, SearchRequest
from ui.errors import FeedbackUnwritable, TookTooLong
from ui.feedback import FeedbackRequest, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.answer import Answer, FullDocument, Listing, Quote
    from qa.engine import Engine
    from ui.serving.admission import Admission
    from ui.serving.metrics import Metrics
    from ui.settings import Settings

Door = Literal["rest", "gradio", "openai", "mcp"]
Progress = Literal["waiting", "working"]
Found = TypeVar("Found")

_log = logging.getLogger(__name__)


class Service:
    """The engine as the doors know it: requests are checked before any work, and wait for their turn.

    Each method takes the fields of a request as they came, None for those that were not given, and raises what
    `ui.doors.problems` makes a Problem of. `person` is the name of who asks, by which the turns are shared out.
    """

    def __init__(self, engine: Engine, settings: Settings, admission: Admission, metrics: Metrics) -> None:
        self.engine = engine
        self.settings = settings
        self.admission = admission
        self._metrics = metrics
        # Threads of their own: what shows documents does not wait behind questions, nor they behind each other.
        self._threads = CapacityLimiter(settings.at_a_time * settings.workers)

    async def ask(
        self, door: Door, person: str, fields: dict[str, Any], on_progress: Callable[[Progress], None] | None = None
    ) -> Answer:
        """Return the answer to an AskRequest; `on_progress` is told when it waits, and when its turn has come."""
        request = AskRequest.read(_given(fields))
        question = clean_question(request.question)
        work = partial(request.answer, self.engine, self.settings.max_quotes)
        answer = await self._in_turn(person, work, on_progress or _tell_nobody)
        self._metrics.answered(door, answer)
        told: dict[str, str] = {"door": door, "verdict": answer.verdict}
        if self.settings.log_questions:
            told["question"] = question
        _log.info("answered", extra=told)
        return answer

    async def search(self, door: Door, person: str, fields: dict[str, Any]) -> list[Quote]:
        """Return the passages that a SearchRequest asks for."""
        request = SearchRequest.read(_given(fields))
        clean_question(request.question)
        work = partial(self.engine.search, request.question, request.k)
        passages = await self._in_turn(person, work, _tell_nobody)
        self._metrics.searched(door)
        return passages

    async def document(self, fields: dict[str, Any]) -> FullDocument:
        """Return the document that a DocumentRequest asks for."""
        request = DocumentRequest.read(_given(fields))
        return await run_in_threadpool(self.engine.document, request.document)

    async def documents(self, fields: dict[str, Any]) -> Listing:
        """Return the page of the list that a DocumentsRequest asks for."""
        request = DocumentsRequest.read(_given(fields))
        return await run_in_threadpool(self.engine.documents, request.words, request.offset, request.most)

    async def suggestions(self) -> list[str]:
        """Return questions that the corpus answers; none while they are being looked for."""
        return await run_in_threadpool(self.engine.suggestions)

    async def feedback(self, fields: dict[str, Any]) -> None:
        """Note what a FeedbackRequest says of an answer."""
        said = FeedbackRequest.read(_given(fields))
        try:
            await run_in_threadpool(record, self.settings.feedback_file, said)
        except FeedbackUnwritable as error:  # its sentence, with the path, is for the administrator
            _log.error("%s", error)
            raise InvalidRequest(reason=texts.NOT_NOTED) from error

    def failed(self, error: Exception) -> None:
        """Count an error for which there is no request at hand: those of requests are counted as these end."""
        self._metrics.failed(code_of(error))

    async def _in_turn(self, person: str, work: Callable[[], Found], on_progress: Callable[[Progress], None]) -> Found:
        """Do what takes a place among the questions, for `question_seconds` at most, or raise TookTooLong.

        Who is cancelled gives the turn up. A thread cannot be stopped: its place is held until it has really ended, so
        that nothing piles up behind.
        """
        on_progress("waiting")
        await self.admission.enter(person)
        entered = time.perf_counter()
        on_progress("working")
        task = asyncio.create_task(run_sync(work, limiter=self._threads))
        task.add_done_callback(partial(self._ended, person, entered))
        most = self.settings.question_seconds
        try:
            return await asyncio.wait_for(asyncio.shield(task), most)
        except TimeoutError:
            raise TookTooLong(most=most) from None

    def _ended(self, person: str, entered: float, task: asyncio.Task[Any]) -> None:
        """Give up the place of a question, and take note of how it ended, for perhaps nobody waits for it any more."""
        self.admission.leave(person, time.perf_counter() - entered)
        if not task.cancelled():
            task.exception()


def _tell_nobody(_progress: Progress) -> None:
    """Say nothing."""


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}
