"""What was read -> the places that are quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.quote import Place, with_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.reading import Reading, Span
    from qa.search import Candidate


def places_to_quote(candidates: Sequence[Candidate], reading: Reading, most: int, threshold: float) -> list[Place]:
    """Return at most `most` places to quote, one a passage, the best first.

    When the question is answered, these are the first and whatever else answers it (at least half as likely as the
    first), with the words to highlight; when not, what came nearest, with none.
    """
    answers = reading.confidence >= threshold
    least = max(threshold, reading.confidence / 2)
    best: dict[int, Span] = {}
    for span in reading.spans:
        best.setdefault(span.candidate, span)
    chosen = [
        (number, span)
        for place, (number, span) in enumerate(best.items())
        if not answers or place == 0 or reading.relevance[number] >= least
    ]
    return [_place(candidates[number], span, highlighted=answers) for number, span in chosen[:most]]


def _place(candidate: Candidate, span: Span, *, highlighted: bool) -> Place:
    start, end = with_context(candidate.passage, span.start, span.end)
    if not highlighted:
        return Place(candidate.passage, start, end, None, None, span.score)
    if span.answer_start is None or span.answer_end is None:
        return Place(candidate.passage, start, end, span.start, span.end, span.score)
    return Place(candidate.passage, start, end, span.answer_start, span.answer_end, span.score)
