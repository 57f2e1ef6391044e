from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.question_set import QuestionSet
from ui.cli import main
from ui.feedback import FeedbackRequest, record

pytestmark = pytest.mark.usefixtures("bare_environment")

KEPT = Path(".sourcier-feedback.jsonl")


def _say(file: Path = KEPT, **fields: Any) -> None:
    quotes = [{"document": "a.txt", "start": 0, "end": 1, "sha256": "a" * 64}]
    default: dict[str, Any] = {"question": "Qui ?", "verdict": "useful", "answer": "Lui", "shown": "answered"}
    record(file, FeedbackRequest.read(default | {"quotes": quotes, "stamp": "s"} | fields))


def test_without_feedback_a_sentence_says_where_it_will_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1
    assert str(KEPT) in said[0]


def test_newest_comes_first_and_a_corpus_has_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _say()
    _say(question="Où ?", verdict="missing")
    _say(tmp_path / ".other-feedback.jsonl", question="Quand ?")
    assert main(["feedback"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Avis\u00a0: 2 (utile\u00a0: 1, il manque quelque chose\u00a0: 1)\n")
    assert 0 < shown.index("Où") < shown.index("Qui")
    assert main(["feedback", "--corpus", "other"]) == 0
    assert "Quand" in capsys.readouterr().out


def test_json_is_an_object_a_line_and_nothing_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "--json"]) == 0
    assert capsys.readouterr().out == ""
    _say()
    _say(question="a\u2028\x9bb")
    assert main(["feedback", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["question"] for line in lines] == ["a\u2028\x9bb", "Qui ?"]


def test_damaged_line_is_told_aside(capsys: pytest.CaptureFixture[str]) -> None:
    _say()
    with KEPT.open("a", encoding="utf-8") as file:
        file.write('{"time": ')
    assert main(["feedback", "--json"]) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert said.err.endswith("laissées de côté\u00a0: 2\n")


def test_only_what_was_said_since_a_date_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    _say()
    assert main(["feedback", "--since", "2020"]) == 0
    assert "Qui" in capsys.readouterr().out
    assert main(["feedback", "--since", "9999"]) == 0
    assert capsys.readouterr().out == "Aucun lecteur n'a donné son avis depuis 9999.\n"


def test_export_is_a_question_set_that_is_never_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    _say()
    _say(question="Où ?", shown="not_found", answer="")
    assert main(["feedback", "--export", "set.jsonl"]) == 0
    assert capsys.readouterr().err == "2 questions dans set.jsonl\n"
    kinds = [question.kind for question in QuestionSet.read(Path("set.jsonl")).questions]
    assert kinds == ["answerable", "unanswerable"]
    assert main(["feedback", "--export", "set.jsonl"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "ce fichier existe déjà" in said[0]


def test_export_to_standard_output_is_the_set_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    _say()
    assert main(["feedback", "--export", "-"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"question": "Qui ?", "document": "a.txt", "answers": ["Lui"]}
    assert shown.err == ""


def test_export_of_nothing_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    _say(question="?!")
    assert main(["feedback", "--export", "set.jsonl"]) == 0
    assert "rien n'a été écrit" in capsys.readouterr().err
    assert not Path("set.jsonl").exists()


def test_export_names_no_document_that_the_corpus_has_lost(
    seeds_corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCIER_FEEDBACK", str(KEPT))
    _say()
    assert main(["feedback", "--export", "-", "--corpus", str(seeds_corpus)]) == 0
    assert json.loads(capsys.readouterr().out) == {"question": "Qui ?"}


@pytest.mark.parametrize("arguments", [["--since", "hier"], ["--json", "--export", "-"], ["--export"]])
def test_error_of_use_is_one_sentence_in_each_language(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feedback", *arguments]) == 2
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 2)


def test_file_that_cannot_be_read_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("folder").mkdir()
    monkeypatch.setenv("SOURCIER_FEEDBACK", "folder")
    assert main(["feedback"]) == 2
    assert "Les avis gardés dans folder ne peuvent pas être lus\u00a0: c'est un dossier" in capsys.readouterr().err


def test_help_is_french_with_english_beside(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("usage\u00a0: sourcier feedback")
    assert "(only what was said on DATE or later)" in " ".join(shown.split())
