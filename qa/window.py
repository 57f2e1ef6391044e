"""What the reader's network reads: a question and a passage between its title and its neighbours, in tokens.

`<s> question </s></s> title : sentences before, passage, sentences after </s>`. Only the passage may hold the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.lexicon import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Encoding, Tokenizer

QUESTION, AROUND, PASSAGE = range(3)
KINDS = 6
"""Kinds of tokens: the three above, and the same three where the word stands on the other side too (the exact match of
Chen et al., "Reading Wikipedia to Answer Open-Domain Questions", 2017, on stems)."""

LONGEST = 448
"""Tokens of a window, of which a question may have 96 and a passage 320; one of 800 characters has about 200."""
_LONGEST_QUESTION, _LONGEST_PASSAGE = 96, 320
_SPECIAL_TOKENS = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to read: its title, the sentences before, the passage itself, the sentences after."""

    title: str
    before: str
    passage: str
    after: str


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens in the order read, and the kind of each; those from `first` on are the passage's.

    `places` has, for each token of the passage, its start and end in it, in code points.
    """

    ids: list[int]
    kinds: list[int]
    first: int
    places: list[tuple[int, int]]


class Windows:
    """Makes windows, by the encoder's tokenizer."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._opening, self._closing = tokenizer.encode("").ids

    def of(self, question: str, texts: Sequence[Text]) -> list[Window]:
        """Return one window a text, none longer than LONGEST: what is too much of the neighbours or the end is cut."""
        asked, words = self._tokens(question, _LONGEST_QUESTION), _stems(question)
        return [self._window(question, asked, words, text) for text in texts]

    def _window(self, question: str, asked: Encoding, words: set[str], text: Text) -> Window:
        left = f"{text.title} : {text.before}" if text.title else text.before
        passage = self._tokens(text.passage, _LONGEST_PASSAGE)
        room = LONGEST - _SPECIAL_TOKENS - len(asked.ids) - len(passage.ids)
        before = self._tokens(left, room)
        after = self._tokens(text.after, room - len(before.ids))
        said = words & (_stems(left) | _stems(text.passage) | _stems(text.after))
        pieces = [
            ([self._opening], [QUESTION]),
            (asked.ids, _kinds(question, asked, QUESTION, said)),
            ([self._closing] * 2, [QUESTION] * 2),
            (before.ids, _kinds(left, before, AROUND, said)),
            (passage.ids, _kinds(text.passage, passage, PASSAGE, said)),
            (after.ids, _kinds(text.after, after, AROUND, said)),
            ([self._closing], [QUESTION]),
        ]
        return Window(
            ids=[token for ids, _ in pieces for token in ids],
            kinds=[kind for _, kinds in pieces for kind in kinds],
            first=_SPECIAL_TOKENS - 1 + len(asked.ids) + len(before.ids),
            places=passage.offsets,
        )

    def _tokens(self, text: str, most: int) -> Encoding:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        encoding.truncate(most)
        return encoding


def _kinds(text: str, encoding: Encoding, kind: int, shared: set[str]) -> list[int]:
    """Return the kind of each token: another one for those of the words that both sides have."""
    marked = bytearray(len(text))
    for word in _WORD.finditer(text):
        if not shared.isdisjoint(stems(word[0])):
            marked[word.start() : word.end()] = b"\1" * (word.end() - word.start())
    return [kind + KINDS // 2 * bool(end and marked[end - 1]) for _, end in encoding.offsets]


def _stems(text: str) -> set[str]:
    return {stem for word in _WORD.finditer(text) for stem in stems(word[0])}
