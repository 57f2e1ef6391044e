"""The names and numbers of a question, and which of them a text lacks."""

from __future__ import annotations

import re

from index.lexicon import stems
from qa.follow_up import asked

# A capital elsewhere than at the beginning, or a digit.
_NAME_OR_NUMBER = re.compile(r"(?<=[\s'’(-])[A-ZÀ-ÖØ-ÞŒ][^\W_]+|\b\d[^\W_]*")
_WORD = re.compile(r"\w+")


def lacking(question: str, text: str) -> float:
    """Return the share (0 to 1) of the names and numbers of a question that a text lacks; 0 where there are none.

    A question about Lyon is not answered by what is said of Paris.
    """
    names = _NAME_OR_NUMBER.findall(asked(question))
    said = {stem for word in _WORD.findall(text) for stem in stems(word)}
    return sum(not said.issuperset(stems(name)) for name in names) / max(len(names), 1)
