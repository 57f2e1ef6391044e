from __future__ import annotations

import pytest

from ui.parser import build_parser

COMMANDS = ("chat", "index", "status", "doctor", "ask", "measure", "feedback", "user", "key")


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["user", "add"], ["key", "revoke"]])
def test_help_is_french_with_english_beside(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        build_parser().parse_args([*command, "--help"])
    shown = capsys.readouterr().out
    assert stop.value.code == 0
    assert shown.startswith(" ".join(["usage\u00a0: sourcier", *command]))
    assert "affiche cette aide et s'arrête (show this help and stop)" in " ".join(shown.split())
    assert "positional arguments" not in shown


@pytest.mark.parametrize(
    ("arguments", "french"),
    [
        ([], "il manque\u00a0: COMMANDE"),
        (["ask"], "il manque\u00a0: QUESTION"),
        (["measure"], "il manque\u00a0: QUESTIONS"),
        (["user"], "il manque\u00a0: ACTION"),
        (["key", "add"], "il manque\u00a0: NOM"),
        (["ask", "q", "--nope"], "argument inconnu\u00a0: --nope"),
        (["ask", "q", "--from"], "--from attend une valeur"),
        (["index", "--dry-run", "--watch"], "--watch ne va pas avec --dry-run"),
        (["feedback", "--json", "--export", "f"], "--export ne va pas avec --json"),
        (["ask", "q", "--json=1"], "--json n'attend pas de valeur"),
        (["aks", "q"], "COMMANDE\u00a0: 'aks' n'est pas un choix possible"),
    ],
)
def test_error_of_use_is_said_in_french_then_in_english(
    arguments: list[str], french: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        build_parser().parse_args(arguments)
    said = capsys.readouterr().err.splitlines()
    assert stop.value.code == 2
    assert len(said) == 2
    assert french in said[0]
    assert said[1].startswith("The command is malformed: ")


def test_documents_can_be_repeated() -> None:
    arguments = build_parser().parse_args(["ask", "--document", "a", "--document", "b", "q"])
    assert (arguments.documents, arguments.question) == (["a", "b"], "q")
