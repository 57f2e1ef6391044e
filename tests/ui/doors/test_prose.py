from __future__ import annotations

from typing import TYPE_CHECKING

from ui.doors.prose import answer_in_prose, short_answer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.answer import Answer


def test_filters_that_leave_no_document_are_told_below_that_nothing_was_found(
    answer_with: Callable[..., Answer],
) -> None:
    prose = answer_in_prose(answer_with(nothing_in_scope=True), "http://localhost/", "en").text
    assert prose.split("\n\n") == [
        "The documents hold no answer to this.",
        "No document lies within these filters: none is dated in this period.",
    ]
    assert short_answer_of(prose) == ""
