"""The process in which files are read and split: it is told a path, and answers what `index.parsing` expects.

Started by `index.parsing`; it takes from itself what reading does not need before it reads anything.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import BinaryIO

from index.document import Document
from index.errors import DocumentUnreadable
from index.limits import Limits
from index.parsing import LENGTH, OUT_OF_MEMORY, Parsed, Refused, pack

_FILES = 64  # open at once: the pipes, the document, and what an import opens
_LARGEST_WRITTEN = 100_000_000  # bytes; the model of languages is unpacked into a temporary file of 68 MB
_PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    """Answer one request after the other, until there are no more."""
    limits = Limits(**json.loads(sys.argv[-1]))
    _end_with_the_parent()
    requests, answers = _channel()
    _lower(resource.RLIMIT_AS, limits.memory * 1_000_000)  # bytes, libraries included
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _FILES)
    _warm_up()
    _lower(resource.RLIMIT_FSIZE, _LARGEST_WRITTEN)
    _point_to_nowhere(2)  # until here, what goes wrong is shown; from here, it might show what a document says
    with contextlib.suppress(BrokenPipeError):  # the parent has gone
        _send(answers, b"")
        while header := requests.read(LENGTH):
            path, root, prefix = json.loads(requests.read(int.from_bytes(header)))
            _send(answers, _answer(Path(path), Path(root), prefix, limits))


def _send(answers: BinaryIO, answer: bytes) -> None:
    answers.write(len(answer).to_bytes(LENGTH))
    answers.write(answer)
    answers.flush()


def _answer(path: Path, root: Path, prefix: str, limits: Limits) -> bytes:
    """Return what a file becomes, or why it becomes nothing, as it is sent."""
    from index import load, split

    _limit_seconds(limits)
    try:
        loaded = load.read_file(path, root, prefix, limits)
        chunks = tuple(split.split(loaded.document))
        return pack(Parsed(loaded.document, chunks, loaded.sha256, loaded.size, loaded.incomplete))
    except DocumentUnreadable as error:
        return pack(Refused(str(error)))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001  # one file, whatever it does to a library, must not stop the others
        return pack(Refused(f"reading it failed ({type(error).__name__})"))


def _end_with_the_parent() -> None:
    """Have the kernel end this process when the one that started it ends; else only the end of its requests would."""
    with contextlib.suppress(OSError, AttributeError):  # another system than Linux
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _lower(what: int, most: int) -> None:
    """Give up, for good, what is beyond a limit."""
    _soft, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))


def _limit_seconds(limits: Limits) -> None:
    """Bound the time of the processor that the next file may take, should nobody watch the clock any more."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time() + 2 * limits.seconds) + 1
    with contextlib.suppress(ValueError):  # beyond a limit that somebody else has set
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _channel() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes from and to the parent; what a library prints, or asks for, goes nowhere.

    Nothing here closes them: their end tells the parent that this process has its exit status.
    """
    requests = os.fdopen(os.dup(0), "rb", closefd=False)
    answers = os.fdopen(os.dup(1), "wb", closefd=False)
    _point_to_nowhere(0)
    _point_to_nowhere(1)
    return requests, answers


def _point_to_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _warm_up() -> None:
    """Import and load what every file needs, so that no file pays for it with its seconds."""
    from index import load, split  # noqa: F401

    split.split(Document(id="", text="Voici une phrase.", title="", date="", origin=""))


if __name__ == "__main__":
    main()
