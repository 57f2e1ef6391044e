"""What differs between the folders as they are and the corpus as it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.limits import Limits
    from index.scan import File
    from index.seal import Recipe, Source, Sources

Redone = Literal["encoder", "splitting", "text", "lexicon", "format", "damage", "folders"]
"""Why what did not change is made again: another part of the recipe, an older layout, something damaged; or why it is
sealed again: other folders are recorded."""

_VECTORS_GO: tuple[Redone, ...] = ("encoder", "format", "damage")
_TEXTS_GO: tuple[Redone, ...] = ("splitting", "text", *_VECTORS_GO)


@dataclass(frozen=True, slots=True)
class Changes:
    """The documents that a synchronisation brings into the corpus, and takes out of it.

    `added`, `changed`, `moved` (old name, new name) and `removed` tell the files that are not as they were, be they
    documents or not. `redone` says what else is made again, and why. `to_read` are the files that must be read;
    `kept` those that need not be.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    redone: tuple[Redone, ...]
    to_read: tuple[File, ...]
    kept: dict[str, Source]

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


def compare(files: Sequence[File], sources: Sources | None, limits: Limits, redone: tuple[Redone, ...] = ()) -> Changes:
    """Return what has changed since the files were `sources`; None where there is no corpus.

    A file whose bytes are those of one that is gone was moved. A file that was skipped is read again when its bytes or
    the limits have changed.
    """
    known = sources.files if sources else {}
    present = {file.id for file in files}
    same = {file.id: known[file.id] for file in files if file.id in known and _is_same(file, known[file.id])}
    added = [file for file in files if file.id not in known]
    gone = {name: source for name, source in known.items() if name not in present}
    moved = _moves(added, gone)
    arrived = {new for _old, new in moved}
    left = {old for old, _new in moved}
    is_retried = sources is not None and sources.limits != limits
    kept = {name: source for name, source in same.items() if not (is_retried and source.skipped)}
    if set(_TEXTS_GO) & set(redone):
        kept = {}
    return Changes(
        added=tuple(file.id for file in added if file.id not in arrived),
        changed=tuple(file.id for file in files if file.id in known and file.id not in same),
        moved=tuple(moved),
        removed=tuple(name for name in gone if name not in left),
        redone=redone,
        to_read=tuple(file for file in files if file.id not in kept),
        kept=kept,
    )


def _is_same(file: File, source: Source) -> bool:
    if file.excluded:
        return file.excluded == source.skipped
    return (file.sha256, file.size) == (source.sha256, source.size)


def _moves(added: Sequence[File], gone: dict[str, Source]) -> list[tuple[str, str]]:
    """Return the files that are gone each with the new one that has its bytes."""
    by_content: dict[str, list[str]] = {}
    for name, source in gone.items():
        if source.sha256:
            by_content.setdefault(source.sha256, []).append(name)
    return [(by_content[file.sha256].pop(0), file.id) for file in added if by_content.get(file.sha256)]
