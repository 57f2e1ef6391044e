"""Users with passwords, of which only a hash is kept that is slow to guess by (Argon2id, RFC 9106)."""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from ui.access.register import Entry, Kind, Register, composed_name
from ui.access_texts import PASSWORD_CONTROLS, PASSWORD_LENGTH
from ui.errors import UserUnusable

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from ui.settings import Settings

_log = logging.getLogger(__name__)

SHORTEST_PASSWORD: Final = 10  # characters
LONGEST_PASSWORD: Final = 1_000

# The second choice of RFC 9106, 4, for where memory is dear; one hash takes some 0.1 s of two cores.
TIME_COST: Final = 3
MEMORY_COST: Final = 65_536  # KiB
PARALLELISM: Final = 4

_USERS: Final = Kind(
    name="users",
    setting="SOURCIER_USERS",
    proof=re.compile(r"\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"),
)


def users_of(settings: Settings) -> Register:
    """Return the register of users."""
    return Register(settings.users_file, _USERS)


def new_user(name: str, password: str, *, is_administrator: bool) -> Entry:
    """Return a user, who is not kept yet; raise UserUnusable."""
    composed = composed_name(name)
    return Entry.new(composed, new_proof(composed, password), is_administrator=is_administrator)


def new_proof(name: str, password: str) -> str:
    """Return what is kept of a password that a user of this name chooses; raise UserUnusable for one that is none."""
    prepared = prepared_password(password)
    if not SHORTEST_PASSWORD <= len(prepared) <= LONGEST_PASSWORD:
        bounds = PASSWORD_LENGTH.filled(least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
        raise UserUnusable(name=name, reason=bounds)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in prepared):
        raise UserUnusable(name=name, reason=PASSWORD_CONTROLS)
    return hash_of(prepared)


def prepared_password(password: str) -> str:
    """Return a password as it is hashed, the same from whichever keyboard (OpaqueString, RFC 8265, 4.2.2)."""
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", spaced)


def hash_of(prepared: str) -> str:
    """Return the hash of a password, with the salt and the costs in it."""
    return _hasher().hash(prepared)


def is_password(prepared: str, proof: str) -> bool:
    """Tell whether a hash is that of a password; this takes time, and MEMORY_COST."""
    from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

    try:
        return _hasher().verify(proof, prepared)
    except VerifyMismatchError:
        return False
    except (VerificationError, InvalidHashError) as error:  # no memory, or a hash that somebody wrote by hand
        _log.error("a password could not be compared: %s", error)
        return False


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_COST, parallelism=PARALLELISM)
