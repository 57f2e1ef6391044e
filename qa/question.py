"""What a person or a program sends -> a question, and the turns before it, as they are searched."""

from __future__ import annotations

import contextlib
import unicodedata
from typing import TYPE_CHECKING

from index.errors import InvalidHistory, InvalidQuestion
from qa.answer import Turn
from qa.follow_up import TURNS

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_QUESTION = 2_000


def clean_question(question: str) -> str:
    """Return the question on one line, NFC, without control and invisible characters.

    Raises InvalidQuestion when it is too long, or no word is left of it.
    """
    if len(question) > LONGEST_QUESTION:
        reason = f"it has {len(question)} characters, and {LONGEST_QUESTION} is the most"
        raise InvalidQuestion(reason=reason)
    clean = _visible(question)
    if not any(character.isalnum() for character in clean):
        raise InvalidQuestion(reason="there is no word in it")
    return clean


def clean_turns(history: Sequence[Turn]) -> list[Turn]:
    """Return the last turns, cleaned like a question; one without a word is left out, and so is a long answer.

    Raises InvalidHistory for a question that is too long.
    """
    turns = []
    for turn in history[-TURNS:]:
        if len(turn.question) > LONGEST_QUESTION:
            raise InvalidHistory(reason=f"one of its questions has more than {LONGEST_QUESTION} characters")
        with contextlib.suppress(InvalidQuestion):
            answer = _visible(turn.answer) if len(turn.answer) <= LONGEST_QUESTION else ""
            turns.append(Turn(question=clean_question(turn.question), answer=answer))
    return turns


def _visible(text: str) -> str:
    """Return a text on one line, NFC, without control and invisible characters."""
    kept = "".join(_BLANK.get(unicodedata.category(character), character) for character in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


_BLANK = {"Cc": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}
