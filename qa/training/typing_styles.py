"""How people type: questions without accents, without apostrophes, in capitals, with typing errors, as key words."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from index.lexicon import stems

if TYPE_CHECKING:
    import random

_WORD = re.compile(r"[^\W\d_]{5,}")
_APOSTROPHE = re.compile(r"['’]")


def retyped(question: str, chance: random.Random) -> str:
    """Return a question as somebody in a hurry would have typed it."""
    style = chance.choice((_plain, _capitals, _glued, _key_words, _mistyped, _mistyped))
    return style(question, chance)


def _plain(question: str, _chance: random.Random) -> str:
    decomposed = unicodedata.normalize("NFD", question)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).lower()


def _capitals(question: str, _chance: random.Random) -> str:
    return question.upper()


def _glued(question: str, chance: random.Random) -> str:
    return _APOSTROPHE.sub(chance.choice(("", " ")), question).rstrip(" ?")


def _key_words(question: str, _chance: random.Random) -> str:
    words = [word for word in re.findall(r"[\w-]+", question) if stems(word)]
    return " ".join(words) or question


def _mistyped(question: str, chance: random.Random) -> str:
    """Swap, drop or double one letter of a long word; twice in one of three questions."""
    for _ in range(chance.choice((1, 1, 2))):
        words = list(_WORD.finditer(question))
        if not words:
            break
        word = chance.choice(words)
        at = chance.randrange(word.start() + 1, word.end() - 1)
        here, following = question[at], question[at + 1]
        fresh = chance.choice((following + here, following, here + here + following))
        question = question[:at] + fresh + question[at + 2 :]
    return question
