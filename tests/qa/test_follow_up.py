from __future__ import annotations

import pytest

from qa.answer import Turn
from qa.follow_up import asked, leans, standalone

META = Turn(question="Qui a refusé l'offre de Meta ?", answer="Ilya Sutskever")


@pytest.mark.parametrize(
    "question",
    [
        "Et combien ?",
        "Pourquoi ?",
        "Où travaille-t-il ?",
        "Quelle est sa fonction ?",
        "et Google ?",
        "Que leur a-t-on promis ?",
    ],
)
def test_a_leaning_question_takes_the_turn_before_with_it(question: str) -> None:
    searched = standalone(question, [META])
    assert "l'offre de Meta" in searched
    assert "Ilya Sutskever" in searched


@pytest.mark.parametrize(
    "question",
    [
        "Qui a fondé Anthropic ?",
        "Quel est le prix moyen des logements neufs ?",
        "Combien gagne Sam Altman avec son podcast ?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert standalone(question, [META]) == question


@pytest.mark.parametrize(
    "question",
    [
        "Faut-il recruter des débutants ?",
        "Existe-t-il un risque de fuite des cerveaux ?",
        "Y a-t-il un risque de fuite des cerveaux en France ?",
        "Pourquoi les universités accélèrent-elles la création de cursus ?",
        "Combien l'entreprise a-t-elle investi dans sa filiale ?",
    ],
)
def test_a_pronoun_that_stands_for_nothing_or_for_a_noun_before_it_does_not_lean(question: str) -> None:
    assert not leans(question)


def test_parentheses_of_the_user_are_part_of_what_is_asked() -> None:
    question = "Qu'est-ce que l'IAG (intelligence artificielle générale) en France ?"
    assert asked(question) == question


def test_nothing_is_added_without_a_turn_before() -> None:
    assert standalone("Et combien ?", []) == "Et combien ?"


def test_what_is_asked_stays_in_front_and_can_be_told_apart() -> None:
    searched = standalone("Et combien ?", [META])
    assert asked(searched) == "Combien ?"


def test_a_chain_of_follow_ups_reaches_back_to_the_question_that_stood_alone() -> None:
    searched = standalone("Et pourquoi ?", [META, Turn(question="Et quand ?")])
    assert "l'offre de Meta" in searched


def test_a_long_answer_is_not_taken_along() -> None:
    long = Turn(question=META.question, answer="mot " * 60)
    assert "mot mot" not in standalone("Et combien ?", [long])


def test_a_short_word_alone_leans() -> None:
    assert leans("Quand ?")
