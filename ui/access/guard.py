"""Nobody gets further than this without being known: the guard stands before every route, page and asset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from index.errors import SourcierError
from ui.access.person import remember
from ui.doors.problems import problem_of
from ui.errors import NotLetIn
from ui.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from ui.access.person import Person, Way
    from ui.texts import Language

HEALTH: Final = frozenset({"/healthz", "/readyz"})
"""Whether the server is up, and nothing of what it knows."""

EMBED_SCRIPT: Final = "/embed.js"
"""The script that pages of other sites load. From there no browser sends a login, and nobody could ever log in if it
asked for one: its frame shows where. It holds words, a style and a language, the same for everybody."""

OPEN: Final = HEALTH | {EMBED_SCRIPT}
"""What answers without a login."""

_IN_A_PATH: Final = "/~!$&'()*+,;=:@"  # RFC 3986, 3.3
_IN_A_QUERY: Final = f"{_IN_A_PATH}?%"


class Guard:
    """Asks each way of getting in who a request comes from, and answers by itself when none of them knows.

    `challenge` is what a browser is told by `WWW-Authenticate`. `login` is the page to log in at; a browser that opens
    a page is sent there. `framed` is what it is shown in a frame instead, where no provider lets itself be shown.
    `open_paths` belong to logging in, and are open beside OPEN.
    """

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        app: ASGIApp,
        ways: Sequence[Way],
        language: Language,
        challenge: str = "Bearer",
        login: str | None = None,
        framed: Callable[[HTTPConnection], Response] | None = None,
        open_paths: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._ways = ways
        self._language = language
        self._challenge = challenge
        self._login = login
        self._framed = framed
        self._open = OPEN | open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with who it comes from, or refuse it."""
        if scope["type"] == "lifespan" or path_of(scope) in self._open:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            remember(scope, await self._person(connection))
        except SourcierError as error:
            await self._refuse(error, connection, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _person(self, connection: HTTPConnection) -> Person:
        """Return who a request comes from by the first way that knows; raise NotLetIn when none does."""
        for way in self._ways:
            if (person := await way.person(connection)) is not None:
                return person
        raise NotLetIn

    async def _refuse(self, error: SourcierError, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        if connection.scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        response: Response
        is_unknown = isinstance(error, NotLetIn)
        if self._framed is not None and is_unknown and _opens_a_page(connection, "iframe"):
            response = self._framed(connection)
        elif self._login is not None and is_unknown and _opens_a_page(connection, "document"):
            there = f"{connection.scope.get('root_path', '')}{self._login}"
            back = quote(_place(connection.scope), safe="")
            response = RedirectResponse(f"{there}?back={back}", status_code=303, headers={"Cache-Control": "no-store"})
        else:
            language = language_of(connection.headers, self._language)
            known = {"WWW-Authenticate": self._challenge} if is_unknown else {}
            response = problem_of(error).response(language, known)
        await response(connection.scope, receive, send)


def path_of(scope: Scope) -> str:
    """Return the path of a request below the root path at which the server is offered."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _place(scope: Scope) -> str:
    """Return the path and the query of a request as a browser writes them, whatever bytes they came with."""
    path, query = quote(scope["path"], safe=_IN_A_PATH), quote(scope["query_string"], safe=_IN_A_QUERY)
    return f"{path}?{query}" if query else path


def _opens_a_page(connection: HTTPConnection, where: str) -> bool:
    """Tell whether a browser opens a page there, a tab of its own or a frame, rather than a script asking for data."""
    wants = connection.headers
    return (
        connection.scope["method"] == "GET"
        and "text/html" in wants.get("accept", "")
        and wants.get("sec-fetch-dest", "document") == where
    )
