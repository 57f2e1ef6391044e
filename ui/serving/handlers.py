"""Errors that escape from a route, made into what every door says of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index.errors import SourcierError
from ui import door_texts as texts
from ui.doors.problems import problem_of
from ui.doors.stream import Gone
from ui.error_texts import refusal
from ui.errors import InvalidField, MalformedRequest, NoSuchAddress
from ui.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from ui.texts import Language

    Said = Callable[..., Response]

_LONGEST_NAME = 200
_GONE = 499  # as nginx notes it; nobody reads it


def handlers(default: Language) -> dict[Any, Any]:
    """Return the handler of each kind of error; it speaks the language of whoever asks, or else the default one."""
    said = partial(_said, default)
    return {
        SourcierError: partial(_failed, said),
        RequestValidationError: partial(_malformed, said),
        HTTPException: partial(_refused, said),
        Gone: _gone,
        Exception: partial(_failed, said),
    }


def gradio_handlers(default: Language) -> dict[Any, Any]:
    """Return those of Gradio's own app, which raises its own for a field that is missing or unknown."""
    misnamed = partial(_misnamed, partial(_said, default))
    return handlers(default) | {TypeError: misnamed, KeyError: misnamed}


async def _failed(said: Said, request: Request, error: Exception) -> Response:
    """Say what may be said of an error."""
    return said(request, error)


async def _malformed(said: Said, request: Request, error: RequestValidationError) -> Response:
    """Say which field is wrong, or that there is no JSON at all."""
    problem = error.errors()[0]
    if problem["type"] == "json_invalid" or len(problem["loc"]) < 2:
        return said(request, MalformedRequest(reason=texts.NOT_JSON))
    name = ".".join(str(part) for part in problem["loc"][1:])
    return said(request, InvalidField(name=name[:_LONGEST_NAME], reason=refusal(problem)))


async def _refused(said: Said, request: Request, error: HTTPException) -> Response:
    """Say what a framework refuses, with the status that it gives."""
    kind = NoSuchAddress(method=request.method) if error.status_code in {404, 405} else None
    response = said(request, kind or MalformedRequest(reason=texts.NOT_READABLE), error.status_code)
    response.headers.update(error.headers or {})  # a 405 has to say what is allowed instead
    return response


async def _misnamed(said: Said, request: Request, _error: Exception) -> Response:
    return said(request, MalformedRequest(reason=texts.MALFORMED), 422)


async def _gone(_request: Request, _error: Gone) -> Response:
    """End a request that nobody waits for any more."""
    return Response(status_code=_GONE)


def _said(default: Language, request: Request, error: Exception, status: int | None = None) -> Response:
    response = problem_of(error).response(language_of(request.headers, default))
    response.status_code = status or response.status_code
    return response
