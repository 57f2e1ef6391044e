"""How a corpus stands: what it is made from, what has changed since, who works on it. Nothing heavy is opened."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from index.encode import EMBEDDED
from index.errors import CorpusError, CorpusIncomplete, CorpusLocked, CorpusMissing, SourcierError
from index.generation import live
from index.limits import Limits
from index.seal import Manifest, Sources, read_manifest, read_sources
from index.sync import Skipped, preview

if TYPE_CHECKING:
    from index.changes import Changes

_PARTIAL = ".partial"
_ATTEMPTS = 3  # a generation may be replaced while its files are read


@dataclass(frozen=True, slots=True)
class OtherGeneration:
    """A generation that is not the live one: replaced and still read, or being built (or left by a dead writer)."""

    stamp: str
    is_complete: bool
    is_read: bool


@dataclass(frozen=True, slots=True)
class Status:
    """How a corpus stands.

    `built` is ISO 8601 in UTC; `age` is None where this machine's clock is behind it. `bytes` counts every file below
    the corpus. `pending` is what a synchronisation would do; it is None, and `obstacle` says why, where that cannot be
    told: a folder is gone. `writer` names who is writing the corpus now, "" when nobody is.
    """

    stamp: str
    built: str
    age: timedelta | None
    folders: tuple[str, ...]
    documents: int
    chunks: int
    encoder: str
    bytes: int
    skipped: tuple[Skipped, ...]
    pending: Changes | None
    obstacle: SourcierError | None
    writer: str
    others: tuple[OtherGeneration, ...]

    @property
    def is_up_to_date(self) -> bool:
        """Whether a synchronisation would have nothing to do."""
        return self.pending is not None and self.pending.is_nothing


def status(
    corpus: Path,
    encoder: str = EMBEDDED,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Status:
    """Return how a corpus stands, compared with its folders as they are now; nothing is written.

    Every file of the folders is read, for its hash. Raises what `live` and `read_manifest` raise, and CorpusLocked
    where a first corpus is still being written.
    """
    folder, manifest, sources = _sealed(corpus)
    pending, obstacle = _pending(manifest, corpus, encoder, limits)
    skipped = {name: source.skipped for name, source in sources.files.items() if source.skipped}
    return Status(
        stamp=manifest.stamp,
        built=manifest.built,
        age=age(manifest.built, datetime.now(UTC)),
        folders=manifest.folders,
        documents=manifest.documents,
        chunks=manifest.chunks,
        encoder=manifest.recipe.encoder,
        bytes=_size(corpus),
        skipped=tuple(Skipped(*pair) for pair in sorted(skipped.items())),
        pending=pending,
        obstacle=obstacle,
        writer=writer_of(corpus),
        others=_others(folder),
    )


def age(built: str, now: datetime) -> timedelta | None:
    """Return how long ago a time of the seal was; None where it lies in the future, or is no time."""
    try:
        passed = now - datetime.strptime(built, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return passed if passed >= timedelta(0) else None


def _sealed(corpus: Path) -> tuple[Path, Manifest, Sources]:
    """Return the live generation with its seal and its files."""
    trouble = CorpusError(reason="")
    for _attempt in range(_ATTEMPTS):
        try:
            folder = live(corpus)
            return folder, read_manifest(corpus, folder), read_sources(corpus, folder)
        except CorpusError as error:
            trouble = error
    if isinstance(trouble, CorpusMissing | CorpusIncomplete) and (holder := writer_of(corpus)):
        raise CorpusLocked(corpus=corpus, holder=holder)
    raise trouble


def _pending(
    manifest: Manifest, corpus: Path, encoder: str, limits: Limits
) -> tuple[Changes | None, SourcierError | None]:
    try:
        return preview([Path(folder) for folder in manifest.folders], corpus, encoder, limits), None
    except SourcierError as error:
        return None, error


def _size(corpus: Path) -> int:
    size = 0
    for root, _folders, files in os.walk(corpus):
        for name in files:
            with contextlib.suppress(OSError):  # it has just been removed
                size += Path(root, name).lstat().st_size
    return size


def writer_of(corpus: Path) -> str:
    """Return who holds the lock of the writer, "" for nobody: what the file says alone may be of a dead one."""
    try:
        with (corpus / "writer.lock").open(encoding="utf-8") as lock:
            if _is_held(lock.fileno()):
                return lock.read().strip() or "another process"
    except (OSError, UnicodeDecodeError):
        pass
    return ""


def _others(folder: Path) -> tuple[OtherGeneration, ...]:
    names = sorted(path.name for path in folder.parent.iterdir() if path.is_dir() and path != folder)
    return tuple(
        OtherGeneration(
            stamp=name.removesuffix(_PARTIAL),
            is_complete=not name.endswith(_PARTIAL),
            is_read=_is_read(folder.parent / name),
        )
        for name in names
    )


def _is_read(generation: Path) -> bool:
    with contextlib.suppress(OSError), (generation / "lease.lock").open() as lease:
        return _is_held(lease.fileno(), alone=True)
    return False


def _is_held(lock: int, *, alone: bool = False) -> bool:
    """Tell whether another process holds a lock, or with `alone` also whether it shares it, without waiting for it."""
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(lock, fcntl.LOCK_UN)
    return False
