"""Passages that are near copies of one another: a few of them are read, however many there are.

Whoever floods a folder with one sentence in two hundred documents would fill all places of what is read and quoted, and
push out what contradicts it. A few near copies stay, since two editions of one text may differ in the very number that
is asked for, and both are to be seen. A flood in ever other words is none of this, and is not seen through.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.spelling import fold
from qa.search import POOL, search

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.document import Scope
    from index.encode import Encoder
    from index.generation import Generation
    from qa.search import Candidate

MOST_COPIES = 3
"""How many near copies of one text are read; the best ones."""

ALIKE = 0.7
"""The share of words in common (Jaccard's index of the two sets) from which on two passages are near copies: of the
1,518 paragraphs of PIAF, no two are."""

_DEEPER = 10
"""How many times as many passages are looked at where near copies fill the places of others."""

_WORD = re.compile(r"[^\W\d_]+")  # a number may be counted up from one copy to the next


def search_varied(generation: Generation, encoder: Encoder, question: str, k: int, scope: Scope) -> list[Candidate]:
    """Return at most k passages in scope, as `search` does, but no more than `MOST_COPIES` near copies of one text.

    Where fewer than half of them are left then, more passages are looked at: a flood fills the pools of the search too.
    """
    found = search(generation, encoder, question, k, scope)
    kept = without_copies(found)
    if len(found) == k and len(kept) < k // 2:
        deep = search(generation, encoder, question, _DEEPER * k, scope, pool=_DEEPER * POOL)
        kept = without_copies(deep)
    return kept[:k]


def without_copies(candidates: Iterable[Candidate], most: int = MOST_COPIES) -> list[Candidate]:
    """Return the candidates, the best first as they come, without those that have `most` near copies before them."""
    kept: list[Candidate] = []
    texts: list[frozenset[str]] = []
    for candidate in candidates:
        words = frozenset(_WORD.findall(fold(candidate.passage.text)))
        if sum(_alike(words, other) for other in texts) < most:
            kept.append(candidate)
            texts.append(words)
    return kept


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):  # what differs in length is no copy
        return False
    shared = len(one & other)
    return shared >= ALIKE * (len(one) + len(other) - shared)
