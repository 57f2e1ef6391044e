from __future__ import annotations

import getpass
import io
import json
import sys
from pathlib import Path

import pytest

from ui.access.keys import proof_of
from ui.access.users import is_password
from ui.cli import main

pytestmark = pytest.mark.usefixtures("bare_environment", "cheap_hashes")

USERS, KEYS = Path(".sourcier-users.json"), Path(".sourcier-keys.json")
PASSWORD = "correct horse"  # noqa: S105


class _Input(io.TextIOWrapper):
    """Standard input that holds some bytes, and is a terminal or not."""

    def __init__(self, content: bytes, *, is_terminal: bool = False) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def _add(monkeypatch: pytest.MonkeyPatch, *arguments: str, content: bytes = PASSWORD.encode() + b"\n") -> int:
    monkeypatch.setattr(sys, "stdin", _Input(content))
    return main(["user", "add", *arguments])


def _entries(file: Path) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))["entries"]
    return entries


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\nmore\n"])
def test_password_is_one_line_of_standard_input(
    end: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _add(monkeypatch, "anne", content=PASSWORD.encode() + end) == 0
    assert is_password(PASSWORD, _entries(USERS)[0]["proof"])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "Utilisateur anne ajouté (lecteur).\n"
    assert PASSWORD not in said.err


def test_password_is_asked_twice_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    typed = iter([PASSWORD, PASSWORD, PASSWORD, "wrong horse"])

    def typing(prompt: str) -> str:
        asked.append(prompt)
        return next(typed)

    monkeypatch.setattr(getpass, "getpass", typing)
    monkeypatch.setattr(sys, "stdin", _Input(b"", is_terminal=True))
    assert main(["user", "add", "anne"]) == 0
    assert asked == ["Mot de passe de anne\u00a0: ", "Encore une fois\u00a0: "]
    assert main(["user", "add", "zoé"]) == 2
    assert "les deux mots de passe diffèrent" in capsys.readouterr().err
    assert [entry["name"] for entry in _entries(USERS)] == ["anne"]


def test_name_that_cannot_be_taken_is_refused_before_a_password_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: pytest.fail("it was asked"))
    monkeypatch.setattr(sys, "stdin", _Input(b"", is_terminal=True))
    assert main(["user", "add", "a:b"]) == 2


@pytest.mark.parametrize("content", [b"", b"\n", b"short\n", b"\xff" * 12 + b"\n", b"a" * 5_000])
def test_password_that_is_none_is_refused_and_not_repeated(
    content: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _add(monkeypatch, "anne", content=content) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "'anne' ne convient pas" in said[0]
    assert "short" not in "".join(said)
    assert not USERS.exists()


def test_users_are_listed_with_their_roles_and_nothing_of_their_hashes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(monkeypatch, "anne")
    _add(monkeypatch, "zoé", "--administrator")
    capsys.readouterr()
    assert main(["user", "list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("anne  lecteur  créé le 2")
    assert second.startswith("zoé  administrateur  créé le 2")
    assert main(["user", "list", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(entry["name"], entry["role"]) for entry in listed] == [("anne", "reader"), ("zoé", "administrator")]
    assert {name for entry in listed for name in entry} == {"name", "role", "created"}


def test_password_is_changed_and_the_role_stays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(monkeypatch, "zoé", "--administrator")
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", _Input(b"another horse\n"))
    assert main(["user", "password", "zoé"]) == 0
    (entry,) = _entries(USERS)
    assert is_password("another horse", entry["proof"])
    assert entry["role"] == "administrator"
    said = capsys.readouterr()
    assert (said.out, "Mot de passe de zoé changé" in said.err) == ("", True)


@pytest.mark.parametrize("content", [b"", b"short\n"])
def test_password_that_is_none_changes_nothing(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    _add(monkeypatch, "anne")
    before = _entries(USERS)
    monkeypatch.setattr(sys, "stdin", _Input(content))
    assert main(["user", "password", "anne"]) == 2
    assert _entries(USERS) == before


def test_nobody_is_asked_for_the_password_of_a_stranger(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: pytest.fail("it was asked"))
    monkeypatch.setattr(sys, "stdin", _Input(b"", is_terminal=True))
    assert main(["user", "password", "anne"]) == 2
    assert "il n'y a pas d'utilisateur de ce nom" in capsys.readouterr().err


def test_user_who_is_removed_is_gone_and_a_stranger_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(monkeypatch, "anne")
    assert main(["user", "remove", "anne"]) == 0
    assert _entries(USERS) == []
    capsys.readouterr()
    assert main(["user", "remove", "anne"]) == 2
    assert "il n'y a pas d'utilisateur de ce nom" in capsys.readouterr().err


def test_key_is_shown_once_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "add", "intranet"]) == 0
    said = capsys.readouterr()
    key = said.out.removesuffix("\n")
    assert key.startswith("src_")
    assert _entries(KEYS)[0]["proof"] == proof_of(key)
    assert key not in said.err
    assert "elle ne sera plus jamais montrée" in said.err
    assert main(["key", "list"]) == main(["key", "list", "--json"]) == 0
    assert key not in capsys.readouterr().out


def test_keys_are_listed_as_json_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    main(["key", "add", "a", "--administrator"])
    main(["key", "add", "b"])
    capsys.readouterr()
    assert main(["key", "list", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(entry["name"], entry["role"]) for entry in listed] == [("a", "administrator"), ("b", "reader")]
    assert {name for entry in listed for name in entry} == {"name", "role", "created"}


def test_key_that_is_revoked_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    main(["key", "add", "a"])
    assert main(["key", "revoke", "a"]) == 0
    assert _entries(KEYS) == []
    assert "Clé a révoquée" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "french"), [("user", "Aucun utilisateur"), ("key", "Aucune clé")])
def test_empty_list_is_said_aside(command: str, french: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "list"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(french)


def test_register_lies_beside_the_corpus_that_is_named() -> None:
    assert main(["key", "add", "a", "--corpus", "other"]) == 0
    assert Path(".other-keys.json").exists()
    assert not KEYS.exists()


def test_file_that_cannot_be_used_is_one_sentence_in_each_language(capsys: pytest.CaptureFixture[str]) -> None:
    KEYS.mkdir()
    assert main(["key", "add", "a"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 2
    assert "ce n'est pas un fichier ordinaire" in said.err
    assert "SOURCIER_KEYS" in said.err
