from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from index.limits import Limits
from ui.errors import InvalidSettings
from ui.settings import load_settings

pytestmark = pytest.mark.usefixtures("bare_environment")


def test_defaults_need_nothing_set() -> None:
    settings = load_settings()
    assert (settings.corpus, settings.encoder, settings.device) == (Path(".sourcier"), "embedded", None)
    assert (settings.host, settings.port, settings.max_quotes, settings.language) == ("127.0.0.1", 7860, 5, "fr")


def test_what_a_file_may_cost_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().limits == Limits()
    Path("sourcier.toml").write_text("max_file_megabytes = 5\nmax_file_pages = 7\n", encoding="utf-8")
    monkeypatch.setenv("SOURCIER_MAX_FILE_SECONDS", "9")
    assert load_settings(max_file_memory="800").limits == Limits(megabytes=5, pages=7, seconds=9.0, memory=800)


def test_environment_wins_over_file_and_flag_wins_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sourcier.toml").write_text('port = 1001\nmax_quotes = 3\nencoder = "of-file"\n', encoding="utf-8")
    monkeypatch.setenv("SOURCIER_PORT", "1002")
    monkeypatch.setenv("SOURCIER_MAX_QUOTES", "4")
    settings = load_settings(port="1003", max_quotes=None)
    assert (settings.port, settings.max_quotes, settings.encoder) == (1003, 4, "of-file")


def test_file_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "other.toml"
    named.write_text('language = "en"', encoding="utf-8")
    monkeypatch.setenv("SOURCIER_CONFIG", str(named))
    assert load_settings().language == "en"


def test_named_file_that_is_missing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_CONFIG", "nowhere.toml")
    with pytest.raises(InvalidSettings, match=r"SOURCIER_CONFIG=nowhere\.toml .*no such file"):
        load_settings()


def test_unknown_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_CORPSU", "x")
    with pytest.raises(InvalidSettings, match=r"SOURCIER_CORPSU .*perhaps SOURCIER_CORPUS"):
        load_settings()


def test_place_of_the_question_sets_is_not_taken_for_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_DATA", "/data")
    assert load_settings().port == 7860


def test_unknown_key_of_the_file_is_refused_with_the_nearest_name() -> None:
    Path("sourcier.toml").write_text("prot = 80", encoding="utf-8")
    with pytest.raises(InvalidSettings, match=r"prot \(sourcier\.toml\) .*perhaps port"):
        load_settings()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"port = ", "not TOML"),
        (b"\xff\xfe", "not TOML"),
        (b"port = 0", "1 is the least"),
        (b"port = 65536", "65535 is the most"),
        (b"max_quotes = 21", "20 is the most"),
        (b"max_quotes = 'many'", "whole number"),
        (b"language = 'de'", "the choices are 'fr' or 'en'"),
        (b"encoder = ''", "not empty"),
        (b"max_file_memory = 10", "500 is the least"),
        (b"max_file_pages = 0", "1 is the least"),
    ],
)
def test_file_that_cannot_be_used_is_refused(content: bytes, sentence: str) -> None:
    Path("sourcier.toml").write_bytes(content)
    with pytest.raises(InvalidSettings, match=sentence):
        load_settings()


def test_refused_value_is_told_with_where_it_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_PORT", "http")
    with pytest.raises(InvalidSettings, match=r"port \(SOURCIER_PORT\)"):
        load_settings()
    with pytest.raises(InvalidSettings, match=r"port \(--port\)"):
        load_settings(port="99999")


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().port = 1


@pytest.mark.parametrize("path", ["/api", "/page/chat", "/metrics"])
@pytest.mark.usefixtures("bare_environment")
def test_a_root_path_that_is_an_address_of_the_servers_own_is_refused(path: str) -> None:
    with pytest.raises(InvalidSettings, match="already"):
        load_settings(root_path=path)


@pytest.mark.parametrize("path", ["", "/sourcier", "/a/api"])
@pytest.mark.usefixtures("bare_environment")
def test_any_other_root_path_is_taken(path: str) -> None:
    assert load_settings(root_path=path).root_path == path


@pytest.mark.usefixtures("bare_environment")
def test_lists_are_written_with_commas_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_TRUSTED_PROXIES", "10.0.0.1, 192.168.0.0/16")
    monkeypatch.setenv("SOURCIER_FRAME_ANCESTORS", "https://Intranet.example")
    settings = load_settings()
    assert settings.trusted_proxies == ("10.0.0.1/32", "192.168.0.0/16")
    assert settings.frame_ancestors == ("https://intranet.example",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trusted_proxies", "le mandataire"),
        ("frame_ancestors", "*"),
        ("frame_ancestors", "https://a.example/page"),
        ("cross_origins", "null"),
        ("access", "ldap"),
    ],
)
@pytest.mark.usefixtures("bare_environment")
def test_what_would_let_in_others_than_was_meant_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidSettings, match=name):
        load_settings(**{name: value})
