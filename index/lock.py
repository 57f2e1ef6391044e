"""The lock of a corpus: one process writes at a time, and anyone can tell which."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from typing import IO, TYPE_CHECKING

from index.errors import CorpusForeign, CorpusLocked, CorpusUnwritable
from index.layout import GENERATIONS, PARTIAL, POINTER, WRITER_LOCK
from index.pointer import unpointed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_PATIENCE = 1.0  # seconds
_SOMEBODY = "another process"


@contextlib.contextmanager
def writer(corpus: Path) -> Iterator[None]:
    """Be the only writer of a corpus; the folder is made if need be. A dead writer holds nothing.

    Where there was no corpus, and the writer leaves none, nothing is left of the folder that it made. Raises
    CorpusLocked, naming the holder, and CorpusForeign rather than write among files of something else.
    """
    made = [folder for folder in (corpus, *corpus.parents) if not folder.exists()]
    with _lock(corpus) as lock:
        try:
            _sign(corpus, lock)
            for leftover in (corpus / GENERATIONS).glob(f"*{PARTIAL}"):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
        finally:
            _leave_nothing(corpus, made)


@contextlib.contextmanager
def _lock(corpus: Path) -> Iterator[IO[bytes]]:
    """Hold the lock. Raises as `writer` does."""
    while True:
        with _lock_file(corpus) as lock:
            if not _taken(lock):
                lock.seek(0)
                raise CorpusLocked(corpus=corpus, holder=lock.read().decode("utf-8", "replace").strip() or _SOMEBODY)
            if _is_in_its_place(corpus, lock):
                yield lock
                return


def holder(corpus: Path) -> str:
    """Return who writes a corpus, "" for nobody: what the file says alone may be of a dead one."""
    with contextlib.suppress(OSError), (corpus / WRITER_LOCK).open(encoding="utf-8", errors="replace") as lock:
        if is_held(lock.fileno()):
            return lock.read().strip() or _SOMEBODY
    return ""


def is_held(lock: int, *, alone: bool = False) -> bool:
    """Tell whether another process holds a lock, or with `alone` also whether it shares it, without waiting for it."""
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(lock, fcntl.LOCK_UN)
    return False


def _sign(corpus: Path, lock: IO[bytes]) -> None:
    """Write into the lock who holds it; raise CorpusUnwritable."""
    try:
        lock.truncate(0)
        lock.write(f"process {os.getpid()} since {time.strftime('%H:%M:%S')}".encode())
    except OSError as error:
        raise CorpusUnwritable(corpus=corpus, reason=error.strerror) from error


def _lock_file(corpus: Path) -> IO[bytes]:
    """Open the file of the lock, and make the folder if need be; raise CorpusForeign or CorpusUnwritable."""
    try:
        state = unpointed(corpus) if not (corpus / POINTER).exists() else None
        if isinstance(state, CorpusForeign):
            raise state
        corpus.mkdir(parents=True, exist_ok=True)
        return (corpus / WRITER_LOCK).open("a+b", buffering=0)  # what could not be written would be tried again
    except OSError as error:
        raise CorpusUnwritable(corpus=corpus, reason=error.strerror) from error


def _is_in_its_place(corpus: Path, lock: IO[bytes]) -> bool:
    """Tell whether a lock that was waited for is still the one of the corpus: its holder may have left nothing."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), (corpus / WRITER_LOCK).stat())
    except OSError:
        return False


def _leave_nothing(corpus: Path, made: Sequence[Path]) -> None:
    """Remove, as the holder of the lock, what was made, where there is still no corpus and nothing of one."""
    with contextlib.suppress(OSError):
        if not os.path.lexists(corpus / POINTER):
            with contextlib.suppress(FileNotFoundError):
                (corpus / GENERATIONS).rmdir()  # not where something is in it
            (corpus / WRITER_LOCK).unlink()
            for folder in made:
                folder.rmdir()


def _taken(lock: IO[bytes]) -> bool:
    """Take the lock of the writer; a reader that removes what was replaced holds it for a moment."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_PATIENCE / 20)
        else:
            return True
