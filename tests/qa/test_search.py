from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.document import Scope
from index.generation import Generation
from qa.search import OVERLAP_WEIGHT, Candidate, search

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.encode import Encoder


@pytest.fixture
def generation(seeds_corpus: Path) -> Iterator[Generation]:
    opened = Generation.open(seeds_corpus)
    yield opened
    opened.close()


def found(generation: Generation, encoder: Encoder, question: str, scope: Scope = Scope()) -> list[Candidate]:  # noqa: B008
    return search(generation, encoder, question, 10, scope)


def test_a_rare_name_is_found_by_its_word(generation: Generation, encoder: Encoder) -> None:
    best = found(generation, encoder, "SignalFire")[0]
    assert "SignalFire" in best.passage.text
    assert best.overlap > 0.3


def test_a_paraphrase_without_a_word_in_common_is_found_by_its_meaning(
    generation: Generation, encoder: Encoder
) -> None:
    question = "Gadget portatif commandé vocalement : quel fiasco ?"
    assert any("Humane" in candidate.passage.text for candidate in found(generation, encoder, question)[:5])


def test_a_question_of_grammar_words_alone_still_finds_by_meaning(generation: Generation, encoder: Encoder) -> None:
    candidates = found(generation, encoder, "Qui est-ce ?")
    assert len(candidates) == 10
    assert all(candidate.overlap == 0.0 for candidate in candidates)


def test_candidates_come_best_first_and_each_once(generation: Generation, encoder: Encoder) -> None:
    candidates = found(generation, encoder, "Combien Meta propose-t-il ?")
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)
    assert len({candidate.passage.id for candidate in candidates}) == len(candidates)


def test_the_score_is_the_weighted_sum_of_both_kinds_of_evidence(generation: Generation, encoder: Encoder) -> None:
    for candidate in found(generation, encoder, "Qui a fondé Anthropic ?"):
        assert candidate.score == pytest.approx(candidate.nearness + OVERLAP_WEIGHT * candidate.overlap)


def test_the_nearness_of_a_passage_found_by_words_only_is_its_own(
    generation: Generation, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = {one.passage.id: one.nearness for one in found(generation, encoder, "Qui a fondé Anthropic ?")}
    nearest = generation.store.nearest
    monkeypatch.setattr(generation.store, "nearest", lambda vector, _k, scope: nearest(vector, 1, scope))
    by_words = found(generation, encoder, "Qui a fondé Anthropic ?")
    assert len(by_words) > 1
    for candidate in by_words:
        if candidate.passage.id in expected:
            assert candidate.nearness == pytest.approx(expected[candidate.passage.id], abs=1e-3)


@pytest.mark.parametrize(
    "scope",
    [Scope(first_day=20250701, last_day=20250731), Scope(documents=("000_e8b574cf1f83213b.txt",))],
)
def test_both_kinds_of_search_keep_to_the_scope(generation: Generation, encoder: Encoder, scope: Scope) -> None:
    allowed = (
        {"000_e8b574cf1f83213b.txt"}
        if scope.documents
        else {
            "000_e8b574cf1f83213b.txt",
            "004_8d6c69091edc9ada.txt",
        }
    )
    documents = {one.passage.document for one in found(generation, encoder, "Scale AI Anthropic Meta", scope)}
    assert documents == allowed


def test_a_scope_without_documents_gives_nothing(generation: Generation, encoder: Encoder) -> None:
    assert found(generation, encoder, "Meta", Scope(first_day=19990101, last_day=19991231)) == []
