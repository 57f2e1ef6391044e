"""Which questions are offered: those that are French as far as can be told, and say by themselves what they ask."""

from __future__ import annotations

import re

from index.lexicon import STOP_WORDS
from index.spelling import fold
from qa.follow_up import leans

WORD = re.compile(r"[^\W_]+")
"""Finds each word of a text, and each number."""

CAPITAL = "A-ZÀ-ÖØ-ÞŒ"
"""The capital letters of French, as they stand inside the brackets of a pattern."""

MOST_WORDS = 14
"""How many words a question has at most."""

NAMES_SOMETHING = re.compile(
    rf"(?<=[\s'’-])[{CAPITAL}]\w|\b(?:une?|sa|son|ses)\b|\bde (?!l['’a])|\bd['’](?!un)|^Qu['’]est-ce que"
)
"""Finds what makes words say which thing they mean: a name, or what the thing is of."""

_FEWEST_WORDS = 4
_LONGEST_QUESTION = 110  # characters
_LONGEST_WORD = 28

_CHARACTERS = re.compile("[0-9A-Za-zÀ-ÖØ-öø-ſ '’,.%€&°-]+")
_INFINITIVE = r"\w+(?:er|ir|re)\b"
_NOT_OFFERED = re.compile(
    r"\b(?:vous|votre|vos|nous|notre|nos|tu|ton|ta|tes|toi|moi)\b|(?<!-)\bje\b|\b[jJ]['’]"  # said by the page
    r"|(?<!-)\b(?:ce|cet|cette|ces)\b|\b(?:cel(?:ui|le|les|a)|ceux|ceci|ça|tel(?:le)?s?|suivant(?:e)?s?|ci-\w+|ici)\b"
    r"|^(?:Comment|Où|Quand|Pourquoi|(?:Qui|Que) (?:peut|doit)|(?:Peut|Doit)-on|Faut-il) "
    rf"(?:l[ea]s? |l['’]|en |y |leur |lui ){_INFINITIVE}"  # points back
    r"|\b(?:vraiment|donc|enfin|finalement|bien sûr)\b"  # rhetorical
    r"|\b(?:cookies?|article(?! [LRD0-9])|page|site)\b"  # of the page
    r"|\w\.\w|\s['’,.]|,,|\.\.|[,&'’-]\Z"
    r"|\b(?:de|du|des|le|la|les|et|ou|à|pour|en|dans|sur|par|avec|une?|que|qui|est|sont)\Z",
    re.IGNORECASE,
)


def is_well_formed(question: str) -> bool:
    """Tell whether a question is French as far as can be told, and says by itself what it asks."""
    words = question.split()
    return (
        _FEWEST_WORDS <= len(words) <= MOST_WORDS
        and len(question) <= _LONGEST_QUESTION
        and all(len(word) <= _LONGEST_WORD for word in words)
        and _CHARACTERS.fullmatch(question) is not None
        and not _NOT_OFFERED.search(question)
        and not leans(question)
        and _says_what(question)
    )


def _says_what(question: str) -> bool:
    """Tell whether a question names something: « Comment faire la demande » does not."""
    content = [word for word in WORD.findall(question)[1:] if len(word) > 2 and fold(word) not in STOP_WORDS]
    return len(content) > 2 or (len(content) == 2 and bool(NAMES_SOMETHING.search(question)))
