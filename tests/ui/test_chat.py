from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from qa.question import LONGEST_QUESTION
from ui import page_texts
from ui.chat import FRAMED_START, LOADER, LOGIN_SCRIPT, WEB, WEB_PATH, page_head
from ui.settings import load_settings
from ui.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

    from ui.settings import Settings

SCRIPTS = {file.name: file.read_text(encoding="utf-8") for file in WEB.glob("*.js")}
# The keys that scripts put together from a part of their own, by the file that says which parts there are.
MADE_UP = {
    "reason_": (WEB / "feedback.js", r"const REASONS = \[([^\]]*)\]"),
    "_explained": (WEB / "answer.js", r"const SURENESS = (\[.*?\]);"),
    "add_": (WEB.parent / "uploads.py", r"state: Literal\[([^\]]*)\]"),
}
STRING = re.compile(r'"([a-z_]+)"')


@pytest.fixture
def settings(bare_environment: Path) -> Settings:  # noqa: ARG001  settings are read in it
    return load_settings()


class _Head(HTMLParser):
    """What a browser would see of the head: its elements, and what the first script holds."""

    def __init__(self, head: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.data = ""
        self.feed(head)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.data += data


def _made_up() -> set[str]:
    """Return the keys that scripts put together."""
    found = set()
    for part, (file, parts) in MADE_UP.items():
        listed = re.search(parts, file.read_text(encoding="utf-8"), re.DOTALL)
        assert listed is not None
        names = STRING.findall(listed[1])
        assert names
        found |= {part + name if part.endswith("_") else name + part for name in names}
    return found


def _said() -> set[str]:
    """Return the keys that scripts say: the strings in `say(...)` but for its places, and behind `counted(...,`."""
    found = set()
    for source in SCRIPTS.values():
        for call in re.finditer(r"\bsay\(((?:[^(){]|\([^()]*\))*)", source):
            found |= set(STRING.findall(re.sub(r'[!=]==? "[a-z_]*"', "", call[1])))
        found |= set(re.findall(r'\bcounted\([^"\n]*?, "([a-z_]+)"\)', source))
    return found | _made_up()


def test_every_word_that_a_script_says_exists() -> None:
    assert _said() - set(page_texts.WORDS) == set()


def test_every_word_is_used_by_a_script() -> None:
    quoted = {name for source in SCRIPTS.values() for name in STRING.findall(source)}
    by_name = {name for source in SCRIPTS.values() for name in re.findall(r"\.words\[language\]\.(\w+)", source)}
    assert set(page_texts.WORDS) - _made_up() - quoted - by_name == set()


def test_no_script_puts_a_key_together_in_a_way_that_is_not_known_here() -> None:
    templates = {key for source in SCRIPTS.values() for key in re.findall(r"\bsay\(`([^`]*)`", source)}
    assert {re.sub(r"\$\{[\w.]+\}", "", key) for key in templates} == set(MADE_UP)


def test_every_place_of_a_word_is_filled_by_the_script_that_says_it() -> None:
    for name, text in page_texts.WORDS.items():
        for place in re.findall(r"\{(\w+)\}", text.fr):
            places = rf'say(?:Around)?\([^`\n]*?"{name}"[^{{\n]*\{{([^}}]*(?:\{{[^}}]*\}}[^}}]*)*)\}}'
            calls = [call for source in SCRIPTS.values() for call in re.findall(places, source)]
            assert calls, name
            assert all(re.search(rf"\b{place}\b", call) for call in calls), (name, place)


def test_both_languages_are_told_with_the_same_words() -> None:
    words = page_texts.words()
    assert set(words["fr"]) == set(words["en"]) == set(page_texts.WORDS)


def test_a_year_has_twelve_months_in_each_language() -> None:
    assert [len(words["months"].split()) for words in page_texts.words().values()] == [12, 12]


def test_scripts_are_told_what_is_set(settings: Settings) -> None:
    told = json.loads(_Head(page_head(settings)).data)
    assert told["words"] == page_texts.words()
    assert (told["language"], told["longest"], told["feedback"], told["files"]) == ("fr", LONGEST_QUESTION, True, False)
    other = settings.model_copy(update={"language": "en", "collect_feedback": False, "offer_files": True})
    told = json.loads(_Head(page_head(other)).data)
    assert (told["language"], told["feedback"], told["files"]) == ("en", False, True)


def test_nothing_that_scripts_are_told_ends_their_element(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "</script><!--<script><img src=x onerror=alert(1)>"
    plain = [tag for tag, _ in _Head(page_head(settings)).elements]
    monkeypatch.setitem(page_texts.WORDS, "hello", Text(hostile, hostile))
    seen = _Head(page_head(settings))
    assert [tag for tag, _ in seen.elements] == plain
    assert json.loads(seen.data)["words"]["fr"]["hello"] == hostile


def test_the_head_names_only_files_that_are_there(settings: Settings) -> None:
    named = [found.get("href") or found.get("src") for _, found in _Head(page_head(settings)).elements]
    files = {name.removeprefix(f"{WEB_PATH}/") for name in named if name}
    assert files == {"icon.svg", "style.css", *SCRIPTS} - {FRAMED_START, LOADER, LOGIN_SCRIPT}
    assert all((WEB / file).is_file() for file in files)


def test_every_file_that_a_script_imports_is_there() -> None:
    for source in SCRIPTS.values():
        assert {name.removeprefix("./") for name in re.findall(r'from "([^"]+)"', source)} <= set(SCRIPTS)
