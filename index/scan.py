"""Folders -> the files in them, each with what tells it from another: its name, its size, the hash of its bytes."""

from __future__ import annotations

import contextlib
import errno
import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import FolderUnusable
from index.left_out import is_file_left_out, is_folder_left_out
from index.load import document_id
from index.seal import file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.limits import Limits

_GONE = (errno.ENOENT, errno.ENOTDIR)  # of what was there when the folder above it was listed


@dataclass(frozen=True, slots=True)
class File:
    """A file below a folder.

    `id` is that of its document: its path below `root`, behind `prefix`, which is the folder's name when there are
    several. `sha256` is "" and `size` 0 where it cannot be read; a file that is too large to be read has a size only.
    `excluded` is why it is not to be read at all, or "".
    """

    id: str
    path: Path
    root: Path
    prefix: str
    sha256: str
    size: int
    excluded: str = ""
    is_closed: bool = False
    """Whether this may be a folder, and what lies below it could not be looked at."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a scan has found: the files, in a fixed order, and the folders that could be listed, by names as of files.

    The folders named to be indexed are not among these.
    """

    files: tuple[File, ...]
    folders: frozenset[str]


def scan(folders: Sequence[Path], corpus: Path, limits: Limits) -> Listing:
    """Return every file below the folders; what is hidden, is never a document, or is the corpus itself is left out.

    Links to files are followed, links to folders are listed as excluded, as are folders that cannot be listed. Raises
    FolderUnusable, also for a folder that holds nothing: that is what a disk looks like that is not mounted.
    """
    check_folders(folders)
    files: dict[str, File] = {}
    twins: list[File] = []
    listed: set[str] = set()
    for file in _files(folders, corpus, limits, listed):
        # Two names may differ only in how their accents are encoded; the store would drop the second without a word.
        if file.id in files:
            twins.append(file)
        else:
            files[file.id] = file
    for folder in folders:
        if not any(file.root == folder for file in files.values()):
            raise FolderUnusable(folder=folder, reason="it holds no file")
    for twin in twins:  # last, so that none takes the name of a file that is really called so
        name = next(name for number in count(2) if (name := f"{twin.id} ({number})") not in files)
        files[name] = File(name, twin.path, twin.root, twin.prefix, "", 0, "another file has the same name")
    return Listing(tuple(files.values()), frozenset(listed))


def check_folders(folders: Sequence[Path]) -> None:
    """Raise FolderUnusable for the first folder that cannot be indexed."""
    for folder in folders:
        try:
            is_there, is_folder = folder.exists(), folder.is_dir()
        except OSError as error:  # what lies above may not be entered
            raise FolderUnusable(folder=folder, reason="it may not be read") from error
        if not is_folder:
            reason = "it is a file, not a folder" if is_there else "there is no such folder"
            raise FolderUnusable(folder=folder, reason=reason)
        if not os.access(folder, os.R_OK | os.X_OK):
            raise FolderUnusable(folder=folder, reason="it may not be read")
    if len({folder.resolve().name for folder in folders}) < len(folders):
        raise FolderUnusable(folder=", ".join(map(str, folders)), reason="two of them have the same name")
    for folder in folders:
        if any(_is_below(folder.resolve(), other.resolve()) for other in folders):
            reason = "it lies in another one that is named, and its files would be taken twice: leave it out"
            raise FolderUnusable(folder=folder, reason=reason)


def _is_below(folder: Path, other: Path) -> bool:
    """Tell whether a folder is reached from another one: hidden ones are not, and may be named beside it."""
    if folder == other or not folder.is_relative_to(other):
        return False
    return not any(is_folder_left_out(name) for name in folder.relative_to(other).parts)


def _files(folders: Sequence[Path], corpus: Path, limits: Limits, listed: set[str]) -> Iterator[File]:
    for folder in folders:
        prefix = f"{folder.resolve().name}/" if len(folders) > 1 else ""
        closed: list[OSError] = []
        for root, names, files in os.walk(folder, onerror=closed.append):
            names[:] = sorted(n for n in names if not is_folder_left_out(n) and not _same(Path(root, n), corpus))
            for name in sorted(files):
                if not is_file_left_out(name):
                    yield _file(Path(root, name), folder, prefix, limits)
            for name in names:
                if _is_link(Path(root, name)):
                    yield _excluded(Path(root, name), folder, prefix, "it is a link to a folder")
            if Path(root) != folder:
                listed.add(document_id(Path(root), folder, prefix))
        yield from _closed(closed, folder, prefix)


def _closed(errors: Sequence[OSError], folder: Path, prefix: str) -> Iterator[File]:
    """Yield the folders that could not be listed; raise FolderUnusable where that is the one to be indexed."""
    for error in errors:
        path = Path(error.filename)
        if error.errno in _GONE:
            continue
        if path == folder:
            raise FolderUnusable(folder=folder, reason=f"it cannot be looked into ({error.strerror})")
        yield _excluded(path, folder, prefix, _why_closed(error), is_closed=True)


def _why_closed(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "it is a folder that may not be read; what was read of it before stays"
    return f"it is a folder that cannot be looked into ({error.strerror}); what was read of it before stays"


def _file(path: Path, folder: Path, prefix: str, limits: Limits) -> File:
    size, sha256, is_closed = 0, "", False
    try:  # why it cannot be read is told when it is to be read
        size = path.stat().st_size if path.is_file() else 0
        sha256 = file_sha256(path) if size <= limits.bytes else ""
    except OSError as error:  # some drives do not tell what is a folder before they are asked
        is_closed = error.errno not in (*_GONE, errno.ELOOP)
    return File(document_id(path, folder, prefix), path, folder, prefix, sha256, size, is_closed=is_closed)


def _excluded(path: Path, folder: Path, prefix: str, reason: str, *, is_closed: bool = False) -> File:
    return File(document_id(path, folder, prefix), path, folder, prefix, "", 0, reason, is_closed)


def _is_link(path: Path) -> bool:
    with contextlib.suppress(OSError):  # in a folder whose names may be listed, and no more
        return path.is_symlink()
    return False


def _same(path: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.samefile(other)
    return False
