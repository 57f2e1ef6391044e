"""Dates as documents tell them in French, and what a partial date means in days.

A date is ISO 8601 and may be partial: "2025", "2025-07", "2025-07-02".
"""

from __future__ import annotations

import calendar
import re
import unicodedata

HEAD_LINES = 12  # a document tells its own date at its head; further down, dates are those of what it talks about

_MONTHS = {
    **dict.fromkeys(("janvier", "janv", "jan"), 1),
    **dict.fromkeys(("fevrier", "fevr", "fev"), 2),
    **dict.fromkeys(("mars",), 3),
    **dict.fromkeys(("avril", "avr"), 4),
    **dict.fromkeys(("mai",), 5),
    **dict.fromkeys(("juin",), 6),
    **dict.fromkeys(("juillet", "juill", "juil"), 7),
    **dict.fromkeys(("aout",), 8),
    **dict.fromkeys(("septembre", "sept", "sep"), 9),
    **dict.fromkeys(("octobre", "oct"), 10),
    **dict.fromkeys(("novembre", "nov"), 11),
    **dict.fromkeys(("decembre", "dec"), 12),
}
_ISO = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?![0-9-])")
_NUMBERS = re.compile(r"(?P<day>[0-9]{1,2})(?P<sep>[/.-])(?P<month>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4})(?![0-9])")
_WORDS = re.compile(
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mar|mer|jeu|ven|sam|dim)\b\.?,?\s{1,3})?"
    r"(?:(?P<day>[0-9]{1,2})(?:er)?\s{1,3})?"
    rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?,?\s{{1,3}}(?P<year>[0-9]{{4}})(?![0-9])"
)
_HOUR = (
    r"(?:t|,?\s{0,3}(?:a|-|–|—|\||·|•)?\s{0,3})[0-9]{1,2}\s?[h:][0-9]{0,2}"
    r"(?::[0-9]{2})?(?:[.,][0-9]{1,9})?\s?(?:z|[+-][0-9]{2}:?[0-9]{2})?"
)
_NOTHING_MORE = re.compile(rf"(?:{_HOUR})?[\s.]{{0,9}}$")
_TAG = re.compile(
    r"\s{0,9}date(?: de (?:publication|parution|mise a jour|mise en ligne))?(?P<colon>\s{0,3}:\s{0,3}|\s)\s{0,3}"
)
_BY_LINE = re.compile(
    r"(?P<verb>(?:article\s)?(?:(?:re)?publi|post|modifi|actualis)ee?|mise?s?\s(?:a\sjour|en\sligne)|parue?)"
    r"\s{0,3}:?\s{0,3}(?:(?:le|en|ce)\s{1,3})?:?\s{0,3}"
)
_ARTICLE = re.compile(r"le\s{1,3}")
_AFTER_ARTICLE = re.compile(rf"(?:{_HOUR})?\s{{0,3}}(?:$|par\s|[-–—|·•/(])")
_BY_LINE_LENGTH = 100
_SENTENCE_ENDS = (".", "!", "?", ";", ",", "…")


def days(date: str) -> tuple[int, int]:
    """Return the first and the last day that a partial ISO date may mean, as yyyymmdd.

    Raises ValueError when it is no such date, or no day of the calendar.
    """
    found = _ISO.fullmatch(date)
    if found is None:
        raise ValueError("not a date of the form 2025, 2025-07 or 2025-07-02")
    year, month, day = (int(part) if part else 0 for part in found.group("year", "month", "day"))
    if year == 0 or (found["month"] and not 1 <= month <= 12):
        raise ValueError("no such month")
    if not month:
        return year * 10000 + 101, year * 10000 + 1231
    length = calendar.monthrange(year, month)[1]
    if found["day"] and not 1 <= day <= length:
        raise ValueError("no such day")
    start = year * 10000 + month * 100
    return start + (day or 1), start + (day or length)


def find_date(text: str) -> str:
    """Return the date that the head of a document tells of itself, or "".

    Only three forms count: a leading tag ("date 2025-07"), a line that is nothing but a date, and a short line such as
    "Publié le 2 juillet 2025 par ...". A date in the running text is never taken.
    """
    for line in head(text):
        found = _tagged(line)[0] or line_date(line)
        if found:
            return found
    return ""


def parse(text: str) -> str:
    """Return the date that a text consists of, an hour after it allowed, or "" where it is something else."""
    line = _fold(unicodedata.normalize("NFC", text)).strip()
    date, end = _date_at(line, 0)
    return date if date and _NOTHING_MORE.match(line, end) else ""


def line_date(line: str) -> str:
    """Return the date of a line that says nothing but when the document appeared, or ""."""
    if len(line) > _BY_LINE_LENGTH:
        return ""
    date = parse(line)
    if date:
        return date if len(date) > 4 else ""  # a year alone on its line is as often a page number or a heading
    folded = _fold(unicodedata.normalize("NFC", line)).strip()
    return _by_line_date(folded) or _article_date(folded)


def strip_tag(line: str) -> str:
    """Return the line without the date tag that it begins with, if it begins with one. The line must be NFC."""
    return line[_tagged(line)[1] :].lstrip()


def head(text: str) -> list[str]:
    """Return the first lines of a text that are not blank, `HEAD_LINES` of them at most."""
    lines: list[str] = []
    start = 0
    while start < len(text) and len(lines) < HEAD_LINES:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if line := text[start:end].strip():
            lines.append(line)
        start = end + 1
    return lines


def _tagged(line: str) -> tuple[str, int]:
    """Return the date of a leading tag and where the tag ends, or ("", 0)."""
    beginning = _fold(unicodedata.normalize("NFC", line[:_BY_LINE_LENGTH]))
    tag = _TAG.match(beginning)
    if tag is None:
        return "", 0
    date, end = _date_at(beginning, tag.end())
    if len(date) == 4 and ":" not in tag["colon"]:
        return "", 0  # "Date 2025 ..." without a colon may be the beginning of a sentence
    return (date, end) if date else ("", 0)


def _by_line_date(line: str) -> str:
    opening = _BY_LINE.match(line)
    if opening is None:
        return ""
    date, end = _date_at(line, opening.end())
    is_sentence = line.endswith(_SENTENCE_ENDS) and not _NOTHING_MORE.match(line, end)
    return "" if len(date) <= 4 or is_sentence else date


def _article_date(line: str) -> str:
    """Return the date of "le 2 juillet 2025 par ..."; not of "Le 12 juin 2025, l'entreprise a ..."."""
    opening = _ARTICLE.match(line)
    if opening is None:
        return ""
    date, end = _date_at(line, opening.end())
    return date if len(date) > 4 and _AFTER_ARTICLE.match(line, end) and not line.endswith(_SENTENCE_ENDS) else ""


def _date_at(folded: str, position: int) -> tuple[str, int]:
    """Return the ISO form of the date that begins at a position, and where it ends, or ("", position)."""
    for form in (_ISO, _NUMBERS, _WORDS):
        found = form.match(folded, position)
        if found is None:
            continue
        parts = [found["year"]]
        if found["month"]:
            parts.append(f"{_MONTHS.get(found['month']) or int(found['month']):02d}")
        if found["day"]:
            parts.append(f"{int(found['day']):02d}")
        date = "-".join(parts)
        if _is_date(date):
            return date, found.end()
    return "", position


def _is_date(date: str) -> bool:
    try:
        days(date)
    except ValueError:
        return False
    return True


def _fold(line: str) -> str:
    """Return the line without accents and case, of the same length, so that positions stay those of the line."""
    return "".join(unicodedata.normalize("NFD", character)[0].lower()[:1] for character in line)
