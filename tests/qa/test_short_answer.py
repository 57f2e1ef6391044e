from __future__ import annotations

from typing import TYPE_CHECKING

from qa.short_answer import short_answer

if TYPE_CHECKING:
    from qa.engine import Engine

QUESTION = "Qui a refusé l'offre de Meta ?"


def test_a_short_answer_in_sentences_is_the_sentences_that_it_lies_in(seeds_engine: Engine) -> None:
    text = "Il pleut. Le chat dort parce qu'il est las. Il rêve."
    start = text.index("parce")
    places = {"start": 100, "answer_start": 100 + start, "answer_end": 100 + text.index(" Il rêve")}
    quote = seeds_engine.search(QUESTION, k=1)[0].model_copy(update={"text": text} | places)
    assert short_answer(quote) == "parce qu'il est las."
    assert short_answer(quote, in_sentences=True) == "Le chat dort parce qu'il est las."


def test_a_long_answer_is_cut_after_a_word(seeds_engine: Engine) -> None:
    quote = seeds_engine.search(QUESTION, k=1)[0].model_copy(update={"text": "mot " * 200})
    text = short_answer(quote)
    assert text.endswith("mot…")
    assert len(text) < 330
