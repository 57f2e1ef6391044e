from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from ui.access.keys import keys_of, new_key, proof_of
from ui.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_key_is_256_bits_in_base64url_after_its_prefix() -> None:
    key, _ = new_key("a", is_administrator=False)
    assert re.fullmatch(r"src_[A-Za-z0-9_-]{43}", key)
    assert len(base64.urlsafe_b64decode(key.removeprefix("src_") + "=")) == 32


def test_no_two_keys_are_the_same() -> None:
    assert len({new_key("a", is_administrator=False)[0] for _ in range(100)}) == 100


def test_only_its_hash_is_kept(tmp_path: Path) -> None:
    register = keys_of(Settings(keys=tmp_path / "keys.json"))
    key, entry = new_key("a", is_administrator=True)
    register.add(entry)
    kept = register.file.read_text(encoding="utf-8")
    assert key.removeprefix("src_") not in kept
    assert proof_of(key) in kept
    assert register.entries()["a"].role == "administrator"


def test_register_of_keys_lies_beside_the_corpus_and_names_its_setting(tmp_path: Path) -> None:
    register = keys_of(Settings(corpus=tmp_path / "corpus"))
    assert (register.file, register.kind.setting) == (tmp_path / ".corpus-keys.json", "SOURCIER_KEYS")
