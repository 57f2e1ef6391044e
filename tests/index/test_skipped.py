"""Of skipped files, the frequent reasons come first, and there are never too many to be read."""

from __future__ import annotations

import pickle

from index.errors import NoDocument
from index.skipped import Skipped, by_reason


def test_files_are_grouped_by_their_reasons_the_most_frequent_first() -> None:
    found = by_reason([Skipped("a.zip", "no reader"), Skipped("b.pdf", "a scan"), Skipped("c.pdf", "a scan")])

    assert str(found) == "b.pdf, c.pdf: a scan; a.zip: no reader"


def test_of_many_files_three_are_named_and_the_others_counted() -> None:
    found = by_reason(Skipped(f"{number}.pdf", "a scan") for number in range(9))

    assert str(found) == "0.pdf, 1.pdf, 2.pdf and 6 more: a scan"


def test_of_many_reasons_five_are_given() -> None:
    assert len(by_reason(Skipped("a", f"reason {number}") for number in range(9))) == 5


def test_an_error_keeps_its_reasons_in_another_process() -> None:
    error = NoDocument(folder="f", reason="none", skipped=by_reason([Skipped("a.zip", "no reader")]))

    assert str(error) == "The folder f cannot be indexed: none (a.zip: no reader)."
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
