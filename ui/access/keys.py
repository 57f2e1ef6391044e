"""API keys, of which only the SHA-256 is kept.

A key is 256 random bits, which nobody guesses however fast they try: a hash that is slow would prove nothing more, and
be paid for by every request.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING, Final

from ui.access.register import Entry, Kind, Register, composed_name

if TYPE_CHECKING:
    from ui.settings import Settings

PREFIX: Final = "src_"
"""By which those who look for secrets in sources and logs find one of ours."""
_BYTES: Final = 32

_KEYS: Final = Kind(name="keys", setting="SOURCIER_KEYS", proof=re.compile(r"[0-9a-f]{64}"))


def keys_of(settings: Settings) -> Register:
    """Return the register of keys."""
    return Register(settings.keys_file, _KEYS)


def new_key(name: str, *, is_administrator: bool) -> tuple[str, Entry]:
    """Return a key, in base64url after PREFIX, and the entry that it is known by; raise UserUnusable."""
    composed = composed_name(name)
    key = PREFIX + secrets.token_urlsafe(_BYTES)
    return key, Entry.new(composed, proof_of(key), is_administrator=is_administrator)


def proof_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
