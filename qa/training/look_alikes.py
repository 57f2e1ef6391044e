"""Questions that no document answers, though every word of them may stand there: a name or a number is another's."""

from __future__ import annotations

import re

# A run of capitalised words that does not open the question, or a number.
_NAMES = re.compile(r"(?<=[\s'’])[A-ZÀ-ÖØ-ÞŒ][\w-]+(?: [A-ZÀ-ÖØ-ÞŒ][\w-]+)*|\b\d+\b")


def look_alike(question: str, other: str) -> str:
    """Return a question with its last name or number changed for one of another question; "" where there is none.

    A number takes the place of a number, and a name that of a name.
    """
    names: list[str] = _NAMES.findall(question)
    others: list[str] = _NAMES.findall(other)
    for name in reversed(names):
        for fresh in others:
            if fresh not in question and fresh[0].isdigit() == name[0].isdigit():
                place = question.rindex(name)
                return question[:place] + fresh + question[place + len(name) :]
    return ""
