"""What a line of a PDF is, how two of them stand to each other, and what is usual for the lines of a document."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADING_SIZE = 1.15  # times the size of the body
SAME_SIZE = 0.12  # share by which the sizes of two lines of one paragraph may differ: superscripts, rounding
MARKER = re.compile(r"[•◦▪▫■□●○✓✔➢➤►▶⇒→–—-]|\(?[0-9A-Za-z.]{1,7}[.)°-]")  # before an item of a list

_GAP = 1.25  # times the usual distance of baselines: more than this ends a paragraph
_COMMON = 0.2  # share of the distances that makes one usual: half of them may be those between paragraphs
_CLOSERS = " \u00a0\u202f»”\"’')]*"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. One that runs in another direction than the page, as a watermark does, `is_aside`.

    `text` is without the hyphen at its end where it `is_hyphenated`. `first_width` is the width of its first word,
    `room` what is left between its end and the edge of its column; all in points.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    first_width: float
    is_bold: bool
    is_tabular: bool
    is_hyphenated: bool
    is_aside: bool
    room: float = 0.0

    @property
    def is_finished(self) -> bool:
        """Whether a sentence may end with the line."""
        return not self.is_hyphenated and self.text.rstrip(_CLOSERS).endswith((".", "!", "?", "…", ":", ";"))

    @property
    def is_opening(self) -> bool:
        """Whether a sentence may begin with the line."""
        first = next(filter(str.isalnum, self.text), "")
        return not first.islower()

    def is_like(self, other: Line) -> bool:
        """Tell whether another line is of the same size."""
        return abs(self.size - other.size) <= SAME_SIZE * max(self.size, other.size)

    def is_level_with(self, other: Line) -> bool:
        """Tell whether another line stands on the same height."""
        return abs(self.baseline - other.baseline) <= 0.3 * max(self.size, other.size)

    def overlaps(self, other: Line) -> bool:
        """Tell whether another line stands above or below, at least in part."""
        return self.left < other.right and other.left < self.right


@dataclass(frozen=True, slots=True)
class Body:
    """What is usual in a document: the size of its type, whether it is bold, the distances of baselines by size."""

    size: float
    is_bold: bool
    pitches: tuple[tuple[float, float], ...]

    def gap(self, size: float) -> float:
        """The distance of baselines beyond which a paragraph has ended, in points."""
        return _GAP * next((pitch for known, pitch in self.pitches if known == rounded(size)), 1.2 * size)


def body(pages: list[list[Line]]) -> Body:
    """Return what is usual in a document, from the lines of all its pages."""
    sizes: Counter[float] = Counter()
    weights: Counter[bool] = Counter()
    drops: defaultdict[float, list[float]] = defaultdict(list)
    for page in pages:
        for line in page:
            sizes[rounded(line.size)] += len(line.text)
            weights[line.is_bold] += len(line.text)
        for before, after in pairwise(page):
            drop = before.baseline - after.baseline
            if before.is_like(after) and 0.8 * before.size <= drop <= 2.2 * before.size:
                drops[rounded(before.size)].append(drop)
    pitches = ((size, _pitch(sorted(found))) for size, found in drops.items() if len(found) >= 5)
    return Body(
        size=max(sizes, key=sizes.__getitem__, default=0.0),
        is_bold=weights[True] > weights[False],
        pitches=tuple(pitches),
    )


def _pitch(drops: Sequence[float]) -> float:
    """Return the smallest common distance of baselines, of some in order."""
    for number, drop in enumerate(drops):
        if bisect_left(drops, drop + 0.6) - number >= _COMMON * len(drops):
            return drop + 0.3
    return drops[0]


def rounded(size: float) -> float:
    """Return a size to half a point: sizes of one style seldom differ by more."""
    return round(2 * size) / 2
