"""Login by OpenID Connect: people are sent to the provider, and come back to a session.

The provider must know `ADDRESS/auth/callback` as a redirect URI, where ADDRESS is what browsers type: `https` where
`tls` is set or a trusted proxy says so, the `Host` that the proxy passes on, and the root path.
"""

from __future__ import annotations

import hmac
import logging
import math
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from fastapi import APIRouter, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from index.errors import SourcierError
from ui import login_texts as texts
from ui.access.addresses import client_address, counted_address, networks_of
from ui.access.login_pages import button, link, page
from ui.access.person import Person, person_of
from ui.access.provider import Departure, Provider
from ui.access.sessions import Kept, Session, Sessions, cookie_of
from ui.doors.problems import problem_of
from ui.errors import LoginFailed, LoginTooOften, MalformedRequest
from ui.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import HTTPConnection

    from ui.access.person import Role
    from ui.access.provider import Identity
    from ui.settings import Settings
    from ui.texts import Language, Text

LOGIN: Final = "/login"
_CALLBACK: Final = "/auth/callback"
_DONE: Final = "/auth/done"
_SCRIPT: Final = "/auth/login.js"
_STYLE: Final = "/auth/login.css"
OPEN_PATHS: Final = frozenset({LOGIN, _CALLBACK, _DONE, _SCRIPT, _STYLE})
"""What the guard leaves open for people to log in by."""

MOST_A_MINUTE: Final = 60
"""Logins begun, and logins that come back, at one address: whole offices share one, and come at nine o'clock."""

_SECONDS_TO_LOG_IN: Final = 600
_LONGEST_BACK: Final = 2000
_WEB: Final = Path(__file__).parents[1] / "web"
_HOST: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?")
_RESOLVED: Final = re.compile(r"\.\.|//|\\|/\.(/|\Z)")  # what a browser or a proxy makes another path of
_LONGEST_FRAME: Final = 200  # characters of the ticket of an id that waits

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Login:
    """A login under way: where the person goes afterwards, and the ticket of the embedded page that waits for it."""

    departure: Departure
    back: str
    frame: str


def oidc_router(settings: Settings, sessions: Sessions, clock: Callable[[], float] = time.monotonic) -> APIRouter:
    """Return the routes by which people log in and out; raise InvalidSettings where the provider is not named.

    OPEN_PATHS of them must be open in the guard; the others are for those who have logged in.
    """
    logins = _Logins(settings, sessions, clock)
    routes = APIRouter(include_in_schema=False)
    for path, method, route in (
        (LOGIN, "GET", logins.login),
        (_CALLBACK, "GET", logins.callback),
        (_DONE, "GET", logins.done),
        (_SCRIPT, "GET", _script),
        (_STYLE, "GET", _style),
        ("/auth/session", "GET", _who),
        ("/logout", "GET", logins.leaving),
        ("/logout", "POST", logins.logout),
    ):
        routes.add_api_route(path, route, methods=[method], response_model=None)
    return routes


def login_page(settings: Settings, sessions: Sessions) -> Callable[[HTTPConnection], Response]:
    """Return what the guard shows in a frame to those who have not logged in.

    Providers do not let themselves be embedded: the page leads to a tab, and makes way once somebody has logged in.
    """

    def shown(connection: HTTPConnection) -> Response:
        language = language_of(connection.headers, settings.language)
        identity = sessions.wait(sessions.waiting_id_of(connection))
        done = quote(settings.root_path + _DONE, safe="")
        address = f"{settings.root_path}{LOGIN}?back={done}&frame={sessions.ticket(identity)}"
        further = link(language, texts.LOG_IN, address, opens_a_tab=True)
        style, script = settings.root_path + _STYLE, settings.root_path + _SCRIPT
        response = page(language, texts.LOG_IN, texts.LOG_IN_HERE, further, style=style, status=401, script=script)
        for line in sessions.waiting_lines(identity):
            response.headers.append("Set-Cookie", line)
        return response

    return shown


def own_path(back: str, root_path: str) -> str:
    """Return where to go after a login: a path of this server that does not log in or out, else its first page."""
    first = f"{root_path}/"
    try:
        parts = urlsplit(back)
    except ValueError:
        return first
    is_plain = back.isascii() and back.isprintable() and not set(back) & {" ", "\\"} and len(back) <= _LONGEST_BACK
    if not is_plain or parts.scheme or back.startswith("//") or not parts.path.startswith(first):
        return first
    path = unquote(parts.path)
    if path != unquote(path) or _RESOLVED.search(path):
        return first
    path = path.removeprefix(root_path)
    return first if path in {LOGIN, "/logout"} or (path.startswith("/auth/") and path != _DONE) else back


class _Logins:
    """The routes, and the logins under way: each is known to a browser by a cookie of its own, so that tabs can."""

    def __init__(self, settings: Settings, sessions: Sessions, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._sessions = sessions
        self._provider = Provider(settings, clock)
        self._turns = _Turns(settings)
        self._under_way: Kept[_Login] = Kept(float(_SECONDS_TO_LOG_IN), clock=clock)
        self._cookie = cookie_of(settings, "sourcier_login")

    async def login(self, request: Request) -> Response:
        """Send a person to the provider."""
        back = own_path(request.query_params.get("back", "/"), self._settings.root_path)
        try:
            self._turns.take(LOGIN, request)
            departure = await self._provider.depart(self._address_of(request) + _CALLBACK)
        except SourcierError as error:
            return self._failed(request, error, back)
        identity = self._under_way.add(_Login(departure, back, _frame_of(request)))
        response = _leading_to(departure.url)
        cookie = self._cookie.named(departure.state[:16])
        response.headers.append("Set-Cookie", cookie.line(identity, _SECONDS_TO_LOG_IN))
        return response

    async def callback(self, request: Request) -> Response:
        """Begin the session of a person who comes back from the provider; who comes too often may come again."""
        try:
            self._turns.take(_CALLBACK, request)
        except LoginTooOften as error:
            return self._failed(request, error, f"{self._settings.root_path}/")
        state = request.query_params.get("state", "")
        cookie = self._cookie.named(re.sub(r"[^A-Za-z0-9_-]", "", state)[:16])
        login = self._under_way.take(request.cookies.get(cookie.name, ""))
        try:
            response = self._arrived(request, login, await self._identity(request, login, state))
        except SourcierError as error:
            response = self._failed(request, error, login.back if login else f"{self._settings.root_path}/")
        response.headers.append("Set-Cookie", cookie.gone())
        return response

    async def done(self, request: Request) -> Response:
        """Say that the tab of a login may be closed."""
        return self._page(request, texts.LOGGED_IN, texts.CLOSE_THIS)

    async def leaving(self, request: Request) -> Response:
        """Offer to log out."""
        further = button(self._language(request), texts.LOG_OUT, f"{self._settings.root_path}/logout")
        return self._page(request, texts.LOG_OUT, texts.LOG_OUT_HERE, further)

    async def logout(self, request: Request) -> Response:
        """End the session, and lead to where it is ended at the provider.

        It is a page that leads there, for a policy of `form-action 'self'` lets no form be answered by another site. In
        a frame nothing leads there, where no provider lets itself be shown.
        """
        session = self._sessions.end(self._sessions.id_of(request))
        is_framed = request.headers.get("sec-fetch-dest") == "iframe"
        away = None if session is None or is_framed else await self._provider.way_out(session.id_token)
        language = self._language(request)
        further = link(language, texts.LOG_IN_AGAIN, f"{self._settings.root_path}/")
        if away is not None:
            further = link(language, texts.LOG_OUT_THERE, away) + further
        response = self._page(request, texts.LOGGED_OUT, texts.LOGGED_OUT_HERE, further)
        if away is not None:
            response.headers["Refresh"] = f"0;url={away}"
        response.headers.append("Set-Cookie", self._sessions.cookie.gone())
        return response

    async def _identity(self, request: Request, login: _Login | None, state: str) -> Identity:
        """Return who comes back, of a login that was begun in the same browser and is now over."""
        if login is None or not hmac.compare_digest(login.departure.state.encode(), state.encode()):
            _log.warning("a login came back that was not begun in the same browser, or too late, or twice")
            raise LoginFailed(reason=texts.NOT_BEGUN_HERE)
        if (code := request.query_params.get("code")) is None or "error" in request.query_params:
            _log.warning("the identity provider refused a login: %r", request.query_params.get("error", "")[:100])
            raise LoginFailed(reason=texts.REFUSED)
        return await self._provider.identity(login.departure, code)

    def _arrived(self, request: Request, login: _Login | None, identity: Identity) -> Response:
        """Begin a session under a new id, in place of the one that the browser came with."""
        role: Role = "administrator" if identity.name in self._settings.administrators else "reader"
        session = Session(Person(identity.name, role), identity.id_token)
        self._sessions.end(self._sessions.id_of(request))
        response = _leading_to(login.back if login else f"{self._settings.root_path}/")
        response.headers.append("Set-Cookie", self._sessions.cookie.line(self._sessions.begin(session)))
        if login and login.frame:
            self._sessions.let_in(login.frame, session)
        return response

    def _failed(self, request: Request, error: SourcierError, back: str) -> Response:
        """Say why nobody was logged in, to a browser with a link to try again."""
        problem = problem_of(error)
        language = self._language(request)
        if "text/html" not in request.headers.get("accept", ""):
            return problem.response(language, {"Cache-Control": "no-store"})
        again = f"{self._settings.root_path}{LOGIN}?back={quote(back, safe='')}"
        further = link(language, texts.TRY_AGAIN, again)
        response = self._page(request, texts.NOT_LOGGED_IN, problem.message, further, status=problem.status)
        if problem.retry_after is not None:
            response.headers["Retry-After"] = str(problem.retry_after)
        return response

    def _page(self, request: Request, title: Text, sentence: Text, further: str = "", *, status: int = 200) -> Response:
        style = self._settings.root_path + _STYLE
        return page(self._language(request), title, sentence, further, style=style, status=status)

    def _address_of(self, request: Request) -> str:
        """Return the address of this server as the browser has it; raise MalformedRequest."""
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            raise MalformedRequest(reason=texts.BAD_HOST)
        scheme = "https" if self._settings.tls else request.url.scheme
        return f"{scheme}://{host}{self._settings.root_path}"

    def _language(self, request: Request) -> Language:
        return language_of(request.headers, self._settings.language)


class _Turns:
    """Counts what strangers do at each address, and lets them do it so often; each process counts its own.

    Whoever begins a login has the provider asked, and takes one of the places of logins under way.
    """

    def __init__(self, settings: Settings) -> None:
        self._proxies = networks_of(settings.trusted_proxies)
        self._limit = RateLimitItemPerMinute(MOST_A_MINUTE)
        self._counted = FixedWindowRateLimiter(MemoryStorage())  # as those of `throttle`, and for the same reason

    def take(self, path: str, connection: HTTPConnection) -> None:
        """Count a request of a path; raise LoginTooOften, with the seconds to wait, for one too many."""
        address = counted_address(client_address(connection, self._proxies))
        if not self._counted.hit(self._limit, path, address):
            reset = self._counted.get_window_stats(self._limit, path, address).reset_time
            raise LoginTooOften(seconds=max(1, math.ceil(reset - time.time())))


def _leading_to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def _frame_of(request: Request) -> str:
    """Return the ticket of the embedded page that waits for a login, "" where none does.

    Only a link of a page of ours may name it. Otherwise somebody could have a person log in, by a link in a mail, for a
    page that waits in another's browser.
    """
    frame = request.query_params.get("frame", "")
    is_from_us = request.headers.get("sec-fetch-site") == "same-origin"
    return frame if is_from_us and len(frame) <= _LONGEST_FRAME else ""


async def _script(_request: Request) -> Response:
    return FileResponse(_WEB / "login.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})


async def _style(_request: Request) -> Response:
    return FileResponse(_WEB / "login.css", media_type="text/css", headers={"Cache-Control": "no-cache"})


async def _who(request: Request) -> Response:
    """Say who has logged in, to a page that shows it."""
    person = person_of(request.scope)
    return JSONResponse({"name": person.name, "role": person.role}, headers={"Cache-Control": "no-store"})
