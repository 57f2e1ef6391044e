"""How a corpus stands: what it is made from, what has changed since, who works on it. Nothing heavy is opened."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from index.encode import EMBEDDED
from index.errors import CorpusError, CorpusIncomplete, CorpusLocked, CorpusMissing, SourcierError
from index.layout import PARTIAL
from index.lease import is_read
from index.limits import Limits
from index.lock import holder
from index.pointer import live
from index.seal import Manifest, Sources, read_manifest, read_sources
from index.skipped import Skipped  # noqa: TC001
from index.sync import incomplete_documents, preview, skipped_files, unread_documents

if TYPE_CHECKING:
    from index.changes import Changes

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
    the corpus. `unread` is as in Report. `pending` is what a synchronisation would do; it is None, and `obstacle` says
    why, where that cannot be told: a folder is gone. `writer` names who is writing the corpus now, "" when nobody is.
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
    incomplete: tuple[Skipped, ...] = ()
    unread: tuple[Skipped, ...] = ()

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
    return Status(
        stamp=manifest.stamp,
        built=manifest.built,
        age=age(manifest.built, datetime.now(UTC)),
        folders=manifest.folders,
        documents=manifest.documents,
        chunks=manifest.chunks,
        encoder=manifest.recipe.encoder,
        bytes=_size(corpus),
        skipped=skipped_files(sources),
        unread=unread_documents(sources),
        pending=pending,
        obstacle=obstacle,
        writer=holder(corpus),
        others=_others(folder),
        incomplete=incomplete_documents(sources),
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
    if isinstance(trouble, CorpusMissing | CorpusIncomplete) and (somebody := holder(corpus)):
        raise CorpusLocked(corpus=corpus, holder=somebody)
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


def _others(folder: Path) -> tuple[OtherGeneration, ...]:
    names = sorted(path.name for path in folder.parent.iterdir() if path.is_dir() and path != folder)
    return tuple(
        OtherGeneration(
            stamp=name.removesuffix(PARTIAL),
            is_complete=not name.endswith(PARTIAL),
            is_read=is_read(folder.parent / name),
        )
        for name in names
    )
