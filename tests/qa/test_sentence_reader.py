from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index.lexicon import Lexicon
from index.passage import Passage
from qa.reading import NOTHING, Reading
from qa.search import Candidate
from qa.sentence_reader import SentenceReader

if TYPE_CHECKING:
    from index.encode import Encoder

TIMBRE = "Il coûte deux euros. Le timbre rouge a été dessiné par Jeanne Martin. La poste le vend depuis mars 2024."
JARDIN = "Le jardin ouvre à neuf heures. Les chiens y sont admis en laisse. Le gardien se nomme Paul Roux."


def passage(name: str, text: str, start: int = 0) -> Passage:
    return Passage(name, 0, 1, start, start + len(text), text, "", name, "", name, "")


def read(encoder: Encoder, question: str, *passages: Passage) -> Reading:
    candidates = [Candidate(one, 5.0 - number, 0.5 - number / 10) for number, one in enumerate(passages)]
    return SentenceReader(encoder, Lexicon.build(passages)).read(question, candidates)


def test_the_best_span_is_the_sentence_that_answers_with_its_words(encoder: Encoder) -> None:
    reading = read(
        encoder, "Qui a dessiné le timbre rouge ?", passage("timbre", TIMBRE, 100), passage("jardin", JARDIN)
    )
    best = reading.spans[0]
    assert best.candidate == 0
    assert TIMBRE[best.start - 100 : best.end - 100] == "Le timbre rouge a été dessiné par Jeanne Martin."
    assert best.answer_start is not None
    assert best.answer_end is not None
    assert TIMBRE[best.answer_start - 100 : best.answer_end - 100] == "Jeanne Martin"


def test_spans_come_best_first_and_inside_their_passages(encoder: Encoder) -> None:
    passages = (passage("timbre", TIMBRE, 100), passage("jardin", JARDIN, 7))
    reading = read(encoder, "Quand ouvre le jardin ?", *passages)
    assert [span.score for span in reading.spans] == sorted((span.score for span in reading.spans), reverse=True)
    for span in reading.spans:
        own = passages[span.candidate]
        assert own.start <= span.start < span.end <= own.end


def test_relevance_has_one_value_for_each_candidate_and_the_best_decides(encoder: Encoder) -> None:
    reading = read(encoder, "Qui vend le timbre ?", passage("timbre", TIMBRE), passage("jardin", JARDIN))
    assert len(reading.relevance) == 2
    assert reading.relevance[0] > reading.relevance[1]
    assert reading.not_here == pytest.approx(1.0 - max(reading.relevance))


def test_with_nothing_to_read_nothing_is_here(encoder: Encoder) -> None:
    reading = SentenceReader(encoder, Lexicon.build([passage("timbre", TIMBRE)])).read("Quoi ?", [])
    assert reading == NOTHING


def test_a_name_that_the_passage_lacks_makes_it_less_likely_to_answer(encoder: Encoder) -> None:
    right = passage("timbre", "Le timbre de Lyon coûte deux euros depuis le mois de mars.")
    here = read(encoder, "Combien coûte le timbre de Lyon ?", right, passage("jardin", JARDIN))
    absent = read(encoder, "Combien coûte le timbre de Nice ?", right, passage("jardin", JARDIN))
    assert here.not_here < absent.not_here


def test_a_sentence_that_asks_is_answered_by_the_next_one(encoder: Encoder) -> None:
    text = "Pourquoi le jardin ferme-t-il tôt ? La nuit tombe vite en hiver. Les chiens dorment."
    best = read(encoder, "Pourquoi le jardin ferme-t-il tôt ?", passage("jardin", text)).spans[0]
    assert text[best.start : best.end] == "La nuit tombe vite en hiver."


def test_the_words_of_an_answer_to_a_question_in_the_text_lie_in_the_answer(encoder: Encoder) -> None:
    text = "Combien coûte l'entrée du jardin ? On paie 3 euros à la porte. Les chiens dorment."
    best = read(encoder, "Combien coûte l'entrée du jardin ?", passage("jardin", text)).spans[0]
    assert best.answer_start is not None
    assert text[best.answer_start : best.answer_end] == "3 euros"


def test_a_title_or_heading_is_no_answer(encoder: Encoder) -> None:
    text = "Le prix du jardin\nOn paie trois euros à la porte du jardin."
    whole = replace(passage("jardin", text), title="Le prix du jardin")
    spans = read(encoder, "Quel est le prix du jardin ?", whole).spans
    assert [text[span.start : span.end] for span in spans] == ["On paie trois euros à la porte du jardin."]


def test_a_sentence_that_asks_something_else_is_no_answer(encoder: Encoder) -> None:
    text = "Combien coûte le jardin ? Rien du tout. Le jardin ferme tôt car la nuit tombe vite."
    spans = read(encoder, "Pourquoi le jardin ferme-t-il tôt ?", passage("jardin", text)).spans
    assert all("?" not in text[span.start : span.end] for span in spans)
