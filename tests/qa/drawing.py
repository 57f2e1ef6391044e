"""Passages made of a text, and the questions that are drawn from them."""

from __future__ import annotations

from index.passage import Passage
from qa.suggestions import candidates


def passage_of(text: str, document: str = "a.txt", title: str = "a", heading: str = "") -> Passage:
    """Make the one passage of a document."""
    return Passage(
        document=document,
        number=0,
        count=1,
        start=0,
        end=len(text),
        text=text,
        heading=heading,
        title=title,
        date="",
        origin=document,
        sha256="",
    )


def questions_of(*passages: Passage) -> list[str]:
    """Return the questions drawn from some passages, with plain spaces."""
    return [candidate.question.replace("\u00a0", " ") for candidate in candidates(passages)]


def drawn_from(text: str) -> list[str]:
    """Return the questions drawn from a text."""
    return questions_of(passage_of(text))
