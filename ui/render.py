"""What an answer holds -> words on one line, in the language of the reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ui import texts

if TYPE_CHECKING:
    from qa.answer import Answer, Quote
    from ui.texts import Language

# Controls, and the marks that turn the direction of writing: they can rewrite what is read around them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return a text whose control characters, but for tab and newline, have become U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text)


def date_in_words(date: str, language: Language) -> str:
    """Return an ISO date, which may be partial, as it is said: "2 juillet 2025", "juillet 2025", "2025"."""
    if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?", date):
        return date
    year, *rest = date.split("-")
    month = [texts.MONTHS.into(language).split()[int(rest[0]) - 1]] if rest else []
    day = [_ordinal(int(rest[1]), language)] if len(rest) == 2 else []
    return " ".join([*day, *month, year])


def _ordinal(day: int, language: Language) -> str:
    """Return a day as it is said in a date: French has an ordinal for the first only."""
    return "1er" if day == 1 and language == "fr" else str(day)


def page_in_words(page: int | None, language: Language) -> str:
    """Return a page as it is said: "p. 12"; "" where a format has none."""
    return texts.PAGE.filled(page=page).into(language) if page else ""


def around_answer(quote: Quote) -> tuple[str, str, str]:
    """Return what a quote says before the answer, the answer, and after it; without an answer, all is before."""
    if quote.answer_start is None or quote.answer_end is None:
        return quote.text, "", ""
    start, end = quote.answer_start - quote.start, quote.answer_end - quote.start
    return quote.text[:start], quote.text[start:end], quote.text[end:]


def is_disputed(answer: Answer) -> bool:
    """Tell whether other quotes contradict the short answer of an Answer: it is one side of several then."""
    return any(quote.group in answer.opposed for quote in answer.quotes[:1])


def sides(answer: Answer, language: Language) -> list[str]:
    """Return what each group of quotes says that is contradicted, with its date and the numbers of its quotes."""
    said = []
    for group in answer.opposed:
        quotes = [quote for quote in answer.quotes if quote.group == group]
        for best in quotes[:1]:
            words = " ".join(printable(around_answer(best)[1] or best.text).split())
            date = date_in_words(best.date, language) or texts.NO_DATE.into(language)
            numbers = " ".join(f"[{quote.n}]" for quote in quotes)
            said.append(f"{words} ({date}) {numbers}")
    return said
