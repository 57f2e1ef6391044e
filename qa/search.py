"""Question -> candidate passages: dense and lexical, always both, fused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from index.document import Scope
    from index.encode import Encoder
    from index.generation import Generation
    from index.passage import Passage

POOL = 100
"""How many passages each kind of search proposes."""

OVERLAP_WEIGHT = 12.0
"""What an overlap of 1 counts, in deviations of the similarity. On the development questions of PIAF, R@5 and MRR are
flat from 11 to 18 (`python -m bench.tune`)."""

BOILERPLATE_PENALTY = 6.0
"""What a passage that belongs to its page and not to its content loses, in deviations of the similarity. On the pages
in bench/pages, R@5 is 0.967 at 0 and 1.000 at 6 and 9, and of the first five passages 32, 6 and 5 % are boilerplate.
To repeat: another value here, then `python -m bench --only pages`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with the evidence for it.

    `nearness` is its cosine with the question, in standard deviations above that of unrelated French texts; `overlap`
    is the share of the question's words that it has (see `Lexicon.search`); `score` is their weighted sum.
    """

    passage: Passage
    nearness: float
    overlap: float

    @property
    def score(self) -> float:
        """The fused score: linear, so that it compares between questions."""
        penalty = BOILERPLATE_PENALTY if self.passage.is_boilerplate else 0.0
        return self.nearness + OVERLAP_WEIGHT * self.overlap - penalty


def search(  # noqa: PLR0913, PLR0917
    generation: Generation, encoder: Encoder, question: str, k: int, scope: Scope, pool: int = POOL
) -> list[Candidate]:
    """Return at most k passages in scope, the best first, for a question in the corpus's spelling.

    Both searches propose `pool` passages, and each passage is then scored by both. A linear sum of the scores did
    better than reciprocal rank fusion, as in Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval",
    2023.
    """
    vector = encoder.encode_query(question)
    similarities = generation.store.nearest(vector, pool, scope)
    overlaps = {match.id: match.overlap for match in generation.lexicon.search(question, pool, scope)}
    missing = generation.store.vectors([name for name in overlaps if name not in similarities])
    similarities.update({name: float(np.dot(vector, other)) for name, other in missing.items()})
    scores = {
        name: encoder.nearness(similarity) + OVERLAP_WEIGHT * overlaps.get(name, 0.0)
        for name, similarity in similarities.items()
    }
    best = sorted(scores, key=lambda name: (-scores[name], name))[: 2 * k]  # some may lose their place below
    passages = generation.store.passages(best)
    candidates = [
        Candidate(passages[name], encoder.nearness(similarities[name]), overlaps.get(name, 0.0))
        for name in best
        if name in passages
    ]
    return sorted(candidates, key=lambda candidate: -candidate.score)[:k]
