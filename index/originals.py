"""A document -> the file that it was made from, as long as that is still the same file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.errors import DocumentUnknown, OriginalGone
from index.load import document_id
from index.seal import read_sources

if TYPE_CHECKING:
    from io import BufferedReader

    from index.generation import Generation

_MOST: Final = 10_000  # files, of some 300 bytes each
# Of a file that has just changed, a second change may bear the same time: file systems count in steps of up to 2 s.
_SECONDS_TO_SETTLE: Final = 3


@dataclass(frozen=True, slots=True)
class _State:
    """What tells one state of a file from another; times are in nanoseconds.

    The last time, of the inode, is set by the kernel at each change and by no program: not by those that set the time
    of the content back. (FAT has none of its own.)
    """

    device: int
    inode: int
    size: int
    modified: int
    changed: int


class Digests:
    """The SHA-256 of files, each computed once for as long as its file is the same; safe to share between threads.

    The `most` that were last asked for are kept.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[_State, str] = OrderedDict()

    def of(self, file: Path) -> str:
        """Return the SHA-256 of a file's bytes, or "" for one that is missing, no regular file, or not to be read."""
        with contextlib.suppress(OSError):
            if file.is_file():  # a pipe would be waited for
                with file.open("rb") as stream:  # and never the path alone: on a network, to open is to ask anew
                    return self._of(stream)
        return ""

    def _of(self, stream: BufferedReader) -> str:
        state = _state(stream)
        with self._lock:
            if state in self._kept:
                self._kept.move_to_end(state)
                return self._kept[state]
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if _state(stream) == state and state.changed < time.time_ns() - _SECONDS_TO_SETTLE * 1_000_000_000:
            self._keep(state, sha256)
        return sha256

    def _keep(self, state: _State, sha256: str) -> None:
        with self._lock:
            self._kept[state] = sha256
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _state(stream: BufferedReader) -> _State:
    found = os.fstat(stream.fileno())
    return _State(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def original(generation: Generation, document: str, digests: Digests) -> Path:
    """Return the path of a document's file, whose bytes are those that were read, by their digest.

    Raises DocumentUnknown, or OriginalGone when the file was moved, removed or changed since.
    """
    corpus = generation.folder.parents[1]
    source = read_sources(corpus, generation.folder).files.get(document)
    if source is None or source.skipped:
        raise DocumentUnknown(document=document)
    several = len(generation.manifest.folders) > 1
    for folder in map(Path, generation.manifest.folders):
        prefix = f"{document_id(folder, folder.parent)}/" if several else ""
        path = _named(folder, document.removeprefix(prefix))
        if document.startswith(prefix) and digests.of(path) == source.sha256:
            return path
    raise OriginalGone(document=document)


def _named(folder: Path, name: str) -> Path:
    """Return the path below a folder whose name in documents is this: on disk, its accents may be encoded otherwise."""
    path = folder
    for part in name.split("/"):
        found = path / part
        if not found.exists():
            with contextlib.suppress(OSError):
                found = next((entry for entry in path.iterdir() if document_id(entry, path) == part), found)
        path = found
    return path
