from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.render import around_answer, date_in_words, page_in_words, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.answer import Quote


@pytest.mark.parametrize("hostile", ["\x00", "\x1b[31m", "\r", "\x7f", "\x9b", "\u200e", "\u061c", "\u202e", "\u2066"])
def test_what_rewrites_the_words_around_it_is_shown_as_a_sign(hostile: str) -> None:
    assert printable(f"a{hostile}b") == f"a\ufffd{hostile[1:]}b"


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cf"))))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert printable(f"{text}\t\n") == f"{text}\t\n"


@pytest.mark.parametrize(
    ("date", "french", "english"),
    [
        ("2025-07-02", "2 juillet 2025", "2 July 2025"),
        ("2025-08-01", "1er août 2025", "1 August 2025"),
        ("2025-07", "juillet 2025", "July 2025"),
        ("2025", "2025", "2025"),
        ("", "", ""),
        ("2025-13", "2025-13", "2025-13"),
        ("hier", "hier", "hier"),
    ],
)
def test_date_is_said_as_people_say_it(date: str, french: str, english: str) -> None:
    assert date_in_words(date, "fr") == french
    assert date_in_words(date, "en") == english


@pytest.mark.parametrize(("page", "said"), [(12, "p.\u00a012"), (None, ""), (0, "")])
def test_page_is_said_where_there_is_one(page: int | None, said: str) -> None:
    assert page_in_words(page, "fr") == said


def test_quote_is_parted_around_its_answer(quote_of: Callable[..., Quote]) -> None:
    assert around_answer(quote_of("Wang dirige Scale", found="dirige")) == ("Wang ", "dirige", " Scale")


def test_quote_without_known_words_is_all_before(quote_of: Callable[..., Quote]) -> None:
    assert around_answer(quote_of("abc")) == ("abc", "", "")
