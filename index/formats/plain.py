"""Plain text -> Reading."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from index import dates
from index.document import Heading
from index.formats.decoding import decode
from index.formats.reading import Reading, one_line
from index.titles import WEB_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.limits import Limits

_HEADING_LENGTH = 110
_CREDIT = re.compile(r"//|©|\b(?:source|crédits?|photo|photographie|illustration|image|légende)\s?:", re.IGNORECASE)


def read(content: bytes, limits: Limits) -> Reading:  # noqa: ARG001 - text is no larger than its file
    """Read plain text: its headings are the short lines that stand before a paragraph.

    Raises DocumentUnreadable for what is no text.
    """
    text = decode(content)
    return Reading(text=text, headings=_headings(text))


def lines(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Yield each line from an offset on, with the offset at which it begins."""
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, text[start:end]
        start = end + 1


def _headings(text: str) -> tuple[Heading, ...]:
    filled = ((start, line.strip()) for start, line in lines(text) if line.strip())
    headings = []
    is_shaped_above = (False, False)
    for number, ((start, line), (_next_start, following)) in enumerate(pairwise(filled)):
        is_shaped = _has_heading_shape(line)
        # Three such lines in a row are a list or a table of contents, not headings.
        if number and is_shaped and not all(is_shaped_above) and _is_paragraph(following, line):
            headings.append(Heading(start=start, text=one_line(line)))
        is_shaped_above = (is_shaped_above[1], is_shaped)
    return tuple(headings)


def _has_heading_shape(line: str) -> bool:
    return (
        len(line) <= _HEADING_LENGTH
        and (line[0].isupper() or line[0].isdigit() or line[0] == "«")
        and not line.endswith((".", ",", ";", ":", "…"))
        and len(line.split()) >= 2
        and not _CREDIT.search(line)
        and not WEB_ADDRESS.search(line)
        and not dates.line_date(line)
    )


def _is_paragraph(line: str, heading: str) -> bool:
    is_sentence = line.rstrip(" »”\"')\u00a0\u202f").endswith((".", "!", "?", "…", ":"))
    return len(line) > len(heading) and (len(line) > _HEADING_LENGTH or is_sentence)
