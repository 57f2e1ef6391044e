"""What is noted of each request: a number by which it is found again, one line in the log, and its measurements."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from ui.access.addresses import comes_from, networks_of
from ui.access.guard import HEALTH, path_of
from ui.access.person import person_of
from ui.doors.problems import problem_of, problems_told
from ui.languages import language_of
from ui.serving.logs import request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.serving.metrics import Metrics
    from ui.settings import Settings

_log = logging.getLogger(__name__)

HEADER: Final = "X-Request-ID"
NO_ROUTE: Final = "none"
_GIVEN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CUT_OFF: Final = 499  # as nginx notes a request whose answer nobody waited for


@dataclass(slots=True)
class _Course:
    """How a request went so far; a status of 0 is that of one that was not answered."""

    identity: str
    began: float = field(default_factory=time.perf_counter)
    status: int = 0
    is_over: bool = False


class Requests:
    """Notes every request, to the end of its answer, and answers by itself when an error comes out of what lies behind.

    It stands behind what changes the scope (the root path, what a proxy says) and before all that may refuse. The route
    is noted and not the path, which may name a document; who asked is noted as a number that stays the same until the
    server is started again, and by name where the settings let questions be logged.
    """

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._trusted = networks_of(settings.trusted_proxies)
        self._secret = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        course = _Course(self._identity(headers.get(HEADER, ""), scope))
        problems: list[str] = []
        scope.setdefault("state", {})["request_id"] = course.identity
        named, told = request_id.set(course.identity), problems_told.set(problems)
        try:
            await self._passed_on(course, scope, receive, send)
        finally:
            self._note(course, scope, problems)
            request_id.reset(named)
            problems_told.reset(told)

    async def _passed_on(self, course: _Course, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_identity(message: Message) -> None:
            if message["type"] == "http.response.start":
                course.status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER.lower().encode(), course.identity.encode())]
            elif message["type"] == "http.response.body":
                course.is_over = not message.get("more_body")
            await send(message)

        try:
            await self._app(scope, receive, send_with_identity)
        except Exception as error:
            if course.is_over:  # whoever answered has said what went wrong, and raised it for the log
                return
            if course.status:  # to raise it has the connection cut, so that half an answer is not taken for a whole one
                raise
            language = language_of(Headers(scope=scope), self._settings.language)
            await problem_of(error).response(language)(scope, receive, send_with_identity)

    def _note(self, course: _Course, scope: Scope, problems: list[str]) -> None:
        """Note how a request ended."""
        seconds = time.perf_counter() - course.began
        status = course.status if course.is_over else _CUT_OFF
        route = route_of(scope)
        self._metrics.requested(route, status, seconds)
        for code in problems:
            self._metrics.failed(code)
        said = {"method": scope["method"], "route": route, "status": status, "ms": round(1000 * seconds, 1)}
        said |= {"who": self._who(scope)}
        if problems:
            said["code"] = problems[-1]
        level = logging.DEBUG if path_of(scope) in HEALTH else logging.INFO
        _log.log(level, "request", extra=said)

    def _identity(self, given: str, scope: Scope) -> str:
        """Return the identity that a trusted proxy has given a request, else a new one."""
        if _GIVEN.fullmatch(given) and comes_from(HTTPConnection(scope), self._trusted):
            return given
        return secrets.token_hex(8)

    def _who(self, scope: Scope) -> str:
        """Return who asks, "" where nobody was asked for."""
        with suppress(KeyError):
            name = person_of(scope).name
            if self._settings.log_questions:
                return name
            return hashlib.blake2b(name.encode(), key=self._secret, digest_size=6).hexdigest()
        return ""


def route_of(scope: Scope) -> str:
    """Return the template of the route that a request took, with names in place of what was asked for.

    For one that took none, which were most often refused, it is NO_ROUTE.
    """
    path = getattr(scope.get("route"), "path", None)
    return NO_ROUTE if path is None else path or "/"
