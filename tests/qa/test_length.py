"""What is promised of the length of a text, its compatibility forms written out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.length import first_words, written_length


@pytest.mark.parametrize(("text", "length"), [("", 0), ("été", 3), ("e\u0301te\u0301", 3), ("ﬁn", 3), ("ﷺ", 18)])
def test_compatibility_forms_are_counted_as_they_are_written_out(text: str, length: int) -> None:
    assert written_length(text) == length


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("un deux trois", 7, "un deux"),
        ("un deux trois", 6, "un"),
        ("un  deux", 8, "un deux"),
        ("un deux", 1, ""),
        ("un deux", -5, ""),
        ("ﷺ un", 17, ""),
        ("un ﷺ deux", 21, "un ﷺ"),
    ],
)
def test_as_many_of_the_first_words_are_kept_as_fit(text: str, most: int, kept: str) -> None:
    assert first_words(text, most) == kept


@given(st.text(max_size=60), st.integers(-2, 80))
def test_what_is_kept_is_never_longer(text: str, most: int) -> None:
    assert written_length(first_words(text, most)) <= max(0, most)
