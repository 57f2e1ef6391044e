"""Answer -> HTML in which nothing that a document or a user wrote is ever interpreted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

from ui import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.answer import Answer, FullDocument, Quote
    from ui.texts import Language, Text

QUOTED_PLACE: Final = "quoted-place"

# Controls, and the marks that turn the direction of writing: they can rewrite what is read around them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NEITHER_WORD_NOR_SPACE = re.compile(r"[^\w ]|_")
_WEB_ADDRESS = re.compile(r"https?://\S+")


def printable(text: str) -> str:
    """Return a text whose control characters, but for tab and newline, have become U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text)


def inert(text: str) -> str:
    """Return a text of which only letters, digits and spaces stay as they are; the rest are character references.

    Gradio reads a message as Markdown, then as LaTeX, then as HTML: in this, none of them finds anything of its own,
    and there is no line end, so that an HTML block goes on to its end (CommonMark, "HTML blocks", kind 6).
    """
    return _NEITHER_WORD_NOR_SPACE.sub(lambda found: f"&#{ord(found[0])};", printable(text))


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


def question_html(question: str) -> str:
    """Return what the user asked, as a block."""
    return f'<div class="sourcier-question">{inert(question)}</div>'


def notice_html(notice: Text, language: Language) -> str:
    """Return a sentence of our own, such as the stage that has begun, as a block."""
    return f'<div class="sourcier-notice">{inert(notice.into(language))}</div>'


def stage_html(stage: Text, language: Language) -> str:
    """Return the stage that has begun, as a block that shows that something is going on."""
    return f'<div class="sourcier-stage" role="status">{inert(stage.into(language))}</div>'


def error_html(said: Text, language: Language) -> str:
    """Return a sentence about an error, as a block."""
    return f'<div class="sourcier-error" role="alert">{inert(said.into(language))}</div>'


def answer_html(answer: Answer, language: Language) -> str:
    """Return an answer in a line with its quotes as cards, or that there is none with the nearest passages."""
    if answer.verdict == "answered":
        line, cards = inert(answer.text), _cards(answer.quotes, texts.QUOTES, language)
    else:
        line, cards = inert(texts.NOT_FOUND.into(language)), _cards(answer.near, texts.NEAREST, language)
    kind = "found" if answer.verdict == "answered" else "not-found"
    withheld = notice_html(texts.WITHHELD.filled(count=answer.withheld), language) if answer.withheld else ""
    return f'<div class="sourcier-answer {kind}"><p class="line">{line}</p>{cards}{withheld}</div>'


def _cards(quotes: Sequence[Quote], heading: Text, language: Language) -> str:
    """Return quotes as a list of cards under a heading; without quotes, nothing."""
    if not quotes:
        return ""
    cards = "".join(_card(quote, language) for quote in quotes)
    return f'<h3 class="heading">{inert(heading.into(language))}</h3><ol class="cards">{cards}</ol>'


def _card(quote: Quote, language: Language) -> str:
    """Return one quote with where it stands, and the link that opens its document there."""
    before, found, after = (inert(part) for part in around_answer(quote))
    marked = f"<mark>{found}</mark>" if found else ""
    date = date_in_words(quote.date, language)
    page = page_in_words(quote.page, language)
    when = f'<span class="date">{inert(date)}</span>' if date else ""
    where = f'<span class="date page">{inert(page)}</span>' if page else ""
    place = f"#doc={quote_plus(quote.document)}&amp;start={quote.start}&amp;end={quote.end}"
    hint = inert(texts.OPEN_DOCUMENT_TITLE.into(language))
    link = f'<a class="open" href="{place}" title="{hint}">{inert(texts.OPEN_DOCUMENT.into(language))}</a>'
    return (
        f'<li class="card"><blockquote>«&nbsp;{before}{marked}{after}&nbsp;»</blockquote>'
        f'<div class="source"><span class="number">{quote.n}</span><span class="title">{inert(quote.title)}</span>'
        f"{when}{where}{link}</div></li>"
    )


def document_html(document: FullDocument, start: int, end: int, language: Language) -> str:
    """Return a whole document with one place marked; a place beyond the text marks nothing."""
    before, quoted, after = (inert(document.text[slice(*ends)]) for ends in ((0, start), (start, end), (end, None)))
    marked = f'<mark id="{QUOTED_PLACE}">{quoted}</mark>' if quoted else ""
    date = date_in_words(document.date, language)
    about = " · ".join(part for part in (inert(date), _origin(document.origin)) if part)
    heading = f'<div><h2>{inert(document.title)}</h2><p class="about">{about}</p></div>'
    return (
        f'<div class="sourcier-document"><div class="top">{heading}{_close(language)}</div>'
        f'<div class="text">{before}{marked}{after}</div></div>'
    )


def no_document_html(said: Text, language: Language) -> str:
    """Return why a document cannot be shown, in the place of the document."""
    return f'<div class="sourcier-document"><div class="top">{error_html(said, language)}{_close(language)}</div></div>'


def _close(language: Language) -> str:
    """Return the link that closes a document: the address without a place."""
    return f'<a class="close" href="#">{inert(texts.CLOSE_DOCUMENT.into(language))}</a>'


def _origin(origin: str) -> str:
    """Return where a document comes from, as a link when that is a web address."""
    said = inert(origin)
    if _WEB_ADDRESS.fullmatch(origin):
        return f'<a href="{said}" target="_blank" rel="noopener noreferrer">{said}</a>'
    return said
