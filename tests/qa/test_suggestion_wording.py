from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.suggestions import candidates
from tests.qa.drawing import drawn_from, passage_of


@pytest.mark.parametrize(
    "question",
    [
        "Vous avez aimé cet article ?",
        "Comment pouvez-vous renouveler votre passeport ?",
        "Que pouvons-nous faire pour notre planète ?",
        "Comment l'obtenir à la mairie de Lyon ?",
        "Comment est-elle encadrée par la loi française de 1901 ?",
        "Comment faire la demande ?",
        "Pourquoi cette loi a-t-elle été votée à Paris ?",
        "Qui sait ?",
        "Pourquoi " + "la très belle " * 6 + "maison de Nantes ?",
    ],
)
def test_a_question_that_does_not_say_by_itself_what_it_asks_is_not_offered(question: str) -> None:
    assert drawn_from(question) == []


HOSTILE = [
    "Comment <b>renouveler</b> un passeport\u00a0?",
    "Comment renouveler un passe\u0000port à Lyon ?",
    "Comment renouveler \u202eun passeport à Lyon ?",
    "Comment renouveler un [passeport](http://x.fr) ?",
    "Comment renouveler un p\u0301\u0302\u0303\u0304asseport ?",
    "Comment renouveler " + "u" * 100_000 + " passeport ?",
    "A" * 100_000 + ", maire de Nantes.",
    "Aa " * 40_000 + ", maire de Nantes.",
    "Jeanne <script>Martin</script>, maire de Nantes, parle.",
    "(" * 50_000 + "? " * 50_000,
    "\ud800 Comment renouveler un passe\udfffport ?",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_gives_no_question(text: str) -> None:
    assert candidates([passage_of(text, text[:50], title=text, heading=text)]) == []


_PIECES = st.sampled_from(
    [
        *("Comment", "Qui est", "Pourquoi", "Jeanne Martin", ", maire", "La ville de Niort", " compte 30 habitants"),
        *(" a racheté ", " ", "\n", "?", ".", "\u00a0?", "<b>", "\u200b", "renouveler", "un passeport", "\u0301", "«"),
    ]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=25).map("".join))
def test_whatever_is_read_a_question_is_short_printable_and_ends_as_one(text: str) -> None:
    for candidate in candidates([passage_of(text, title=text, heading=text)]):
        question = candidate.question.removesuffix("\u00a0?")
        assert question != candidate.question
        assert question.isprintable()
        assert "<" not in question
        assert unicodedata.is_normalized("NFC", question)
        assert 4 <= len(question.split()) <= 14
