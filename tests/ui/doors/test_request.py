from __future__ import annotations

from typing import Any

import pytest

from ui.doors.request import AskRequest, SearchRequest
from ui.errors import InvalidField


def test_only_the_question_is_needed() -> None:
    request = AskRequest.read({"question": "Qui ?"})
    assert (request.history, request.documents, request.max_quotes) == ([], [], None)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "question"),
        ({"question": 5}, "question"),
        ({"question": None}, "question"),
        ({"question": "\ud800"}, "question"),
        ({"question": "q", "max_quotes": "3"}, "max_quotes"),
        ({"question": "q", "max_quotes": True}, "max_quotes"),
        ({"question": "q", "max_quotes": 0}, "max_quotes"),
        ({"question": "q", "max_quotes": 21}, "max_quotes"),
        ({"question": "q", "documents": "a.txt"}, "documents"),
        ({"question": "q", "documents": [1]}, "documents.0"),
        ({"question": "q", "date_from": 2025}, "date_from"),
        ({"question": "q", "history": [{"answer": "a"}]}, "history.0.question"),
        ({"question": "q", "history": [{"question": "a", "path": "/etc/passwd"}]}, "history.0.path"),
        ({"question": "q", "history": [{"question": "a"}] * 51}, "history"),
        ({"question": "q", "k": 1}, "k"),
    ],
)
def test_field_of_another_form_is_refused_by_name(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidField) as refused:
        AskRequest.read(fields)
    assert refused.value.details["name"] == name


@pytest.mark.parametrize("k", [0, 101, "3", 2.5, None])
def test_number_of_passages_has_bounds(k: object) -> None:
    with pytest.raises(InvalidField):
        SearchRequest.read({"question": "q", "k": k})
