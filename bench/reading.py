"""Does a reader put the right paragraph first, point at the answer, and know when there is none?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.cases import UNANSWERABLE, Kind
from bench.curves import refusals, reliability
from bench.figures import Figure
from qa.measure import Rank, auroc, contains, exact_match, expected_calibration_error, f1, rank_of, recall_at
from qa.outcome import RIGHT_FROM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.cases import Case
    from qa.reading import Reader

WRONGLY_REFUSED = 0.10
"""The share of the answerable questions that may be refused: where the refusals of two readers are compared."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading gave for one case; `rank` is the place of the right document among the quotes and the rest."""

    kind: Kind
    answerable: bool
    confidence: float
    rank: Rank
    f1: float
    exact: float
    sentence_right: bool


def read(cases: Iterable[Case], reader: Reader) -> list[Outcome]:
    """Read every case."""
    return [_outcome(case, reader) for case in cases]


def _outcome(case: Case, reader: Reader) -> Outcome:
    reading = reader.read(case.asked, case.candidates)
    order = [case.candidates[span.candidate].passage.document for span in reading.spans]
    order += [candidate.passage.document for candidate in case.candidates]
    sentence = words = ""
    if reading.spans:
        span = reading.spans[0]
        passage = case.candidates[span.candidate].passage
        sentence = words = passage.text[span.start - passage.start : span.end - passage.start]
        if span.answer_start is not None and span.answer_end is not None:
            words = passage.text[span.answer_start - passage.start : span.answer_end - passage.start]
    rights = case.question.answers if case.answerable else ()
    return Outcome(
        kind=case.kind,
        answerable=case.answerable,
        confidence=reading.confidence,
        rank=rank_of(case.question.document, order),
        f1=f1(words, rights),
        exact=exact_match(words, rights),
        sentence_right=contains(sentence, rights),
    )


def figures(outcomes: Sequence[Outcome], threshold: float, section: str, *, trained: bool) -> list[Figure]:
    """Return how good order, spans and verdict are; the trained reader is held against what was to be reached."""
    here = [one for one in outcomes if one.kind == "whole corpus" and one.answerable]
    given = [one for one in outcomes if one.kind == "paragraph given"]
    ranks = [one.rank for one in here]
    values = [
        ("right paragraph first (R@1)", recall_at(1, ranks), 0.84),
        ("right paragraph in the first five (R@5)", recall_at(5, ranks), 0.94),
        ("answer F1, right paragraph given", _mean(one.f1 for one in given), 0.66),
        ("answer exact, right paragraph given", _mean(one.exact for one in given), 0.48),
        ("answer F1, open", _mean(one.f1 for one in here), 0.56),
        ("answer exact, open", _mean(one.exact for one in here), None),
        ("best sentence holds a right answer", _mean(one.sentence_right for one in here), None),
        ("answerable and answered", _mean(one.confidence >= threshold for one in here), 1 - WRONGLY_REFUSED),
    ]
    found = [Figure(section, name, value, least=least if trained else None) for name, value, least in values]
    for kind in UNANSWERABLE:
        found += _verdict(outcomes, kind, threshold, section, trained=trained)
    asked = [*here, *(one for one in outcomes if one.kind == "whole corpus" and not one.answerable)]
    error = expected_calibration_error([one.confidence for one in asked], [one.f1 >= RIGHT_FROM for one in asked])
    answered = [one for one in asked if one.confidence >= threshold]
    return [
        *found,
        Figure(section, "half answerable: share answered (coverage)", len(answered) / max(len(asked), 1)),
        Figure(section, "half answerable: of these, answerable (precision)", _mean(one.answerable for one in answered)),
        Figure(
            section, "half answerable: of these, short answer right", _mean(one.f1 >= RIGHT_FROM for one in answered)
        ),
        Figure(section, "half answerable: calibration error of the confidence", error),
        *(refusals(asked, section) + reliability(asked, section) if trained and here else []),
    ]


def _verdict(outcomes: Sequence[Outcome], kind: Kind, threshold: float, section: str, *, trained: bool) -> list[Figure]:
    """Return how well one kind of unanswerable questions is told from the answerable ones over the same corpus."""
    corpus = "small corpus" if kind == "small corpus" else "whole corpus"
    here = [one.confidence for one in outcomes if one.kind == corpus and one.answerable]
    absent = [one.confidence for one in outcomes if one.kind == kind and not one.answerable]
    if not absent:
        return []
    lowest = float(np.quantile(here, WRONGLY_REFUSED))
    name = "paragraph removed" if kind == "whole corpus" else kind
    held = trained and kind == "whole corpus"
    return [
        Figure(section, f"{name}: AUROC", auroc(here, absent), least=0.90 if held else None),
        Figure(
            section,
            f"{name}: refused, at 10 % wrongly refused",
            _mean(score < lowest for score in absent),
            least=0.75 if held else None,
        ),
        Figure(section, f"{name}: refused, at the threshold", _mean(score < threshold for score in absent)),
    ]


def _mean(values: Iterable[float]) -> float:
    every = [float(value) for value in values]
    return sum(every) / max(len(every), 1)
