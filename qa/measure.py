"""Question sets -> figures. Ranks are 0-based; a rank of None means that the right document was not found."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Rank = int | None

BINS = 10
"""Into how many bins of equal width the expected calibration error parts the confidences."""


def recall_at(k: int, ranks: Sequence[Rank]) -> float:
    """R@k: the share of questions whose right document is among the first k."""
    return sum(rank is not None and rank < k for rank in ranks) / max(len(ranks), 1)


def mean_reciprocal_rank(ranks: Sequence[Rank]) -> float:
    """MRR: the mean of 1 / (rank + 1), 0 for what was not found (Voorhees, TREC-8, 1999)."""
    return sum(0.0 if rank is None else 1.0 / (rank + 1) for rank in ranks) / max(len(ranks), 1)


def rank_of(right: str, found: Sequence[str]) -> Rank:
    """Return the place of the right document among the distinct documents found, best first."""
    distinct = list(dict.fromkeys(found))
    return distinct.index(right) if right in distinct else None


def first_right(found: Iterable[bool]) -> Rank:
    """Return the place of the first right passage among the passages found, best first."""
    return next((place for place, is_right in enumerate(found) if is_right), None)


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Return the probability that a positive scores above a negative, ties counting half (Hanley and McNeil, 1982)."""
    if not positives or not negatives:
        raise ValueError("both kinds are needed")
    ordered = sorted([(score, 1) for score in positives] + [(score, 0) for score in negatives])
    ranks, first = 0.0, 0
    while first < len(ordered):
        last = first
        while last < len(ordered) and ordered[last][0] == ordered[first][0]:
            last += 1
        middle = (first + last + 1) / 2
        ranks += middle * sum(kind for _, kind in ordered[first:last])
        first = last
    return (ranks - len(positives) * (len(positives) + 1) / 2) / (len(positives) * len(negatives))


def expected_calibration_error(confidences: Sequence[float], rights: Sequence[bool]) -> float:
    """ECE: how far a confidence (0 to 1) is from the share that is right, on average over ten equal bins.

    Each bin counts by how many confidences fall into it; a confidence on an edge belongs to the bin below it, as in Guo
    et al., "On Calibration of Modern Neural Networks", 2017 (after Naeini et al., 2015). Raises ValueError without any.
    """
    if not confidences:
        raise ValueError("at least one confidence is needed")
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, is_right in zip(confidences, rights, strict=True):
        bins.setdefault(max(math.ceil(round(confidence * BINS, 9)), 1), []).append((confidence, is_right))
    return sum(abs(sum(confidence - is_right for confidence, is_right in members)) for members in bins.values()) / len(
        confidences
    )


def percentile(percent: float, values: Sequence[float]) -> float:
    """Return the least value that at least `percent` of 100 do not exceed (nearest rank); ValueError without any."""
    if not values:
        raise ValueError("at least one value is needed")
    return sorted(values)[max(math.ceil(percent / 100 * len(values)), 1) - 1]


def normalised(answer: str) -> list[str]:
    """Return the words of an answer for comparison: small letters, no accents, no punctuation, no French article."""
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", answer).lower())
    words = re.findall(r"[^\W_]+", "".join(c for c in bare if not unicodedata.combining(c)))
    return [word for word in words if word not in _ARTICLES]


_ARTICLES = frozenset(("le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "au", "aux"))


def exact_match(answer: str, rights: Sequence[str]) -> float:
    """Return 1 when the answer is a right one, else 0 (Rajpurkar et al., SQuAD, 2016, with French articles)."""
    return float(any(normalised(answer) == normalised(right) for right in rights))


def f1(answer: str, rights: Sequence[str]) -> float:
    """Return the best F1 of the words in common with a right answer, 0 to 1 (Rajpurkar et al., 2016)."""
    return max((_f1(normalised(answer), normalised(right)) for right in rights), default=0.0)


def _f1(words: list[str], right: list[str]) -> float:
    if not words or not right:
        return float(words == right)
    shared = sum((Counter(words) & Counter(right)).values())
    return 2 * shared / (len(words) + len(right))


def contains(text: str, rights: Sequence[str]) -> bool:
    """Tell whether a text holds one of the right answers, word for word."""
    words = f" {' '.join(normalised(text))} "
    return any(f" {' '.join(normalised(right))} " in words for right in rights)
