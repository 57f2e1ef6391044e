"""The files that documents were made from, for readers who may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import FileResponse, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.engine import Engine


def original_of(engine: Engine) -> Callable[[str], Response]:
    """Return the route that hands over the file of a document, to be saved and never shown by the browser."""

    def original(document: str) -> Response:
        path = engine.original(document)
        name = document.rpartition("/")[2]  # the name of the file may have bytes that no header can carry
        return FileResponse(path, filename=name, media_type="application/octet-stream")

    return original
