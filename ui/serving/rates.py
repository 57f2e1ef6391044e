"""How often one person may ask the API within a minute."""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING, Final

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers

from ui.access.guard import path_of
from ui.access.person import person_of
from ui.doors.problems import problem_of
from ui.errors import TooManyRequests
from ui.languages import language_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ui.settings import Settings

# What makes work, of Gradio's API the first step of a request alone. Pages and their scripts are not counted.
_COUNTED: Final = re.compile(
    r"/api/v1/(?!openapi|docs).*|/v1/chat/.*|/mcp.*|/files/.*|/gradio_api/(?:queue/join|(?:run|api|call|call/v2)/[^/]+)/?"
)


class Rates:
    """Counts the requests of each person, and refuses those beyond the limit with the time to wait."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._language = settings.language
        self._most = settings.requests_per_minute
        self._limit = parse(f"{self._most}/minute")
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and _COUNTED.fullmatch(path_of(scope)):
            name = person_of(scope).name
            if not self._counted.hit(self._limit, name):
                reset = self._counted.get_window_stats(self._limit, name).reset_time
                seconds = max(1, math.ceil(reset - time.time()))
                problem = problem_of(TooManyRequests(most=self._most, seconds=seconds))
                language = language_of(Headers(scope=scope), self._language)
                await problem.response(language)(scope, receive, send)
                return
        await self._app(scope, receive, send)
