"""Paragraphs -> their words: a word that was broken at the end of a line is joined, with its hyphen or without."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from index.formats.pdf_paragraphs import Joint

if TYPE_CHECKING:
    from index.formats.pdf_paragraphs import Paragraph

_LAST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*\Z")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# What comes before and behind a hyphen that is part of the word, at a line end as elsewhere. The pronouns are held to
# the verb forms that they follow, because "servi-ce" and "mer-ci" are words that were only broken.
_COMPOUND = re.compile(
    r".*[td]-(?:ils?|elles?|on)|.*t-ce|sera-ce|.*[sxi]-(?:je|tu)"
    r"|.*(?:ez|ons)-(?:vous|nous|moi|lui|leur|l[ae]s?|y|en)|(?:êtes|sommes)-[nv]ous"
    r"|(?:celui|celles?|ceux|mois|fois|jours?|temps|années?|semaine)-ci|(?!voi-).*-là|.*-mêmes?|.*-être"
    r"|à-.*|.*-à-.*|.*-(?:de|du|la|le|les|en|sur|t)-.*|au-(?:dessus|dessous|delà|devant|près)"
    r"|ci-(?:après|dessus|dessous|contre|devant|joint.*|inclus.*|annexé.*)"
    r"|sous-(?!cri|trac|traire|trait$|trayant).*|non-(?!obstant).*"
    r"|(?:vice|avant|après|arrière|quasi|demi|semi|porte|chef|quelques|grands?|hauts?|nord|sud)-.*"
    r"|(?:franco|anglo|germano|italo|hispano|luso|russo|sino|gréco|afro)-.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph in words, without the hyphen at its end where it `is_hyphenated`."""

    text: str
    joint: Joint
    is_heading: bool
    is_hyphenated: bool


def pieces(pages: list[list[Paragraph]]) -> list[list[Piece]]:
    """Return the paragraphs of each page in words; a word that goes on over the end of a page is whole on the first."""
    vocabulary = _vocabulary(pages)
    found = [[_piece(paragraph, vocabulary) for paragraph in page] for page in pages]
    for page, following in pairwise([page for page in found if page]):
        if following[0].joint is Joint.SAME and page[-1].is_hyphenated:
            word, _blank, rest = following[0].text.partition(" ")
            page[-1] = replace(page[-1], text=_mended(page[-1].text, word, vocabulary), is_hyphenated=False)
            following[0] = replace(following[0], text=rest)
    return found


def _vocabulary(pages: list[list[Paragraph]]) -> Counter[str]:
    """Count the words of a document, compounds as one word."""
    words: Counter[str] = Counter()
    for paragraph in chain.from_iterable(pages):
        for line in paragraph.lines:
            words.update(_WORD.findall(line.text.casefold()))
    return words


def _piece(paragraph: Paragraph, vocabulary: Counter[str]) -> Piece:
    lines = paragraph.lines
    text = lines[0].text
    for before, after in pairwise(lines):
        text = _mended(text, after.text, vocabulary) if before.is_hyphenated else f"{text} {after.text}"
    return Piece(
        text=text, joint=paragraph.joint, is_heading=paragraph.is_heading, is_hyphenated=lines[-1].is_hyphenated
    )


def _mended(before: str, after: str, vocabulary: Counter[str]) -> str:
    """Join a word that was broken at a hyphen, and keep the hyphen where it is part of the word.

    The document's own words decide; where they do not tell, the rules of French.
    """
    first, second = _LAST_WORD.search(before[-60:]), _WORD.match(after)
    if first is None or second is None or second[0][0].isupper():
        return f"{before}-{after}"
    whole, compound = first[0] + second[0], f"{first[0]}-{second[0]}"
    lead = vocabulary[compound.casefold()] - vocabulary[whole.casefold()]
    keeps_hyphen = lead > 0 or (lead == 0 and _COMPOUND.fullmatch(compound) is not None)
    return f"{before}-{after}" if keeps_hyphen else before + after
