"""Does the reader point at the answer, and does the verdict know when there is none?

Each question is read twice: with what search found, and with the passages of its right paragraph taken out of it, which
makes it a question that the corpus does not answer (unless another paragraph of the article does, which counts against
the verdict here).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.figures import Figure
from index.document import Scope
from qa.engine import CANDIDATES, THRESHOLD
from qa.measure import auroc, contains, exact_match, f1
from qa.search import Candidate, search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.piaf import Question
    from index.encode import Encoder
    from index.generation import Generation
    from qa.reader import Reader, Reading


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading gave for one question."""

    with_answer: float
    without_answer: float
    sentence_right: bool
    words: str
    answers: tuple[str, ...]
    found: bool


def gather(generation: Generation, encoder: Encoder, reader: Reader, questions: Sequence[Question]) -> list[Outcome]:
    """Read every question with and without its right paragraph."""
    outcomes = []
    for question in questions:
        plain = generation.spelling.restore(question.text)
        candidates = search(generation, encoder, plain, CANDIDATES, Scope())
        others = [candidate for candidate in candidates if candidate.passage.document != question.document]
        reading = reader.read(plain, candidates)
        sentence, words = _best(candidates, reading)
        outcomes.append(
            Outcome(
                with_answer=1.0 - reading.not_here,
                without_answer=1.0 - reader.read(plain, others).not_here,
                sentence_right=contains(sentence, question.answers),
                words=words or sentence,
                answers=question.answers,
                found=any(candidate.passage.document == question.document for candidate in candidates),
            )
        )
    return outcomes


def figures(outcomes: Sequence[Outcome], section: str) -> list[Figure]:
    """Return how good spans and verdict are on these questions."""
    here = [outcome.with_answer for outcome in outcomes]
    absent = [outcome.without_answer for outcome in outcomes]
    share = 1 / len(outcomes)
    answered = sum(score >= THRESHOLD for score in here)
    wrongly_answered = sum(score >= THRESHOLD for score in absent)
    return [
        Figure(section, "right paragraph among the candidates", sum(outcome.found for outcome in outcomes) * share),
        Figure(section, "best sentence holds a right answer", sum(o.sentence_right for o in outcomes) * share),
        Figure(section, "short answer, F1", sum(f1(o.words, o.answers) for o in outcomes) * share),
        Figure(section, "short answer, exact match", sum(exact_match(o.words, o.answers) for o in outcomes) * share),
        Figure(section, "verdict, AUROC", auroc(here, absent)),
        Figure(section, "verdict, answerable and answered", answered * share),
        Figure(section, "verdict, unanswerable and refused", 1 - wrongly_answered * share),
        Figure(section, "verdict, precision of «answered»", answered / max(answered + wrongly_answered, 1)),
    ]


def _best(candidates: Sequence[Candidate], reading: Reading) -> tuple[str, str]:
    """Return the best span's sentence and the words told in it."""
    if not reading.spans:
        return "", ""
    span = reading.spans[0]
    passage = candidates[span.candidate].passage
    sentence = passage.text[span.start - passage.start : span.end - passage.start]
    if span.answer_start is None or span.answer_end is None:
        return sentence, ""
    return sentence, passage.text[span.answer_start - passage.start : span.answer_end - passage.start]
