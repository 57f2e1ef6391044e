"""Folder -> corpus: what is there, what was skipped and why, and nothing to do is done at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that did not become a document, and one clear reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a synchronisation did; `unchanged` says that the corpus was up to date and nothing was written."""

    stamp: str
    documents: int
    chunks: int
    skipped: tuple[Skipped, ...]
    seconds: float
    unchanged: bool


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def synchronise(
    folders: Sequence[Path],
    corpus: Path,
    encoder: str = "embedded",
    device: str | None = None,
    on_progress: Callable[[int, int], None] = _silent,
) -> Report:
    """Make the corpus true to the folders; with none named, to those that it was made from.

    `on_progress` gets the chunks done and the chunks in all. Raises FolderUnusable, EncoderUnavailable, CorpusMissing
    (no folder named and no corpus), CorpusLocked, CorpusForeign.
    """
    raise NotImplementedError
