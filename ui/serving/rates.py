"""How often one person may ask the API within a minute, and one address for what is open to everybody."""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING, Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from ui.access.addresses import client_address, counted_address, networks_of
from ui.access.guard import EMBED_SCRIPT, path_of
from ui.access.person import person_of
from ui.doors.problems import problem_of
from ui.errors import TooManyRequests
from ui.languages import language_of

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ui.settings import Settings

# What makes work, of Gradio's API the first step of a request alone. Pages and their scripts are not counted.
_COUNTED: Final = re.compile(
    r"/api/v1/(?!openapi|docs).*|/v1/chat/.*|/mcp.*|/files/.*|/gradio_api/(?:queue/join|(?:run|api|call|call/v2)/[^/]+)/?"
)

MOST_AT_AN_ADDRESS: Final = 1_200
"""Of the script for other pages, which a browser keeps for a while: all who come by one proxy may share an address."""


class Rates:
    """Counts the requests of each person, and refuses those beyond the limit with the time to wait.

    Nobody is asked who loads the script for other pages: there, each address is counted.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._language = settings.language
        self._of_a_person = RateLimitItemPerMinute(settings.requests_per_minute)
        self._of_an_address = RateLimitItemPerMinute(MOST_AT_AN_ADDRESS)
        self._proxies = networks_of(settings.trusted_proxies)
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._loaded = FixedWindowRateLimiter(MemoryStorage())  # as those of `throttle`, and for the same reason

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and (error := self._refusal(scope)):
            language = language_of(Headers(scope=scope), self._language)
            await problem_of(error).response(language)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> TooManyRequests | None:
        """Count a request; return why it is refused, None for one that is not."""
        path = path_of(scope)
        if _COUNTED.fullmatch(path):
            return _hit(self._counted, self._of_a_person, person_of(scope).name)
        if path == EMBED_SCRIPT:
            address = client_address(HTTPConnection(scope), self._proxies)
            return _hit(self._loaded, self._of_an_address, counted_address(address))
        return None


def _hit(counted: RateLimiter, limit: RateLimitItem, who: str) -> TooManyRequests | None:
    if counted.hit(limit, who):
        return None
    reset = counted.get_window_stats(limit, who).reset_time
    return TooManyRequests(most=limit.amount, seconds=max(1, math.ceil(reset - time.time())))
