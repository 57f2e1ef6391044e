"""Tables in text (.csv): each row a line; the delimiter is found out, as French files use ";" as often as ","."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from index.formats.decoding import decode
from index.formats.reading import Reading, TextBuilder
from index.formats.rows import write_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.limits import Limits

_DELIMITERS = (";", "\t", "|", ",")  # the comma last: it also stands in numbers and sentences
_SAMPLE = 100_000  # characters that are looked at to find the delimiter
_SLACK = 0.1  # by how much rows may agree less about a delimiter that comes first
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LONGEST_FIELD = 50  # lines; a longer field comes from a quote that was never closed


def read(content: bytes, limits: Limits) -> Reading:  # noqa: ARG001 - the readers of all formats are called alike
    """Read a CSV file with whatever delimiter; fields in quotes may hold delimiters and line ends.

    Raises DocumentUnreadable when it is no text.
    """
    text = decode(content)
    told, _, rest = text.partition("\n")
    delimiter = ""
    if told.lower().startswith("sep=") and len(told) == 5:  # Excel's own way to name the delimiter
        delimiter, text = told[4], rest
    builder = TextBuilder()
    largest = csv.field_size_limit(len(text))  # a field may be as long as the file
    try:
        write_rows(_rows(text, delimiter or _delimiter(text[:_SAMPLE])), builder)
    finally:
        csv.field_size_limit(largest)
    return replace(builder.reading(), is_table=True)


def _delimiter(sample: str) -> str:
    """Return the delimiter about which the rows agree best."""
    agreed = {delimiter: _agreement(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(agreed.values())
    return next(delimiter for delimiter in _DELIMITERS if agreed[delimiter] >= best - _SLACK)


def _agreement(sample: str, delimiter: str) -> float:
    """Return the share of rows that have the most frequent number of fields, if that is two or more."""
    widths = Counter(len(row) for row in _rows(sample, delimiter))
    width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return rows / widths.total() if width > 1 else 0.0


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Give the rows with words; quotes count only where each one that opens a field is closed again."""
    is_quoted = _are_quotes_closed(text, delimiter)
    rows = csv.reader(_lines(text), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE)
    return (row for row in rows if any(cell.strip() for cell in row))


def _are_quotes_closed(text: str, delimiter: str) -> bool:
    if '"' not in text:
        return True
    last: list[str] = []
    for row in csv.reader(_lines(text), delimiter=delimiter):
        if any(cell.count("\n") > _LONGEST_FIELD for cell in row):
            return False
        last = row
    return not (last and "\n" in last[-1] and text.count('"') % 2)


def _lines(text: str) -> Iterator[str]:
    return (found.group() for found in _LINE.finditer(text))  # one at a time: the file may be large
