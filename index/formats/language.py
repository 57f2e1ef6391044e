"""In which language a text is written."""

from __future__ import annotations

import functools
import re
from typing import Any

_READ = 5_000  # characters that are looked at; from 200 on, every text of the seeds is told with certainty
_SURE = 0.5  # sentences of the seeds that were told wrong were below 0.15
_WORD = re.compile(r"[^\W\d_]+")
# Words of French grammar, few of which another language writes so.
_GRAMMAR = """
    au aux avec ce ces cette dans des du elle est et il les leur mais ne nous ou par pas plus pour que qui ses sont sur
    une vous être été
"""
_FRENCH = frozenset(_GRAMMAR.split())
_FRENCH_SHARE = 0.12  # of all words; in 2,970 paragraphs of five other languages (XQuAD, SQuAD-it) it is less
_FRENCH_WORDS = 3  # different ones
_TAG = re.compile(r"\s*([A-Za-z]{2})(?:[-_]|\s*\Z)")


def language(text: str) -> str:
    """Return the language of a text as two letters of ISO 639-1; "" where there is too little text, or it is unsure."""
    if _is_plainly_french(text[:_READ]):
        return "fr"
    code, probability = _identifier().classify(text[:_READ])
    return code if probability >= _SURE and len(code) == 2 else ""


def _is_plainly_french(text: str) -> bool:
    """Tell whether the grammar of a text is French beyond doubt, for which no model need be loaded."""
    words = [word.lower() for word in _WORD.findall(text)]
    french = [word for word in words if word in _FRENCH]
    return len(set(french)) >= _FRENCH_WORDS and len(french) >= _FRENCH_SHARE * len(words)


def from_tag(tag: str) -> str:
    """Return the two letters of ISO 639-1 with which a tag such as "fr-FR" or "fr_CA" begins, or ""."""
    found = _TAG.match(tag)
    return found[1].lower() if found else ""


@functools.cache
def _identifier() -> Any:
    """Load the model, once a process: half a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
