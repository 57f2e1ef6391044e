"""A quote is a place in a document, proved against its text before it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.document import text_sha256
from index.sentences import sentences, trim
from qa.answer import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.generation import Generation
    from index.passage import Passage

LENGTH = 400
"""Characters up to which a quoted sentence is given the sentences around it, so that it can be read by itself."""

_MARKED_HEADING = re.compile(r"#{1,6}\s")
_STANDS_ALONE = re.compile(r"[^.!?…:;,»”\"’')\]\s]\s*\n\s*\n\s*\Z")
"""A heading, or the date of a text: it ends with no stop, and a blank line follows. A line cut short has none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote is to be taken: a stretch of a document, the words to highlight in it, and how good it is."""

    passage: Passage
    start: int
    end: int
    answer_start: int | None
    answer_end: int | None
    score: float


def with_context(passage: Passage, start: int, end: int, length: int = LENGTH) -> tuple[int, int]:
    """Widen a place in a passage by whole sentences of the passage, while it stays within `length` characters.

    What stands above the place like a heading or a date is told beside a quote, and is not put before it.
    """
    inner = [(passage.start + first, passage.start + last) for first, last in sentences(passage.text)]
    first = next(i for i, (_, sentence_end) in enumerate(inner) if start < sentence_end)
    last = next(i for i, (_, sentence_end) in enumerate(inner) if end <= sentence_end)
    texts = [passage.text[low - passage.start : high - passage.start] for low, high in inner[:first]]
    lowest = next((i + 1 for i in reversed(range(first)) if _is_above(texts[i], passage)), 0)
    widened = True
    while widened:
        widened = False
        for before, after in ((0, 1), (1, 0)):  # what follows a sentence explains it more often than what precedes it
            low, high = max(first - before, lowest), min(last + after, len(inner) - 1)
            if (low, high) != (first, last) and inner[high][1] - inner[low][0] <= length:
                first, last, widened = low, high, True
    left, right = trim(passage.text, inner[first][0] - passage.start, inner[last][1] - passage.start)
    return min(passage.start + left, start), max(passage.start + right, end)


def _is_above(line: str, passage: Passage) -> bool:
    """Tell whether a line stands above a text and is no part of it."""
    if _MARKED_HEADING.match(line) or _STANDS_ALONE.search(line):
        return True
    return line.strip() in {passage.title, passage.heading}


def prove(generation: Generation, places: list[Place]) -> tuple[list[Quote], int]:
    """Return a numbered quote for each place that proves true, and how many did not and are withheld.

    The text comes from the store, at this moment: the document is put together from its chunks and compared with the
    SHA-256 that was taken when it was loaded, and with the passage that was read.
    """
    texts: dict[str, str | None] = {}
    quotes: list[Quote] = []
    for place in places:
        passage = place.passage
        if passage.document not in texts:
            texts[passage.document] = proved(generation.store.document(passage.document))
        text = texts[passage.document]
        if text is None or not _holds(text, place):
            continue
        quotes.append(
            Quote(
                n=len(quotes) + 1,
                document=passage.document,
                title=passage.title,
                date=passage.date,
                origin=passage.origin,
                sha256=passage.sha256,
                start=place.start,
                end=place.end,
                text=text[place.start : place.end],
                answer_start=place.answer_start,
                answer_end=place.answer_end,
                score=round(place.score, 4),
                author=passage.author,
                page=passage.page_at(place.start if place.answer_start is None else place.answer_start) or None,
                section=passage.heading,
            )
        )
    return quotes, len(places) - len(quotes)


def proved(passages: Sequence[Passage]) -> str | None:
    """Return a document's text, put together from all its passages; None when it is not the text that was loaded."""
    text = "".join(passage.text for passage in passages)
    return text if passages and text_sha256(text) == passages[0].sha256 else None


def _holds(text: str, place: Place) -> bool:
    passage = place.passage
    inside = passage.start <= place.start < place.end <= passage.end
    highlighted = (place.answer_start is None and place.answer_end is None) or (
        place.answer_start is not None
        and place.answer_end is not None
        and place.start <= place.answer_start < place.answer_end <= place.end
    )
    return inside and highlighted and text[passage.start : passage.end] == passage.text
