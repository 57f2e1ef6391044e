"""The path below which a proxy offers the server, whether the proxy passes it on or takes it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """Gives every request the root path, as ASGI has it: `path` begins with `root_path`."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        root = self._root_path
        if root and scope["type"] in {"http", "websocket"}:
            path = scope["path"]
            if path != root and not path.startswith(f"{root}/"):
                path = root + path
            scope = {**scope, "root_path": root, "path": path}
        await self._app(scope, receive, send)


class Slash:
    """Leads from the root path itself to where the page is, with a slash at its end: its links are read from there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or lead it there."""
        if scope["type"] == "http" and scope["path"] == scope.get("root_path"):
            query = scope["query_string"].decode("latin-1")
            there = f"{scope['path']}/"
            await RedirectResponse(f"{there}?{query}" if query else there)(scope, receive, send)
        else:
            await self._app(scope, receive, send)
