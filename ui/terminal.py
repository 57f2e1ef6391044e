"""Answer -> lines for a terminal, to which no control character of a document gets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui import texts
from ui.render import around_answer, date_in_words, is_disputed, page_in_words, printable, sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.answer import Answer, Quote
    from ui.texts import Language

_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"


def answer_lines(answer: Answer, language: Language, *, bold: bool) -> Iterator[str]:
    """Give an answer, then its quotes with where they stand, or the nearest passages when there is no answer.

    Where sources contradict it, all sides are given in its place.
    """
    if answer.verdict == "answered":
        yield texts.DISAGREEMENT.into(language) if is_disputed(answer) else printable(answer.text)
        if answer.opposed and not is_disputed(answer):
            yield texts.OTHERS_DISAGREE.into(language)
        yield from (f"  - {side}" for side in sides(answer, language))
    else:
        yield (texts.NOTHING_IN_SCOPE if answer.nothing_in_scope else texts.NOT_FOUND).into(language)
        if answer.near:
            yield texts.NEAREST_FOLLOW.into(language)
    for quote in answer.quotes or answer.near:
        yield ""
        yield from _quote_lines(quote, language, bold=bold)
    if answer.withheld:
        yield ""
        yield texts.WITHHELD.filled(count=answer.withheld).into(language)


def _quote_lines(quote: Quote, language: Language, *, bold: bool) -> Iterator[str]:
    """Give a quote in guillemets, then its number, title, date and file, and where it stands there."""
    before, found, after = (printable(part) for part in around_answer(quote))
    if bold and found:
        found = f"{_BOLD}{found}{_PLAIN}"
    said = f"{before}{found}{after}".strip()
    yield f"«\u00a0{said}\u00a0»"
    place = texts.PLACE.filled(start=quote.start, end=quote.end).into(language)
    date = date_in_words(quote.date, language)
    section = "" if quote.section == quote.title else quote.section
    about = (quote.title, date, quote.document, page_in_words(quote.page, language), section, place)
    yield f"    [{quote.n}] " + ", ".join(printable(part) for part in about if part)
