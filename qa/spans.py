"""From what the network says of each token to places in the passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.sentences import trim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LONGEST = 60  # tokens of an answer: in PIAF 2 % of the answers are longer


@dataclass(frozen=True, slots=True)
class Answer:
    """A place in a passage, in code points, and the sum of its two logits."""

    start: int
    end: int
    score: float


def best_answers(
    text: str, places: Sequence[tuple[int, int]], start: NDArray[np.float32], end: NDArray[np.float32], most: int
) -> list[Answer]:
    """Return at most `most` answers that do not overlap, the best first, each of whole words.

    `start` and `end` [tokens] are the logits of the passage's tokens, whose places in `text` are `places`.
    """
    if not places:
        return []
    scores = start[:, None] + end[None, :]
    scores[~np.triu(np.ones(scores.shape, bool)) | np.triu(np.ones(scores.shape, bool), LONGEST)] = -np.inf
    order = np.argsort(-scores, axis=None)[: 20 * most]
    found: list[Answer] = []
    for first, last in zip(*np.unravel_index(order, scores.shape), strict=True):
        place = trim(text, *whole_words(text, *trim(text, places[first][0], places[last][1])))
        apart = all(place[1] <= other.start or other.end <= place[0] for other in found)
        if np.isfinite(scores[first, last]) and place[0] < place[1] and apart:
            found.append(Answer(*place, float(scores[first, last])))
        if len(found) == most:
            break
    return found


def tokens_of(places: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """Return the first and the last token of a stretch of the passage; None when no token lies in it."""
    inside = [number for number, (first, last) in enumerate(places) if first < end and start < last and first < last]
    return (inside[0], inside[-1]) if inside else None


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a place widened so that it cuts no word of letters and digits."""
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
