from __future__ import annotations

import json
import logging
import multiprocessing
import os
import re
import stat
import unicodedata
from pathlib import Path

import pytest

from ui.access import register as register_module
from ui.access.register import LONGEST_NAME, Entry, Kind, LiveRegister, Register, composed_name
from ui.error_texts import sentence
from ui.errors import RegisterUnusable, UserUnusable

KIND = Kind("keys", "SOURCIER_KEYS", re.compile(r"proof \w+"))
DAMAGED = "it is no file of keys, or it is damaged"
WHOLE = {"name": "a", "role": "reader", "created": "2025-07-02T10:00:00Z", "proof": "proof a"}


def _register(folder: Path) -> Register:
    return Register(folder / "register.json", KIND)


def _entry(name: str, *, is_administrator: bool = False) -> Entry:
    return Entry.new(name, f"proof {name}", is_administrator=is_administrator)


def _write(register: Register, content: object) -> None:
    register.file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def test_without_a_file_there_is_nobody_and_none_is_made(tmp_path: Path) -> None:
    assert not _register(tmp_path).entries()
    assert list(tmp_path.iterdir()) == []


def test_what_was_added_is_read_again_in_its_order(tmp_path: Path) -> None:
    register = _register(tmp_path / "new" / "folder")
    entries = [_entry("b", is_administrator=True), _entry("a")]
    for entry in entries:
        register.add(entry)
    assert list(register.entries().values()) == entries
    assert [entry.role for entry in entries] == ["administrator", "reader"]


def test_file_is_for_its_owner_alone_whatever_the_mask(tmp_path: Path) -> None:
    register = _register(tmp_path)
    before = os.umask(0)
    try:
        register.add(_entry("a"))
    finally:
        os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_name_is_taken_once(tmp_path: Path) -> None:
    register = _register(tmp_path)
    register.add(_entry("a"))
    with pytest.raises(UserUnusable, match="there is a key of this name"):
        register.add(_entry("a"))


def test_who_is_removed_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    register = _register(tmp_path)
    for name in ("a", "é"):
        register.add(_entry(name))
    register.remove(unicodedata.normalize("NFD", "é"))
    assert list(register.entries()) == ["a"]
    with pytest.raises(UserUnusable, match="there is no key of this name"):
        register.remove("é")


def test_proof_is_changed_and_the_role_the_place_and_the_others_stay(tmp_path: Path) -> None:
    register = _register(tmp_path)
    for entry in (_entry("é", is_administrator=True), _entry("a")):
        register.add(entry)
    before = list(register.entries().values())
    register.change(unicodedata.normalize("NFD", "é"), "proof new")
    assert list(register.entries().values()) == [before[0].model_copy(update={"proof": "proof new"}), before[1]]
    with pytest.raises(UserUnusable, match="there is no key of this name"):
        register.change("b", "proof new")


def _add_many(folder: str, writer: int) -> None:
    for number in range(10):
        _register(Path(folder)).add(_entry(f"{writer}x{number}"))


def test_writers_at_the_same_time_lose_nothing_of_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork" if os.name == "posix" else None)
    writers = [context.Process(target=_add_many, args=(str(tmp_path), writer)) for writer in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(_register(tmp_path).entries()) == 40


def test_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    register = _register(tmp_path)
    writer = context.Process(target=_add_many, args=(str(tmp_path), 0))
    writer.start()
    seen = {len(register.entries())}
    while writer.is_alive():
        seen.add(len(register.entries()))
    writer.join()
    assert writer.exitcode == 0
    assert len(register.entries()) == 10


def test_what_somebody_left_who_was_stopped_is_in_nobodys_way(tmp_path: Path) -> None:
    register = _register(tmp_path)
    (tmp_path / ".register.json.new").write_text("half of", encoding="utf-8")
    register.add(_entry("a"))
    assert {file.name for file in tmp_path.iterdir()} == {"register.json", ".register.json.lock"}


def test_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    register = _register(tmp_path)
    (tmp_path / "real").mkdir()
    register.file.symlink_to(tmp_path / "real" / "register.json")
    register.add(_entry("a"))
    assert register.file.is_symlink()
    assert list(register.entries()) == ["a"]


def test_failed_writing_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = _register(tmp_path)
    register.add(_entry("a"))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RegisterUnusable, match=r"No space left on device.*SOURCIER_KEYS"):
        register.add(_entry("b"))
    assert list(register.entries()) == ["a"]
    assert not (tmp_path / ".register.json.new").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_writes_stays_the_servers(tmp_path: Path) -> None:
    register = _register(tmp_path)
    os.chown(tmp_path, 12345, 12345)
    for name in ("a", "b"):
        register.add(_entry(name))
        assert {file.stat().st_uid for file in tmp_path.iterdir()} == {12345}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"version": 1, "register_of": "keys", "entries": [',
        {"version": 2, "register_of": "keys", "entries": []},
        {"version": 1, "register_of": "users", "entries": []},
        {"version": 1, "register_of": "keys", "entries": [WHOLE, WHOLE]},
        {"version": 1, "register_of": "keys", "entries": [WHOLE | {"proof": "other"}]},
        {"version": 1, "register_of": "keys", "entries": [WHOLE | {"role": "owner"}]},
        {"version": 1, "register_of": "keys", "entries": [WHOLE | {"name": "a:b"}]},
        {"version": 1, "register_of": "keys", "entries": [WHOLE | {"name": "e\u0301"}]},
        {"version": 1, "register_of": "keys", "entries": [WHOLE | {"created": "yesterday"}]},
        {"version": 1, "register_of": "keys", "entries": [WHOLE | {"more": 1}]},
        "[" * 100_000,
    ],
)
def test_damaged_file_is_refused_and_never_written_over(content: object, tmp_path: Path) -> None:
    register = _register(tmp_path)
    _write(register, content)
    before = register.file.read_bytes()
    for attempt in (register.entries, lambda: register.add(_entry("b")), lambda: register.remove("a")):
        with pytest.raises(RegisterUnusable, match=DAMAGED):
            attempt()
    assert register.file.read_bytes() == before


def test_refusal_tells_nothing_of_what_the_file_holds(tmp_path: Path) -> None:
    register = _register(tmp_path)
    _write(register, {"version": 1, "register_of": "keys", "entries": [WHOLE | {"proof": "top secret"}]})
    with pytest.raises(RegisterUnusable) as refused:
        register.entries()
    assert "top secret" not in f"{refused.value!r} {refused.value.__cause__!r} {refused.value.details}"


def test_proof_is_not_shown_with_an_entry() -> None:
    assert "proof a" not in repr(_entry("a"))


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_refused_at_once_in_french_too(make: object, tmp_path: Path) -> None:
    register = _register(tmp_path)
    make(register.file)  # type: ignore[operator]
    with pytest.raises(RegisterUnusable) as refused:
        register.entries()
    assert "ce n'est pas un fichier ordinaire" in sentence(refused.value).fr


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a:b", "a\nb", "a\u202eb", "a\udcff", "a" * (LONGEST_NAME + 1)])
def test_name_that_a_log_or_basic_authentication_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(UserUnusable, match="a name has 1 to 100 printable characters"):
        composed_name(name)


def test_name_is_the_same_from_whichever_keyboard() -> None:
    assert composed_name(unicodedata.normalize("NFD", "Zoé Müller")) == "Zoé Müller"


# --- as a server reads it -------------------------------------------------------------------------------------------


def test_server_notices_each_change_with_the_next_look(tmp_path: Path) -> None:
    register = _register(tmp_path)
    live = LiveRegister(register)
    assert not live.entries()
    register.add(_entry("a"))
    assert list(live.entries()) == ["a"]
    register.remove("a")
    register.add(_entry("b"))
    assert list(live.entries()) == ["b"]


def test_server_reads_a_file_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = _register(tmp_path)
    register.add(_entry("a"))
    live = LiveRegister(register)
    first = live.entries()
    monkeypatch.setattr(register, "entries", lambda: pytest.fail("it was read again"))
    assert live.entries() is first


@pytest.mark.parametrize("damage", ["damaged", "vanished", "no file"])
def test_server_lets_nobody_in_by_a_file_that_it_cannot_read_and_says_so_once(
    damage: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_module, "_SECONDS_TO_RETRY", 0.0)
    register = _register(tmp_path)
    register.add(_entry("a"))
    live = LiveRegister(register)
    assert live.entries()
    if damage == "damaged":
        _write(register, "{")
    else:
        register.file.unlink()
    if damage == "no file":
        register.file.mkdir()
    with caplog.at_level(logging.ERROR):
        assert [len(live.entries()) for _ in range(3)] == [0, 0, 0]
    assert len(caplog.records) == 1
    assert str(register.file) in caplog.text
    assert "Traceback" not in caplog.text


def test_server_lets_nobody_in_while_the_file_cannot_even_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "folder"
    register = _register(folder)
    register.add(_entry("a"))
    live = LiveRegister(register)
    assert live.entries()
    folder.rename(tmp_path / "elsewhere")
    folder.write_text("in its place")  # each look raises NotADirectoryError
    assert not live.entries()
    assert "Not a directory" in caplog.text
    folder.unlink()
    (tmp_path / "elsewhere").rename(folder)
    monkeypatch.setattr(register_module, "_SECONDS_TO_RETRY", 0.0)
    assert list(live.entries()) == ["a"]


def test_server_lets_in_again_when_the_file_is_whole_again(tmp_path: Path) -> None:
    register = _register(tmp_path)
    register.add(_entry("a"))
    whole = register.file.read_bytes()
    live = LiveRegister(register)
    _write(register, "{")
    assert not live.entries()
    register.file.write_bytes(whole)
    assert list(live.entries()) == ["a"]
