"""Answer -> lines for a terminal, to which no control character of a document gets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui import texts
from ui.error_texts import reason
from ui.render import around_answer, date_in_words, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.sync import Report
    from qa.answer import Answer, Quote
    from ui.texts import Language

_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"


def answer_lines(answer: Answer, language: Language, *, bold: bool) -> Iterator[str]:
    """Give an answer, then its quotes with where they stand, or the nearest passages when there is no answer."""
    if answer.verdict == "answered":
        yield printable(answer.text)
    else:
        yield texts.NOT_FOUND.into(language)
        if answer.near:
            yield texts.NEAREST_FOLLOW.into(language)
    for quote in answer.quotes or answer.near:
        yield ""
        yield from _quote_lines(quote, language, bold=bold)
    if answer.withheld:
        yield ""
        yield texts.WITHHELD.filled(count=answer.withheld).into(language)


def _quote_lines(quote: Quote, language: Language, *, bold: bool) -> Iterator[str]:
    """Give a quote in guillemets, then its number, title, date and place."""
    before, found, after = (printable(part) for part in around_answer(quote))
    if bold and found:
        found = f"{_BOLD}{found}{_PLAIN}"
    said = f"{before}{found}{after}".strip()
    yield f"«\u00a0{said}\u00a0»"
    place = texts.PLACE.filled(start=quote.start, end=quote.end).into(language)
    about = (quote.title, date_in_words(quote.date, language), quote.document, place)
    yield f"    [{quote.n}] " + ", ".join(printable(part) for part in about if part)


def report_lines(report: Report, language: Language) -> Iterator[str]:
    """Give what an indexing did: documents, passages, seconds, and each file skipped with its reason."""
    documents = texts.counted(report.documents, texts.DOCUMENTS)
    passages = texts.counted(report.chunks, texts.PASSAGES)
    seconds = texts.Text(f"{report.seconds:.1f}".replace(".", ","), f"{report.seconds:.1f}")
    summary = texts.UP_TO_DATE if report.unchanged else texts.INDEXED
    yield summary.filled(documents=documents, passages=passages, seconds=seconds).into(language)
    if report.skipped:
        yield texts.SKIPPED.filled(count=len(report.skipped)).into(language)
    for skipped in report.skipped:
        said = texts.SKIPPED_FILE.filled(path=skipped.path, reason=reason(skipped.reason))
        yield printable(said.into(language))
