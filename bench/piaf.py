"""PIAF as a corpus and a question set: each paragraph a document of its own, as an administrator would have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.training import datasets

if TYPE_CHECKING:
    from pathlib import Path

    from qa.training.datasets import Split


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as a document of its own."""

    document: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the document that answers it, and the answers that people gave."""

    text: str
    document: str
    answers: tuple[str, ...]


def load(data: Path, split: Split) -> tuple[list[Paragraph], list[Question]]:
    """Return all paragraphs, and the questions of one split; raise FileNotFoundError where the data is not there."""
    found = datasets.piaf(data, split, all_paragraphs=True)
    paragraphs = [Paragraph(_document(n), one.title, one.text) for n, one in enumerate(found.paragraphs)]
    questions = [
        Question(
            question.text,
            _document(question.paragraph),
            tuple(paragraphs[question.paragraph].text[start:end] for start, end in question.answers),
        )
        for question in found.questions
    ]
    return paragraphs, questions


def write(paragraphs: list[Paragraph], folder: Path) -> None:
    """Write each paragraph to a text file, under its title, as an administrator would have it."""
    for paragraph in paragraphs:
        (folder / paragraph.document).write_text(f"{paragraph.title}\n{paragraph.text}", encoding="utf-8")


def _document(number: int) -> str:
    return f"{number:04d}.txt"
