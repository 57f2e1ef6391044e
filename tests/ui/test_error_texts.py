from __future__ import annotations

import re
import string

import pytest

import ui.errors
from index.errors import (
    CorpusMismatch,
    CorpusMissing,
    FolderUnusable,
    InvalidFilter,
    InvalidQuestion,
    NoDocument,
    SourcierError,
)
from index.mismatch import NAMES, Parts
from index.skipped import Skipped, by_reason
from ui.error_texts import ERRORS, PARSER_ERRORS, PARTS, sentence
from ui.reasons import REASONS
from ui.told_commands import DEFAULT_CORPUS


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
    assert said.en == "There is no corpus in mon/corpus: make one with `sourcier index FOLDER --corpus mon/corpus`."


def test_what_differs_is_told_in_both_languages() -> None:
    said = sentence(CorpusMismatch(corpus=DEFAULT_CORPUS, parts=Parts(["encoder", "text"])))
    assert "(ce qui diffère\u00a0: l'encodeur, la lecture des fichiers)" in said.fr
    assert "(what differs: the encoder, the reading of the files)" in said.en


def test_every_part_of_a_recipe_has_its_french() -> None:
    assert set(PARTS) == set(NAMES)


def test_known_reason_is_french_in_the_french_sentence_only() -> None:
    said = sentence(FolderUnusable(folder="f", reason="there is no such folder"))
    assert "ce dossier n'existe pas" in said.fr
    assert "there is no such folder" in said.en


def test_reasons_of_skipped_files_are_french_in_the_french_sentence_only() -> None:
    skipped = by_reason(Skipped(f"{number}.pdf", "it is a scan without a text layer") for number in range(5))
    said = sentence(NoDocument(folder="f", reason="no file in it is a text that can be read", skipped=skipped))
    assert said.fr.endswith("(0.pdf, 1.pdf, 2.pdf et 2 autres\u00a0: c'est une numérisation, sans texte reconnu).")
    assert said.en.endswith("(0.pdf, 1.pdf, 2.pdf and 2 more: it is a scan without a text layer).")


def test_value_of_a_user_is_never_taken_for_a_reason() -> None:
    said = sentence(InvalidFilter(name="date_from", value="no such day", reason="no such day"))
    assert said.fr.startswith("Le filtre date_from='no such day' ne convient pas\u00a0:")


def test_reason_with_braces_is_not_filled() -> None:
    assert sentence(InvalidQuestion(reason="{oops}")).en == "The question cannot be used: {oops}."


@pytest.mark.parametrize("pattern", [*PARSER_ERRORS, *REASONS], ids=lambda pair: pair[1])
def test_french_of_a_pattern_has_a_place_for_each_group(pattern: tuple[str, str]) -> None:
    english, french = pattern
    assert {int(place) for place in _places(french)} == set(range(re.compile(english).groups))
