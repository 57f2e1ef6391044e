"""Paragraphs as the product cuts them, and for each question the passages that look right: what is learnt from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.document import Document, Scope
from index.lexicon import Lexicon
from index.passage import Passage
from index.sentences import sentences, trim
from index.split import NEIGHBOUR, split
from qa.search import OVERLAP_WEIGHT
from qa.window import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.encode import Encoder
    from qa.training.datasets import Paragraph, QuestionSet

POOL = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk of a paragraph: its number, its place there, and what the encoder reads of it."""

    paragraph: int
    start: int
    end: int
    encoded: str


def pieces_of(paragraphs: Sequence[Paragraph]) -> list[Piece]:
    """Return the chunks of all paragraphs, in order."""
    found = []
    for number, paragraph in enumerate(paragraphs):
        document = Document(id=str(number), text=paragraph.text, title=paragraph.title, date="", origin="")
        found += [Piece(number, chunk.start, chunk.end, chunk.encoded) for chunk in split(document)]
    return found


def text_of(paragraph: Paragraph, start: int, end: int, neighbour: int = NEIGHBOUR) -> Text:
    """Return a stretch of a paragraph as it is read: with whole sentences of at most `neighbour` characters beside."""
    text = paragraph.text
    start, end = trim(text, start, end)
    borders = [0, *(last for _, last in sentences(text))]
    before = min((border for border in borders if start - neighbour <= border <= start), default=start)
    after = max((border for border in borders if end <= border <= end + neighbour), default=end)
    return Text(paragraph.title, text[before:start].strip(), text[start:end], text[end:after].strip())


@dataclass(frozen=True, slots=True)
class Searched:
    """A set of questions, the pieces of its paragraphs, and for each question the numbers of those that were found."""

    set: QuestionSet
    pieces: list[Piece]
    found: list[list[int]]


def searched(set_: QuestionSet, encoder: Encoder, most: int, cache: Path) -> Searched:
    """Search the pieces of a set for each of its questions: `most` of them, the best first.

    They are found as the product finds them: by vectors and by words, and scored by both. What was found is kept in
    the folder `cache`, so that training goes on at once.
    """
    pieces = pieces_of(set_.paragraphs)
    known = repr((most, OVERLAP_WEIGHT, encoder.fingerprint, pieces, [question.text for question in set_.questions]))
    file = cache / f"found-{hashlib.sha256(known.encode()).hexdigest()[:16]}.json"
    if not file.is_file():
        file.write_text(json.dumps(_search(set_, pieces, encoder, most)), encoding="utf-8")
    return Searched(set_, pieces, json.loads(file.read_text(encoding="utf-8")))


def _search(set_: QuestionSet, pieces: Sequence[Piece], encoder: Encoder, most: int) -> list[list[int]]:
    vectors = encoder.encode_passages([piece.encoded for piece in pieces])
    lexicon = Lexicon.build(_passage(number, piece, set_) for number, piece in enumerate(pieces))
    asked = encoder.encode_queries([question.text for question in set_.questions])
    found = []
    for question, vector in zip(set_.questions, asked, strict=True):
        overlap = np.zeros(len(pieces))
        for match in lexicon.search(question.text, POOL, Scope()):
            overlap[int(match.id.partition("#")[0])] = match.overlap
        near = np.array([encoder.nearness(similarity) for similarity in (vectors @ vector).tolist()])
        found.append(np.argsort(-(near + OVERLAP_WEIGHT * overlap))[:most].tolist())
    return found


def _passage(number: int, piece: Piece, set_: QuestionSet) -> Passage:
    paragraph = set_.paragraphs[piece.paragraph]
    text = paragraph.text[piece.start : piece.end]
    return Passage(str(number), 0, 1, 0, len(text), text, "", paragraph.title, "", "", "")
