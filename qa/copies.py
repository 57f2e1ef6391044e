"""Passages that are near copies of one another: a few of them are read, however many there are.

Whoever floods a folder with one sentence in two hundred documents would fill all places of what is read and quoted, and
push out what contradicts it. A few near copies stay, since two editions of one text may differ in the very number that
is asked for, and both are to be seen. So does each that alone has a word of the question, as the tariff of the year
that is asked for has among those of other years. A flood in ever other words is none of this, and is not seen through.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from index.lexicon import stems
from index.spelling import fold
from qa.search import POOL, search

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.document import Scope
    from index.encode import Encoder
    from index.generation import Generation
    from index.passage import Passage
    from qa.search import Candidate

MOST_COPIES = 3
"""How many near copies of one text are read; the best ones."""

MOST_OF_ONE_FORM = 6
"""How many near copies are read where each names somebody or something that those before it do not: half of what the
trained reader reads, since to put another name into each copy is easy."""

ALIKE = 0.7
"""The share of words in common (Jaccard's index of the two sets) from which on two passages are near copies: of the
1,518 paragraphs of PIAF, no two are."""

_DEEPER = 10
"""How many times as many passages are looked at where near copies fill the places of others."""

_WORD = re.compile(r"[^\W\d_]+")  # a number may be counted up from one copy to the next
_NUMBER = re.compile(r"\d+")
_WORD_OR_NUMBER = re.compile(r"[^\W_]+")
# A capital inside a sentence, in brackets, or behind an initial (« M. Martin »).
_NAME = re.compile(r"(?:(?<=[\w,;:][\s'’-])|(?<=\()|(?<=\b[A-Z]\. ))[A-ZÀ-ÖØ-ÞŒ][^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Content:
    """What two passages are compared by: what they say, all words, the names, and the words of the question.

    All without capitals and accents, the last as stems.
    """

    said: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    asked: frozenset[str]

    @classmethod
    def of(cls, passage: Passage, asked: frozenset[str]) -> Self:
        text = unicodedata.normalize("NFKC", passage.text)
        folded = fold(text)
        words, numbers = frozenset(_WORD.findall(folded)), frozenset(_NUMBER.findall(folded))
        about = " ".join((text, passage.title, passage.heading, passage.date, passage.document))
        return cls(
            said=words | numbers if len(numbers) >= len(words) else words,  # what a table says is its numbers
            words=words,
            names=frozenset(map(fold, _NAME.findall(text))),
            asked=asked & _stems(about) if asked else asked,
        )

    def is_like(self, other: _Content) -> bool:
        """Tell whether one is a near copy of the other; what says nothing is like nothing."""
        fewer, more = sorted((len(self.said), len(other.said)))
        if not fewer or fewer < ALIKE * more:  # what differs in length is no copy
            return False
        shared = len(self.said & other.said)
        return shared >= ALIKE * (fewer + more - shared)


def search_varied(generation: Generation, encoder: Encoder, question: str, k: int, scope: Scope) -> list[Candidate]:
    """Return at most k passages in scope, as `search` does, but only a few near copies of one text.

    Where fewer than half of them are left then, more passages are looked at: a flood fills the pools of the search too.
    """
    found = search(generation, encoder, question, k, scope)
    kept = without_copies(found, question)
    if len(found) == k and len(kept) < k // 2:
        deep = search(generation, encoder, question, _DEEPER * k, scope, pool=_DEEPER * POOL)
        kept = without_copies(deep, question)
    return kept[:k]


def without_copies(candidates: Iterable[Candidate], question: str) -> list[Candidate]:
    """Return the candidates, the best first as they come, without those that have `MOST_COPIES` near copies before.

    Kept all the same is one with a word of the question that none of those copies has, in its text or in what is known
    of its document: as many more at most as the question has words. So is one with a name that none of them has, while
    they are fewer than `MOST_OF_ONE_FORM`.
    """
    asked = _stems(question)
    kept: list[Candidate] = []
    contents: list[_Content] = []
    for candidate in candidates:
        content = _Content.of(candidate.passage, asked)
        copies = [other for other in contents if content.is_like(other)]
        if _adds(content, copies):
            kept.append(candidate)
            contents.append(content)
    return kept


def _adds(content: _Content, copies: list[_Content]) -> bool:
    """Tell whether a passage is to be read beside those near copies of it that are read already."""
    if len(copies) < MOST_COPIES or content.asked.difference(*(copy.asked for copy in copies)):
        return True
    return len(copies) < MOST_OF_ONE_FORM and bool(content.names.difference(*(copy.words for copy in copies)))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem for word in _WORD_OR_NUMBER.findall(text) for stem in stems(word))
