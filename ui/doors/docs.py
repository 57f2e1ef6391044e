"""The description of the API, for programs as OpenAPI 3.1 and for people as a page.

Nothing of either comes from elsewhere.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from ui.doors.problems import ANY_DOOR, problems
from ui.errors import NoSuchAddress
from ui.release import release

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.settings import Settings

TITLE: Final = "Sourcier API"
_START: Final = Path(__file__).with_name("docs.js")

_DESCRIPTION: Final = """\
Answers questions in French from your own documents, and proves each answer with quotes, letter for letter.

Below `/api/v1` it is plain JSON. Below `/v1` it is the form that the clients of OpenAI speak. Both give the same
answers, and everything that goes wrong has one form: `code` is for programs and never changes, `message` says what
happened and `action` what to do, in French, or in English with `Accept-Language: en`.
"""

_WAYS: Final[dict[str, Any]] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key that an administrator has made for a program: `Authorization: Bearer KEY`.",
    },
    "password": {
        "type": "http",
        "scheme": "basic",
        "description": "The name and password of a person, where the server keeps passwords.",
    },
}

# Relative addresses, which hold below whatever path a proxy offers the server.
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sourcier API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<script src="docs/swagger-ui-bundle.js" defer></script>
<script src="docs/start.js" defer></script>
</head>
<body>
<main id="description"></main>
</body>
</html>
"""


def docs_router(settings: Settings, described: Sequence[APIRouter]) -> APIRouter:
    """Return the routes that describe the routes of some routers: /api/v1/openapi.json, and /api/v1/docs for people."""
    routes = APIRouter(prefix="/api/v1", include_in_schema=False, responses=problems(*ANY_DOOR))
    description = describe(settings, described)
    files = _files()

    @routes.get("/openapi.json")
    async def openapi() -> Response:
        """Return the description for programs."""
        return JSONResponse(description)

    @routes.get("/docs")
    async def docs() -> Response:
        """Return the page for people."""
        return HTMLResponse(_PAGE)

    @routes.get("/docs/{name}")
    async def file(name: str) -> Response:
        """Return a file of that page."""
        if name not in files:
            raise NoSuchAddress(method="GET")
        return FileResponse(files[name], headers={"Cache-Control": "no-cache"})

    return routes


def describe(settings: Settings, described: Sequence[APIRouter]) -> dict[str, Any]:
    """Return the OpenAPI description of the routes of some routers."""
    description = get_openapi(
        title=TITLE,
        version=release(),
        description=_DESCRIPTION,
        routes=[route for router in described for route in router.routes],
        servers=[{"url": settings.root_path or "/"}],
    )
    description.setdefault("components", {})["securitySchemes"] = _WAYS
    anybody: list[dict[str, list[str]]] = [{}] if settings.access == "none" else []
    description["security"] = [*anybody, *({name: []} for name in _WAYS)]
    return description


def _files() -> dict[str, Path]:
    """Return the files of the page by name: Swagger UI's as the package fastapi-offline carries them, and ours."""
    package = find_spec("fastapi_offline")  # not imported: only its files are wanted
    places = package.submodule_search_locations if package else None
    static = Path((places or [""])[0]) / "static"
    return {name: static / name for name in ("swagger-ui-bundle.js", "swagger-ui.css")} | {"start.js": _START}
