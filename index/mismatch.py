"""Two recipes -> the error that says how a corpus was made otherwise than it would be now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import CorpusMismatch, EncoderMismatch

if TYPE_CHECKING:
    from pathlib import Path

    from index.seal import Recipe

NAMES = {
    "encoder": "the encoder",
    "splitting": "the splitting into passages",
    "text": "the reading of the files",
    "lexicon": "the index of words",
}
"""The parts of a recipe, in words."""


class Parts(tuple[str, ...]):
    """Some parts of a recipe; as a text, an English one."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(NAMES[part] for part in self)


def mismatch(corpus: Path, theirs: Recipe, ours: Recipe) -> CorpusMismatch | None:
    """Return what is to be said of a corpus of another recipe than ours; None where it is the same.

    Only where the encoder alone differs can the corpus be used as it is, by naming its own.
    """
    from index.changes import differing_parts  # imports pydantic, which whoever only says errors does not need

    parts = differing_parts(theirs, ours)
    if parts == ("encoder",):
        former, present = _told_apart(theirs.encoder, ours.encoder)
        return EncoderMismatch(corpus=corpus, theirs=former, ours=present)
    return CorpusMismatch(corpus=corpus, parts=Parts(parts)) if parts else None


def _told_apart(*encoders: str) -> tuple[str, ...]:
    """Return the names of encoders, with the hashes of their files only where the names are the same."""
    names = tuple(encoder.rpartition(":")[0] or encoder for encoder in encoders)
    return names if len(set(names)) == len(names) else encoders
