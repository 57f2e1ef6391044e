"""Does search find the right paragraph? Dense, lexical and fused, on one corpus of all PIAF paragraphs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.figures import Figure
from index.document import Scope
from qa.measure import Rank, mean_reciprocal_rank, rank_of, recall_at
from qa.search import OVERLAP_WEIGHT, POOL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.piaf import Question
    from index.encode import Encoder
    from index.generation import Generation

KINDS = ("dense", "lexical", "fused")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What both searches propose for one question: cosine deviations and overlaps, by passage."""

    right: str
    nearness: dict[str, float]
    overlap: dict[str, float] = field(default_factory=dict)
    dense: tuple[str, ...] = ()


def gather(generation: Generation, encoder: Encoder, questions: Sequence[Question]) -> list[Evidence]:
    """Return what both searches propose for each question, as `qa.search` would see it."""
    plain = [generation.spelling.restore(question.text) for question in questions]
    evidence = []
    for question, text, vector in zip(questions, plain, encoder.encode_queries(plain), strict=True):
        near = generation.store.nearest(vector, POOL, Scope())
        overlap = {match.id: match.overlap for match in generation.lexicon.search(text, POOL)}
        others = generation.store.vectors([name for name in overlap if name not in near])
        every = near | {name: float(vector @ other) for name, other in others.items()}
        nearness = {name: encoder.nearness(similarity) for name, similarity in every.items()}
        evidence.append(Evidence(question.document, nearness, overlap, tuple(near)))
    return evidence


def ranks(evidence: Sequence[Evidence], kind: str, weight: float = OVERLAP_WEIGHT) -> list[Rank]:
    """Return the rank of the right document for each question, by one kind of search."""
    return [rank_of(one.right, [name.rpartition("#")[0] for name in _order(one, kind, weight)]) for one in evidence]


def figures(evidence: Sequence[Evidence], section: str) -> list[Figure]:
    """Return R@1, R@5, R@10, R@20 and MRR of the three searches, held against what was to be reached."""
    least = {("fused", "R@5"): 0.90, ("fused", "MRR"): 0.80}
    found = []
    for kind in KINDS:
        places = ranks(evidence, kind)
        values = {f"R@{k}": recall_at(k, places) for k in (1, 5, 10, 20)} | {"MRR": mean_reciprocal_rank(places)}
        found += [
            Figure(section, f"{kind} {name}", value, least=least.get((kind, name))) for name, value in values.items()
        ]
    by_name = {figure.name: figure.value for figure in found}
    gain = by_name["fused R@5"] - by_name["dense R@5"]
    return [*found, Figure(section, "fused above dense, R@5", gain, least=0.05)]


def _order(evidence: Evidence, kind: str, weight: float) -> list[str]:
    if kind == "dense":
        return list(evidence.dense)
    if kind == "lexical":
        return list(evidence.overlap)
    scores = {name: near + weight * evidence.overlap.get(name, 0.0) for name, near in evidence.nearness.items()}
    return sorted(scores, key=lambda name: (-scores[name], name))
