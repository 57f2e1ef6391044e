"""Why a passage that comes near does not answer: the words of the question that it does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.lexicon import stems
from qa.follow_up import asked

if TYPE_CHECKING:
    from qa.answer import Quote

_WORD = re.compile(r"[^\W_]+")

_FORM = """
    an année mois jour date moment lieu endroit nom nombre raison façon manière type sorte genre exemple beaucoup
    appelle appelé nomme nommé trouve trouvé situe situé passe passé sert servi dit cite citez pu savoir connaît
"""
"""Words of the form of a question, which no answer repeats: « en quelle année », « que s'est-il passé »."""


def with_missing(near: Quote, searched: str) -> Quote:
    """Return a quote that does not answer, with the words of the question that it does not have: they say why."""
    had = _stems(f"{near.title} {near.section} {near.text}") | _stems(_FORM)
    words = dict.fromkeys(word for word in _WORD.findall(asked(searched)) if stems(word))
    return near.model_copy(update={"missing": [word for word in words if not had & set(stems(word))]})


def _stems(text: str) -> set[str]:
    return {stem for word in _WORD.findall(text) for stem in stems(word)}
