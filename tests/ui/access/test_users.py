from __future__ import annotations

import logging
import unicodedata
from typing import TYPE_CHECKING

import pytest

from ui.access import users
from ui.access.users import hash_of, is_password, new_user, prepared_password, users_of
from ui.errors import UserUnusable
from ui.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "correct horse"  # noqa: S105


def test_hash_costs_what_the_standard_asks_for() -> None:
    proof = new_user("a", PASSWORD, is_administrator=False).proof
    assert proof.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_password(PASSWORD, proof)


@pytest.mark.usefixtures("cheap_hashes")
def test_password_is_not_kept_and_no_two_hashes_are_the_same(tmp_path: Path) -> None:
    register = users_of(Settings(users=tmp_path / "users.json"))
    for name in ("a", "b"):
        register.add(new_user(name, PASSWORD, is_administrator=False))
    first, second = register.entries().values()
    assert first.proof != second.proof
    assert PASSWORD not in register.file.read_text(encoding="utf-8")


@pytest.mark.usefixtures("cheap_hashes")
def test_password_is_the_same_from_whichever_keyboard() -> None:
    proof = new_user("a", "Été à Nîmes", is_administrator=False).proof
    typed = unicodedata.normalize("NFD", "Été\u00a0à\u202fNîmes")
    assert is_password(prepared_password(typed), proof)


@pytest.mark.usefixtures("cheap_hashes")
def test_other_password_is_not_the_password() -> None:
    assert not is_password("Correct horse", hash_of(PASSWORD))


@pytest.mark.parametrize("password", ["", "123456789", "é" * 9, "e\u0301" * 9, "a" * 1_001])
def test_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(UserUnusable, match="a password has 10 to 1000 characters"):
        new_user("a", password, is_administrator=False)


@pytest.mark.parametrize("control", ["\x00", "\x7f", "\udc80"])
def test_password_that_no_browser_could_send_is_refused(control: str) -> None:
    with pytest.raises(UserUnusable, match="no control character") as refused:
        new_user("a", PASSWORD + control, is_administrator=False)
    assert PASSWORD not in str(refused.value)


def test_hash_that_somebody_wrote_by_hand_lets_nobody_in_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert not is_password(PASSWORD, "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA")
    assert "could not be compared" in caplog.text


def test_register_of_users_lies_beside_the_corpus_and_names_its_setting(tmp_path: Path) -> None:
    register = users_of(Settings(corpus=tmp_path / "corpus"))
    assert register.file == tmp_path / ".corpus-users.json"
    assert register.kind.setting == "SOURCIER_USERS"
    assert users.SHORTEST_PASSWORD == 10
