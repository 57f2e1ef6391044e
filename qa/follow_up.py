"""A question that leans on the turns before -> one that stands alone.

« Et combien ? » after « Qui a refusé l'offre de Meta ? » is searched as « Combien ? ← Qui a refusé l'offre de Meta ? »:
what is asked stays in front, what it leans on follows the arrow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.length import LONGEST, first_words, written_length

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
# « Cette décision » was spoken of before; « cette année » is now, and « est-ce que », « ce que » point at nothing.
_THIS = re.compile(
    r"(?<!-)\b(?:ce(?!\s+(?:que?|qui|dont|sont|sera|n)\b)|cet|cette|ces)\s+"
    r"(?!(?:ann|jour|mois|semaine|matin|soir|nuit|fois|moment|trimestre|semestre|été|hiver|automne|printemps))\w{3,}",
    re.IGNORECASE,
)
# What asks for something of what was said before, where hardly a word is said: « Pourquoi ? », « Précisez. »
_ASKING = re.compile(
    r"^ou\b|\bou(?=\W*$)|\b(?:qui|que|qu['’]\w+|quoi|quand|où|combien|comment|pourquoi|(?:le|la|les|du|des|au|aux)?quel(?:le)?s?|"
    r"expliquez?|pr[ée]cisez?|d[ée]veloppez?|d[ée]taillez?|continuez?)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=\s)(?:[ldjmnst]|qu)?['’]?[A-ZÀ-ÖØ-Þ]\w+")
_FEW_WORDS = 2
_SHORT_ANSWER = 80  # characters; a longer answer is a sentence, whose words would drown those of the question
TURNS = 3
"""How many of the last turns a question may lean on."""


def standalone(question: str, history: Sequence[Turn] = ()) -> str:
    """Return the question with what it leans on, or as it is when it stands alone or nothing came before.

    The words of the question are kept; what it leans on is cut, so that the whole has LONGEST characters at most.
    """
    if not history or not leans(question):
        return question
    bare = _OPENING.sub("", question).strip() or question
    asking = f"{bare[:1].upper()}{bare[1:]}{_LEANS_ON}"
    context = first_words(_context(history[-TURNS:]), LONGEST - written_length(asking))
    return asking + context if context else question


def leans(question: str) -> bool:
    """Tell whether a question needs the turns before: it opens with « et », points back, or asks in hardly a word.

    A word or two that ask nothing, as they are typed into a search box, stand for themselves: « piscine ».
    """
    if _OPENING.match(question):
        return True
    if _NAME.search(question):
        return False
    rest = _IMPERSONAL.sub("", question)
    pointing = any(not _NOUN.search(rest[: found.start()]) for found in _LEANING.finditer(rest))
    return (
        pointing
        or bool(_THIS.search(question))
        or (len(_WORD.findall(question)) < _FEW_WORDS and bool(_ASKING.search(question)))
    )


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
