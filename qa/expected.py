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
_NUMBER_WORD = "(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|cent|mille)"
_NAME_WORD = rf"(?:[{_CAPITAL}][\w.\-]*(?:{_APOSTROPHE}[{_CAPITAL}][\w\-]*)?)"
_NAME = rf"{_NAME_WORD}(?:[ \u00a0](?:(?:de|du|des|de la|d{_APOSTROPHE}|von|van|ben|al|et)[ \u00a0]?)?{_NAME_WORD})*"

_WORDS: dict[Kind, re.Pattern[str]] = {
    "name": re.compile(rf"\b{_NAME}"),
    "quantity": re.compile(
        rf"(?:\b\d[\d \u00a0\u202f.,]*|\b{_NUMBER_WORD}\b)(?:[ \u00a0\u202f]?(?:%|€|\$|°C?|[a-zéèêûô²³/]+\b))?"
        rf"(?:[ \u00a0](?:d{_APOSTROPHE}|de[ \u00a0])[a-zéèêàûô]+)?",
        re.IGNORECASE,
    ),
    "date": re.compile(
        rf"(?:\b(?:le|du|au)[ \u00a0])?(?:\b(?:1er|\d{{1,2}})[ \u00a0]{_MONTH}(?:[ \u00a0](?:\d{{4}}|dernier|prochain))?"
        rf"|\b{_MONTH}[ \u00a0]\d{{4}}|\b[12]\d{{3}}\b|\b[IVX]+e[ \u00a0]siècle)",
        re.IGNORECASE,
    ),
    "place": re.compile(
        rf"\b(?:à|en|au|aux|dans|sur|près de|vers)[ \u00a0](?:l{_APOSTROPHE}|la[ \u00a0]|le[ \u00a0]|les[ \u00a0])?(?P<words>{_NAME})"
    ),
}
_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "quantity",
        re.compile(
            r"\bcombien\b|\bquel(?:le)?s?\b (?:est |sont |etait |etaient |fut )?(?:le |la |les |l.)?(?:montant|prix|nombre|taux|"
            r"age|pourcentage|population|salaire|cout|duree|taille|hauteur|longueur|superficie|distance|vitesse|poids|"
            r"budget|part|proportion|valeur|somme|profondeur|altitude|temperature|surface|prime)"
        ),
    ),
    (
        "date",
        re.compile(
            r"\bquand\b|\bquel(?:le)? (?:est |etait |fut )?(?:la |l.)?(?:annee|date|jour|mois|siecle|epoque)\b"
        ),
    ),
    (
        "place",
        re.compile(
            r"^ou\b|\bd.ou\b|\bpar ou\b|\b(?:dans|en|a|sur|de) quel(?:le)?s? (?:pays|ville|region|lieu|endroit|departement|"
            r"continent|commune|ile|etat|province)\b"
        ),
    ),
    (
        "name",
        re.compile(
            r"^qui\b(?! est-ce que)|\b(?:a|de|par|pour|avec|chez) qui\b|\bqui est-ce qui\b|\bqui (?:a|est|sont|etait|fut|ont)\b"
            r"|\bquel(?:le)?s? (?:est |sont |etait |etaient |fut )?(?:le |la |les |l.)?(?:nom|auteur|fondat|president|directeur|"
            r"ministre|roi|reine|entreprise|societe|personne|chercheur|acteur|actrice|chanteu|realisat|equipe|joueur|"
            r"ville|pays|capitale|region|langue)"
        ),
    ),
)
_NO_NAME = frozenset(
    "Le La Les Un Une Des De Du En Il Elle Ils Elles On Ce Cette Ces Cet Mais Et Or Donc Car Si Dans Pour Par Avec Sans "
    "Selon Au Aux Son Sa Ses Leur Leurs Notre Nos Votre Vos Après Avant Depuis Puis Ainsi Toutefois Cependant Enfin Alors "
    "Quand Lorsque Comme Plus Bien Aucun Aucune Tous Toutes Toute Tout À Sur Sous Entre Plusieurs Certains Certaines "
    "Quelques Chaque Parmi Lors Malgré Face Aujourd Oui Non Ici Là Où Qui Que Quoi Quel Quelle Pourquoi Comment Je Nous "
    "Vous Tu Cela Ceci Ça Celui Celle Ceux Dès Même Très Trop Peu Il Y Chez Contre Vers Afin Grâce Outre Hors".split()
)


def expected_kind(question: str) -> Kind | None:
    """Return what kind of words a question expects, or None where its form does not tell."""
    plain = _plain(asked(question))
    return next((kind for kind, asks in _ASKS if asks.search(plain)), None)


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


_STEM = 6  # letters that stand for a word when two of its forms are compared


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
