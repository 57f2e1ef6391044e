"""A question that leans on the turns before -> one that stands alone.

« Et combien ? » after « Qui a refusé l'offre de Meta ? » is searched as « Combien ? ← Qui a refusé l'offre de Meta ? »:
what is asked stays in front, what it leans on follows the arrow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.answer import Turn

_LEANS_ON = " ← "
_OPENING = re.compile(r"^(?:et|mais|alors|donc|ok|oui|non|d['’]accord)\b[\s,]*", re.IGNORECASE)
_LEANING = re.compile(
    r"\b(?:ils?|elles?|lui|leurs?|eux|celui|celle|ceux|celles|cela|ça|ceci|y|ce dernier|cette dernière|"
    r"son|sa|ses|là-bas|ensuite|aussi)\b",
    re.IGNORECASE,
)
# « Y a-t-il », « faut-il »: this "il" stands for nothing. A pronoun behind a noun stands for that noun, as in
# « Pourquoi les universités accélèrent-elles la création de cursus ? ».
_IMPERSONAL = re.compile(r"\b(?:y a|faut|existe|suffit|reste|convient|s['’]agit|vaut)-(?:t-)?il\b", re.IGNORECASE)
_NOUN = re.compile(r"\b(?:(?:les?|la|une?|des|ces?|cet|cette)\s+|l['’])\w{3,}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]{4,}")
_NAME = re.compile(r"(?<=\s)(?:[ldjmnst]|qu)?['’]?[A-ZÀ-ÖØ-Þ]\w+")
_FEW_WORDS = 2
_SHORT_ANSWER = 80  # characters; a longer answer is a sentence, whose words would drown those of the question
TURNS = 3
"""How many of the last turns a question may lean on."""


def standalone(question: str, history: Sequence[Turn] = ()) -> str:
    """Return the question with what it leans on, or as it is when it stands alone or nothing came before."""
    if not history or not leans(question):
        return question
    bare = _OPENING.sub("", question).strip() or question
    context = _context(history[-TURNS:])
    return f"{bare[:1].upper()}{bare[1:]}{_LEANS_ON}{context}" if context else question


def leans(question: str) -> bool:
    """Tell whether a question needs the turns before: it opens with « et », points back, or has hardly a word."""
    if _OPENING.match(question):
        return True
    if _NAME.search(question):
        return False
    rest = _IMPERSONAL.sub("", question)
    pointing = any(not _NOUN.search(rest[: found.start()]) for found in _LEANING.finditer(rest))
    return pointing or len(_WORD.findall(question)) < _FEW_WORDS


def asked(question: str) -> str:
    """Return what a standalone question asks, without the context that `standalone` added."""
    return question.partition(_LEANS_ON)[0]


def _context(turns: Sequence[Turn]) -> str:
    """Return the last turn's question, behind it its answer when it is short, and what it leaned on in its turn."""
    last = turns[-1]
    parts = [_OPENING.sub("", last.question).strip()]
    if last.answer and len(last.answer) <= _SHORT_ANSWER:
        parts.append(last.answer.strip())
    if len(turns) > 1 and leans(last.question):
        parts.append(_context(turns[:-1]))
    return " ".join(part for part in parts if part)
