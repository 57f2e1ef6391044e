"""Who reads a generation holds it; what was replaced, and nobody holds, is removed."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from typing import IO, TYPE_CHECKING

from index.errors import CorpusError, CorpusIncomplete, CorpusUnreadable
from index.layout import GENERATIONS, LEASE, WRITER_LOCK
from index.lock import is_held
from index.pointer import live

if TYPE_CHECKING:
    import tempfile
    from pathlib import Path


class Lease:
    """Keeps a generation from being removed while it is read, and holds a private copy of it where it needs one."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.copy: tempfile.TemporaryDirectory[str] | None = None

    def release(self) -> None:
        """Let go of the generation, and remove the copy."""
        self._file.close()
        if self.copy is not None:
            self.copy.cleanup()


def leased(corpus: Path) -> tuple[Path, Lease]:
    """Return the live generation's folder, and hold it: it may have been swapped and removed in between."""
    for _attempt in range(10):
        folder = live(corpus)
        try:
            file = (folder / LEASE).open(encoding="utf-8")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CorpusUnreadable(corpus=corpus, reason=f"{folder.name}: {error.strerror}") from error
        fcntl.flock(file, fcntl.LOCK_SH)
        if (folder / LEASE).exists():
            return folder, Lease(file)
        file.close()
    if folder.is_dir():
        raise CorpusIncomplete(corpus=corpus)
    raise CorpusUnreadable(corpus=corpus, reason=f"the generation {folder.name} is missing")


def is_read(folder: Path) -> bool:
    """Tell whether a process reads a generation, without waiting for it."""
    with contextlib.suppress(OSError), (folder / LEASE).open(encoding="utf-8") as lease:
        return is_held(lease.fileno(), alone=True)
    return False


def remove_unread(corpus: Path) -> None:
    """Remove every generation but the live one, unless somebody reads it. For the writer only."""
    kept = live(corpus)
    for folder in (corpus / GENERATIONS).iterdir():
        if folder == kept:
            continue
        with contextlib.suppress(OSError), (folder / LEASE).open("a") as lease:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


def remove_replaced(corpus: Path) -> None:
    """Remove the generations that were replaced and that nobody reads, unless a writer is at work, who does it then."""
    with contextlib.suppress(OSError, CorpusError):
        if len(list((corpus / GENERATIONS).iterdir())) > 1:
            with (corpus / WRITER_LOCK).open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove_unread(corpus)
