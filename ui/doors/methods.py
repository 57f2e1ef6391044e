"""What is answered to a method that an address does not know: which methods it knows.

The page is mounted at "/" and takes whatever no route takes whole, so that an address of the API would be told not to
be there at all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NoReturn

from starlette.exceptions import HTTPException
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.routing import BaseRoute


def other_methods(routes: Iterable[BaseRoute]) -> list[Route]:
    """Return a route for each address of some routes, to stand behind them, that refuses every other method."""
    known: dict[str, set[str]] = defaultdict(set)
    for route in routes:
        if isinstance(route, Route):
            known[route.path] |= route.methods or set()
    return [_refusal(path, methods) for path, methods in known.items()]


def _refusal(path: str, methods: set[str]) -> Route:
    allowed = ", ".join(sorted(methods))

    def refuse(_request: Request) -> NoReturn:
        raise HTTPException(405, headers={"Allow": allowed})

    route = Route(path, refuse, include_in_schema=False)
    route.methods = None  # all of them; Route itself would take a function for GET alone
    return route
