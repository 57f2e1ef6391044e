"""The log of a server: one JSON object a line, with nothing in it of what was asked or of what documents say.

It is set up by whoever starts a server, and by nothing on import.
"""

from __future__ import annotations

import logging
import sys
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pythonjsonlogger.json import JsonFormatter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from traceback import FrameSummary
    from types import TracebackType
    from typing import TextIO

    ExceptionInfo = (
        tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]  # as logging has it
    )

_log = logging.getLogger(__name__)

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that is being answered; "" outside of one. Threads that answer it have it too."""

_OURS: Final = ("index", "qa", "ui")
_LONGEST_OF_OTHERS: Final = 500  # characters
_MOST_FRAMES: Final = 20  # the innermost; what lies above are layers of the server


class SafeFormatter(JsonFormatter):
    """Writes a record as JSON. An error is told by its kind and its frames: its message may hold what somebody wrote.

    What other libraries log is cut, and their extra fields are left out.
    """

    def __init__(self, *, with_messages: bool = False) -> None:
        """`with_messages` lets the messages of errors in."""
        super().__init__([], json_ensure_ascii=False, json_default=str)
        self._with_messages = with_messages

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:  # noqa: ARG002
        """Fill in the fields of a line."""
        is_ours = record.name.partition(".")[0] in _OURS
        if is_ours:
            super().add_fields(log_data, record, {})
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.message if is_ours else _cut(record),
        }
        extras = {name: value for name, value in log_data.items() if name not in said}
        log_data.clear()
        log_data.update(said)
        if identity := extras.pop("request_id", "") or request_id.get():
            log_data["request_id"] = identity
        log_data.update(extras)
        if record.exc_info:
            log_data["errors"] = [self._told(error) for error in _chain(record.exc_info[1])]

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: ARG002, N802  the name is that of logging
        """Write no traceback: `add_fields` tells what may be told of an error."""
        return ""

    def _told(self, error: BaseException) -> dict[str, Any]:
        told: dict[str, Any] = {"type": type(error).__name__, "frames": frames_of(error)}
        if self._with_messages:
            told["message"] = str(error)
        return told


def log_to(stream: TextIO | None = None, *, log_questions: bool = False) -> None:
    """Have everything that is logged in this process written to a stream, None for standard error.

    From our own loggers on from INFO, from those of libraries from WARNING; warnings of Python are logged too. With
    `log_questions` the messages of errors are written, which may hold what was asked.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(SafeFormatter(with_messages=log_questions))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_ended
    sys.excepthook = _ended


def is_logging() -> bool:
    """Tell whether `log_to` was called in this process."""
    return any(isinstance(handler.formatter, SafeFormatter) for handler in logging.getLogger().handlers)


def _thread_ended(given: threading.ExceptHookArgs) -> None:
    """Log what ended a thread; Python would write it out with all that it says."""
    _log.error("a thread has ended by an error", exc_info=given.exc_value)


def _ended(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    _log.critical("the server has ended by an error", exc_info=error)


def frames_of(error: BaseException) -> list[str]:
    """Return where an error was raised, the innermost frame last: "file:line function", without values or code."""
    from traceback import extract_tb

    return [_frame(frame) for frame in extract_tb(error.__traceback__)[-_MOST_FRAMES:]]


def _frame(frame: FrameSummary) -> str:
    parts = Path(frame.filename).parts
    inside = parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts[-3:]
    return f"{'/'.join(inside)}:{frame.lineno} {frame.name}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error, what it was raised from, and so on."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _cut(record: logging.LogRecord) -> str:
    """Return the message of a library; of one about an error its first line: the others most often repeat the error."""
    message = record.getMessage()
    if record.exc_info:
        message = message.strip().partition("\n")[0]
    return message[:_LONGEST_OF_OTHERS]
