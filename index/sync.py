"""Folder <-> corpus: what is new, changed, moved, gone; what was skipped and why; safe whenever it is stopped."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index import encode, lexicon, pointer, seal, split
from index.build import Build, Tally, without_vain_tries
from index.changes import Changes, Redone, compare, differing_parts
from index.encode import LazyEncoder
from index.errors import (
    CorpusIncomplete,
    CorpusMissing,
    CorpusOutdated,
    CorpusUnreadable,
)
from index.layout import LEASE
from index.lease import remove_unread
from index.limits import Limits
from index.lock import writer
from index.parsing import Parser
from index.scan import check_folders, scan
from index.seal import Manifest, Recipe, Sources
from index.skipped import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TEXT_FORMAT = "nfc-4"
"""Names what the readers of the formats do to a text: changes with them."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a synchronisation did.

    `unread` are the documents whose files cannot be read now, each with the reason: they are as they were before. Of
    the chunks that were read, `encoded` were encoded, and `taken_over` have a vector that was there already.
    """

    stamp: str
    documents: int
    chunks: int
    skipped: tuple[Skipped, ...]
    changes: Changes
    encoded: int
    taken_over: int
    seconds: float
    incomplete: tuple[Skipped, ...] = ()
    unread: tuple[Skipped, ...] = ()

    @property
    def unchanged(self) -> bool:
        """Whether the corpus was up to date, and nothing was written."""
        return self.changes.is_nothing


@dataclass(frozen=True, slots=True)
class _Live:
    """The live generation, and what of it must be made again. `folder` is None where none can be built upon."""

    folder: Path | None
    manifest: Manifest | None
    sources: Sources | None
    redone: tuple[Redone, ...] = ()


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def recipe(encoder: str = encode.EMBEDDED) -> Recipe:
    """Return what makes vectors and chunks now, with this encoder. Loads nothing. Raises EncoderUnavailable."""
    return Recipe(
        encoder=encode.fingerprint(encoder),
        splitting=split.fingerprint(),
        text=TEXT_FORMAT,
        lexicon=lexicon.FINGERPRINT,
    )


def preview(
    folders: Sequence[Path],
    corpus: Path,
    encoder: str = encode.EMBEDDED,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Changes:
    """Return what `synchronise` would do, and write nothing. Raises what it raises before it writes."""
    folders = list(folders) or recorded_folders(corpus)
    listing = scan(folders, corpus, limits)
    live = _live(corpus, recipe(encoder), folders)
    return compare(listing, live.sources, limits, live.redone)


def synchronise(
    folders: Sequence[Path],
    corpus: Path,
    encoder: str | LazyEncoder = encode.EMBEDDED,
    on_progress: Callable[[int, int], None] = silent,
    limits: Limits | Parser = Limits(),  # noqa: B008 - frozen
) -> Report:
    """Make the corpus true to the folders; with none named, to those that it was made from.

    A new generation is made aside from a copy of the live one, which answers until the new one is swapped in. Only
    text that was never encoded is encoded. A corpus that is damaged, of an earlier version, or made by another recipe
    is made again as far as need be. `on_progress` gets the files done and the files to be read. A Parser that is given
    stays open for the next time.

    Raises FolderUnusable, EncoderUnavailable, CorpusMissing (no folder named and no corpus), CorpusLocked,
    CorpusForeign, CorpusUnwritable.
    """
    began = time.monotonic()
    lazy = encoder if isinstance(encoder, LazyEncoder) else LazyEncoder(encoder)
    parser = limits if isinstance(limits, Parser) else Parser(limits)
    wanted = recipe(lazy.name)
    named = list(folders)
    check_folders(named or recorded_folders(corpus))  # told before anything is made
    tally = Tally()
    with contextlib.nullcontext() if parser is limits else parser, writer(corpus):
        folders = named or recorded_folders(corpus)
        # Not before: another writer may come and go meanwhile, and what it has added would look as if it were gone.
        listing = scan(folders, corpus, parser.limits)
        live = _live(corpus, wanted, folders)
        changes = without_vain_tries(parser, compare(listing, live.sources, parser.limits, live.redone))
        if changes.is_nothing and live.folder and live.manifest and live.sources:
            damage = _damage(corpus, live.folder, live.manifest)
            if not damage:
                remove_unread(corpus)  # left by one who was stopped at the swap
                return _report(live.manifest, live.sources, changes, tally, began)
            changes = compare(listing, live.sources, parser.limits, damage)
        build = Build(corpus, folders, lazy, wanted, parser, on_progress, tally)
        before = live.sources or Sources(files={})
        try:
            manifest, sources = build.run(live.folder if changes.vectors_stay else None, before, changes)
        except CorpusUnreadable:
            if not changes.vectors_stay:
                raise
            changes = compare(listing, live.sources, parser.limits, ("damage",))
            manifest, sources = build.run(None, before, changes)
        return _report(manifest, sources, changes, tally, began)


def recorded_folders(corpus: Path) -> list[Path]:
    """Return the folders that the corpus was made from; raise CorpusMissing and what `live` raises."""
    recorded = [Path(name) for name in seal.read_manifest(corpus, pointer.live(corpus)).folders]
    if not recorded:
        raise CorpusMissing(corpus=corpus)
    return recorded


def skipped_files(sources: Sources) -> tuple[Skipped, ...]:
    """Return the files that did not become documents, by name."""
    return tuple(Skipped(name, source.skipped) for name, source in sorted(sources.files.items()) if source.skipped)


def unread_documents(sources: Sources) -> tuple[Skipped, ...]:
    """Return the documents whose files could not be read the last time, by name."""
    documents = ((name, source) for name, source in sorted(sources.files.items()) if not source.skipped)
    return tuple(Skipped(name, source.unread.reason) for name, source in documents if source.unread)


def incomplete_documents(sources: Sources) -> tuple[Skipped, ...]:
    """Return the documents that do not hold all of their files, by name."""
    found = ((name, source.incomplete) for name, source in sorted(sources.files.items()))
    return tuple(Skipped(name, why) for name, why in found if why)


def _live(corpus: Path, wanted: Recipe, folders: Sequence[Path]) -> _Live:
    """Return what there is to build upon; raise CorpusForeign rather than build over something else."""
    try:
        folder = pointer.live(corpus)
        manifest = seal.read_manifest(corpus, folder)
        sources = seal.read_sources(corpus, folder)
    except CorpusMissing:
        return _Live(None, None, None)
    except CorpusOutdated:
        return _Live(None, None, None, ("format",))
    except (CorpusIncomplete, CorpusUnreadable):
        return _Live(None, None, None, ("damage",))
    redone = differing_parts(manifest.recipe, wanted)
    if manifest.folders != tuple(str(folder.resolve()) for folder in folders):
        redone = (*redone, "folders")
    return _Live(folder, manifest, sources, redone)


def _damage(corpus: Path, folder: Path, manifest: Manifest) -> tuple[Redone, ...]:
    """Return what must be made again because it is not what was sealed."""
    try:
        is_open = (folder / LEASE).is_file() and os.access(folder / LEASE, os.R_OK)  # else nobody can open the rest
        return ("lexicon",) if seal.check_seal(corpus, folder, manifest) or not is_open else ()
    except CorpusUnreadable:
        return ("damage",)


def _report(manifest: Manifest, sources: Sources, changes: Changes, tally: Tally, began: float) -> Report:
    return Report(
        stamp=manifest.stamp,
        documents=manifest.documents,
        chunks=manifest.chunks,
        skipped=skipped_files(sources),
        unread=unread_documents(sources),
        changes=changes,
        encoded=tally.encoded,
        taken_over=tally.taken_over,
        seconds=time.monotonic() - began,
        incomplete=incomplete_documents(sources),
    )
