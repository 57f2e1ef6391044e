"""What a person or a program sends -> a question, and the turns before it, as they are searched."""

from __future__ import annotations

import contextlib
import unicodedata
from typing import TYPE_CHECKING

from index.errors import InvalidHistory, InvalidQuestion
from qa.answer import Turn
from qa.follow_up import TURNS
from qa.length import LONGEST, written_length

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_QUESTION = LONGEST
"""Characters, as it is sent and as it is once written out."""


def clean_question(question: str) -> str:
    """Return the question on one line, NFC, without control and invisible characters.

    Raises InvalidQuestion when it is too long, or no word is left of it.
    """
    if len(question) > LONGEST_QUESTION:
        reason = f"it has {len(question)} characters, and {LONGEST_QUESTION} is the most"
        raise InvalidQuestion(reason=reason)
    clean = _visible(question)
    if (length := written_length(clean)) > LONGEST_QUESTION:
        reason = f"written out in plain letters it has {length} characters, and {LONGEST_QUESTION} is the most"
        raise InvalidQuestion(reason=reason)
    if not any(character.isalnum() for character in clean):
        raise InvalidQuestion(reason="there is no word in it")
    return clean


def clean_turns(history: Sequence[Turn]) -> list[Turn]:
    """Return the last turns, cleaned like a question; one without a word is left out, and so is a long answer.

    Raises InvalidHistory for a question that is too long.
    """
    turns = []
    for turn in history[-TURNS:]:
        if is_too_long(turn.question):
            raise InvalidHistory(reason=f"one of its questions has more than {LONGEST_QUESTION} characters")
        with contextlib.suppress(InvalidQuestion):
            answer = "" if is_too_long(turn.answer) else _visible(turn.answer)
            turns.append(Turn(question=clean_question(turn.question), answer=answer))
    return turns


def is_too_long(text: str) -> bool:
    """Tell whether a text has more characters than a question may have, as it is sent or once it is written out."""
    return len(text) > LONGEST_QUESTION or written_length(_visible(text)) > LONGEST_QUESTION


def _visible(text: str) -> str:
    """Return a text on one line, NFC, without control and invisible characters."""
    kept = "".join(_BLANK.get(unicodedata.category(character), character) for character in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


_BLANK = {"Cc": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}
