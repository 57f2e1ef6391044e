from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from qa.training import datasets
from tests.qa.training.conftest import PONT, TIMBRE, key, title_of

if TYPE_CHECKING:
    from pathlib import Path

    from qa.training.datasets import QuestionSet


def words(found: QuestionSet) -> list[list[str]]:
    return [[found.paragraphs[q.paragraph].text[start:end] for start, end in q.answers] for q in found.questions]


def test_no_article_is_in_two_splits(data: Path) -> None:
    splits = [datasets.piaf(data, split) for split in ("train", "development", "test")]
    titles = [{paragraph.title for paragraph in one.paragraphs} for one in splits]
    assert [len(one) for one in titles] == [3, 1, 1]
    assert len(set.union(*titles)) == 5


def test_a_split_can_be_asked_over_all_paragraphs(data: Path) -> None:
    found = datasets.piaf(data, "development", all_paragraphs=True)
    assert len(found.paragraphs) == 5
    assert words(found) == [["320 mètres"], ["1956"]]


def test_answers_that_are_not_where_they_are_said_to_be_are_dropped(data: Path) -> None:
    assert words(datasets.afriqa(data, "train")) == [["Jeanne Martin"]]


@pytest.mark.parametrize("language", datasets.LANGUAGES)
def test_parallel_sets_have_the_same_numbers(data: Path, language: str) -> None:
    found = datasets.xquad(data, language)
    assert [question.paragraph for question in found.questions] == [0, 0]
    assert found.paragraphs[0].title == "Super Jardin"


def test_the_italian_set_and_the_public_service_are_read(data: Path) -> None:
    assert words(datasets.squad_it(data)) == [["à neuf heures"], ["Paul Roux"]]
    assert datasets.service_public(data).questions[0].text == "Comment refaire sa carte ?"


def test_written_questions_stand_on_paragraphs_and_sheets_and_some_have_no_answer(data: Path, written: Path) -> None:
    found = datasets.written(data, written)
    assert words(found) == [["Jeanne Martin"], [], ["25 euros"]]
    assert [found.paragraphs[question.paragraph].title for question in found.questions][2] == "Carte perdue"
    assert found.questions[0].paragraph == found.questions[1].paragraph


def test_a_written_question_on_a_paragraph_that_is_not_for_training_is_refused(data: Path, tmp_path: Path) -> None:
    line = {"of": key(title_of(1), PONT), "question": "Combien mesure le pont ?", "answer": "320 mètres"}
    (tmp_path / "written.jsonl").write_text(json.dumps(line), encoding="utf-8")
    with pytest.raises(KeyError):
        datasets.written(data, tmp_path / "written.jsonl")


def test_a_written_answer_is_right_wherever_it_stands_as_whole_words(data: Path, tmp_path: Path) -> None:
    line = {"of": key(title_of(5), TIMBRE), "question": "Qu'est-ce qui coûte deux euros ?"}
    (tmp_path / "written.jsonl").write_text(json.dumps(line | {"answer": "timbre"}), encoding="utf-8")
    assert words(datasets.written(data, tmp_path / "written.jsonl")) == [["timbre"]]
    (tmp_path / "written.jsonl").write_text(json.dumps(line | {"answer": "timb"}), encoding="utf-8")
    with pytest.raises(ValueError, match="« timb » does not stand in its paragraph"):
        datasets.written(data, tmp_path / "written.jsonl")


def test_two_sets_become_one_whose_answers_still_stand_where_they_did(data: Path) -> None:
    both = datasets.piaf(data, "train") + datasets.afriqa(data, "train")
    assert words(both)[-1] == ["Jeanne Martin"]
    assert words(both)[0] == ["Jeanne Martin"]
    assert both.questions[-1].paragraph == 3


def test_the_first_questions_come_with_their_paragraphs(data: Path) -> None:
    found = datasets.piaf(data, "train").first(3)
    assert len(found.questions) == 3
    assert len(found.paragraphs) == 2


def test_data_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        datasets.piaf(tmp_path, "train")
