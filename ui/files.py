"""The files that documents were made from, for readers who may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request  # noqa: TC002  FastAPI resolves the hints of its routes
from fastapi.responses import FileResponse, PlainTextResponse, Response

from index.errors import SourcierError
from ui.error_texts import sentence
from ui.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.engine import Engine
    from ui.texts import Language


def original_of(engine: Engine, default: Language) -> Callable[[str, Request], Response]:
    """Return the route that hands over the file of a document, to be saved and never shown by the browser."""

    def original(document: str, request: Request) -> Response:
        try:
            path = engine.original(document)
        except SourcierError as error:
            said = sentence(error).into(language_of(request.headers, default))
            return PlainTextResponse(said, status_code=404)
        name = document.rpartition("/")[2]  # the name of the file may have bytes that no header can carry
        return FileResponse(path, filename=name, media_type="application/octet-stream")

    return original
