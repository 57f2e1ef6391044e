from __future__ import annotations

import pytest

from qa.answer import Turn
from qa.follow_up import asked, leans, standalone
from qa.length import LONGEST, written_length

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


@pytest.mark.parametrize("words", ["piscine", "asdfgh", "Lyon", "2025", "Les horaires ?", "les congés annuels"])
def test_words_that_ask_nothing_stand_for_themselves(words: str) -> None:
    assert standalone(words, [META]) == words


@pytest.mark.parametrize("question", ["Quand ?", "ou ?", "C'est ou ?", "Lequel ?", "Qui dirige ?", "Précisez."])
def test_a_question_in_hardly_a_word_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    ["leurs congés", "cette décision", "Quand ce budget a-t-il été voté ?", "Combien d'agents dans ces services ?"],
)
def test_what_points_back_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    ["Quel est le budget cette année ?", "Est-ce que la piscine ouvre lundi ?", "Est ce que la piscine ouvre lundi ?"],
)
def test_a_demonstrative_that_points_at_nothing_said_does_not_lean(question: str) -> None:
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


@pytest.mark.parametrize("word", ["réforme", "ﷺ"])
def test_what_a_question_leans_on_is_cut_where_the_whole_would_be_too_long(word: str) -> None:
    long = " ".join([word] * (1_990 // (written_length(word) + 1)))
    searched = standalone("Et combien ?", [META, Turn(question=f"Et {long}"), Turn(question=f"Et {long}")])
    assert searched.startswith(f"Combien ? ← {word} {word}")
    assert LONGEST - written_length(word) - 1 <= written_length(searched) <= LONGEST


def test_a_question_that_is_as_long_as_the_whole_may_be_keeps_its_words() -> None:
    question = "Et " + "mot " * 499
    assert standalone(question, [META]) == question


def test_a_long_answer_is_not_taken_along() -> None:
    long = Turn(question=META.question, answer="mot " * 60)
    assert "mot mot" not in standalone("Et combien ?", [long])
