"""The language that whoever asks wants to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.texts import Language


def language_of(headers: Mapping[str, str] | None, default: Language) -> Language:
    """Return the first language of `Accept-Language` that there is; without one, the default."""
    accepted = (headers or {}).get("accept-language") or ""
    spoken = [name.split(";")[0].strip()[:2].lower() for name in accepted[:200].split(",")]
    return next((language for name in spoken for language in LANGUAGES if language == name), default)
