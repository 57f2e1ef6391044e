"""Choose the weights, on the development split alone: `python -m bench.tune --data FOLDER`.

Prints the fusion weight, then for each reader its weights and the figures that they give on questions that they were
not fitted on. What it prints is copied by hand into `qa/search.py`, `qa/sentence_reader.py` and `qa/reader.py`.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import zlib
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench import piaf, retrieval
from bench.__main__ import STRANGERS, corpus_of
from bench.cases import Case, Cases, RememberingModel
from bench.figures import table
from bench.reading import WRONGLY_REFUSED, Outcome, figures, read
from index.encode import Encoder
from index.generation import Generation
from qa import reader as trained
from qa import sentence_reader
from qa.measure import contains, f1, mean_reciprocal_rank, recall_at
from qa.outcome import RIGHT_FROM
from qa.reader import Calibration, Fitted, OrderWeights, TrainedReader
from qa.sentence_reader import Sentence, SentenceReader
from qa.training import datasets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class _Judged:
    """A case with what the trained reader knows of each candidate that it reads [candidates, kinds of evidence].

    `right` [candidates]: whose document answers; `f1` [candidates]: of the short answer of each.
    """

    case: Case
    evidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    f1: NDArray[np.float64]


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.tune", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SOURCIER_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, help="keep the corpus of the paragraphs here, for the next run")
    parser.add_argument("--every", type=int, default=2, help="take one question in so many")
    parser.add_argument("--reader", choices=("trained", "sentences"), default="trained")
    parser.add_argument("--weights", type=Path, default=trained.WEIGHTS, help="the trained reader's network")
    parser.add_argument("--passages-read", type=int, default=12)
    options = parser.parse_args()
    paragraphs, questions = piaf.load(options.data, "development")
    strangers = [question.text for question in datasets.service_public(options.data).questions[:STRANGERS]]
    encoder = Encoder.open()
    with tempfile.TemporaryDirectory() as work:
        generation = Generation.open(corpus_of(paragraphs, options.work or Path(work)))
        _fusion(retrieval.gather(generation, encoder, questions))
        cases = list(Cases(generation, encoder, paragraphs).of(questions[:: options.every], strangers))
        if options.reader == "sentences":
            _sentence_reader(cases, partial(SentenceReader, encoder, generation.lexicon))
        else:
            model = RememberingModel.open(encoder, options.weights)
            _trained_reader(cases, options.passages_read, partial(TrainedReader, model))
        generation.close()


def _fusion(evidence: Sequence[retrieval.Evidence]) -> None:
    for weight in (6, 8.5, 10, 11, 12, 13, 15, 18):
        ranks = retrieval.ranks(evidence, "fused", weight)
        print(f"overlap weight {weight}: R@5 {recall_at(5, ranks):.3f} MRR {mean_reciprocal_rank(ranks):.3f}")


def _trained_reader(cases: Sequence[Case], passages: int, reader: Callable[..., TrainedReader]) -> None:
    """Fit order, verdict and calibration; print them, and what they give for questions of folds unseen."""
    judged = [_judge(case, passages, reader(passages)) for case in cases if case.candidates]
    outcomes: list[Outcome] = []
    for fold in range(_FOLDS):
        fitted = _fit([one for one in judged if _fold(one.case) != fold])
        unseen = [one.case for one in judged if _fold(one.case) == fold]
        outcomes += read(unseen, reader(passages, fitted))
    final = _fit(judged)
    for weights in (final.order, final.verdict, final.calibration):
        print(type(weights).__name__, ", ".join(f"{name} {value:.3f}" for name, value in asdict(weights).items()))
    here = [one.confidence for one in outcomes if one.kind == "whole corpus" and one.answerable]
    threshold = float(np.quantile(here, WRONGLY_REFUSED))
    print(f"threshold {threshold:.3f}")
    print(table(figures(outcomes, threshold, "development, five folds", trained=True)))


def _judge(case: Case, passages: int, reader: TrainedReader) -> _Judged:
    candidates = case.candidates[:passages]
    judged, evidence = reader.evidence(case.asked, candidates)
    rights = case.question.answers if case.answerable else ()
    words = [
        candidate.passage.text[judgement.answers[0].start : judgement.answers[0].end] if judgement.answers else ""
        for candidate, judgement in zip(candidates, judged, strict=True)
    ]
    return _Judged(
        case,
        np.array([[getattr(one, field.name) for field in fields(one)] for one in evidence]),
        np.array([case.answerable and one.passage.document == case.question.document for one in candidates]),
        np.array([f1(word, rights) for word in words]),
    )


def _fit(judged: Sequence[_Judged]) -> Fitted:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    names = [field.name for field in fields(trained.Evidence)]
    order = _order_weights([one for one in judged if one.case.kind == "whole corpus" and one.right.any()])
    fitted = [one for one in judged if one.case.kind != "paragraph given"]
    firsts = [int(np.argmax(one.evidence @ order)) for one in fitted]
    rows = np.stack([one.evidence[first] for one, first in zip(fitted, firsts, strict=True)])
    answerable = np.array([one.case.answerable for one in fitted])
    verdict = LogisticRegression(C=1.0, max_iter=5000).fit(rows, answerable)
    logits = verdict.decision_function(rows)
    right = np.array([one.f1[first] >= RIGHT_FROM for one, first in zip(fitted, firsts, strict=True)])
    platt = LogisticRegression(C=1e6, max_iter=5000).fit(logits[:, None], right)
    return Fitted(
        OrderWeights(**dict(zip(names, order.tolist(), strict=True))),
        trained.VerdictWeights(
            intercept=float(verdict.intercept_[0]), **dict(zip(names, verdict.coef_[0].tolist(), strict=True))
        ),
        Calibration(slope=float(platt.coef_[0, 0]), intercept=float(platt.intercept_[0])),
    )


def _order_weights(judged: Sequence[_Judged]) -> NDArray[np.float64]:
    """Return the weights that make the right passage the likeliest (conditional logit, McFadden, 1974)."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    scale = np.concatenate([one.evidence for one in judged]).std(0) + 1e-9

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.0
        for one in judged:
            scores = one.evidence / scale @ weights
            total += float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[one.right]))
        return total / len(judged) + 0.002 * float(weights @ weights)

    found: NDArray[np.float64] = minimize(loss, np.zeros(len(scale)), method="L-BFGS-B").x / scale
    return found


def _sentence_reader(cases: Sequence[Case], make: Callable[..., SentenceReader]) -> None:
    reader = make()
    compared = [reader.compare(case.asked, case.candidates) for case in cases]
    _sentences(
        [
            (case, found)
            for case, found in zip(cases, compared, strict=True)
            if case.answerable and case.kind != "paragraph given"
        ]
    )
    _sentence_verdict(cases, compared, make)


def _sentences(read_: Sequence[tuple[Case, list[Sentence]]]) -> None:
    """Print how often the best sentence holds a right answer, for a grid of weights."""
    results = []
    for nearness, coverage, passage in itertools.product((0.5, 1, 2), (2, 4, 8, 12), (0.25, 0.5, 1)):
        right = 0
        for case, found in read_:
            best = max(
                found,
                key=lambda s, case=case, w=(nearness, coverage, passage): (  # type: ignore[misc]
                    w[0] * s.nearness + w[1] * s.coverage + w[2] * case.candidates[s.candidate].score
                ),
            )
            right += contains(best.text, case.question.answers)
        results.append((right / len(read_), nearness, coverage, passage))
    for share, nearness, coverage, passage in sorted(results, reverse=True)[:8]:
        print(f"sentences: nearness {nearness} coverage {coverage} passage {passage}: {share:.3f} right")


def _sentence_verdict(
    cases: Sequence[Case], compared: Sequence[list[Sentence]], make: Callable[..., SentenceReader]
) -> None:
    """Fit the logistic regression on the first passage of each case; print it, and what it gives for folds unseen."""
    from sklearn.linear_model import LogisticRegression

    names = [field.name for field in fields(sentence_reader.Evidence)]
    reader = make()
    chosen = [
        (case, reader.evidence(case.asked, case.candidates, found)[0])
        for case, found in zip(cases, compared, strict=True)
        if case.candidates and case.kind not in ("paragraph given", "other subject")
    ]
    firsts = np.array([[getattr(one, name) for name in names] for _, one in chosen])
    labels = np.array([case.answerable for case, _ in chosen])
    folds = np.array([_fold(case) for case, _ in chosen])

    def fit(rows: NDArray[np.bool_]) -> sentence_reader.VerdictWeights:
        fitted = LogisticRegression(C=10, max_iter=5000).fit(firsts[rows], labels[rows])
        weights = dict(zip(("intercept", *names), [fitted.intercept_[0], *fitted.coef_[0]], strict=True))
        return sentence_reader.VerdictWeights(**{name: float(value) for name, value in weights.items()})

    outcomes: list[Outcome] = []
    for fold in range(_FOLDS):
        unseen = [case for case in cases if case.candidates and _fold(case) == fold]
        outcomes += read(unseen, make(verdict=fit(folds != fold)))
    print("verdict:", ", ".join(f"{name} {value:.3f}" for name, value in asdict(fit(folds >= 0)).items()))
    print(table(figures(outcomes, sentence_reader.THRESHOLD, "development, five folds", trained=False)))


def _fold(case: Case) -> int:
    return zlib.crc32(case.question.text.encode()) % _FOLDS


if __name__ == "__main__":
    main()
