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
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from ui.access.person import Person, Way
    from ui.texts import Language

OPEN: Final = frozenset({"/healthz", "/readyz"})
"""What answers without a login: whether the server is up, and nothing of what it knows."""


class Guard:
    """Asks each way of getting in who a request comes from, and answers by itself when none of them knows.

    `challenge` is what a browser is told by `WWW-Authenticate`. `login` is the page to log in at; a browser that opens
    a page is sent there. `open_paths` belong to logging in, and are open beside OPEN.
    """

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        app: ASGIApp,
        ways: Sequence[Way],
        language: Language,
        challenge: str = "Bearer",
        login: str | None = None,
        open_paths: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._ways = ways
        self._language = language
        self._challenge = challenge
        self._login = login
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
        if self._login is not None and isinstance(error, NotLetIn) and _opens_a_page(connection):
            there = f"{connection.scope.get('root_path', '')}{self._login}"
            back = quote(str(connection.url.replace(scheme="", netloc="")), safe="")
            response = RedirectResponse(f"{there}?back={back}", status_code=303)
        else:
            language = language_of(connection.headers, self._language)
            known = {"WWW-Authenticate": self._challenge} if isinstance(error, NotLetIn) else {}
            response = problem_of(error).response(language, known)
        await response(connection.scope, receive, send)


def path_of(scope: Scope) -> str:
    """Return the path of a request below the root path at which the server is offered."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _opens_a_page(connection: HTTPConnection) -> bool:
    """Tell whether a person's browser opens a page of its own, rather than a script or a frame asking for something."""
    wants = connection.headers
    return (
        connection.scope["method"] == "GET"
        and "text/html" in wants.get("accept", "")
        and wants.get("sec-fetch-dest", "document") == "document"
    )
