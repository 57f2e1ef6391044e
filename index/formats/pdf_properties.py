"""What a PDF tells of itself: its title, its author, its date, its language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.formats.reading import one_line

_PDF_DATE = re.compile(r"\s*(?:D:)?(?P<year>[0-9]{4})(?P<month>[0-9]{2})?(?P<day>[0-9]{2})?")
_FIRST_YEAR = 1990  # before PDF: a clock that was never set
_LANGUAGE = re.compile(r"(?P<code>[A-Za-z]{2})(?:[-_].*)?")
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|office)\b.*|.*\.(?:docx?|pdf|od[tspg]|xlsx?|pptx?|indd|rtf|tex|dvi|qxd|pub"
    r"|pages|html?|txt|tmp|eps|ai|wpd|cdr)|untitled.*|sans[ -](?:titre|nom).*|\(?anonymous\)?|document ?[0-9]*"
    r"|pr[ée]sentation powerpoint|powerpoint presentation|diapositive ?[0-9]*|slide ?[0-9]*|\W*",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"\(?anonymous\)?|anonyme|\(?unspecified\)?|unknown|inconnu|user|utilisateur|\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Properties:
    """What a PDF tells of itself, "" where it does not: `date` in ISO 8601, `language` in two letters."""

    title: str
    author: str
    date: str
    language: str


def properties(document: Any) -> Properties:
    """Return what a document tells of itself, without the titles and authors that programs fill in."""
    title = one_line(_value(document, "Title"))
    author = one_line(_value(document, "Author"))
    return Properties(
        title="" if _NO_TITLE.fullmatch(title) else title,
        author="" if _NO_AUTHOR.fullmatch(author) else author,
        date=_day(_value(document, "CreationDate")) or _day(_value(document, "ModDate")),
        language=_language(document),
    )


def _value(document: Any, name: str) -> str:
    try:
        return str(document.get_metadata_value(name))
    except UnicodeDecodeError:
        return ""


def _day(value: str) -> str:
    """Return the day of a PDF date, "D:20250702103000+02'00'", in ISO 8601, or ""."""
    found = _PDF_DATE.match(value)
    if found is None or int(found["year"]) < _FIRST_YEAR:
        return ""
    try:
        day = date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
    except ValueError:
        return ""
    return day.isoformat()[: 10 if found["day"] else 7 if found["month"] else 4]


def _language(document: Any) -> str:
    from ctypes import c_ushort

    from pypdfium2.raw import FPDFCatalog_GetLanguage

    buffer = (c_ushort * 32)()
    length = FPDFCatalog_GetLanguage(document, buffer, 64)  # bytes, two of them for the NUL at the end
    told = bytes(buffer)[: max(0, length - 2)].decode("utf-16-le", "replace") if length <= 64 else ""
    found = _LANGUAGE.fullmatch(told.strip())
    return found["code"].lower() if found else ""
