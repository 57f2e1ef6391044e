"""An Answer -> words with its quotes in guillemets, for clients that show text alone, and where each quote is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ui import door_texts, texts
from ui.doors.links import link_to
from ui.render import date_in_words, page_in_words, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.answer import Answer, Quote
    from ui.texts import Language


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands in a text, without its guillemets: `text[start:end]`, in code points; and its document."""

    start: int
    end: int
    url: str
    title: str


@dataclass(slots=True)
class Prose:
    """A text that grows by paragraphs, and what it cites."""

    text: str = ""
    citations: list[Citation] = field(default_factory=list)

    def add(self, paragraph: str) -> None:
        """Add a paragraph."""
        self.text += f"\n\n{paragraph}" if self.text else paragraph

    def cite(self, quote: Quote, root: str, language: Language) -> None:
        """Add a quote, letter for letter, with its number, where it is from, and the link to its place there."""
        url, title = link_to(quote, root), printable(quote.title) or quote.document
        date, page = date_in_words(quote.date, language), page_in_words(quote.page, language)
        about = ", ".join(part for part in (title, date, page) if part)
        self.add(f"[{quote.n}] «\u00a0")
        start = len(self.text)
        self.text += f"{quote.text}\u00a0»\n— {about} — <{url}>"
        self.citations.append(Citation(start, start + len(quote.text), url, title))


def answer_in_prose(answer: Answer, root: str, language: Language) -> Prose:
    """Return an answer as a text: the short answer alone in the first paragraph, then its quotes.

    Without an answer, the first paragraph says so, and what came nearest follows; it is no proof of anything, and so
    nothing is cited. `root` is the address of the page.
    """
    prose = Prose()
    if answer.verdict == "answered":
        prose.add(printable(answer.text))
        if answer.opposed:
            prose.add(door_texts.DISAGREEMENT.into(language))
        for quote in answer.quotes:
            prose.cite(quote, root, language)
    else:
        prose.add(texts.NOT_FOUND.into(language))
        if answer.near:
            prose.add(door_texts.NEAREST_DO_NOT_ANSWER.into(language))
            prose.text += "\n\n" + passages_in_prose(answer.near, root, language).text
    if answer.withheld:
        prose.add(texts.WITHHELD.filled(count=answer.withheld).into(language))
    return prose


def passages_in_prose(passages: Iterable[Quote], root: str, language: Language) -> Prose:
    """Return passages as a text, one below the other; "" for none."""
    prose = Prose()
    for passage in passages:
        prose.cite(passage, root, language)
    return prose


def short_answer_of(text: str) -> str:
    """Return the short answer in a text of `answer_in_prose`; "" where it says that there was none."""
    first = text.partition("\n\n")[0].strip()
    return "" if first in {texts.NOT_FOUND.fr, texts.NOT_FOUND.en} else first
