"""What goes wrong at a door, in the one form that every door says it in.

    {"error": {"code": "InvalidQuestion", "message": "…", "action": "…"}}

`code` is for programs and never changes, `message` says what happened, and `action` what to do, both in the language of
whoever asks. The clients of OpenAI read `code` and `message` in just that place.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from index import errors as index_errors
from index.errors import CorpusError, SourcierError
from ui import door_texts as texts
from ui import errors
from ui.error_texts import sentence

if TYPE_CHECKING:
    from ui.texts import Language, Text

_log = logging.getLogger(__name__)

UNEXPECTED: Final = "Unexpected"

problems_told: ContextVar[list[str] | None] = ContextVar("problems_told", default=None)
"""The codes of what went wrong in the request at hand, for whoever measures it; None where there is no request."""

# The status of each class of error, and what to do; the nearest class above counts for one that is not here.
_KINDS: Final[dict[type[SourcierError], tuple[int, Text]]] = {
    SourcierError: (500, texts.TELL_THE_ADMINISTRATOR),
    index_errors.InvalidRequest: (422, texts.MEND_THE_REQUEST),
    index_errors.InvalidQuestion: (422, texts.MEND_THE_QUESTION),
    index_errors.InvalidFilter: (422, texts.MEND_THE_FILTER),
    index_errors.InvalidHistory: (422, texts.MEND_THE_HISTORY),
    index_errors.DocumentUnknown: (404, texts.NAME_A_DOCUMENT),
    index_errors.OriginalGone: (404, texts.TRY_LATER),
    index_errors.CorpusError: (503, texts.TELL_THE_ADMINISTRATOR),
    errors.MalformedRequest: (400, texts.MEND_THE_REQUEST),
    errors.RequestTooLarge: (413, texts.SEND_LESS),
    errors.ModelUnknown: (404, texts.NAME_THE_MODEL),
    errors.NoSuchAddress: (404, texts.READ_THE_DESCRIPTION),
    errors.NotLetIn: (401, texts.LOG_IN),
    errors.AccessRefused: (403, texts.ASK_THE_ADMINISTRATOR),
    errors.LoginTooOften: (429, texts.TRY_LATER),
    errors.Unavailable: (503, texts.TRY_LATER),
    errors.TooManyRequests: (429, texts.TRY_LATER),
    errors.TooManyWaiting: (429, texts.TRY_LATER),
    errors.TookTooLong: (504, texts.ASK_SHORTER),
}
_OF_THE_SERVER: Final = CorpusError  # its sentences name folders of the server, which are for the administrator


class Said(BaseModel):
    """What a door says of a problem: for programs, of what happened, and of what to do."""

    code: str
    message: str
    action: str


class ProblemBody(BaseModel):
    """The body of every answer that is an error."""

    error: Said


ANY_DOOR: Final = (401, 403, 429, 500)
"""What any request may be answered with: who asks is not known or may not, asks too often, or something broke."""

READING: Final = (422, 503)
"""What a request of the documents may be answered with besides: a field is wrong, or there is no corpus."""

ASKING: Final = (400, 413, *READING, 504)
"""What a question may be answered with besides: its body cannot be read or is too large, or it took too long."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a description of the API says of answers that are errors."""
    return {status: {"model": ProblemBody, "description": HTTPStatus(status).phrase} for status in statuses}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, for whoever asked; `retry_after` is in seconds."""

    status: int
    code: str
    message: Text
    action: Text
    retry_after: int | None = None

    def body(self, language: Language) -> dict[str, Any]:
        """Return it as JSON has it."""
        said = {"code": self.code, "message": self.message.into(language), "action": self.action.into(language)}
        return {"error": said}

    def response(self, language: Language, headers: dict[str, str] | None = None) -> JSONResponse:
        """Return it as an answer to a request."""
        retry = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return JSONResponse(self.body(language), status_code=self.status, headers=retry | (headers or {}))


def problem_of(error: BaseException) -> Problem:
    """Return what may be said of an error; the log alone is told of one that nobody expected, and of server's paths."""
    problem = _problem(error)
    if (told := problems_told.get()) is not None:
        told.append(problem.code)
    return problem


def code_of(error: BaseException) -> str:
    """Return the code of an error."""
    return type(error).__name__ if isinstance(error, SourcierError) else UNEXPECTED


def _problem(error: BaseException) -> Problem:
    if not isinstance(error, SourcierError):
        _log.error("a request could not be answered", exc_info=error)
        return Problem(500, UNEXPECTED, texts.UNEXPECTED, texts.TELL_THE_ADMINISTRATOR)
    status, action = next(_KINDS[kind] for kind in type(error).__mro__ if kind in _KINDS)
    message = sentence(error)
    if isinstance(error, _OF_THE_SERVER):
        _log.warning("%s", error)
        message = _without_paths(error)
    seconds = error.details.get("seconds")
    return Problem(status, code_of(error), message, action, int(seconds) if isinstance(seconds, int) else None)


def _without_paths(error: SourcierError) -> Text:
    """Return what a reader may know of why there is no corpus to answer from."""
    missing = (index_errors.CorpusMissing, index_errors.CorpusIncomplete, index_errors.CorpusOutdated)
    return texts.NO_CORPUS_YET if isinstance(error, missing) else texts.CORPUS_UNUSABLE
