"""Questions about the seeds, asked the whole way: the passage that answers is quoted, or nothing is claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from qa.engine import Engine

NOT_YET = pytest.mark.xfail(reason="the reader takes a role or a number that stands near the right words")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Qui a refusé l'offre de Meta ?", "Ilya Sutskever"),
        ("Qui a fondé Anthropic ?", "Dario Amodei et Daniela Amodei"),
        ("En quelle année Anthropic a-t-il été fondé ?", "2021"),
        ("Qui est le directeur de la recherche d'OpenAI ?", "Mark Chen"),
        ("Quelle participation Meta a-t-elle prise dans Scale AI ?", "49 %"),
        ("Combien OpenAI a-t-il payé la start-up io de Jony Ive ?", "6,4 milliards de dollars"),
        ("Qui a créé Thinking Machines Lab ?", "Mira Murati"),
        ("Quel scandale a touché les performances de Llama 4 ?", "truqué"),
    ],
)
def test_the_passage_that_answers_is_quoted(seeds_engine: Engine, question: str, words: str) -> None:
    answer = seeds_engine.ask(question)
    assert answer.verdict == "answered"
    assert any(words in quote.text for quote in answer.quotes)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Qui a refusé l'offre de Meta ?", "Ilya Sutskever"),
        ("Qui a fondé Anthropic ?", "Dario Amodei et Daniela Amodei"),
        ("En quelle année Anthropic a-t-il été fondé ?", "2021"),
    ],
)
def test_a_name_or_a_year_is_told_in_a_line(seeds_engine: Engine, question: str, text: str) -> None:
    assert seeds_engine.ask(question).text == text


def test_who_somebody_is_is_not_answered_by_another_name(seeds_engine: Engine) -> None:
    answer = seeds_engine.ask("Qui est Sam Altman ?")
    assert "Altman" in answer.quotes[0].text
    assert len(answer.text.split()) > 3


@pytest.mark.parametrize(
    "question",
    [
        "Quelle est la recette de la bouillabaisse marseillaise ?",
        "Quelle est la capitale du Japon ?",
        "Comment renouveler sa carte d'identité à la mairie ?",
        "Quel est le prix du beurre à Lyon ?",
    ],
)
def test_a_question_on_another_subject_is_not_answered(seeds_engine: Engine, question: str) -> None:
    answer = seeds_engine.ask(question)
    assert answer.verdict == "not_found"
    assert answer.near


@pytest.mark.parametrize(
    "question",
    [
        "Qui a refusé l'offre d'Amazon ?",
        "En quelle année Mistral AI a-t-il été fondé ?",
        pytest.param("Qui est le directeur financier de Meta ?", marks=NOT_YET),
        "Combien Apple a-t-il payé Perplexity AI ?",
        "Quel âge a Mark Zuckerberg ?",
        "Qui a créé DeepSeek ?",
        "Quelle prime Google a-t-il offerte à Mark Chen ?",
        pytest.param("Combien de salariés compte Anthropic ?", marks=NOT_YET),
        "Où se trouve le siège de Safe Superintelligence ?",
        "Qui a racheté Nvidia ?",
    ],
)
def test_a_question_close_to_the_articles_that_they_do_not_answer_is_refused(
    seeds_engine: Engine, question: str
) -> None:
    assert seeds_engine.ask(question).verdict == "not_found"
