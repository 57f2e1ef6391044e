"""What a disk may do to a corpus: have no space left, or not hold yet what was written."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NO_SPACE = "there is no space left on the disk"
_HARDLY_ANY_SPACE = 1_000_000  # bytes


def has_hardly_any_space(corpus: Path) -> bool:
    """Tell whether the disk of a corpus is as good as full: Chroma, which writes files anew, does not say so itself."""
    largest = 0
    for file in corpus.rglob("*"):
        with contextlib.suppress(OSError):  # it has just been removed
            largest = max(largest, file.stat().st_size)
    return shutil.disk_usage(corpus).free < _HARDLY_ANY_SPACE + largest


def flush_all(folder: Path) -> None:
    """Have the disk hold a whole folder before anything points at it."""
    for path in [*folder.rglob("*"), folder]:
        flush(path)


def flush(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
