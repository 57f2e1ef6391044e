"""What a few French words state: amounts, a date, and other words, in a form in which two of them can be compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from index.lexicon import STOP_WORDS, stems
from index.spelling import fold

_WORD = re.compile(r"[^\W_]+")
_NEGATIONS = {"ne", "n", "pas", "non", "aucun", "aucune", "jamais", "ni", "sans"}
_OF_DATES = {
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "jour", "mois", "annee", "date", "dernier",
}  # fmt: skip
# What leaves an amount or a date open, so that another one may be right beside it.
_OPEN = re.compile(
    r"\b(?:environ|pres|presque|plus|moins|plusieurs|jusqu|entre|minimum|maximum|autour|quelques?|vers|depuis|avant|"
    r"apres|partir|d'ici|ou|dizaines?|\w+[tz]aines?|milliers|premiere?s?)\b|"
    r"\bdes (?:l[ea']|en\b|\d)|\bdu \d.+\bau\b|\bde \d.+\ba\b|\w ?[-–] ?\d|\d (?:a|et) \d|[<>≤≥~≈±]|"
    r"\d[.,]\d{3}(?!\d)"  # a thousand to some, a fraction to others
)

_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
    "decembre",
)  # fmt: skip
_NUMERIC_DATES = (
    re.compile(r"\b(?P<day>\d{1,2})[/.](?P<month>0?[1-9]|1[0-2])[/.](?P<year>\d{4})\b"),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>\d{1,2})\b"),
)
_DATE = re.compile(rf"(?:\b(?P<day>\d{{1,2}})(?:er)? )?\b(?P<month>{'|'.join(_MONTHS)})\b(?: (?P<year>\d{{4}})\b)?")
_YEAR = r"(?P<year>(?:1\d|20)\d\d)\b(?! ?[%€$£])"
_BARE_YEAR = re.compile(rf"(?<![\d,.])\b{_YEAR}")
_YEAR_IN_TEXT = re.compile(rf"\b(?:en|an|annee|fin|debut|depuis|avant|apres|vers|ete) {_YEAR}")

_UNDER_SEVENTEEN = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_NUMERALS = {
    **{name: value for value, name in enumerate(_UNDER_SEVENTEEN.split())},
    "une": 1, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
_SCALES = {
    **dict.fromkeys(("k", "mille", "millier", "milliers"), 10**3),
    **dict.fromkeys(("m", "million", "millions"), 10**6),
    **dict.fromkeys(("md", "mds", "milliard", "milliards"), 10**9),
}
_LARGE = r"(?:mille|milliers?|millions?|milliards?)\b"
_NUMERAL = rf"(?:(?:{'|'.join(_NUMERALS.keys() - {'un', 'une'})}|cents?)\b|{_LARGE})"  # « un » is an article too
_SHORT_SCALE = r"(?:k|m|mds?)(?= ?(?:[€$£]|euros?\b|dollars?\b))"  # « 330 m » are metres
_DIGITS = rf"(?:\d{{1,3}}(?:[ .]\d{{3}})+(?!\d)|\d+)(?:[.,]\d+)?(?: ?{_SHORT_SCALE}| {_LARGE})?"
_TIMES = r"(?:ans?|annees?|mois|semaines?|jours?|heures?|minutes?|secondes?)"
_IN_WORDS = (
    rf"une?(?= {_TIMES}\b)|(?:une? (?={_LARGE}))?{_NUMERAL}(?:[ -]{_NUMERAL}|(?: et |-| et-|-et-)(?:une?|onze)\b)*"
)
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<number>{_DIGITS}|{_IN_WORDS})(?!(?:er|e|eme)s?\b)"  # « 2e » counts nothing
    r"(?: ?(?:de |d')?(?P<unit>[%€$£]|[a-z]+[23]?\b(?!')))?"
)
_UNITS = {
    "euro": "€", "euros": "€", "dollar": "$", "dollars": "$", "heure": "h", "heures": "h", "metre": "m", "metres": "m",
    "l": "l", "s": "s", "t": "t", "m": "m",  # words of the grammar elsewhere
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """Words in a form in which they can be compared.

    `words` are the stems of all that it says, an amount as its value and its unit; `rest` those beside amounts and
    date. `amounts` are values with their units ("" for none), in their order. An amount or a date that `is_open` leaves
    room for others: « environ 100 », « depuis 2013 ».
    """

    words: frozenset[str]
    rest: frozenset[str]
    amounts: tuple[tuple[Decimal, str], ...]
    days: frozenset[str]
    months: frozenset[str]
    years: frozenset[str]
    is_open: bool
    is_negative: bool

    @classmethod
    def read(cls, text: str, *, of_date: bool = False) -> Statement:
        """Read a text; `of_date` tells that a date is expected, so that 1998 is a year."""
        plain = _plain(text)
        dated, days, months, years = _without_dates(plain, of_date=of_date)
        amounts = tuple((_value(found["number"]), _unit(found["unit"])) for found in _AMOUNT.finditer(dated))
        words = set(_WORD.findall(_AMOUNT.sub(lambda found: f" {_kept(found['unit'])} ", dated)))
        rest = {stem for word in words - _OF_DATES for stem in stems(word)} - {unit for _, unit in amounts}
        counted = {f"{value.normalize():f}" for value, _ in amounts} | {unit for _, unit in amounts if unit}
        return cls(
            words=frozenset(rest | counted | days | months | years),
            rest=frozenset(rest),
            amounts=amounts,
            days=frozenset(days),
            months=frozenset(months),
            years=frozenset(years),
            is_open=bool(_OPEN.search(plain)),
            is_negative=not _NEGATIONS.isdisjoint(_WORD.findall(plain)),
        )


def _plain(text: str) -> str:
    """Return a text on one line in small letters without accents, its dates in words."""
    plain = fold(" ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split()))
    for pattern in _NUMERIC_DATES:
        plain = pattern.sub(lambda date: f"{int(date['day'])} {_MONTHS[int(date['month']) - 1]} {date['year']}", plain)
    return plain.replace("pour cent", "%")


def _without_dates(plain: str, *, of_date: bool) -> tuple[str, set[str], set[str], set[str]]:
    """Return a text without its dates, and the days, months and years of these."""
    days, months, years = set(), set(), set()
    for pattern in (_DATE, _BARE_YEAR if of_date else _YEAR_IN_TEXT):
        for date in map(re.Match.groupdict, pattern.finditer(plain)):
            days |= {f"le {int(date['day'])}"} if date.get("day") else set()
            months |= {date["month"]} if date.get("month") else set()
            years |= {date["year"]} if date.get("year") else set()
        plain = pattern.sub(" ", plain)
    return plain, days, months, years


def _value(number: str) -> Decimal:
    """Return the value of a number in digits, in words, or in both: « 1,5 million », « quatre-vingt-dix-sept »."""
    whole = part = Decimal(0)
    for piece in re.findall(r"\d[\d .,]*|[a-z]+", number):
        if piece[0].isdigit():
            part = Decimal(_decimal(piece))
        elif piece in _SCALES:
            whole, part = whole + max(part, Decimal(1)) * _SCALES[piece], Decimal(0)
        elif piece.startswith("cent"):
            part = max(part, Decimal(1)) * 100
        elif piece.startswith("vingt") and part % 100 == 4:
            part += 76  # « quatre-vingt » are 80
        else:
            part += _NUMERALS.get(piece, 0)
    return whole + part


def _decimal(digits: str) -> str:
    """Return digits as Python writes them: a blank or a point before three of them sets thousands apart."""
    grouped = re.sub(r"[ .](?=\d{3}(?!\d))", "", digits.strip(" "))
    return grouped.replace(",", ".").replace(" ", "").rstrip(".")


def _unit(word: str | None) -> str:
    """Return what is counted, "" for a word of the grammar."""
    if not word:
        return ""
    return _UNITS.get(word) or next(iter(stems(word)), "" if word in STOP_WORDS else word)


def _kept(word: str | None) -> str:
    """Return a word that stands where a unit does and is none."""
    return word if word and not _unit(word) else ""
