from __future__ import annotations

import pytest
from pydantic import ValidationError

from qa.answer import Answer, CorpusInfo, Quote, Timings

QUOTE = Quote(
    n=1, document="a.txt", title="A", date="", origin="a.txt", sha256="0" * 64, start=0, end=3, text="mot", score=1.0
)
ANSWER = Answer(
    question="Quoi ?",
    searched="Quoi ?",
    verdict="answered",
    text="mot",
    confidence=0.9,
    quotes=[QUOTE],
    near=[],
    corpus=CorpusInfo(stamp="s", documents=1, chunks=1, encoder="e", reader="r"),
    timings_ms=Timings(search=1.0, read=1.0, total=2.0),
)


def test_the_fields_of_version_1_are_these() -> None:
    assert list(ANSWER.model_dump()) == [
        "schema", "question", "searched", "verdict", "text", "confidence", "quotes", "near", "withheld", "opposed",
        "nothing_in_scope", "corpus", "timings_ms",
    ]  # fmt: skip
    assert list(QUOTE.model_dump()) == [
        "n", "document", "title", "date", "origin", "sha256", "start", "end", "text", "answer_start", "answer_end",
        "score", "author", "page", "section", "group", "missing",
    ]  # fmt: skip


def test_an_answer_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ANSWER.text = "autre"


@pytest.mark.parametrize("change", [{"confidence": 1.1}, {"verdict": "perhaps"}, {"unknown": 1}, {"schema": "2"}])
def test_what_leaves_the_contract_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Answer.model_validate(ANSWER.model_dump() | change)
