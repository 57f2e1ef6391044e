from __future__ import annotations

import re

import pytest

from ui import error_texts, feedback_texts, help_texts, index_texts, page_texts, texts
from ui.texts import Text, counted


def _all_texts() -> list[Text]:
    found: list[Text] = []
    for module in (texts, error_texts, feedback_texts, help_texts, index_texts, page_texts):
        for value in vars(module).values():
            members = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
            found += [member for member in members if isinstance(member, Text)]
    return found


def test_every_text_is_in_both_languages() -> None:
    assert len(_all_texts()) > 300
    assert [text for text in _all_texts() if not text.fr.strip() or not text.en.strip()] == []


def test_both_languages_have_the_same_places() -> None:
    def places(sentence: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", sentence))

    assert [text for text in _all_texts() if places(text.fr) != places(text.en)] == []


def test_french_signs_do_not_stand_alone_on_a_line() -> None:
    assert Text("Quoi ? « ceci » : cela", "").fr == "Quoi\u00a0? «\u00a0ceci\u00a0»\u00a0: cela"


def test_a_text_in_a_text_is_put_in_each_language() -> None:
    filled = Text("Le port {why}", "The port {why}").filled(why=Text("est pris", "is in use"))
    assert (filled.fr, filled.en) == ("Le port est pris", "The port is in use")


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [(0, "0 document", "0 documents"), (1, "1 document", "1 document"), (2, "2 documents", "2 documents")],
)
def test_plural_begins_where_each_language_begins_it(count: int, french: str, english: str) -> None:
    assert counted(count, texts.DOCUMENTS) == Text(french, english)


def test_asked_language_comes_first() -> None:
    assert Text("oui", "yes").both() == "oui\nyes"
    assert Text("oui", "yes").both("en") == "yes\noui"
