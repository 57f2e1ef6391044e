"""What office documents tell of themselves: the properties of Office Open XML and the metadata of OpenDocument."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import dates
from index.errors import DocumentUnreadable
from index.formats.archive import parse_xml
from index.formats.reading import one_line

_TITLE = ("title",)
_AUTHOR = ("initial-creator", "creator")  # in OpenDocument, the creator is who saved it last
_DATE = ("modified", "date", "created", "creation-date")
_LANGUAGE = ("language",)

_TEMPLATE_TITLE = re.compile(
    r"""
    (?: (?:word\s)?document | pr[ée]sentation(?:\spowerpoint)? | powerpoint\spresentation | diapositive | slide
      | classeur | book | feuil(?:le)? | (?:work)?sheet | tabelle | hoja | foglio | sans\s(?:titre|nom) | untitled
      | no\stitle | unknown
      | titre | title | (?:titre|title|nom)\s(?:du|de\sla|of\sthe)\s(?:document|pr[ée]sentation|presentation)
      | mod[èe]le(?:\sde\sdocument)? | template | normal(?:\.dotm?)? | \[.*\]
      | (?:tapez|cliquez|click|saisissez|entrez)\b.*
    )\s?[0-9]{0,3}(?:\s?\([0-9]{1,2}\))?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TEMPLATE_AUTHOR = re.compile(
    r"(?:(?:microsoft|windows)\s)?(?:office\s)?(?:user|utilisateur|author|auteur|admin|administrat(?:or|eur)|owner|pc)"
    r"(?:\s(?:de\s)?(?:windows|microsoft(?:\soffice)?))?|unknown|inconnu|python-docx|openpyxl|apache poi|hp|dell",
    re.IGNORECASE,
)
_FORMER_NAME = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")
_FILE_NAME = re.compile(r"\.(?:docx?|dotx?|odt|ott|pptx?|xlsx?|pdf|rtf)$", re.IGNORECASE)
_LANGUAGE_CODE = re.compile(r"(?P<code>[a-z]{2})(?:[-_].*)?", re.IGNORECASE | re.DOTALL)
_FIRST_DATE = "1985"  # before there were office programs: a clock that was not set


@dataclass(frozen=True, slots=True)
class Properties:
    """What a document tells of itself, "" where it tells nothing; what a template or a program put there is left out.

    `date` is ISO 8601: when it was last changed, or else made. `language` is two small letters of ISO 639-1.
    """

    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""


def read_properties(content: bytes | None) -> Properties:
    """Return what `docProps/core.xml` or `meta.xml` tells; nothing when it is missing or damaged."""
    try:
        root = parse_xml(content) if content else None
    except DocumentUnreadable:
        return Properties()  # the text can be read without it
    if root is None:
        return Properties()
    told: dict[str, str] = {}
    for element in root.iter("{*}*"):
        told.setdefault(element.tag.rpartition("}")[2], one_line(element.text or ""))
    return Properties(
        title=told_title(_first(told, _TITLE)),
        author=told_author(_first(told, _AUTHOR)),
        date=_date(_first(told, _DATE)),
        language=_language(_first(told, _LANGUAGE)),
    )


def told_title(words: str) -> str:
    """Return the title that words tell, or "" when a template or a program put them there."""
    words = _FILE_NAME.sub("", _FORMER_NAME.sub("", one_line(words)))
    return "" if _TEMPLATE_TITLE.fullmatch(words) or not any(map(str.isalnum, words)) else words


def told_author(words: str) -> str:
    """Return the author that words tell, or "" when a program put them there."""
    return "" if _TEMPLATE_AUTHOR.fullmatch(words) else words


def _first(told: dict[str, str], names: tuple[str, ...]) -> str:
    return next((told[name] for name in names if told.get(name)), "")


def _date(words: str) -> str:
    date = dates.parse(words)
    return date if date >= _FIRST_DATE else ""


def _language(words: str) -> str:
    found = _LANGUAGE_CODE.fullmatch(words)
    return found["code"].lower() if found else ""
