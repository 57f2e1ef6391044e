"""What kind of words a French question expects, and where such words stand in a sentence.

Only four kinds can be told from the form of a question: a name, a quantity, a date, a place. « Pourquoi » and
« comment » expect a sentence, and get no words here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from qa.follow_up import asked

Kind = Literal["name", "quantity", "date", "place"]

_APOSTROPHE = "['’]"
_CAPITAL = "A-ZÀ-ÖØ-ÞŒ"
_MONTH = "(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_NUMBERS = (
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante "
    "cinquante soixante cent mille"
)
_NO_UNITS = "le la les de du des et ou à en par pour dans sur qui que est sont a ont au aux un une il elle"
_QUANTITIES = (
    "montant prix nombre taux age pourcentage population salaire cout duree taille hauteur longueur superficie "
    "distance vitesse poids budget part proportion valeur valorisation somme profondeur altitude temperature surface "
    "tarif delai"
)
_TIMES = "annee date jour mois siecle epoque"
_PLACES = "pays ville region lieu endroit departement continent commune ile etat province"
_NAMED = (
    "nom auteur fondateur fondatrice president presidente directeur directrice ministre roi reine entreprise societe "
    "personne chercheur acteur actrice chanteur chanteuse realisateur realisatrice equipe joueur ville pays capitale "
    "region langue"
)


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_BLANK = "[ \u00a0\u202f]"
_NUMBER = rf"(?:\b\d+(?:[ \u00a0\u202f.,]\d+)*|\b{_any(_NUMBERS)}\b)"
_UNIT = rf"(?:{_BLANK}?(?:[%€$]|°C?|(?!{_any(_NO_UNITS)}\b)[a-zéèêûô²³/]+\b))?"
_OF_WHAT = rf"(?:{_BLANK}(?:d{_APOSTROPHE}|de{_BLANK})[a-zéèêàûô]+)?"
_DAY = rf"\b(?:1er|\d{{1,2}}){_BLANK}{_MONTH}(?:{_BLANK}(?:\d{{4}}|dernier|prochain))?"
_NAME_WORD = rf"(?:[{_CAPITAL}][\w.\-]*(?:{_APOSTROPHE}[{_CAPITAL}][\w\-]*)?)"
_PARTICLE = rf"(?:(?:de|du|des|de la|d{_APOSTROPHE}|von|van|ben|al|et){_BLANK}?)?"
_NAME = rf"{_NAME_WORD}(?:{_BLANK}{_PARTICLE}{_NAME_WORD})*"
_INTO = rf"\b(?:à|en|au|aux|dans|sur|près de|vers){_BLANK}(?:l{_APOSTROPHE}|la{_BLANK}|le{_BLANK}|les{_BLANK})?"

_WORDS: dict[Kind, re.Pattern[str]] = {
    "name": re.compile(rf"\b{_NAME}"),
    "quantity": re.compile(_NUMBER + _UNIT + _OF_WHAT, re.IGNORECASE),
    "date": re.compile(
        rf"(?:\b(?:le|du|au){_BLANK})?(?:{_DAY}|\b{_MONTH}{_BLANK}\d{{4}}|\b[12]\d{{3}}\b|\b[IVX]+e{_BLANK}siècle)",
        re.IGNORECASE,
    ),
    "place": re.compile(rf"{_INTO}(?P<words>{_NAME})"),
}

# Questions are matched in small letters without accents. The first kind that matches is the one.
_WHICH = r"\bquel(?:le)?s? (?:(?:est|sont|etait|etaient|fut) )?(?:le |la |les |l.)?"
_DEFINES = re.compile(
    rf"(?i:qui (?:est|sont|était|étaient|fut)) [{_CAPITAL}]"
)  # a name is given: who that is, is asked
_EXPLAINS = re.compile(r"(?:pourquoi|comment|que|qu')\b")
_ASKS_WHY_OR_HOW = re.compile(r"\bpourquoi\b|^comment (?!.{0,20}(?:appelle|nomme|intitule|surnomme))")
_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("quantity", re.compile(rf"\bcombien\b|{_WHICH}{_any(_QUANTITIES)}s?\b")),
    ("date", re.compile(rf"\bquand\b|{_WHICH}{_any(_TIMES)}\b")),
    ("place", re.compile(rf"^ou\b|\bd.ou\b|\bpar ou\b|\b(?:dans|en|a|sur|de) quel(?:le)?s? {_any(_PLACES)}\b")),
    (
        "name",
        re.compile(rf"^qui\b|\b(?:a|de|par|pour|avec|chez) qui\b|{_WHICH}{_any(_NAMED)}s?\b"),
    ),
)
_STEM = 6  # letters that stand for a word when two of its forms are compared
_OPENING_WORDS = """
    Le La Les Un Une Des De Du En Il Elle Ils Elles On Ce Cette Ces Cet Mais Et Or Donc Car Si Dans Pour Par Avec
    Sans Selon Au Aux Son Sa Ses Leur Leurs Notre Nos Votre Vos Après Avant Depuis Puis Ainsi Toutefois Cependant
    Enfin Alors Quand Lorsque Comme Plus Bien Aucun Aucune Tous Toutes Toute Tout À Sur Sous Entre Plusieurs
    Certains Certaines Quelques Chaque Parmi Lors Malgré Face Aujourd Oui Non Ici Là Où Qui Que Quoi Quel Quelle
    Pourquoi Comment Je Nous Vous Tu Cela Ceci Ça Celui Celle Ceux Dès Même Très Trop Peu Il Y Chez Contre Vers Afin
    Grâce Outre Hors
"""
_NO_NAME = frozenset(_OPENING_WORDS.split())


def expected_kind(question: str) -> Kind | None:
    """Return what kind of words a question expects, or None where its form does not tell."""
    if _DEFINES.match(asked(question).lstrip()):
        return None
    plain = _plain(asked(question))
    if _EXPLAINS.match(plain):
        return None
    return next((kind for kind, asks in _ASKS if asks.search(plain)), None)


def explains(question: str) -> bool:
    """Tell whether a question asks why, how, or who a named person is: a sentence answers better than a few words."""
    return bool(_ASKS_WHY_OR_HOW.search(_plain(asked(question))) or _DEFINES.match(asked(question).lstrip()))


def answer_words(question: str, sentence: str) -> tuple[int, int] | None:
    """Return where in a sentence the words stand that a question expects, or None where that cannot be told.

    Of several, the one nearest to a word of the question is taken; words of the question itself do not answer it.
    """
    kind = expected_kind(question)
    if kind is None:
        return None
    known = {word[:_STEM] for word in _words(question)}
    anchors = [
        (found.start(), found.end())
        for found in re.finditer(r"[^\W_]+", sentence)
        if len(found[0]) > 3 and _plain(found[0])[:_STEM] in known
    ]
    spans = [span for span in _spans(kind, sentence) if not _is_asked(sentence[slice(*span)], known)]
    if not spans:
        return None
    return min(spans, key=lambda span: (min((_gap(span, anchor) for anchor in anchors), default=0), span[0]))


def _spans(kind: Kind, sentence: str) -> list[tuple[int, int]]:
    spans = []
    for found in _WORDS[kind].finditer(sentence):
        start, end = found.span("words") if kind == "place" else found.span()
        if kind in ("name", "place"):
            start, end = _without_opening_word(sentence, start, end)
        end = start + len(sentence[start:end].rstrip(" .,\u00a0\u202f"))
        if start < end:
            spans.append((start, end))
    return spans


def _without_opening_word(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Drop the capitalised grammar word that opens a sentence from the name behind it."""
    first = re.match(r"[^\W_]+", sentence[start:end])
    if first is None or first[0] not in _NO_NAME:
        return start, end
    following = re.search(rf"[{_CAPITAL}]", sentence[start + first.end() : end])
    return (start + first.end() + following.start(), end) if following else (end, end)


def _is_asked(words: str, known: set[str]) -> bool:
    found = _words(words)
    return bool(found) and all(word[:_STEM] in known for word in found)


def _gap(span: tuple[int, int], other: tuple[int, int]) -> int:
    return max(span[0] - other[1], other[0] - span[1], 0)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", _plain(text))


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    return "".join(character for character in bare if not unicodedata.combining(character)).strip(" «»\"'¿-")
