"""Measure everything: `python -m bench --data FOLDER`. Prints a table, and writes it to a JSON file.

Without the data the parts that need it are skipped, and said so.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from bench import boilerplate, chat_page, growth, piaf, reading, retrieval, speed
from bench.cases import Cases, RememberingModel
from bench.figures import Figure, record, table
from index.encode import Encoder
from index.generation import Generation
from index.spelling import fold
from index.sync import synchronise
from qa.engine import PASSAGES_READ
from qa.measure import recall_at
from qa.reader import TrainedReader
from qa.sentence_reader import SentenceReader
from qa.training.datasets import service_public

_TIMED_PARAGRAPHS = 600
STRANGERS = 60
"""How many questions on other subjects are asked."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The paragraphs of a corpus, questions that it answers, and questions on other subjects."""

    paragraphs: list[piaf.Paragraph]
    questions: list[piaf.Question]
    strangers: list[str]


def main() -> int:
    """Run what was asked for; return 1 when a figure misses its limit."""
    options = _options()
    encoder = Encoder.open()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as work:
        try:
            paragraphs, questions = piaf.load(options.data, options.split)
        except FileNotFoundError as error:
            print(f"no question set: {error.filename} is missing; name its folder with --data (or SOURCIER_DATA)")
            paragraphs, questions = [], []
        if questions and options.only in (None, "quality"):
            corpus = corpus_of(paragraphs, options.work or Path(work))
            strangers = [question.text for question in service_public(options.data).questions[:STRANGERS]]
            asked = _Asked(paragraphs, questions, strangers)
            figures += _quality(encoder, corpus, asked, f"PIAF {options.split}")
        if options.only in (None, "pages"):
            figures += boilerplate.figures(encoder, Path(work) / "boilerplate")
        if options.only in (None, "speed"):
            figures += speed.figures(encoder, _timed_texts(paragraphs, Path(work)))
        if options.only in (None, "chat"):
            figures += chat_page.figures(Path(work) / "chat")
        if options.only in (None, "growth"):
            figures += growth.figures(options.data, Path(work) / "growth")
    print(table(figures))
    record(figures, options.out)
    print(f"written to {options.out}")
    return int(any(figure.holds is False for figure in figures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SOURCIER_DATA", "../shared/data")))
    parser.add_argument("--split", choices=("development", "test"), default="test")
    parser.add_argument("--only", choices=("quality", "pages", "speed", "growth", "chat"))
    parser.add_argument("--work", type=Path, help="keep the corpus of the paragraphs here, for the next run")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results") / "bench.json")
    return parser.parse_args()


def corpus_of(paragraphs: list[piaf.Paragraph], work: Path) -> Path:
    """Index all paragraphs, each a document, unless that was done before."""
    documents = work / "paragraphs"
    documents.mkdir(parents=True, exist_ok=True)
    piaf.write(paragraphs, documents)
    synchronise([documents], work / "corpus")
    return work / "corpus"


def _quality(encoder: Encoder, corpus: Path, asked: _Asked, section: str) -> list[Figure]:
    questions = asked.questions
    generation = Generation.open(corpus)
    try:
        evidence = retrieval.gather(generation, encoder, questions)
        carelessly = [replace(question, text=fold(question.text).upper()) for question in questions]
        careless = retrieval.gather(generation, encoder, carelessly)
        cases = list(Cases(generation, encoder, asked.paragraphs).of(questions, asked.strangers))
        sentences = SentenceReader(encoder, generation.lexicon)
        trained = TrainedReader(RememberingModel.open(encoder), PASSAGES_READ)
        read = [
            figure
            for reader in (sentences, trained)
            for figure in reading.figures(
                reading.read(cases, reader), reader.threshold, f"{section}, {reader.name}", trained=reader is trained
            )
        ]
    finally:
        generation.close()
    ranks = retrieval.ranks(evidence, "fused")
    return [
        *retrieval.figures(evidence, section),
        *(
            Figure(
                section, f"{kind} R@5, typed in capitals without accents", recall_at(5, retrieval.ranks(careless, kind))
            )
            for kind in retrieval.KINDS
        ),
        Figure(section, f"right paragraph among the {PASSAGES_READ} that are read", recall_at(PASSAGES_READ, ranks)),
        *read,
    ]


def _timed_texts(paragraphs: list[piaf.Paragraph], work: Path) -> Path:
    """Return the folder of texts whose indexing is timed: paragraphs, or the seeds where there are none."""
    if not paragraphs:
        return speed.SEEDS
    folder = work / "timed"
    folder.mkdir(exist_ok=True)
    piaf.write(paragraphs[:_TIMED_PARAGRAPHS], folder)
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
