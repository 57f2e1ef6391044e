"""A file -> what the corpus stores of it, read and split by a process of its own.

A file may be made to hurt: a bomb, an endless loop, what crashes a library. The process that reads it has little memory
and little time, writes no large files, and is given up with the file; the next file gets a fresh one. What the process
says is data that is checked, never code.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

from pydantic import TypeAdapter, ValidationError

from index.document import Chunk, Document  # noqa: TC001  # pydantic reads the annotations
from index.errors import DocumentUnreadable
from index.formats.reading import one_line
from index.limits import Limits
from index.load import document_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LENGTH = 8
"""Bytes that tell the length of the message behind them."""

OUT_OF_MEMORY = 3
"""The exit status by which a child says so: with no memory left, it cannot trust itself to say more."""

_DEFAULT = Limits()
_START_SECONDS = 60.0  # it takes one; a cold disk of a busy machine may be much slower
_MOST_REASON = 200  # characters
_PIECE = 65_536  # bytes; a pipe holds no more
_START = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv[1]); runpy.run_module(sys.argv[2], run_name='__main__')"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file became. `sha256` (hexadecimal) and `size` are of the bytes that were read.

    `incomplete` is why not all of the file is in the document; "" where it is.
    """

    document: Document
    chunks: tuple[Chunk, ...]
    sha256: str
    size: int
    incomplete: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file became nothing."""

    reason: str


class Parser:
    """Reads and splits files in a child process, which is started when first needed, and anew after it was lost.

    To be used by one thread at a time, and to be closed. `child` names the module that the child runs.
    """

    def __init__(self, limits: Limits = _DEFAULT, child: str = "index.parse_child") -> None:
        self.limits = limits
        self._module = child
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the child, without waiting until it is ready: that takes a second, in which there is other work."""
        self._child = self._child or _Child(self._module, self.limits)

    def close(self) -> None:
        """End the child, if there is one; the next file would start another."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def parse(self, path: Path, root: Path, prefix: str = "") -> Parsed:
        """Return what a file becomes; its id is `prefix` and the path below `root`.

        Raises DocumentUnreadable with its reason, also when the limits are passed or the child is lost; RuntimeError
        when no child can be started at all.
        """
        document = document_id(path, root, prefix)
        request = json.dumps([str(path.absolute()), str(root.absolute()), prefix]).encode()
        child = self._running()
        try:
            answer = child.ask(request, self.limits)
            if isinstance(answer, Parsed):
                answer = _whole(answer, document, self.limits)
        except (TimeoutError, EOFError, BrokenPipeError, ValueError) as error:
            self._child = None
            raise DocumentUnreadable(reason=_why_lost(error, child.end(), self.limits)) from None
        except BaseException:  # above all the interrupt of a person: what the child would say has no reader any more
            self.close()
            raise
        if isinstance(answer, Refused):
            raise DocumentUnreadable(reason=one_line(answer.reason)[:_MOST_REASON])
        return replace(answer, incomplete=one_line(answer.incomplete)[:_MOST_REASON])

    def _running(self) -> _Child:
        """Return a child that waits for a file."""
        if self._child is not None and not self._child.is_alive():
            self.close()
        self._child = self._child or _Child(self._module, self.limits)
        self._child.wait_until_ready()
        return self._child


class _Child:
    """A process that reads files, and the two pipes to it."""

    def __init__(self, module: str, limits: Limits) -> None:
        """Start it, without waiting until it is ready."""
        paths = [os.path.abspath(path) for path in sys.path]  # noqa: PTH100  # "" is the working directory
        self._process = subprocess.Popen(  # noqa: S603  # nothing of a file is in the command
            [sys.executable, "-P", "-c", _START, json.dumps(paths), module, json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
            start_new_session=True,  # the interrupt of a terminal is for the parent, which then ends the whole group
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process was started without its pipes")
        self._requests = self._process.stdin.fileno()
        self._answers = self._process.stdout.fileno()
        os.set_blocking(self._requests, False)
        self._is_ready = False

    def wait_until_ready(self) -> None:
        """Wait until it can be asked. Raises RuntimeError when it never can; it has then said why itself."""
        if self._is_ready:
            return
        try:
            self._read(LENGTH, time.monotonic() + _START_SECONDS)
        except (TimeoutError, EOFError) as error:
            status = self.end()
            raise RuntimeError(f"the process that reads files does not start (exit status {status})") from error
        except BaseException:
            self.end()
            raise
        self._is_ready = True

    def is_alive(self) -> bool:
        """Tell whether it can be asked. It ends with the thread that started it."""
        return self._process.poll() is None

    def ask(self, request: bytes, limits: Limits) -> Parsed | Refused:
        """Return what it answers; raise TimeoutError, EOFError or BrokenPipeError (it ended), ValueError (nonsense)."""
        deadline = time.monotonic() + limits.seconds
        self._write(len(request).to_bytes(LENGTH) + request, deadline)
        length = int.from_bytes(self._read(LENGTH, deadline))
        if length > limits.memory * 1_000_000:
            raise ValueError("an answer that does not fit into the memory of the process that gives it")
        return unpack(self._read(length, deadline))

    def end(self) -> int:
        """End it, and whatever it started; return its exit status, negative for the signal that ended it."""
        if self._process.returncode is None:  # not waited for yet, so that its number is still its own
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with self._process:  # closes the pipes, and waits
            return self._process.wait()

    def _write(self, message: bytes, deadline: float) -> None:
        while message:
            _await(self._requests, select.POLLOUT, deadline)
            message = message[os.write(self._requests, message) :]

    def _read(self, length: int, deadline: float) -> bytearray:
        message = bytearray()
        while len(message) < length:
            _await(self._answers, select.POLLIN, deadline)
            piece = os.read(self._answers, min(_PIECE, length - len(message)))
            if not piece:
                raise EOFError
            message += piece
        return message


def pack(answer: Parsed | Refused) -> bytes:
    """Return an answer as it is sent: JSON, each chunk without its text, which the document has.

    Not written by pydantic: when memory runs out in it, it waits for ever instead of raising MemoryError.
    """
    if isinstance(answer, Parsed):
        answer = replace(answer, chunks=tuple(replace(chunk, text="") for chunk in answer.chunks))
    return json.dumps(answer, default=_fields, ensure_ascii=False).encode()


def unpack(message: bytes | bytearray) -> Parsed | Refused:
    """Return an answer as it was sent, its types checked; raise ValueError when it is none."""
    try:
        return _answers().validate_json(message, strict=True)
    except ValidationError:  # its text would show what the document says
        raise ValueError("no answer") from None


def _fields(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass by their names, as JSON wants them; raise TypeError for anything else."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


@cache
def _answers() -> TypeAdapter[Parsed | Refused]:
    return TypeAdapter(Parsed | Refused)


def _environment() -> dict[str, str]:
    """Return the environment of a child, which takes where modules lie from `sys.path`, and needs no secret of ours."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH" and not name.upper().startswith("SOURCIER_")
    }
    return inherited | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": str(sys.flags.utf8_mode),  # the names of files are to mean the same in both
        # Each thread of a numeric library takes 130 MB of address space, and there would be as many as processors.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _await(pipe: int, event: int, deadline: float) -> None:
    """Wait until a pipe is ready or has ended; raise TimeoutError at the deadline (seconds of the monotonic clock)."""
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(max(0, math.ceil(1000 * (deadline - time.monotonic())))):
        raise TimeoutError


def _why_lost(error: Exception, status: int, limits: Limits) -> str:
    """Return the reason to tell when reading a file has cost the child, which ended with a status."""
    if isinstance(error, TimeoutError):
        return f"it takes more than {limits.seconds:g} seconds to read"
    if isinstance(error, ValueError):
        return "the process that read it gave no sensible answer"
    if status == OUT_OF_MEMORY:
        return f"it takes more than {limits.memory} MB to read"
    if status == -signal.SIGKILL:  # what the kernel does to a large process when the machine has no memory left
        return "the process that read it was killed, perhaps for want of memory"
    if status >= 0:
        return f"reading it ended the process that read it (exit status {status})"
    # Many a library in C has no other answer to a lack of memory.
    how = (signal.strsignal(-status) or f"signal {-status}").lower()
    return f"it ended the process that read it ({how}): it is damaged, or takes more than {limits.memory} MB to read"


def _whole(parsed: Parsed, document: str, limits: Limits) -> Parsed:
    """Return what a child sent, with the texts of its chunks; raise ValueError unless every part fits the others."""
    text, chunks = parsed.document.text, parsed.chunks
    borders = [0, *(chunk.end for chunk in chunks)]
    sound = (
        parsed.document.id == document
        and _SHA256.fullmatch(parsed.sha256)
        and 0 <= parsed.size <= limits.bytes
        and _are_places(parsed.document, len(text))
        and borders[-1] == len(text)
        and all(start < end for start, end in pairwise(borders))
        and all(_fits(chunk, number, borders[number], parsed.document) for number, chunk in enumerate(chunks))
    )
    if not sound:
        raise ValueError("an answer whose parts do not fit each other")
    return replace(parsed, chunks=tuple(replace(chunk, text=text[chunk.start : chunk.end]) for chunk in chunks))


def _are_places(document: Document, length: int) -> bool:
    """Tell whether what a document says of its text lies in the text, in its order."""
    return (
        _ascend((heading.start for heading in document.headings), 0, length)
        and _ascend(document.pages, 0, length)
        and _ascend((place for stretch in document.boilerplate for place in (stretch.start, stretch.end)), 0, length)
    )


def _fits(chunk: Chunk, number: int, start: int, document: Document) -> bool:
    """Tell whether a chunk is the one with this number, begins at `start`, and stands on pages that there are."""
    return (
        (chunk.document, chunk.number, chunk.start) == (document.id, number, start)
        and 0 <= chunk.page <= len(document.pages)
        and _ascend(chunk.page_breaks, chunk.start, chunk.end)
    )


def _ascend(places: Iterable[int], first: int, last: int) -> bool:
    """Tell whether places follow each other between `first` and `last`, both included."""
    return all(place <= following for place, following in pairwise([first, *places, last]))
