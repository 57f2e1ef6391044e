"""Choose the weights, on the development split alone: `python -m bench.tune --data FOLDER`.

Prints the fusion weights, the sentence weights and the logistic regression of the verdict, each with its figures. What
it prints is copied by hand into `qa/search.py` and `qa/reader.py`.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import re
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from bench import piaf, retrieval
from bench.__main__ import corpus_of
from index.document import Scope
from index.encode import Encoder
from index.generation import Generation
from qa.engine import CANDIDATES
from qa.measure import auroc, contains, mean_reciprocal_rank, recall_at
from qa.reader import Evidence, Sentence, SentenceReader
from qa.search import Candidate, search

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVERY = 2  # one question in two is enough for six weights
_SMALL_CORPUS = 15  # documents beside those of the question's own article
_REFUSED = 0.10  # answerable questions that may be refused
_FOLDS = 5


_Kind = Literal["whole corpus", "small corpus", "look-alike"]

# A run of capitalised words that does not open the question, or a number.
_NAMES = re.compile(r"(?<=[\s'’])[A-ZÀ-ÖØ-ÞŒ][\w-]+(?: [A-ZÀ-ÖØ-ÞŒ][\w-]+)*|\b\d+\b")


@dataclass(frozen=True, slots=True)
class _Case:
    """One question over one choice of passages, answerable by them or not."""

    question: piaf.Question
    candidates: list[Candidate]
    sentences: list[Sentence]
    evidence: list[Evidence]
    answerable: bool
    kind: _Kind


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.tune", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SOURCIER_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, help="keep the corpus of the paragraphs here, for the next run")
    options = parser.parse_args()
    paragraphs, questions = piaf.load(options.data, "development")
    encoder = Encoder.open()
    with tempfile.TemporaryDirectory() as work:
        generation = Generation.open(corpus_of(paragraphs, options.work or Path(work)))
        _fusion(retrieval.gather(generation, encoder, questions))
        cases = _cases(generation, encoder, paragraphs, questions[::_EVERY])
        generation.close()
    _sentences([case for case in cases if case.answerable])
    _verdict(cases)


def _fusion(evidence: Sequence[retrieval.Evidence]) -> None:
    for weight in (6, 8.5, 10, 11, 12, 13, 15, 18):
        ranks = retrieval.ranks(evidence, "fused", weight)
        print(f"overlap weight {weight}: R@5 {recall_at(5, ranks):.3f} MRR {mean_reciprocal_rank(ranks):.3f}")


def _cases(
    generation: Generation, encoder: Encoder, paragraphs: list[piaf.Paragraph], questions: Sequence[piaf.Question]
) -> list[_Case]:
    """Read each question over the whole corpus and over a small one, each with and without the right paragraph."""
    reader = SentenceReader(encoder, generation.lexicon)
    titles = {paragraph.document: paragraph.title for paragraph in paragraphs}
    articles: dict[str, list[str]] = {}
    for document, title in titles.items():
        articles.setdefault(title, []).append(document)
    chance = random.Random(0)  # noqa: S311 - a sample, not a secret
    cases = []
    for question in questions:
        plain = generation.spelling.restore(question.text)
        few = {*articles[titles[question.document]], *chance.sample(list(titles), _SMALL_CORPUS)}
        for small, scope in ((False, Scope()), (True, Scope(documents=tuple(sorted(few))))):
            found = search(generation, encoder, plain, CANDIDATES, scope)
            others = [candidate for candidate in found if candidate.passage.document != question.document]
            kind: _Kind = "small corpus" if small else "whole corpus"
            cases += [_read(reader, question, plain, found, answerable=True, kind=kind)]
            cases += [_read(reader, question, plain, others, answerable=False, kind=kind)]
        alike = look_alike(question.text, chance.choice(questions).text)
        if alike:
            plain = generation.spelling.restore(alike)
            found = search(generation, encoder, plain, CANDIDATES, Scope())
            cases += [_read(reader, question, plain, found, answerable=False, kind="look-alike")]
    return cases


def look_alike(question: str, other: str) -> str:
    """Return a question with its last name or number changed for one of another question; "" where there is none.

    What it asks is in no document, though every word of it may be.
    """
    names, others = _NAMES.findall(question), _NAMES.findall(other)
    fresh = [name for name in others if name not in question]
    return question.replace(names[-1], fresh[0]) if names and fresh else ""


def _read(  # noqa: PLR0913 - the fields of a case
    reader: SentenceReader,
    question: piaf.Question,
    plain: str,
    candidates: list[Candidate],
    *,
    answerable: bool,
    kind: _Kind,
) -> _Case:
    sentences = reader.compare(plain, candidates)
    return _Case(question, candidates, sentences, reader.evidence(plain, candidates, sentences), answerable, kind)


def _sentences(cases: Sequence[_Case]) -> None:
    """Print how often the best sentence holds a right answer, for a grid of weights."""
    results = []
    for nearness, coverage, passage in itertools.product((0.5, 1, 2), (2, 4, 8, 12), (0.25, 0.5, 1)):
        right = 0
        for case in cases:
            best = max(
                case.sentences,
                key=lambda s, case=case, w=(nearness, coverage, passage): (  # type: ignore[misc]
                    w[0] * s.nearness + w[1] * s.coverage + w[2] * case.candidates[s.candidate].score
                ),
            )
            right += contains(best.text, case.question.answers)
        results.append((right / len(cases), nearness, coverage, passage))
    for share, nearness, coverage, passage in sorted(results, reverse=True)[:8]:
        print(f"sentences: nearness {nearness} coverage {coverage} passage {passage}: {share:.3f} right")


def _verdict(cases: Sequence[_Case]) -> None:
    """Fit the logistic regression on the first passage of each case, and print what it makes of questions unseen."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    names = Evidence.__slots__
    rows = [np.array([[getattr(one, name) for name in names] for one in case.evidence]) for case in cases]
    labels = np.array([case.answerable for case in cases])
    firsts = np.stack([row[0] for row in rows])
    fold = np.array([zlib.crc32(case.question.text.encode()) % _FOLDS for case in cases])
    scores = np.zeros(len(cases))
    for number in range(_FOLDS):
        fitted = LogisticRegression(C=10, max_iter=5000).fit(firsts[fold != number], labels[fold != number])
        for case in np.flatnonzero(fold == number):
            scores[case] = fitted.predict_proba(rows[case])[:, 1].max()
    fitted = LogisticRegression(C=10, max_iter=5000).fit(firsts, labels)
    weights = dict(zip(("intercept", *names), [fitted.intercept_[0], *fitted.coef_[0]], strict=True))
    print("verdict:", ", ".join(f"{name} {value:.3f}" for name, value in weights.items()))
    kinds = np.array([case.kind for case in cases])
    for kind in get_args(_Kind):
        answerable = "small corpus" if kind == "small corpus" else "whole corpus"
        here, absent = scores[(kinds == answerable) & labels], scores[(kinds == kind) & ~labels]
        print(f"{kind}: AUROC {auroc(here.tolist(), absent.tolist()):.3f}, {len(here)} and {len(absent)} cases")
        for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, float(np.quantile(here, _REFUSED))):
            answered, refused = np.mean(here >= threshold), np.mean(absent < threshold)
            print(f"  threshold {threshold:.3f}: {answered:.3f} answered, {refused:.3f} of the unanswerable refused")


if __name__ == "__main__":
    main()
