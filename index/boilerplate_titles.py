"""What the title of another article looks like, or the link to it, and what is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index import dates
from index.boilerplate_page import ELLIPSES, FACT, FULL_STOP, TEASER, TITLE, Line, Page
from index.boilerplate_phrases import OPENINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

SEPARATORS = " \u00a0\u202f|:·•–—-→>"  # between a phrase and a title, or two titles
_MONTH = (
    r"(?:janv(?:ier|\.)?|fevr?(?:ier|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|l?\.)?|aout|sept(?:embre|\.)?"
    r"|oct(?:obre|\.)?|nov(?:embre|\.)?|dec(?:embre|\.)?)"
)
DATE = re.compile(
    rf"(?<![\w/.-])(?:(?:[0-9]{{1,2}}|1er)\s{_MONTH}\s(?:19|20)[0-9]{{2}}|[0-9]{{1,2}}([/.])[0-9]{{1,2}}\1(?:19|20)?[0-9]{{2}}"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\s[0-9]{1,2},\s20[0-9]{2}"
    r"|il y a (?:[0-9]{1,2}|une?) (?:minutes?|heures?|jours?|semaines?|mois|ans?))(?![\w/-])"
)
# No title ends with one of these words: a sentence goes on after it, in the next line or with a date.
_UNFINISHED = re.compile(
    r"\b(?:a|au|aux|avant|apres|avec|ce|ces|cette|chez|dans|de|depuis|des|du|en|entre|et|la|le|les|leurs?|mais|ou|par"
    r"|pour|que|qui|sa|sans|ses|sous|sur|un|une|vers|notre|nos|votre|vos|dont|si|the|of|to|and|in|on|[dlnsc]'|qu'|jusqu'"
    r"|jusqu'au)\s*\Z"
)
_HOST = re.compile(
    r"https?://(?:[a-z0-9-]{1,63}\.){1,3}[a-z]{2,12}/?|www\.(?:[a-z0-9-]{1,63}\.){1,3}[a-z]{2,12}/?"
    r"|(?:[a-z0-9-]{1,63}\.){1,3}(?:fr|com|org|net|eu|be|ch|ca|info|io|co|biz|shop|paris|bzh)/?"
)


def begins_title(text: str) -> bool:
    """Tell whether a text begins as a title does: with a capital, a number or a quote."""
    first = text.lstrip(SEPARATORS)[:1]
    return first.isupper() or first.isdigit() or first in ("«", "“", '"')


def is_link(page: Page, line: Line) -> bool:
    """Tell whether a line may be the title of another article, or its date."""
    raw = page.letters(line)
    if line.words in OPENINGS or len(raw) > TEASER:
        return False
    if is_host(raw) or is_date(line.words):
        return True
    if FACT.search(line.words) or _goes_on(page, line) or not any(map(str.isalpha, line.words)):
        return False
    return raw.endswith(ELLIPSES) or (
        len(raw) <= TITLE and not raw.endswith((".", ",", ";", ":")) and not FULL_STOP.search(raw)
    )


def are_titles(page: Page, lines: Iterable[Line]) -> bool:
    """Tell whether most lines have what titles of articles and links have, and names of offices have not."""
    signs = [is_host(line.words) or has_link_sign(page, line) or any(map(line.words.count, ":?!«")) for line in lines]
    return 2 * sum(signs) >= len(signs)


def is_date(words: str) -> bool:
    """Tell whether a line is nothing but a date."""
    return dates.line_date(words) != ""


def is_host(words: str) -> bool:
    """Tell whether a line is nothing but the address of a web site."""
    return _HOST.fullmatch(words) is not None


def has_link_sign(page: Page, line: Line) -> bool:
    """Tell whether a line has what titles of other articles have: an ellipsis that cuts it, a date at an end of it."""
    if page.letters(line).endswith(ELLIPSES):
        return True
    found = DATE.search(line.words)
    return found is not None and (found.start() == 0 or found.end() == len(line.words))


def _goes_on(page: Page, line: Line) -> bool:
    """Tell whether a line is a part of a sentence, as in a text of a PDF: one that begins small, or ends too early."""
    return page.text[line.start].islower() or ends_inside_sentence(page.letters(line))


def ends_inside_sentence(before: str) -> bool:
    """Tell whether a sentence goes on after these words, as after « notre dossier du »."""
    return _UNFINISHED.search(before[-20:]) is not None
