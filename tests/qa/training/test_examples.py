from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from index.spelling import fold
from qa.training import datasets
from qa.training.datasets import Paragraph, Question, QuestionSet
from qa.training.examples import Example, Examples, Shares
from qa.training.passages import Searched, pieces_of, searched, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from index.encode import Encoder

AS_IT_STANDS = Shares(retyped=0, cropped=0, alone=0, untitled=0, answer_removed=0, look_alike=0)
LONG = " ".join(f"La phrase numéro {number} parle de la ville de Lyon et de ses ponts." for number in range(40))


@pytest.fixture(scope="module")
def french(data: Path) -> QuestionSet:
    return datasets.piaf(data, "train")


def examples(set_: QuestionSet, shares: Shares, parallel: tuple[QuestionSet, ...] = ()) -> Examples:
    pieces = pieces_of(set_.paragraphs)
    found = [list(range(len(pieces)))] * len(set_.questions)
    return Examples(Searched(set_, pieces, found), shares, parallel)


def told(example: Example) -> list[list[str]]:
    return [
        [text.passage[start:end] for start, end in answers]
        for text, answers in zip(example.texts, example.answers, strict=True)
    ]


def test_an_example_is_the_question_its_passage_and_wrong_ones(french: QuestionSet) -> None:
    (example,) = examples(french, AS_IT_STANDS).make(0, 3, random.Random(0))
    assert example.question == "Qui a dessiné le timbre rouge ?"
    assert told(example) == [["Jeanne Martin"], [], []]
    assert len({text.passage for text in example.texts}) == 3


def test_the_places_of_answers_hold_wherever_the_passage_is_cut(french: QuestionSet) -> None:
    made = examples(french, Shares(retyped=1, cropped=0.7, alone=0.5, untitled=0.5, answer_removed=0.5, look_alike=0))
    for seed in range(60):
        number = seed % len(french.questions)
        question = french.questions[number]
        rights = [french.paragraphs[question.paragraph].text[start:end] for start, end in question.answers]
        for example in made.make(number, 3, random.Random(seed)):
            assert told(example)[0] == rights
            assert all(not answers for answers in example.answers[1:])


def test_a_passage_without_its_answer_does_not_say_it_anywhere(french: QuestionSet) -> None:
    made = examples(french, Shares(retyped=0, cropped=0, alone=1, untitled=0, answer_removed=1, look_alike=0))
    removed = made.make(2, 3, random.Random(1))[0].texts[-1]
    assert "neuf heures" not in removed.passage
    assert "Les chiens" in removed.passage


def test_a_look_alike_is_answered_by_nothing(french: QuestionSet) -> None:
    made = examples(french, Shares(retyped=0, cropped=0, alone=0, untitled=0, answer_removed=0, look_alike=1))
    found = [example for seed in range(30) for example in made.make(2, 3, random.Random(seed))[1:]]
    assert found
    for example in found:
        assert "Lyon" not in example.question
        assert not any(example.answers)


def test_a_question_without_an_answer_is_read_with_its_own_passage_alone(french: QuestionSet) -> None:
    set_ = QuestionSet(french.paragraphs, [Question("Qui a dessiné le timbre bleu ?", 0, ())])
    (example,) = examples(set_, AS_IT_STANDS).make(0, 4, random.Random(0))
    assert [text.passage for text in example.texts] == [french.paragraphs[0].text]
    assert told(example) == [[]]


def test_a_neighbour_that_tells_the_answer_too_is_not_called_wrong() -> None:
    paragraphs = [
        Paragraph("Ponts", "Le pont mesure 320 mètres."),
        Paragraph("Ponts", "Les 320 mètres du pont."),
        *(Paragraph(f"Autre {number}", f"Un texte sur {number} chats qui dorment.") for number in range(3)),
    ]
    set_ = QuestionSet(paragraphs, [Question("Combien mesure le pont ?", 0, ((15, 25),))])
    for seed in range(20):
        (example,) = examples(set_, AS_IT_STANDS).make(0, 4, random.Random(seed))
        assert not any("320 mètres" in text.passage for text in example.texts[1:])


def test_the_same_chance_makes_the_same_examples(french: QuestionSet) -> None:
    made = examples(french, Shares())
    assert made.make(1, 3, random.Random(5)) == made.make(1, 3, random.Random(5))


def test_the_same_question_is_asked_in_other_languages(french: QuestionSet) -> None:
    other = QuestionSet(french.paragraphs, [Question("Who?", q.paragraph, q.answers) for q in french.questions])
    made = examples(french, AS_IT_STANDS, parallel=(other,))
    assert {made.make(0, 3, random.Random(seed))[0].question for seed in range(30)} == {
        "Who?",
        "Qui a dessiné le timbre rouge ?",
    }


def test_the_neighbours_of_a_stretch_are_whole_sentences() -> None:
    second = LONG.index("La phrase numéro 1 ")
    third = LONG.index("La phrase numéro 2 ")
    text = text_of(Paragraph("Lyon", LONG), second, third, neighbour=70)
    assert text.before == "La phrase numéro 0 parle de la ville de Lyon et de ses ponts."
    assert text.after == "La phrase numéro 2 parle de la ville de Lyon et de ses ponts."
    assert text_of(Paragraph("Lyon", LONG), second, third, neighbour=0).before == ""


def test_search_puts_the_passage_with_the_words_of_the_question_first(
    encoder: Encoder, french: QuestionSet, tmp_path: Path
) -> None:
    result = searched(french, encoder, 2, tmp_path)
    assert [len(one) for one in result.found] == [2] * len(french.questions)
    firsts = [result.pieces[one[0]].paragraph for one in result.found]
    assert firsts[:3] == [question.paragraph for question in french.questions[:3]]


def test_the_pieces_of_a_paragraph_partition_it() -> None:
    pieces = pieces_of([Paragraph("Lyon", LONG), Paragraph("", "Court.")])
    own = [piece for piece in pieces if piece.paragraph == 0]
    assert "".join(LONG[piece.start : piece.end] for piece in own) == LONG
    assert len(own) > 1
    assert fold("Lyon") in fold(own[0].encoded)
