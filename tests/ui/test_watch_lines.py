from __future__ import annotations

from datetime import UTC, datetime

from index.changes import Changes
from index.errors import FolderUnusable
from index.sync import Report
from ui.watch_lines import outcome_lines

NOON = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


def test_each_line_of_a_report_begins_with_the_time_of_day() -> None:
    changes = Changes(added=("a",), changed=(), moved=(), removed=(), redone=(), to_read=(), kept={})
    report = Report(stamp="", documents=1, chunks=1, skipped=(), changes=changes, encoded=1, taken_over=0, seconds=0.1)
    lines = list(outcome_lines(report, NOON, "fr", is_first=True))
    assert len(lines) == 3
    assert all(line.startswith("12:00:05 ") for line in lines)


def test_an_error_is_one_sentence_with_the_time_of_day() -> None:
    gone = FolderUnusable(folder="f\n", reason="there is no such folder")
    assert list(outcome_lines(gone, NOON, "fr", is_first=False)) == [
        "12:00:05 Le dossier f\ufffd ne peut pas être indexé\u00a0: ce dossier n'existe pas."
    ]
