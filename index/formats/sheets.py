"""Spreadsheets (.xlsx), by openpyxl: each sheet under its name, each row a line, numbers and dates as they are shown.

openpyxl reads a row at a time. python-calamine is ten times as fast, but sets a place aside for every cell between the
first and the last one, and ends the process where one stray cell stands at the foot of a sheet.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from index.errors import DocumentUnreadable
from index.formats.archive import damage_refused
from index.formats.office import sound_copy
from index.formats.properties import told_title
from index.formats.reading import Reading, TextBuilder
from index.formats.rows import write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.limits import Limits

_MOST_ROWS = 1_048_576  # of a sheet, in Excel
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DIGITS = re.compile(r"(?P<whole>[#0?, ]*[#0?])(?:\.(?P<places>0+))?(?![#?/E.])")
_NOTHING = re.compile(r"\s*(?:;\s*){3}")  # a format that shows neither numbers nor texts
_LARGEST_SHOWN = 10**21  # beyond it nobody reads the digits


def read(content: bytes, limits: Limits) -> Reading:
    """Read a workbook: the rows of its sheets, formulas by the value that was last computed.

    Sheets that are hidden are left out: who opens the file does not see them. Hidden rows and columns are kept, as a
    filter or an outline hides them, and one click shows them. The title is that of the properties, or the name that
    somebody gave the first sheet. Raises DocumentUnreadable.
    """
    from openpyxl import load_workbook

    copy, properties = sound_copy(content, limits)
    builder = TextBuilder()
    names = []
    with damage_refused(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl does not support is only lost when one saves
        workbook = load_workbook(copy, read_only=True, data_only=True, keep_links=False)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # they may be declared far too large
                if write_sheet(sheet.title, _rows(sheet), builder):
                    names.append(sheet.title)
    reading = builder.reading(
        title=properties.title or told_title(next(iter(names), "")),
        author=properties.author,
        date=properties.date,
        language=properties.language,
    )
    return replace(reading, is_table=True)


def _rows(sheet: Any) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.iter_rows()):
        if number >= _MOST_ROWS:
            raise DocumentUnreadable(reason="it is damaged")
        yield ["" if cell.value is None else _shown(cell) for cell in row]


def _shown(cell: Any) -> str:
    """Return the value of a cell as people see it in French: 1234,5 and 12 % and 2025-07-02; nothing by ";;;"."""
    value = cell.value
    if _NOTHING.fullmatch(cell.number_format):
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, int | float):
        return shown_number(value, cell.number_format)
    if isinstance(value, datetime | date | time | timedelta):
        return _shown_time(value)
    return "" if cell.data_type == "e" else str(value)


def _shown_time(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return value.isoformat(timespec="minutes") if isinstance(value, time) else value.isoformat()


def shown_number(value: float, number_format: str) -> str:
    """Return a number in French, as a format of Excel shows it (ECMA-376, part 1, 18.8.31): places, zeros, % and €.

    Thousands are not set apart, so that a number is found however it is written in a question.
    """
    written = Decimal(format(value, ".15g"))  # the digits that Excel keeps
    if not written.is_finite() or abs(written) > _LARGEST_SHOWN:
        return str(value)
    section = number_format.partition(";")[0]
    pattern = _LITERAL.sub("", section)
    if "%" in pattern:
        written *= 100
    digits = _DIGITS.search(pattern) if "E" not in pattern and "/" not in pattern else None
    if digits is not None:
        written = written.quantize(Decimal(1).scaleb(-len(digits["places"] or "")), ROUND_HALF_UP)
        shown = _with_zeros(format(written or abs(written), "f"), digits["whole"].count("0"))
    else:
        shown = format(written.normalize(), "f")
    unit = "\u00a0%" if "%" in pattern else "\u00a0€" if "€" in section else ""
    return shown.replace(".", ",") + unit


def _with_zeros(written: str, places: int) -> str:
    """Return a number with at least so many digits before its point: 01000 in the format of a post code."""
    sign, digits = ("-", written[1:]) if written.startswith("-") else ("", written)
    whole, point, rest = digits.partition(".")
    return sign + whole.zfill(places) + point + rest
