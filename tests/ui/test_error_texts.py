from __future__ import annotations

import re
import string

import pytest

import ui.errors
from index.errors import CorpusMissing, FolderUnusable, InvalidFilter, InvalidQuestion, SourcierError
from ui.error_texts import ERRORS, PARSER_ERRORS, sentence
from ui.reasons import REASONS


def _kinds(kind: type[SourcierError]) -> list[type[SourcierError]]:
    return [kind, *(child for direct in kind.__subclasses__() for child in _kinds(direct))]


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_error_has_its_french() -> None:
    assert vars(ui.errors)
    assert [kind.__name__ for kind in _kinds(SourcierError) if kind not in ERRORS] == []


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_french_sentence_tells_the_same_details(kind: type[SourcierError]) -> None:
    assert _places(ERRORS[kind]) == _places(kind.sentence)


def test_details_fill_both_sentences() -> None:
    said = sentence(CorpusMissing(corpus="mon/corpus"))
    assert "mon/corpus" in said.fr
    assert said.en == "There is no corpus in mon/corpus: make one with `sourcier index FOLDER`."


def test_known_reason_is_french_in_the_french_sentence_only() -> None:
    said = sentence(FolderUnusable(folder="f", reason="there is no such folder"))
    assert "ce dossier n'existe pas" in said.fr
    assert "there is no such folder" in said.en


def test_value_of_a_user_is_never_taken_for_a_reason() -> None:
    said = sentence(InvalidFilter(name="date_from", value="no such day", reason="no such day"))
    assert said.fr.startswith("Le filtre date_from='no such day' ne convient pas\u00a0:")


def test_reason_with_braces_is_not_filled() -> None:
    assert sentence(InvalidQuestion(reason="{oops}")).en == "The question cannot be used: {oops}."


@pytest.mark.parametrize("pattern", [*PARSER_ERRORS, *REASONS], ids=lambda pair: pair[1])
def test_french_of_a_pattern_has_a_place_for_each_group(pattern: tuple[str, str]) -> None:
    english, french = pattern
    assert {int(place) for place in _places(french)} == set(range(re.compile(english).groups))
