from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index.generation import Generation
from qa.answer import Answer, CorpusInfo, Quote, Timings
from qa.suggestion_rules import Kind
from qa.suggestions import DOCUMENTS, PASSAGES, Suggestion, candidates, sample, suggestions
from tests.qa.drawing import passage_of, questions_of

if TYPE_CHECKING:
    from pathlib import Path

    from qa.engine import Engine

PERSONS = "Jeanne Martin, directrice de la gare, a parlé. Paul Roux, maire de Nantes, aussi."


def test_an_empty_corpus_gives_none() -> None:
    assert candidates([]) == []


def test_a_document_has_no_second_question_before_each_has_its_first() -> None:
    many = passage_of("Jeanne Martin, maire, parle. Paul Roux, maire, parle. Luc Petit, maire, parle.", "many.txt")
    few = [passage_of(f"Anne Durand{name}, maire, parle.", f"{name}.txt") for name in "abc"]
    same = passage_of("Jeanne Martin, maire, parle. Zoé Blanc, maire, parle.", "same.txt")
    first = [candidate.document for candidate in candidates([many, same, *few])][:5]
    assert sorted(first) == ["a.txt", "b.txt", "c.txt", "many.txt", "same.txt"]


def test_no_question_comes_twice() -> None:
    drawn = questions_of(passage_of(PERSONS), passage_of(PERSONS, "b.txt"))
    assert sorted(drawn) == ["Qui est Jeanne Martin ?", "Qui est Paul Roux ?"]


def test_the_order_of_the_passages_makes_no_difference() -> None:
    passages = [passage_of(PERSONS.replace("Martin", f"Martin{name}"), f"{name}.txt") for name in "abcdef"]
    assert candidates(passages) == candidates(reversed(passages))


def test_at_most_so_many_are_returned() -> None:
    assert len(candidates([passage_of(PERSONS)], most=1)) == 1


@pytest.mark.parametrize("aside", [{"is_boilerplate": True}, {"language": "en"}])
def test_boilerplate_and_other_languages_are_left_out(aside: dict[str, str | bool]) -> None:
    assert candidates([replace(passage_of(PERSONS), **aside)]) == []  # type: ignore[arg-type]


def test_what_is_looked_at_is_bounded() -> None:
    names = [f"{number}.txt" for number in range(2 * DOCUMENTS)]
    passages = [passage_of(f"Jeanne Martin{name[:-4]}, maire, parle.", name) for name in names]
    assert {candidate.document for candidate in candidates(passages, 10 * DOCUMENTS)} == set(sample(names))
    beyond = replace(passage_of(PERSONS, names[0]), number=PASSAGES)
    filling = [replace(passage_of("Rien.", names[0]), number=number) for number in range(PASSAGES)]
    assert candidates([*filling, beyond]) == []


def test_the_sample_of_a_sample_is_the_sample() -> None:
    names = [f"{number}.txt" for number in range(3 * DOCUMENTS)]
    assert sample(sample(names)) == sample([*reversed(names), *names])


def test_a_question_that_stands_in_many_documents_belongs_to_a_form() -> None:
    heading = "Quelles sont les pièces à fournir en mairie ?"
    assert questions_of(*(passage_of("Rien.", f"{number}.txt", heading=heading) for number in range(3))) == []
    assert questions_of(*(passage_of("Rien.", f"{number}.txt", heading=heading) for number in range(2))) == [heading]


# --- With the engine --------------------------------------------------------------------------------------------------


def _answer(
    question: str, document: str, *, answered: bool = True, text: str = "Le maire.", confidence: float = 1.0
) -> Answer:
    quotes = [
        Quote(n=1, document=document, title="", date="", origin="", sha256="", start=0, end=0, text="", score=1.0)
    ]
    return Answer(
        question=question,
        searched=question,
        verdict="answered" if answered else "not_found",
        text=text,
        confidence=confidence,
        quotes=quotes if answered else [],
        near=[] if answered else quotes,
        corpus=CorpusInfo(stamp="", documents=1, chunks=1, encoder="", reader=""),
        timings_ms=Timings(search=0, read=0, total=0),
    )


def test_only_what_is_answered_from_its_own_document_is_suggested() -> None:
    passages = [passage_of(f"Jeanne {name}, maire, parle.", f"{name}.txt") for name in ("Martin", "Roux", "Petit")]
    answers = {"Martin": ("Martin.txt", True), "Roux": ("Martin.txt", True), "Petit": ("Petit.txt", False)}

    def ask(question: str) -> Answer:
        document, answered = answers[question.split()[3].removesuffix("\u00a0?")]
        return _answer(question, document, answered=answered)

    assert suggestions(passages, ask) == ["Qui est Jeanne Martin\u00a0?"]


def test_a_question_with_another_answer_than_its_document_gives_is_not_suggested() -> None:
    passages = [passage_of("Le pont de Normandie a été inauguré en janvier 1995.", "a.txt")]
    assert suggestions(passages, lambda asked: _answer(asked, "a.txt", text="en 1988")) == []
    assert len(suggestions(passages, lambda asked: _answer(asked, "a.txt", text="en janvier 1995"))) == 1


def test_a_question_whose_answer_is_not_known_is_suggested_only_when_the_engine_is_sure() -> None:
    passages = [passage_of("Rien.", title="Demander la carte d'identité")]
    assert suggestions(passages, lambda asked: _answer(asked, "a.txt", confidence=0.4)) == []
    assert len(suggestions(passages, lambda asked: _answer(asked, "a.txt", confidence=0.6))) == 1


def test_the_engine_is_asked_no_more_than_need_be() -> None:
    passages = [passage_of(f"Jeanne Martin{number}, maire, parle.", f"{number}.txt") for number in range(30)]
    asked: list[str] = []

    def refuse(question: str) -> Answer:
        asked.append(question)
        return _answer(question, "", answered=False)

    def accept(question: str) -> Answer:
        asked.append(question)
        return _answer(question, f"{question.split()[3].removeprefix('Martin')}.txt".replace("\u00a0?", ""))

    assert suggestions(passages, refuse, tries=9) == []
    assert len(asked) == 9
    asked.clear()
    assert len(suggestions(passages, accept, most=2)) == 2
    assert len(asked) == 2


def test_the_seeds_give_questions_that_they_answer(seeds_corpus: Path, seeds_engine: Engine) -> None:
    generation = Generation.open(seeds_corpus)
    passages = list(generation.store)
    generation.close()
    answers: dict[str, Answer] = {}

    def ask(question: str) -> Answer:
        return answers.setdefault(question, seeds_engine.ask(question))

    offered = suggestions(passages, ask, most=3)
    documents = {candidate.question: candidate.document for candidate in candidates(passages)}
    assert len(offered) == 3
    for question in offered:
        assert answers[question].verdict == "answered"
        assert documents[question] in {quote.document for quote in answers[question].quotes}


def test_a_suggestion_knows_its_document() -> None:
    assert candidates([passage_of(PERSONS, "b.txt")])[0] == Suggestion(
        "Qui est Jeanne Martin\u00a0?", "b.txt", Kind.PERSON, "directrice"
    )
