from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from index.errors import QuestionSetMalformed, QuestionSetUnreadable
from qa.question_set import Question, QuestionSet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], QuestionSet]:
    """Write a file and read it as a question set."""

    def written_and_read(content: str | bytes) -> QuestionSet:
        file = tmp_path / "questions.jsonl"
        file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return QuestionSet.read(file)

    return written_and_read


def _squad(*questions: dict[str, Any], context: Any = "Le texte.") -> str:
    return json.dumps(
        {"version": "v2.0", "data": [{"title": "t", "paragraphs": [{"context": context, "qas": questions}]}]}
    )


def test_lines_tell_question_document_and_answers(read: Callable[[str], QuestionSet]) -> None:
    lines = (
        '{"id": 7, "question": "Qui ?", "document": "notes/e\u0301te\u0301.txt", "answers": ["Ada", "Lovelace"]}\r\n'
        "\n"
        '{"question": "Où ?", "answers": []}\n'
        '{"question": "Quand ?\u2028Vraiment ?", "document": null}'
    )
    assert read(lines).questions == (
        Question("Qui ?", "line 1", ("Ada", "Lovelace"), "notes/été.txt"),
        Question("Où ?", "line 3", ()),
        Question("Quand ?\u2028Vraiment ?", "line 4"),
    )


@pytest.mark.parametrize("version", ["1", "2"])
def test_squad_format_of_either_version_is_read(read: Callable[[str], QuestionSet], version: str) -> None:
    told: dict[str, Any] = {
        "question": "Qui ?",
        "id": "1",
        "answers": [{"text": "Ada", "answer_start": 3}, {"text": "A. L."}],
    }
    untold: dict[str, Any] = {"question": "Où ?", "answers": []}
    if version == "2":
        told["is_impossible"] = False
        untold = {"question": "Où ?", "is_impossible": True, "plausible_answers": [{"text": "Paris"}]}
    place = "data[0].paragraphs[0].qas"
    assert read(_squad(told, untold)).questions == (
        Question("Qui ?", f"{place}[0]", ("Ada", "A. L."), context="Le texte."),
        Question("Où ?", f"{place}[1]", (), context="Le texte."),
    )


def test_squad_format_may_stand_on_many_lines_behind_a_byte_order_mark(read: Callable[[str], QuestionSet]) -> None:
    pretty = json.dumps(json.loads(_squad({"question": "Qui ?", "answers": []})), indent=2)
    assert [question.text for question in read(f"\ufeff{pretty}\n").questions] == ["Qui ?"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (Question("Qui ?", "", answers=("Ada",)), "answerable"),
        (Question("Qui ?", "", document="a.txt"), "answerable"),
        (Question("Qui ?", "", answers=(), document="a.txt"), "unanswerable"),
        (Question("Qui ?", ""), "unknown"),
    ],
)
def test_kind_is_what_the_set_says_and_no_more(question: Question, kind: str) -> None:
    assert question.kind == kind


GOOD = '{"question": "Qui ?"}\n'


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (GOOD + '{"question": "Où ?"\n', "line 2", "not JSON"),
        ('{"question": "Où ?"\n' + GOOD, "line 1", "not JSON"),
        ('{"data": [\n{"paragraphs": [', "line 2", "not JSON"),
        ("Qui ?\n", "line 1", "not JSON"),
        ("[" * 100_000, "line 1", "not JSON"),
        (GOOD.encode() + b'{"question": "O\xf9 ?"}\n', "line 2", "UTF-8"),
        (GOOD + '"Qui ?"\n', "line 2", "not a JSON object"),
        ('\n["Qui ?",\n"Quand ?"]', "line 2", "not a JSON object"),
        (GOOD + '{"answers": []}\n', "line 2", "field question"),
        (GOOD + '{"question": 3}\n', "line 2", "field question"),
        (GOOD + '{"question": " ?! "}\n', "line 2", "no word"),
        (json.dumps({"question": "a" * 2001}), "line 1", "2000 characters"),
        (GOOD + '{"question": "Où ?", "answer": "Ici"}\n', "line 2", "'answer' is unknown"),
        (GOOD + '{"question": "Où ?", "document": ["a"]}\n', "line 2", "field document"),
        (GOOD + '{"question": "Où ?", "document": ""}\n', "line 2", "field document"),
        (GOOD + '{"question": "Où ?", "answers": "Ici"}\n', "line 2", "field answers"),
        (GOOD + '{"question": "Où ?", "answers": ["Ici", ""]}\n', "line 2", "field answers"),
        ('{"data": {}}', "", "field data"),
        ('{"data": [3]}', "data[0]", "not a JSON object"),
        ('{"data": [{"title": "t"}]}', "data[0]", "field paragraphs"),
        (_squad(context=None), "data[0].paragraphs[0]", "field context"),
        (_squad({"question": "Qui ?"}), "data[0].paragraphs[0].qas[0]", "field answers"),
        (_squad({"answers": []}), "data[0].paragraphs[0].qas[0]", "field question"),
        (_squad({"question": "Qui ?", "answers": [{}]}), "data[0].paragraphs[0].qas[0].answers[0]", "field text"),
        (
            _squad({"question": "Qui ?", "answers": [], "is_impossible": "no"}),
            "data[0].paragraphs[0].qas[0]",
            "field is_impossible",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_mistake_is_told_with_its_place(
    read: Callable[[str | bytes], QuestionSet], content: str | bytes, place: str, words: str
) -> None:
    with pytest.raises(QuestionSetMalformed) as raised:
        read(content)
    assert raised.value.details["place"] == (place or "the whole file")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", ["", "\n\n", '{"data": []}', _squad()])
def test_a_file_without_a_question_is_refused(read: Callable[[str], QuestionSet], content: str) -> None:
    with pytest.raises(QuestionSetUnreadable, match="holds no question"):
        read(content)


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetUnreadable, match="No such file or directory"):
        QuestionSet.read(tmp_path / "nowhere.json")
    with pytest.raises(QuestionSetUnreadable, match="Is a directory"):
        QuestionSet.read(tmp_path)
