"""What stands before Gradio's API: what Gradio itself would answer badly, keep for ever, or do for nobody.

Gradio answers a call in two steps, and keeps the result of the first until somebody fetches it. It holds up to 2,000 of
them, notes for ever who had one, and breaks off the stream of whoever asks for one that is not there.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, QueryParams

from ui.access.guard import path_of
from ui.access.person import person_of
from ui.doors.gradio_api import problems_met
from ui.doors.problems import problem_of
from ui.errors import NoSuchAddress
from ui.languages import language_of
from ui.serving.locks import is_of_gradio

if TYPE_CHECKING:
    import gradio as gr
    from gradio.queueing import Queue
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from index.errors import SourcierError
    from ui.doors.problems import Problem
    from ui.doors.service import Service

_log = logging.getLogger(__name__)

MOST_KEPT: Final = 64
"""The most results of one person that are kept until they are fetched; the oldest make room."""

SECONDS_KEPT: Final = 300.0
"""How long a result is kept."""

MOST_QUEUED: Final = 64
"""The most calls that wait in Gradio's queue; there, they wait only until it takes them up."""

_DIRECT: Final = re.compile(r"/gradio_api/(?:run|api)/([^/]+)/?")
_QUEUED: Final = re.compile(r"/gradio_api/(?:queue/join()|call/(?:v2/)?([^/]+)/?)")
_RESULT: Final = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)")
_STREAM: Final = "/gradio_api/queue/data"


def make_queue(page: gr.Blocks, service: Service) -> None:
    """Give a page a queue that takes up every question that may wait: the service says how many are answered."""
    settings = service.settings
    page.max_threads = settings.at_a_time * settings.workers + settings.max_waiting + 40  # 40 for all but questions
    page.state_session_capacity = 100  # copies of a page that has no state
    page.queue(default_concurrency_limit=None, max_size=None)
    # With each call, Gradio would compute statistics of the last 10,000, which nothing here shows.
    page._queue.ANALYTICS_MAX_EVENTS = 1
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize


class Calls:
    """Refuses calls that nothing can come of, gives direct ones the form of all doors, and clears up after the others.

    It belongs into the app of Gradio, around its routes.
    """

    def __init__(self, app: ASGIApp, page: gr.Blocks, service: Service) -> None:
        self._app = app
        self._page = page
        self._service = service
        self._kept = _Kept(page)

    @property
    def _queue(self) -> Queue:
        return self._page._queue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, method = path_of(scope), scope["method"]
        if not is_of_gradio(path):  # what is ours, and not there, is not Gradio's: it has a login of its own
            await self._refuse(NoSuchAddress(method=method), scope, receive, send)
        elif method == "POST" and (named := _DIRECT.fullmatch(path)):
            await self._directly(named[1], scope, receive, send)
        elif method == "POST" and (named := _QUEUED.fullmatch(path)):
            await self._in_the_queue(named[2], scope, receive, send)
        elif method == "GET" and (path == _STREAM or _RESULT.fullmatch(path)):
            await self._fetched(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _directly(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a call that is answered at once; Gradio gives every error the status 500, in a form of its own."""
        if not self._is_offered(name):
            await self._refuse(NoSuchAddress(method="POST"), scope, receive, send)
            return
        failed = False

        async def send_unless_failed(message: Message) -> None:
            nonlocal failed
            failed = failed or message.get("status") == 500
            if not failed:
                await send(message)

        met: list[Problem] = []
        token = problems_met.set(met)
        try:
            await self._app(scope, receive, send_unless_failed)
        finally:
            problems_met.reset(token)
        if failed:
            problem = met[-1] if met else problem_of(RuntimeError("Gradio could not answer a call"))
            language = language_of(Headers(scope=scope), self._service.settings.language)
            await problem.response(language)(scope, receive, send)

    async def _in_the_queue(self, name: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the first step of a call, and note that its result is kept."""
        if name is not None and not self._is_offered(name):
            await self._refuse(NoSuchAddress(method="POST"), scope, receive, send)
            return
        if len(self._queue) >= MOST_QUEUED:
            await self._refuse(self._service.admission.refusal(person_of(scope).name), scope, receive, send)
            return
        said = bytearray()

        async def send_and_read(message: Message) -> None:
            said.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, send_and_read)
        with suppress(ValueError, KeyError, TypeError):  # it was refused
            await self._kept.add(person_of(scope).name, json.loads(said)["event_id"])

    async def _fetched(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the second step of a call, where there is something to fetch; who leaves gives up what they asked."""
        if not self._is_kept(scope):
            await self._refuse(NoSuchAddress(method="GET"), scope, receive, send)
            return
        begun = ended = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun, ended
            begun = True
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            if not begun:
                raise
            # Gradio has sent what is wrong as the last event, and raises it besides: another has fetched the result.
            _log.info("a stream of results ended early: %s", type(error).__name__)
            if not ended:
                await send({"type": "http.response.body", "body": b""})
        finally:
            self._kept.give_up()
            self._kept.forget_the_fetched()

    async def _refuse(self, error: SourcierError, scope: Scope, receive: Receive, send: Send) -> None:
        language = language_of(Headers(scope=scope), self._service.settings.language)
        await problem_of(error).response(language)(scope, receive, send)

    def _is_offered(self, name: str) -> bool:
        return any(endpoint.api_name == name for endpoint in self._page.fns.values())

    def _is_kept(self, scope: Scope) -> bool:
        if event := _RESULT.fullmatch(path_of(scope)):
            return self._kept.session_of(event[1]) is not None
        session = QueryParams(scope["query_string"]).get("session_hash")
        return session is None or bool(self._queue.pending_event_ids_session.get(session))  # None: Gradio refuses it


@dataclass(frozen=True, slots=True)
class _Call:
    """Whose call it is, the session that its result is kept under, and when it came, by time.monotonic."""

    person: str
    session: str
    came: float


class _Kept:
    """The calls whose results Gradio keeps, the oldest first."""

    def __init__(self, page: gr.Blocks) -> None:
        self._page = page
        self._calls: OrderedDict[str, _Call] = OrderedDict()

    @property
    def _queue(self) -> Queue:
        return self._page._queue

    def session_of(self, event: str) -> str | None:
        """Return the session of a call whose result is yet to be fetched."""
        sessions = self._queue.pending_event_ids_session
        return next((session for session, events in sessions.items() if event in events), None)

    async def add(self, person: str, event: str) -> None:
        """Note a call, and forget those that are too old, or too many of one person."""
        session = self.session_of(event)
        if session is None:
            return
        self.forget_the_fetched()
        now = time.monotonic()
        self._calls[event] = _Call(person, session, now)
        # What is still to be answered is nobody's to drop: the service says how much of that there is.
        done = [call for key, call in self._calls.items() if key not in self._queue.event_ids_to_events]
        theirs = [call for call in done if call.person == person]
        old = [call for call in done if call.came < now - SECONDS_KEPT]
        for call in {*old, *theirs[:-MOST_KEPT]}:
            await self._forget(call.session)

    def forget_the_fetched(self) -> None:
        """Have nothing kept for sessions that have fetched all their results; who still listens to one is told so."""
        sessions = self._queue.pending_event_ids_session
        for event, call in list(self._calls.items()):
            if event not in sessions.get(call.session, ()):
                del self._calls[event]
                if not sessions.get(call.session):
                    self._drop(call.session)

    async def _forget(self, session: str) -> None:
        await self._queue.clean_events(session_hash=session)  # nothing more is kept for it
        self.give_up()
        self._drop(session)
        self._calls = OrderedDict((event, call) for event, call in self._calls.items() if call.session != session)

    def _drop(self, session: str) -> None:
        self._queue.pending_event_ids_session.pop(session, None)
        self._queue.pending_messages_per_session.pop(session, None)

    def give_up(self) -> None:
        """End the work on calls that nobody waits for any more; one that waits for its turn gives it up."""
        jobs = [event for job in self._queue.active_jobs for event in job or ()]
        gone = {event._id for event in jobs if not event.alive}
        for task in list(self._queue._asyncio_tasks):
            if task.get_name().rpartition("<gradio-sep>")[2] in gone:
                task.cancel()
