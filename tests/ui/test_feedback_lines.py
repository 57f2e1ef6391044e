from __future__ import annotations

import re
import time
from typing import Any, get_args

import pytest

from ui import feedback_texts
from ui.feedback import Feedback, Verdict
from ui.feedback_lines import feedback_lines
from ui.texts import Text

QUOTE = {"document": "notes/a.txt", "start": 3, "end": 9, "sha256": "a" * 64}


@pytest.fixture(autouse=True)
def _in_universal_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def _said(**fields: Any) -> Feedback:
    default: dict[str, Any] = {"question": "Qui ?", "verdict": "useful", "shown": "answered", "answer": "Dario Amodei"}
    return Feedback.read(default | {"quotes": [QUOTE], "stamp": "s", "time": "2026-03-01T12:00:00Z"} | fields)


def _lines(*said: Feedback) -> list[str]:
    return [line.replace("\u00a0", " ") for line in feedback_lines(said, "fr")]


def test_counts_come_first_then_the_newest() -> None:
    assert _lines(
        _said(),
        _said(question="Où ?", verdict="wrong_answer", comment="C'est Lyon.", time="2026-03-02T09:05:00Z"),
        _said(question="Quand ?"),
    ) == [
        "Avis : 3 (utile : 2, mauvaise réponse : 1)",
        "",
        "1er mars 2026 à 12:00, utile : Quand ?",
        "    dit : Dario Amodei (notes/a.txt)",
        "",
        "2 mars 2026 à 09:05, mauvaise réponse : Où ?",
        "    dit : Dario Amodei (notes/a.txt)",
        "    commentaire : C'est Lyon.",
        "",
        "1er mars 2026 à 12:00, utile : Qui ?",
        "    dit : Dario Amodei (notes/a.txt)",
    ]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"quotes": []}, "    dit : Dario Amodei"),
        ({"shown": "not_found", "answer": ""}, "    aucune réponse ; le plus proche : notes/a.txt"),
        ({"shown": "not_found", "answer": "", "quotes": []}, "    aucune réponse"),
    ],
)
def test_what_was_shown_is_told(fields: dict[str, Any], shown: str) -> None:
    assert _lines(_said(**fields))[3] == shown


def test_words_of_a_reader_neither_break_their_line_nor_rewrite_it() -> None:
    hostile = "a\n\n1er mars 2026, utile : b\u2028c\x85\x1b[2J\x9b\u202e\x00{question}"
    lines = _lines(_said(question=hostile, answer=hostile, comment=hostile, quotes=[QUOTE | {"document": hostile}]))
    assert len("\n".join(lines).splitlines()) == 5
    assert [line for line in lines if not line.isprintable()] == []
    assert "{question}" in lines[2]


def test_every_verdict_has_its_words_and_each_text_both_languages() -> None:
    assert set(feedback_texts.VERDICTS) == set(get_args(Verdict))
    told = [text for text in vars(feedback_texts).values() if isinstance(text, Text)]
    told += feedback_texts.VERDICTS.values()
    assert [text for text in told if not text.fr or not text.en] == []
    assert [text for text in told if re.findall(r"{\w+}", text.fr) != re.findall(r"{\w+}", text.en)] == []


def test_english_is_told_to_who_asks_for_it() -> None:
    assert list(feedback_lines([_said()], "en"))[2] == "1 March 2026 at 12:00, useful: Qui ?"
