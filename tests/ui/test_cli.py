from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import index.sync
import ui.watch_lines
from qa.engine import Engine
from ui.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("bare_environment")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, seeds_engine: Engine) -> None:
    """Let each command use the engine that is open already: the models are loaded once for all tests."""
    monkeypatch.setattr(Engine, "open", lambda *_, **__: seeds_engine)
    monkeypatch.setattr(seeds_engine, "close", lambda: None)


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        *([command, "--help"] for command in ("ask", "chat", "index", "status", "doctor", "feedback")),
    ],
)
def test_help_and_version_import_nothing_heavy(arguments: Sequence[str]) -> None:
    program = (
        "import sys\nfrom ui.cli import main\n"
        f"main({arguments!r})\n"
        "heavy = {'torch', 'gradio', 'chromadb', 'transformers', 'sentence_transformers', 'pydantic', 'numpy'}\n"
        "heavy.add('watchfiles')\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    assert _python("-c", program).stderr == ""


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
@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", ""],
        ["ask", "-"],
        ["ask", "--from", "hier", "Qui ?"],
        ["ask", "--json", "--from", "2025", "-"],
        ["ask", "--max-quotes", "0", "Qui ?"],
        ["ask"],
        ["what"],
        ["index", "no-such-folder"],
        ["chat", "--port", "99999"],
        ["index", "no-such-folder", "--dry-run"],
        ["index", ".", "--max-file-pages", "0"],
    ],
)
def test_error_of_use_is_a_french_sentence_then_an_english_one(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 2
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "Qui ?"],
        ["ask", "--json", "-"],
        ["index"],
        ["index", "--dry-run"],
        ["index", "--watch"],
        ["status"],
        ["status", "--json"],
        ["doctor"],
        ["doctor", "--repair"],
    ],
)
def test_missing_corpus_has_its_own_status(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--corpus", "nowhere"]) == 3
    said = capsys.readouterr().err
    assert "Il n'y a pas encore de corpus dans nowhere" in said
    assert "There is no corpus in nowhere" in said


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


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(("lines", "status"), [(b"Qui est Mark Chen ?\n", 0), (b"Qui ?\n\n", 2), (b"", 0)])
def test_questions_of_standard_input_are_answered_line_by_line(
    lines: bytes, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert main(["ask", "--json", "-"]) == status
    assert len(capsys.readouterr().out.splitlines()) == lines.count(b"\n")


def test_settings_that_cannot_be_used_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCIER_LANGAGE", "fr")
    assert main(["ask", "Qui ?"]) == 2
    assert "peut-être SOURCIER_LANGUAGE" in capsys.readouterr().err


def test_interruption_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(index.sync, "synchronise", interrupted)
    assert main(["index", "."]) == 130
    assert capsys.readouterr().err == ""


def test_closed_pipe_ends_quietly() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    program = (
        "import sys, index.sync\nfrom ui.cli import main\n"
        "nothing = index.sync.Changes((), (), (), (), (), (), {})\n"
        "done = index.sync.Report('', 1, 1, (), nothing, 0, 0, 0.0)\n"
        "index.sync.synchronise = lambda *_, **__: done\n"
        "sys.exit(main(['index']))"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=ROOT, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_folder_is_indexed_and_then_up_to_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("La réunion du conseil aura lieu le 3 mars 2026 à Lyon.", encoding="utf-8")
    (notes / "b.bin").write_bytes(b"\x00\x01")
    assert main(["index", str(notes), "--corpus", "corpus"]) == 0
    first = capsys.readouterr()
    assert "Le corpus est prêt\u00a0: 1 document, 1 passage" in first.out
    assert "b.bin" in first.out
    assert first.err == ""  # no progress bar where nobody looks
    assert main(["index", "--corpus", "corpus"]) == 0
    assert "déjà à jour" in capsys.readouterr().out


def test_a_dry_run_tells_what_would_be_done_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("Un texte.", encoding="utf-8")
    assert main(["index", "notes", "--corpus", "corpus", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "+ a.txt"
    assert not (tmp_path / "corpus").exists()


def test_limits_of_the_command_line_reach_the_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("Un texte.", encoding="utf-8")
    (tmp_path / "notes" / "b.txt").write_bytes(b"Un long texte. " * 100_000)
    assert main(["index", "notes", "--corpus", "corpus", "--max-file-megabytes", "1"]) == 0
    assert "b.txt\u00a0: il dépasse 1 Mo" in capsys.readouterr().out


def test_status_tells_how_the_corpus_stands(seeds_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--corpus", str(seeds_corpus)]) == 0
    assert "État\u00a0: à jour" in capsys.readouterr().out
    assert main(["status", "--json", "--corpus", str(seeds_corpus)]) == 0
    assert json.loads(capsys.readouterr().out)["up_to_date"] is True


def test_doctor_finds_a_whole_corpus_whole_and_a_damaged_one_damaged(
    seeds_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = shutil.copytree(seeds_corpus, tmp_path / "damaged")
    next(damaged.glob("generations/*/spelling.json")).write_text("{}")
    assert main(["doctor", "--corpus", str(seeds_corpus)]) == 0
    assert "le corpus est entier" in capsys.readouterr().out
    assert main(["doctor", "--json", "--corpus", str(damaged)]) == 3
    assert [finding["code"] for finding in json.loads(capsys.readouterr().out)["findings"]] == ["spelling"]
    assert main(["doctor", "--repair", "--corpus", str(damaged)]) == 0
    assert "le corpus est entier" in capsys.readouterr().out


@pytest.fixture
def signalled(monkeypatch: pytest.MonkeyPatch) -> list[signal.Signals]:
    """Signals that this process gets once a watch has told something."""
    awaited: list[signal.Signals] = []

    told = ui.watch_lines.outcome_lines

    def outcome_lines(*arguments: Any, **options: Any) -> Iterator[str]:
        yield from told(*arguments, **options)
        threading.Timer(0.2, os.kill, [os.getpid(), awaited.pop()]).start()

    monkeypatch.setattr(ui.watch_lines, "outcome_lines", outcome_lines)
    return awaited


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_watch_is_ended_by_a_signal(
    signalled: list[signal.Signals],
    seeds_corpus: Path,
    number: signal.Signals,
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    signalled.append(number)
    before = signal.getsignal(signal.SIGTERM)
    assert main(["index", "--watch", "--corpus", str(seeds_corpus)]) == status
    said = capsys.readouterr()
    assert "déjà à jour" in said.out
    assert said.err.splitlines() == ["À l'écoute des dossiers (Ctrl-C pour arrêter)"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_an_error_does_not_end_a_watch_and_is_told_on_standard_error(
    signalled: list[signal.Signals], capsys: pytest.CaptureFixture[str]
) -> None:
    signalled.append(signal.SIGTERM)
    assert main(["index", "--watch", "nowhere", "--corpus", "corpus"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "Le dossier" in said.err
