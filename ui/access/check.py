"""Whether the settings let in those who are meant, asked before a server starts."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from ui import access_texts as texts
from ui.access.keys import keys_of
from ui.access.users import users_of
from ui.errors import InvalidSettings

if TYPE_CHECKING:
    from ui.settings import Settings
    from ui.texts import Text


def check_access(settings: Settings) -> None:
    """Raise InvalidSettings where access would be open by oversight, or closed to all, and RegisterUnusable."""
    checks = {"none": _check_none, "basic": _check_basic, "header": _check_header, "oidc": _check_oidc}
    checks[settings.access](settings)
    if settings.access != "none":
        keys_of(settings).entries()


def _check_none(settings: Settings) -> None:
    if settings.beyond_this_machine and not settings.open_to_all:
        raise _refused("access=none", texts.OPEN_TO_ALL.filled(told=", ".join(settings.beyond_this_machine)))


def _check_basic(settings: Settings) -> None:
    if not users_of(settings).entries():
        raise _refused("access=basic", texts.NO_USER.filled(file=settings.users_file))


def _check_header(settings: Settings) -> None:
    if not settings.trusted_proxies:
        raise _refused("access=header", texts.NO_PROXY)
    for network in settings.trusted_proxies:
        if ip_network(network, strict=False).prefixlen == 0:
            raise _refused("trusted_proxies", texts.EVERYBODY_TRUSTED.filled(network=network))


def _check_oidc(settings: Settings) -> None:
    names = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    missing = [name for name in names if getattr(settings, name) is None]
    if missing:
        raise _refused("access=oidc", texts.NO_PROVIDER.filled(missing=", ".join(missing)))


def _refused(name: str, reason: Text) -> InvalidSettings:
    return InvalidSettings(name=name, reason=reason)
