from __future__ import annotations

import io
import json
import re
import sys
from typing import TYPE_CHECKING

import pytest

from ui.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("bare_environment")


@pytest.mark.usefixtures("opened")
def test_answer_for_people_is_a_line_and_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Qui est le directeur de la recherche d'OpenAI ?"]) == 0
    shown = capsys.readouterr()
    assert "«\u00a0" in shown.out
    assert "\x1b" not in shown.out
    assert shown.err == ""


@pytest.mark.usefixtures("opened")
def test_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--json", "--max-quotes", "2", "Qui est le directeur de la recherche d'OpenAI ?"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["schema"], answer["verdict"]) == ("1", "answered")
    assert 1 <= len(answer["quotes"]) <= 2


@pytest.mark.usefixtures("opened")
def test_status_tells_that_nothing_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Quelle est la recette de la blanquette de veau ?"]) == 1
    assert capsys.readouterr().out.startswith("Je n'ai pas trouvé de réponse")


@pytest.mark.usefixtures("opened")
def test_filters_of_the_command_line_reach_the_search(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ask", "--json", "--from", "2025-07", "--to", "2025-07", "Qui est le directeur de la recherche d'OpenAI ?"])
    answer = json.loads(capsys.readouterr().out)
    assert {quote["date"][:7] for quote in answer["quotes"] + answer["near"]} == {"2025-07"}


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(("lines", "status"), [(b"Qui est Mark Chen ?\n", 0), (b"Qui ?\n\n", 2), (b"", 0)])
def test_questions_of_standard_input_are_answered_line_by_line(
    lines: bytes, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert main(["ask", "--json", "-"]) == status
    assert len(capsys.readouterr().out.splitlines()) == lines.count(b"\n")


ASKED = (
    '{"question": "Qui a fondé Anthropic ?", "answers": ["Dario Amodei et Daniela Amodei"]}\n'
    '{"question": "Quelle est la capitale du Japon ?", "answers": []}\n'
)


@pytest.mark.usefixtures("opened")
def test_measuring_prints_figures_for_people(bare_environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bare_environment / "set.jsonl").write_text(ASKED, encoding="utf-8")
    assert main(["measure", "set.jsonl"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Questions\u00a0: 2, dont 1 avec réponse dans le corpus, 1 sans réponse")
    assert re.search(r"\(R@10\) +1,000\n", shown.out)
    assert shown.err == ""  # no progress bar where nobody looks


@pytest.mark.usefixtures("opened")
def test_measuring_as_json_prints_one_object_with_stable_names(
    bare_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bare_environment / "set.jsonl").write_text(ASKED, encoding="utf-8")
    assert main(["measure", "--json", "set.jsonl"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    measured = json.loads(lines[0])
    assert {name: sorted(group) for name, group in measured.items() if isinstance(group, dict)} == {
        "corpus": ["built", "chunks", "documents", "encoder", "reader", "stamp"],
        "questions": ["answerable", "total", "unanswerable", "unknown"],
        "retrieval": [
            "mean_reciprocal_rank",
            "questions",
            "recall_at_1",
            "recall_at_10",
            "recall_at_1_read",
            "recall_at_5",
        ],
        "short_answer": ["best_quote_right", "exact_match", "f1", "questions"],
        "verdict": [
            "answerable_answered",
            "auroc",
            "expected_calibration_error",
            "precision_of_answered",
            "unanswerable_refused",
        ],
        "latency_ms": ["median", "percentile_95"],
        "mistakes": ["wrong_answer", "wrongly_answered", "wrongly_refused"],
    }
    assert isinstance(measured["worst"], list)


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("content", "french", "english"),
    [
        (b"Qui ?", "(ligne 1)\u00a0: ce n'est pas du JSON", "(line 1): this is not JSON"),
        (
            b'{"question": "Qui ?", "document": "a.txt"}',
            "(ligne 1)\u00a0: le corpus n'a pas de document 'a.txt'",
            "(line 1): the corpus holds no document 'a.txt'",
        ),
        (b"", "il ne contient aucune question", "it holds no question"),
        (None, "ce fichier n'existe pas", "No such file or directory"),
    ],
)
def test_question_set_that_cannot_be_used_is_one_sentence_in_each_language(
    content: bytes | None, french: str, english: str, bare_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (bare_environment / "set.jsonl").write_bytes(content)
    assert main(["measure", "set.jsonl"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert len(lines) == 2
    assert french in lines[0]
    assert english in lines[1]


def test_measuring_without_a_corpus_has_its_own_status(
    bare_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bare_environment / "set.jsonl").write_text(ASKED, encoding="utf-8")
    assert main(["measure", "set.jsonl", "--corpus", "nowhere"]) == 3
    assert "Il n'y a pas encore de corpus dans nowhere" in capsys.readouterr().err
