"""What readers say of the answers that they are shown: kept as JSON lines, read again, and made into questions.

A line is one question with what was shown for it. Of the conversation around it, only what the question leaned on is
kept, and never who said it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, ValidationError, field_validator

from index.dates import days
from index.errors import InvalidFilter, InvalidQuestion
from qa.question import LONGEST_QUESTION, clean_question
from ui import feedback_texts
from ui.doors.request import Request, Whole
from ui.errors import FeedbackUnreadable, FeedbackUnwritable, QuestionSetUnwritable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

Verdict = Literal["useful", "wrong_passage", "wrong_answer", "out_of_date", "missing"]

MOST_QUOTES: Final = 40
LONGEST_SEARCHED: Final = 10_000
"""Characters; a question that leans on the turns before is searched with up to three of theirs behind it."""
LONGEST_ANSWER: Final = 2_000
LONGEST_COMMENT: Final = 500
LONGEST_DOCUMENT: Final = 4_096
LONGEST_STAMP: Final = 100
FURTHEST: Final = 10**12

MOST_BYTES: Final = 100_000_000
"""How large the file may grow: some hundred thousand lines. There is no login that would stop who fills a disk."""

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_FIRST_YEAR: Final = 2000
_CUT: Final = "…"  # ends a short answer that was too long to be shown whole
# Beyond what JSON escapes: controls, ends of lines, and marks that turn the direction of writing, which would rewrite
# what stands around them wherever the file is looked at.
_UNSEEN: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class ShownQuote(Request):
    """A quote that was shown: where it stands, in code points, in the document whose text has this SHA-256."""

    document: str = Field(min_length=1, max_length=LONGEST_DOCUMENT)
    start: Whole = Field(ge=0, le=FURTHEST)
    end: Whole = Field(ge=0, le=FURTHEST)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class FeedbackRequest(Request):
    """What a reader says of an answer, with what was shown: `quotes` are those of the answer, or what came nearest.

    `searched` is the question as it was searched, standing alone, and `stamp` the generation that answered. `filtered`
    tells that only some documents were let answer.
    """

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    searched: str = Field(default="", max_length=LONGEST_SEARCHED)
    verdict: Verdict
    answer: str = Field(default="", max_length=LONGEST_ANSWER)
    shown: Literal["answered", "not_found"]
    quotes: list[ShownQuote] = Field(default=[], max_length=MOST_QUOTES)
    stamp: str = Field(max_length=LONGEST_STAMP)
    filtered: bool = False
    comment: str = Field(default="", max_length=LONGEST_COMMENT)


class Feedback(FeedbackRequest):
    """One line of the file: what a reader said, and when, in ISO 8601 and universal time."""

    time: str

    @field_validator("time")
    @classmethod
    def _is_a_time(cls, time: str) -> str:
        if datetime.strptime(time, _TIME).replace(tzinfo=UTC).year < _FIRST_YEAR:
            raise ValueError("before any feedback")
        return time

    @property
    def day(self) -> int:
        """The day on which it was said, where this program runs, as yyyymmdd."""
        return int(f"{datetime.strptime(self.time, _TIME).replace(tzinfo=UTC).astimezone():%Y%m%d}")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file of feedback holds: oldest first, and the numbers, from 1, of the lines that cannot be read."""

    feedbacks: tuple[Feedback, ...]
    unreadable: tuple[int, ...]


def record(file: Path, request: FeedbackRequest) -> None:
    """Append what a reader said to a file, as one line that is whole or not there at all.

    Threads and processes may do so at the same time. The file is made, for its owner alone, and so is its folder.
    Raises FeedbackUnwritable, also for a file that would grow beyond MOST_BYTES.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _append(descriptor, file, request)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise FeedbackUnwritable(file=file, reason=error.strerror) from error


def _append(descriptor: int, file: Path, request: FeedbackRequest) -> None:
    """Write one line behind the others; whoever calls this holds the lock."""
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        raise FeedbackUnwritable(file=file, reason="it is no regular file")
    said = Feedback(time=f"{datetime.now(UTC):{_TIME}}", **request.model_dump())
    line = f"{json_line(said)}\n".encode()
    if before.st_size and os.pread(descriptor, 1, before.st_size - 1) != b"\n":
        line = b"\n" + line  # somebody was stopped in the middle of a line: it ends here
    if before.st_size + len(line) > MOST_BYTES:
        raise FeedbackUnwritable(file=file, reason=feedback_texts.TOO_LARGE.filled(megabytes=MOST_BYTES // 10**6))
    if os.write(descriptor, line) < len(line):
        os.ftruncate(descriptor, before.st_size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def json_line(feedback: Feedback) -> str:
    """Return what a reader said as one line of JSON, with nothing in it that a terminal would obey."""
    return _json({"time": feedback.time} | feedback.model_dump())


def _json(fields: dict[str, object]) -> str:
    text = json.dumps(fields, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def read(file: Path) -> Kept:
    """Return what a file of feedback holds, nothing where there is no file; a line that is damaged costs only itself.

    Raises FeedbackUnreadable.
    """
    try:
        with file.open("rb") as lines:
            fcntl.flock(lines, fcntl.LOCK_SH)  # not in the middle of a line that is being written
            content = lines.read()
    except FileNotFoundError:
        return Kept((), ())
    except OSError as error:
        raise FeedbackUnreadable(file=file, reason=error.strerror) from error
    feedbacks, unreadable = [], []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            try:
                feedbacks.append(Feedback.model_validate_json(line))
            except ValidationError:
                unreadable.append(number)
    return Kept(tuple(feedbacks), tuple(unreadable))


def since(feedbacks: Iterable[Feedback], date: str) -> tuple[Feedback, ...]:
    """Return what was said on an ISO date, which may be partial, or later; raise InvalidFilter when it is no date."""
    try:
        first, _ = days(date)
    except ValueError as error:
        raise InvalidFilter(name="--since", value=date, reason=str(error)) from error
    return tuple(feedback for feedback in feedbacks if feedback.day >= first)


def question_set_lines(feedbacks: Iterable[Feedback], documents: Collection[str] | None = None) -> Iterator[str]:
    """Give what readers said, oldest first, as a question set in JSON lines, of which no line says more than is known.

    - "useful", of an answer: its words are right, and the document of its first quote is a right one. Words that were
      cut, for being too many, are no answer. Where `documents` are given, those of the corpus, and that one has gone,
      nothing is left that proves the answer, and `measure` would refuse the set: only the question is kept.
    - "useful", of a refusal: the corpus does not answer, `answers` are []; where filters were set, only the question.
    - "wrong_passage", "wrong_answer", "out_of_date": they say what is not right, not what is; "missing" says that there
      is an answer, not which. Only the question is kept: it is of the kind "unknown" until a person completes the line.

    A question stands as it was searched, for nobody asks it after the turns that it leaned on. What was said last of a
    question counts, wherever capitals are; a question that the engine would refuse is left out. Measured on answers
    that were found useful, a corpus looks better than it is: the figures tell what has got worse, not how good it is.
    """
    newest: dict[str, Feedback] = {}
    for feedback in feedbacks:
        with suppress(InvalidQuestion):
            newest[clean_question(_asked(feedback)).casefold()] = feedback
    for feedback in newest.values():
        yield _json({"question": _asked(feedback)} | _known(feedback, documents))


def _asked(feedback: Feedback) -> str:
    return feedback.searched or feedback.question


def _known(feedback: Feedback, documents: Collection[str] | None) -> dict[str, object]:
    """Return what a feedback proves of the right answer, in the fields of a question set."""
    if feedback.verdict != "useful":
        return {}
    if feedback.shown == "not_found":
        return {} if feedback.filtered else {"answers": []}
    document = feedback.quotes[0].document if feedback.quotes else ""
    if not document.strip() or (documents is not None and document not in documents):
        return {}
    is_whole = feedback.answer.strip() and not feedback.answer.endswith(_CUT)
    return {"document": document} | ({"answers": [feedback.answer]} if is_whole else {})


def write_question_set(file: Path, lines: Sequence[str]) -> None:
    """Write the lines of a question set into a new file.

    Raises QuestionSetUnwritable, also where there is such a file already.
    """
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.writelines(f"{line}\n" for line in lines)
    except FileExistsError as error:
        raise QuestionSetUnwritable(file=file, reason=feedback_texts.EXISTS) from error
    except OSError as error:
        raise QuestionSetUnwritable(file=file, reason=error.strerror) from error
