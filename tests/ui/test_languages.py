from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from ui.languages import language_of
from ui.texts import Language  # noqa: TC001  pytest shows it


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("EN-us", "en"),
        ("de-DE, de;q=0.9, en;q=0.5", "en"),
        ("de, ja", "fr"),
        ("*", "fr"),
        ("", "fr"),
        (",;=,,", "fr"),
        ("x" * 10_000 + ",en", "fr"),
    ],
)
def test_the_first_language_that_there_is_is_spoken(accepted: str, language: Language) -> None:
    assert language_of(Headers({"Accept-Language": accepted}), "fr") == language


@pytest.mark.parametrize("default", ["fr", "en"])
def test_who_asks_for_none_gets_that_of_the_settings(default: Language) -> None:
    assert language_of(None, default) == default
    assert language_of(Headers({}), default) == default
    assert language_of(Headers({"accept-language": "de"}), default) == default
