from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qa.outcome import answers_it
from qa.question_set import Question
from tests.qa.outcomes import quote_of

if TYPE_CHECKING:
    from qa.answer import Quote


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        (Question("q", "", document="a.txt"), quote_of("x", document="a.txt"), True),
        (Question("q", "", document="a.txt"), quote_of("x", document="b.txt"), False),
        (Question("q", "", context="Un\n deux  trois."), quote_of("deux trois"), True),
        (Question("q", "", context="deux  trois"), quote_of("Un deux\ntrois."), True),
        (Question("q", "", context="deux trois"), quote_of("deux quatre"), False),
        (Question("q", "", context="deux trois"), quote_of(" \n"), False),
        (Question("q", "", context="e\u0301te\u0301"), quote_of("été"), True),
        (Question("q", "", answers=("Ada",)), quote_of("Voici ADA."), True),
        (Question("q", "", answers=("Ada",)), quote_of("Voici Adam."), False),
        (Question("q", "", answers=("Ada",), document="a.txt"), quote_of("Ada", document="b.txt"), False),
        (Question("q", "", answers=("Ada",), context="Ada dort"), quote_of("Ada vit"), False),
    ],
)
def test_a_passage_is_right_by_document_or_else_context_or_else_answer(
    question: Question, passage: Quote, *, expected: bool
) -> None:
    is_right = answers_it(question)
    assert is_right is not None
    assert is_right(passage) is expected


@pytest.mark.parametrize(
    "question", [Question("q", ""), Question("q", "", ()), Question("q", "", (), "a.txt", "Le texte.")]
)
def test_no_passage_can_be_told_right_without_anything_that_answers(question: Question) -> None:
    assert answers_it(question) is None
