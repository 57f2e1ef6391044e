"""What came of one synchronisation of a watch -> lines with the time of day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import SourcierError
from ui.error_texts import sentence
from ui.index_lines import one_line, report_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from index.sync import Report
    from ui.texts import Language


def outcome_lines(
    outcome: Report | SourcierError, now: datetime, language: Language, *, is_first: bool
) -> Iterator[str]:
    """Give a report, or an error as one sentence; each line begins with the time of day, as the lines of a log do."""
    if isinstance(outcome, SourcierError):
        lines: Iterator[str] = iter([one_line(sentence(outcome).into(language))])
    else:
        lines = report_lines(outcome, language, is_first=is_first)
    for line in lines:
        yield f"{now:%H:%M:%S} {line}"
