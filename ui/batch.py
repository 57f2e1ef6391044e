"""Questions from a stream, one a line -> Answers, one a line, in the same order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from index.errors import SourcierError
from ui.doors.request import AskRequest
from ui.error_texts import EMPTY_LINE, NOT_JSON, NOT_UTF8, sentence
from ui.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa.engine import Engine
    from ui.settings import Settings


def answers(lines: Iterable[bytes], engine: Engine, settings: Settings) -> Iterator[tuple[str, bool]]:
    """Give for each line one line of JSON, and whether it is an answer: an Answer, or {"error": {code, message}}.

    A line is a question in plain text, or a JSON object with the fields of AskRequest. Each line gives exactly one: an
    empty line gives an error, so that the lines that come out correspond to those that went in.
    """
    for line in lines:
        try:
            request = _request(line)
            yield request.answer(engine, settings.max_quotes).model_dump_json(), True
        except SourcierError as error:
            message = sentence(error).into(settings.language)
            said = {"error": {"code": type(error).__name__, "message": message}}
            yield json.dumps(said, ensure_ascii=False), False


def _request(line: bytes) -> AskRequest:
    """Return what a line asks; raise InvalidField."""
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise InvalidField(name="question", reason=NOT_UTF8) from error
    if not text:
        raise InvalidField(name="question", reason=EMPTY_LINE)
    return AskRequest.read(_fields(text))


def _fields(text: str) -> dict[str, Any]:
    """Return the fields of a request: those of a JSON object, or plain text as the question."""
    if not text.startswith("{"):
        return {"question": text}
    try:
        fields: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidField(name="question", reason=NOT_JSON) from error
    return fields
