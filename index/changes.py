"""What differs between the folders as they are and the corpus as it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index import retry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.limits import Limits
    from index.scan import File, Listing
    from index.seal import Recipe, Source, Sources

Redone = Literal["encoder", "splitting", "text", "lexicon", "format", "damage", "folders"]
"""Why what did not change is made again: another part of the recipe, an older layout, something damaged; or why it is
sealed again: other folders are recorded."""

_VECTORS_GO: tuple[Redone, ...] = ("encoder", "format", "damage")
_TEXTS_GO: tuple[Redone, ...] = ("splitting", "text", *_VECTORS_GO)


@dataclass(frozen=True, slots=True)
class Emptied:
    """A folder that is there and empty, and the number of documents that it held."""

    folder: str
    documents: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The documents that a synchronisation brings into the corpus, and takes out of it.

    `added`, `changed`, `moved` (old name, new name) and `removed` tell the files that are not as they were, be they
    documents or not. `redone` says what else is made again, and why. `to_read` are the files that must be read;
    `kept` those that need not be. `retried` are those of the kept that could not be read for a reason that may pass,
    and are tried again. `emptied` are folders whose documents are all among the removed.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    redone: tuple[Redone, ...]
    to_read: tuple[File, ...]
    kept: dict[str, Source]
    retried: tuple[File, ...] = ()
    emptied: tuple[Emptied, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether the corpus is true to its folders already."""
        return not (self.added or self.changed or self.moved or self.removed or self.redone or self.to_read)

    @property
    def vectors_stay(self) -> bool:
        """Whether the vector of a text that was encoded before is still its vector."""
        return not set(_VECTORS_GO) & set(self.redone)


def differing_parts(theirs: Recipe, ours: Recipe) -> tuple[Redone, ...]:
    """Return the parts of two recipes that differ."""
    parts: tuple[Redone, ...] = ("encoder", "splitting", "text", "lexicon")
    return tuple(part for part in parts if getattr(theirs, part) != getattr(ours, part))


def compare(listing: Listing, sources: Sources | None, limits: Limits, redone: tuple[Redone, ...] = ()) -> Changes:
    """Return what has changed since the files were `sources`; None where there is no corpus.

    A file whose bytes are those of one that is gone was moved. A file that was skipped is read again when its bytes or
    the limits have changed. What lies below a folder that cannot be listed is as it was, unless all is made again from
    the files.
    """
    files, known = listing.files, sources.files if sources else {}
    present = {file.id for file in files}
    same = {file.id: known[file.id] for file in files if file.id in known and _is_same(file, known[file.id])}
    added = [file for file in files if file.id not in known]
    absent = {name: source for name, source in known.items() if name not in present}
    unseen = {} if set(_VECTORS_GO) & set(redone) else _below(absent, [file.id for file in files if file.is_closed])
    gone = {name: source for name, source in absent.items() if name not in unseen}
    moved = _moves(added, gone)
    arrived = {new for _old, new in moved}
    left = {old for old, _new in moved}
    removed = tuple(name for name in gone if name not in left)
    is_retried = sources is not None and sources.limits != limits
    kept = {name: source for name, source in same.items() if not _is_read_again(source, limits, is_retried=is_retried)}
    if set(_TEXTS_GO) & set(redone):
        kept = {}
    return Changes(
        added=tuple(file.id for file in added if file.id not in arrived),
        changed=tuple(file.id for file in files if file.id in known and file.id not in same),
        moved=tuple(moved),
        removed=removed,
        redone=redone,
        to_read=tuple(file for file in files if file.id not in kept),
        kept=kept | unseen,
        retried=tuple(file for file in files if file.sha256 and file.id in kept and retry.is_free(kept[file.id])),
        emptied=_emptied([name for name in removed if not known[name].skipped], listing),
    )


def _is_same(file: File, source: Source) -> bool:
    if file.excluded:
        return file.excluded == source.skipped
    return (file.sha256, file.size) == source.seen


def _is_read_again(source: Source, limits: Limits, *, is_retried: bool) -> bool:
    """Tell whether a file that is as it was is read again all the same."""
    return retry.is_due(source, limits) or (is_retried and bool(source.skipped or source.unread))


def _below(known: dict[str, Source], folders: Iterable[str]) -> dict[str, Source]:
    """Return what is known of what lies below some folders."""
    starts = tuple(f"{folder}/" for folder in folders)
    return {name: source for name, source in known.items() if name.startswith(starts)}


def _emptied(removed: Sequence[str], listing: Listing) -> tuple[Emptied, ...]:
    """Return the folders that are there, hold nothing, and held documents; of one within the other, the outer one."""
    filled = {folder for file in listing.files for folder in _above(file.id)}
    held: dict[str, int] = {}
    for name in removed:
        empty = [folder for folder in _above(name) if folder in listing.folders and folder not in filled]
        if empty:
            held[empty[0]] = held.get(empty[0], 0) + 1
    return tuple(Emptied(folder, documents) for folder, documents in sorted(held.items()))


def _above(name: str) -> list[str]:
    """Return the folders that a file lies in, the outermost first."""
    parts = name.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _moves(added: Sequence[File], gone: dict[str, Source]) -> list[tuple[str, str]]:
    """Return the files that are gone each with the new one that has its bytes."""
    by_content: dict[str, list[str]] = {}
    for name, source in gone.items():
        if source.sha256:
            by_content.setdefault(source.sha256, []).append(name)
    return [(by_content[file.sha256].pop(0), file.id) for file in added if by_content.get(file.sha256)]
