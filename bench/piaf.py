"""PIAF 1.1 as a question set: French Wikipedia paragraphs with questions, split by article.

Keraron et al., "Project PIAF: Building a Native French Question-Answering Dataset", LREC 2020. MIT licence. The split
is by article, so that no paragraph is both tuned and measured on: the CRC-32 of the title modulo 10, 0 for the test, 1
for the development.
"""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Split = Literal["train", "development", "test"]

_FILE = Path("piaf") / "piaf-v1.1.json"
_SPLITS: dict[int, Split] = {0: "test", 1: "development"}


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
    articles = json.loads((data / _FILE).read_text(encoding="utf-8"))["data"]
    paragraphs: list[Paragraph] = []
    questions: list[Question] = []
    for article in articles:
        title = re.sub(r"<[^>]+>", "", article["title"])  # some titles are HTML
        chosen = _SPLITS.get(zlib.crc32(article["title"].encode()) % 10, "train") == split
        for paragraph in article["paragraphs"]:
            document = f"{len(paragraphs):04d}.txt"
            paragraphs.append(Paragraph(document, title, paragraph["context"]))
            if chosen:
                questions += [
                    Question(qa["question"], document, tuple(answer["text"] for answer in qa["answers"]))
                    for qa in paragraph["qas"]
                ]
    return paragraphs, questions


def write(paragraphs: list[Paragraph], folder: Path) -> None:
    """Write each paragraph to a text file, under its title, as an administrator would have it."""
    for paragraph in paragraphs:
        (folder / paragraph.document).write_text(f"{paragraph.title}\n{paragraph.text}", encoding="utf-8")
