"""The two curves of a verdict: what is refused at what price, and whether a confidence means what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.figures import Figure
from qa.outcome import RIGHT_FROM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.reading import Outcome

_PRICES = (0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40)
_BINS = 5


def refusals(asked: Sequence[Outcome], section: str) -> list[Figure]:
    """Return, for shares of the answerable questions wrongly refused, what else comes of the threshold.

    `asked` are as many questions that the corpus answers as questions that it does not. Precision is over what is
    answered: how much of it the corpus answers, and how much of it is right.
    """
    here = [one.confidence for one in asked if one.answerable]
    absent = [one.confidence for one in asked if not one.answerable]
    found = []
    for price in _PRICES:
        threshold = float(np.quantile(here, price))
        answered = [one for one in asked if one.confidence >= threshold]
        name = f"curve, {price:.0%} wrongly refused"
        found += [
            Figure(section, f"{name}: threshold", threshold),
            Figure(section, f"{name}: unanswerable refused", float(np.mean([score < threshold for score in absent]))),
            Figure(section, f"{name}: answered (coverage)", len(answered) / len(asked)),
            Figure(section, f"{name}: precision, answerable", float(np.mean([one.answerable for one in answered]))),
            Figure(section, f"{name}: precision, right", float(np.mean([one.f1 >= RIGHT_FROM for one in answered]))),
        ]
    return found


def reliability(asked: Sequence[Outcome], section: str) -> list[Figure]:
    """Return, for as many equal bins of the confidence as have members, its mean there and the share that is right."""
    found = []
    for first in np.arange(_BINS) / _BINS:
        last = first + 1 / _BINS
        members = [one for one in asked if first < one.confidence <= last or (first == 0 and one.confidence == 0)]
        if members:
            name = f"confidence {first:.1f} to {last:.1f}, {len(members) / len(asked):.0%} of the questions"
            found += [
                Figure(section, f"{name}: mean", float(np.mean([one.confidence for one in members]))),
                Figure(section, f"{name}: right", float(np.mean([one.f1 >= RIGHT_FROM for one in members]))),
            ]
    return found
