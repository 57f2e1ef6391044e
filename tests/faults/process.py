"""A process without privileges that synchronises and opens corpora, each in a child of its own, and tells how it ended.

Everything is imported once; each case is then a fork. A request is a line of JSON, a list of `Request`s that begin at
the same moment; so is the reply, a list of `Outcome`s.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.privileges import give_up_privileges

if TYPE_CHECKING:
    from types import CodeType, FrameType

ROOT = Path(__file__).parents[2]
SECONDS = 300  # an endless wait ends by a signal, too
_CHANGES = {"open", "mkdir", "write", "close", "execute", "backup", "tofile", "rename", "replace", "fsync", "rmdir"}


@dataclass(frozen=True, slots=True)
class Request:
    """What to do: synchronise a corpus with folders, or open it, where none is named.

    `ballast` is a file that fills its disk as soon as the
    function of number `point` is called, of those that a synchronisation calls once it has the lock; with none named,
    nothing is filled, and the functions are told. `gate` is a file that the synchronisation makes when it begins to
    read, and waits until it is gone. `temporary` is where temporary files are to lie.
    """

    corpus: str
    folders: tuple[str, ...] = ()
    encoder: str = ""
    limits: dict[str, float] = field(default_factory=dict)
    point: int = -1
    ballast: str = ""
    gate: str = ""
    temporary: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended: `signal` is the name of the one that ended it, `error` the class of what was raised.

    `is_named` tells an error of index.errors from any other. `texts` are the documents of a corpus that was opened,
    `stamp` its generation. `skipped`, `unread`, `encoded` and `documents` are as in the report; `points` are the
    functions.
    """

    signal: str = ""
    error: str = ""
    message: str = ""
    is_named: bool = False
    stamp: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    found: tuple[str, ...] = ()
    skipped: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    documents: int = 0
    encoded: int = 0
    is_unchanged: bool = False
    points: tuple[str, ...] = ()


def main() -> None:
    """Answer requests until there are no more."""
    give_up_privileges()
    import chromadb  # noqa: F401  # what is imported before the fork is not imported by each case
    import sentence_transformers  # noqa: F401
    import tantivy  # noqa: F401

    from index import sync  # noqa: F401

    gc.freeze()
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        outcomes = together([Request(**request) for request in json.loads(line)])
        print(json.dumps([asdict(outcome) for outcome in outcomes]), flush=True)  # noqa: T201


def together(requests: list[Request]) -> list[Outcome]:
    """Do everything at the same time, each in a process of its own; return how each ended."""
    barrier, starter = os.pipe()
    children = [forked(request, barrier, starter) for request in requests]
    os.close(barrier)
    os.close(starter)
    return [ended(*child) for child in children]


def forked(request: Request, barrier: int, starter: int) -> tuple[int, int]:
    answers, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(answers)
        os.close(starter)
        os.read(barrier, 1)
        with os.fdopen(told, "w", encoding="utf-8") as pipe:
            json.dump(asdict(outcome(request)), pipe)
        os._exit(0)
    os.close(told)
    return child, answers


def ended(child: int, answers: int) -> Outcome:
    with os.fdopen(answers, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Outcome(signal=signal.Signals(os.WTERMSIG(status)).name)
    return Outcome(**json.loads(said))


def outcome(request: Request) -> Outcome:
    """Do what is asked, and return what came of it."""
    from index.errors import SourcierError

    signal.alarm(SECONDS)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what Rust says when it panics
    if request.temporary:
        tempfile.tempdir = request.temporary
    try:
        return synchronised(request) if request.folders else opened(request)
    except SourcierError as error:
        return Outcome(error=type(error).__name__, message=str(error), is_named=True)
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is to be told
        return Outcome(error=type(error).__name__, message=traceback.format_exc())


def synchronised(request: Request) -> Outcome:
    from index.limits import Limits
    from index.sync import synchronise

    def on_progress(_done: int, _total: int) -> None:
        if request.gate and not gated:
            gated.append(Path(request.gate))
            gated[0].write_text(str(os.getpid()), encoding="utf-8")
            while gated[0].exists():
                time.sleep(0.02)

    gated: list[Path] = []
    points: list[str] = []
    sys.setprofile(_Points(points, request))
    try:
        report = synchronise(
            [Path(folder) for folder in request.folders],
            Path(request.corpus),
            request.encoder,
            on_progress,
            Limits(**request.limits),  # type: ignore[arg-type]  # as they were asked for
        )
    finally:
        sys.setprofile(None)
    return Outcome(
        stamp=report.stamp,
        skipped={skipped.path: skipped.reason for skipped in report.skipped},
        unread={unread.path: unread.reason for unread in report.unread},
        documents=report.documents,
        encoded=report.encoded,
        is_unchanged=report.unchanged,
        points=tuple(points),
    )


class _Points:
    """Counts the functions of Sourcier as they are first called, and fills the disk at one of them."""

    def __init__(self, points: list[str], request: Request) -> None:
        self._points = points
        self._request = request

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        name = _point(frame, event, argument)
        if not name or name in self._points or not (self._points or name == "lock.writer"):
            return
        if self._request.ballast and len(self._points) == self._request.point:
            sys.setprofile(None)
            fill(Path(self._request.ballast))
        self._points.append(name)


def _point(frame: FrameType, event: str, argument: Any) -> str:
    """Return the name of a function of Sourcier that is called, or of its call that changes the disk, or ""."""
    if event == "call":
        return _name(frame.f_code)
    place: FrameType | None = frame
    if event == "c_call" and argument.__name__ in _CHANGES:
        while place is not None:
            if name := _name(place.f_code):
                return f"{name}, line {place.f_lineno}: {argument.__name__}"
            place = place.f_back
    return ""


def _name(code: CodeType) -> str:
    if not code.co_filename.startswith(str(ROOT / "index")) or "<" in code.co_name:
        return ""
    return f"{Path(code.co_filename).stem}.{code.co_qualname}"


def fill(ballast: Path) -> None:
    """Write a file until its disk has not a byte left."""
    with ballast.open("ab", buffering=0) as file:
        for block in (1_048_576, 4_096, 1):
            try:
                while file.write(bytes(block)) == block:
                    pass
            except OSError:
                continue


def opened(request: Request) -> Outcome:
    """Open a corpus, and return all its texts, and which documents are found by a vector and by a word of their own."""
    import numpy as np

    from index.generation import Generation

    generation = Generation.open(Path(request.corpus))
    try:
        passages = list(generation.store)
        names = sorted({passage.document for passage in passages})
        vectors = generation.store.vectors([passage.id for passage in passages])
        near = generation.store.nearest(np.ones_like(next(iter(vectors.values()))), len(passages))
        words = generation.lexicon.search("document", len(passages))
        return Outcome(
            stamp=generation.manifest.stamp,
            documents=generation.manifest.documents,
            texts={name: "".join(piece.text for piece in generation.store.document(name)) for name in names},
            found=(*sorted(near), *sorted(match.id for match in words)),
        )
    finally:
        generation.close()


if __name__ == "__main__":
    main()
