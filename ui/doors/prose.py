"""An Answer -> words with its quotes in guillemets, for clients that show text alone, and where each quote is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ui import door_texts, texts
from ui.doors.links import link_to
from ui.render import date_in_words, is_disputed, page_in_words, printable, sides

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

    Where others contradict it, the first paragraph says so, and all sides follow. Without an answer, it says that, and
    what came nearest follows; it is no proof of anything, and so nothing is cited. `root` is the address of the page.
    """
    prose = Prose()
    if answer.verdict == "answered":
        _add_found(prose, answer, root, language)
    else:
        prose.add(texts.NOT_FOUND.into(language))
        if answer.nothing_in_scope:
            prose.add(texts.NOTHING_IN_SCOPE.into(language))
        if answer.near:
            prose.add(door_texts.NEAREST_DO_NOT_ANSWER.into(language))
            prose.text += "\n\n" + passages_in_prose(answer.near, root, language).text
    if answer.withheld:
        prose.add(texts.WITHHELD.filled(count=answer.withheld).into(language))
    return prose


def _add_found(prose: Prose, answer: Answer, root: str, language: Language) -> None:
    """Add what was found: the short answer and its quotes before others that contradict each other."""
    listed = "\n".join(f"- {side}" for side in sides(answer, language))
    if is_disputed(answer):
        prose.add(texts.DISAGREEMENT.into(language))
        prose.add(listed)
        rest = answer.quotes
    else:
        prose.add(printable(answer.text))
        own = [quote for quote in answer.quotes if quote.group not in answer.opposed]
        rest = [quote for quote in answer.quotes if quote.group in answer.opposed]
        for quote in own:
            prose.cite(quote, root, language)
        if listed:
            prose.add(texts.OTHERS_DISAGREE.into(language))
            prose.add(listed)
    for quote in rest:
        prose.cite(quote, root, language)


def passages_in_prose(passages: Iterable[Quote], root: str, language: Language) -> Prose:
    """Return passages as a text, one below the other; "" for none."""
    prose = Prose()
    for passage in passages:
        prose.cite(passage, root, language)
    return prose


def short_answer_of(text: str) -> str:
    """Return the short answer in a text of `answer_in_prose`; "" where it says that there was none, or several."""
    first = text.partition("\n\n")[0].strip()
    undecided = (texts.NOT_FOUND, texts.DISAGREEMENT)
    return "" if first in {said for text in undecided for said in (text.fr, text.en)} else first
