from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ui.access.check import check_access
from ui.access.users import new_user, users_of
from ui.error_texts import sentence
from ui.errors import InvalidSettings, RegisterUnusable
from ui.settings import Access, Settings

if TYPE_CHECKING:
    from pathlib import Path

PROVIDER = {"oidc_issuer": "https://id.example.org", "oidc_client_id": "a", "oidc_client_secret": "b"}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"host": "::1"},
        {"host": "localhost"},
        {"host": "192.0.2.1", "open_to_all": True},
        {"hosts": ("intranet.example",), "root_path": "/sourcier", "tls": True, "open_to_all": True},
        {"access": "header", "trusted_proxies": ("10.0.0.1",)},
        {"access": "oidc", "host": "192.0.2.1", **PROVIDER},
    ],
)
def test_access_that_is_whole_is_let_be(fields: dict[str, Any], tmp_path: Path) -> None:
    check_access(Settings(corpus=tmp_path / "corpus", **fields))


@pytest.mark.parametrize(
    ("fields", "french", "english"),
    [
        ({"host": "0.0.0.0"}, "réglez access sur basic", "beyond this machine (host)"),  # noqa: S104
        ({"hosts": ("intranet.example",)}, "au-delà de cette machine (hosts)", "(hosts)"),
        ({"root_path": "/sourcier", "tls": True}, "par open_to_all=true que c'est voulu", "(root_path, tls)"),
        ({"trusted_proxies": ("127.0.0.1",)}, "au-delà de cette machine (trusted_proxies)", "(trusted_proxies)"),
        ({"access": "basic"}, "`sourcier user add NOM`", "make one with `sourcier user add NAME`"),
        ({"access": "header"}, "aucun mandataire", "no proxy is trusted"),
        (
            {"access": "header", "trusted_proxies": ("10.0.0.1", "::/0")},
            "::/0 est le monde entier",
            "::/0 is the whole world",
        ),
        ({"access": "oidc"}, "il manque oidc_issuer, oidc_client_id, oidc_client_secret", "must be set"),
        (
            {"access": "oidc", **PROVIDER, "oidc_client_id": None},
            "il manque oidc_client_id pour",
            "oidc_client_id must",
        ),
    ],
)
def test_access_that_is_open_by_oversight_or_closed_to_all_is_refused(
    fields: dict[str, Any], french: str, english: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidSettings) as refused:
        check_access(Settings(corpus=tmp_path / "corpus", **fields))
    said = sentence(refused.value)
    assert french in said.fr
    assert english in said.en


@pytest.mark.usefixtures("cheap_hashes")
def test_one_user_is_enough(tmp_path: Path) -> None:
    settings = Settings(corpus=tmp_path / "corpus", access="basic")
    users_of(settings).add(new_user("anne", "correct horse", is_administrator=False))
    check_access(settings)


@pytest.mark.parametrize("access", ["basic", "header"])
def test_register_that_cannot_be_read_keeps_a_server_from_starting(access: Access, tmp_path: Path) -> None:
    settings = Settings(corpus=tmp_path / "corpus", access=access, trusted_proxies=("10.0.0.1",))
    (settings.users_file if access == "basic" else settings.keys_file).write_text("{", encoding="utf-8")
    with pytest.raises(RegisterUnusable):
        check_access(settings)
