"""The path below which a proxy offers the server, whether the proxy passes it on or takes it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
            scope = {**scope, "root_path": root, "path": path if path != root else f"{root}/"}
        await self._app(scope, receive, send)
