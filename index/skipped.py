"""Files that did not become documents, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_REASONS = 5
_MOST_NAMES = 3  # of a reason: enough to find out which files are meant


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that did not become a document, or not all of it, or could not be read now, and one clear reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Files that were skipped for one reason: how many, and the names of the first."""

    reason: str
    count: int
    names: tuple[str, ...]


class Reasons(tuple[Alike, ...]):
    """The most frequent reasons, the first ones first; as a text, an English one."""

    __slots__ = ()

    def __str__(self) -> str:
        return "; ".join(
            f"{', '.join(alike.names)}{f' and {more} more' if (more := alike.count - len(alike.names)) else ''}: "
            f"{alike.reason}"
            for alike in self
        )


def by_reason(skipped: Iterable[Skipped]) -> Reasons:
    """Return files by their reasons, the most frequent first: a few reasons, and a few names of each."""
    names: dict[str, list[str]] = {}
    for file in skipped:
        names.setdefault(file.reason, []).append(file.path)
    frequent = sorted(names, key=lambda reason: -len(names[reason]))[:_MOST_REASONS]
    return Reasons(Alike(reason, len(names[reason]), tuple(names[reason][:_MOST_NAMES])) for reason in frequent)
