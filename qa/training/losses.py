"""What the network is told about an example: where the answer is, which passage has it, and whether any has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Read:
    """The logits of one window: of its passage's tokens, and its own; and its answers, as first and last token."""

    start: Tensor
    end: Tensor
    relevance: Tensor
    answers: Tensor
    places: list[tuple[int, int]]


def losses(example: Sequence[Read]) -> dict[str, Tensor]:
    """Return the losses of an example by name.

    Start and end are normalised over the tokens of all passages together, so that scores compare across passages
    (Clark and Gardner, "Simple and Effective Multi-Paragraph Reading Comprehension", 2018); where several places are
    right, their probabilities are summed. Without a right passage only the verdict is learnt, and from a right passage
    alone only its place: there is nothing to tell it from.
    """
    answers = torch.stack([read.answers for read in example])
    right = torch.tensor([float(bool(read.places)) for read in example], device=answers.device)
    verdict = functional.binary_cross_entropy_with_logits(answers, right)
    if not right.any():
        return {"verdict": verdict}
    span = (_side(example, 0) + _side(example, 1)) / 2
    if right.all():
        return {"span": span}
    relevance = functional.cross_entropy(torch.stack([read.relevance for read in example]), right / right.sum())
    return {"span": span, "relevance": relevance, "verdict": verdict}


def _side(example: Sequence[Read], side: int) -> Tensor:
    logits = [read.end if side else read.start for read in example]
    right = [
        logit[torch.tensor(sorted({place[side] for place in read.places}))]
        for logit, read in zip(logits, example, strict=True)
        if read.places
    ]
    return torch.logsumexp(torch.cat(logits), 0) - torch.logsumexp(torch.cat(right), 0)
