from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from ui.serving.logs import is_logging, log_to, request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ASKED = "Pourquoi Jeanne Martin est-elle malade ?"


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Leave the logging of the process as it was."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("index", "qa", "ui")]
    handlers, levels = root.handlers[:], [logger.level for logger in (root, *ours)]
    yield
    root.handlers[:] = handlers
    for logger, level in zip((root, *ours), levels, strict=True):
        logger.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
def lines() -> Callable[..., list[dict[str, Any]]]:
    """Log something, and return the lines that come of it."""

    def logged(log: Callable[[], object], *, log_questions: bool = False) -> list[dict[str, Any]]:
        stream = io.StringIO()
        log_to(stream, log_questions=log_questions)
        log()
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return logged


def _fails() -> None:
    try:
        _raises(ASKED)
    except ValueError as error:
        logging.getLogger("ui.doors").error("it failed", exc_info=error)


def _raises(question: str) -> None:
    try:
        raise KeyError(question)
    except KeyError as error:
        raise ValueError(f"no answer to {question}") from error


def test_a_line_is_an_object_with_time_level_logger_and_message(lines: Callable[..., list[dict[str, Any]]]) -> None:
    (line,) = lines(lambda: logging.getLogger("ui.doors").info("answered %s", "é", extra={"verdict": "not_found"}))

    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "INFO", "logger": "ui.doors", "message": "answered é", "verdict": "not_found"}


def test_a_line_names_the_request_that_it_belongs_to(lines: Callable[..., list[dict[str, Any]]]) -> None:
    token = request_id.set("0123456789abcdef")
    try:
        (line,) = lines(lambda: logging.getLogger("qa.engine").warning("x"))
    finally:
        request_id.reset(token)

    assert line["request_id"] == "0123456789abcdef"


def test_an_error_is_told_by_kinds_and_frames_without_what_it_says(lines: Callable[..., list[dict[str, Any]]]) -> None:
    (line,) = lines(_fails)

    assert [error["type"] for error in line["errors"]] == ["ValueError", "KeyError"]
    assert re.fullmatch(r"ui/serving/test_logs\.py:\d+ _raises", line["errors"][0]["frames"][-1])
    assert "Jeanne" not in json.dumps(line)


def test_an_error_is_told_whole_where_questions_may_be_logged(lines: Callable[..., list[dict[str, Any]]]) -> None:
    (line,) = lines(_fails, log_questions=True)

    assert line["errors"][0]["message"] == f"no answer to {ASKED}"


def test_what_a_library_says_is_cut_and_its_fields_are_left_out(lines: Callable[..., list[dict[str, Any]]]) -> None:
    (line,) = lines(lambda: logging.getLogger("chromadb").warning("a" * 600, extra={"query": ASKED}))

    assert line["message"] == "a" * 500
    assert "query" not in line


def test_what_asyncio_says_of_an_error_does_not_repeat_it(lines: Callable[..., list[dict[str, Any]]]) -> None:
    def never_retrieved() -> None:
        error = ValueError(ASKED)
        said = f"Task exception was never retrieved\nfuture: <Task finished exception={error!r}>"
        logging.getLogger("asyncio").error(said, exc_info=error)

    (line,) = lines(never_retrieved)

    assert line["message"] == "Task exception was never retrieved"
    assert "Jeanne" not in json.dumps(line)


def test_what_libraries_tell_for_information_is_left_out(lines: Callable[..., list[dict[str, Any]]]) -> None:
    assert lines(lambda: logging.getLogger("httpx").info("GET /")) == []


def test_a_warning_of_python_is_a_line_too(lines: Callable[..., list[dict[str, Any]]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        (line,) = lines(lambda: warnings.warn("it is old", stacklevel=1))

    assert (line["logger"], "it is old" in line["message"]) == ("py.warnings", True)


def test_an_error_that_ends_a_thread_tells_nothing_of_itself(lines: Callable[..., list[dict[str, Any]]]) -> None:
    def ends() -> None:
        thread = threading.Thread(target=_raises, args=[ASKED], name="asks")
        thread.start()
        thread.join()

    before = threading.excepthook, sys.excepthook
    try:
        (line,) = lines(ends)
    finally:
        threading.excepthook, sys.excepthook = before

    assert line["errors"][0]["type"] == "ValueError"
    assert "Jeanne" not in json.dumps(line)


def test_it_is_known_whether_a_log_is_written() -> None:
    assert not is_logging()
    log_to(io.StringIO())
    assert is_logging()
