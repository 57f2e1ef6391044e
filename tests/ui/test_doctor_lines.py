from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from index.diagnosis import Code, Cure, Diagnosis, Finding
from ui.doctor_lines import diagnosis_json, diagnosis_lines, finding_in_words
from ui.index_texts import CURES, FINDINGS

WHOLE = Diagnosis(corpus=Path(".sourcier"), stamp="A", documents=2, chunks=1, folders=("/srv/mes notes",), findings=())
DAMAGED = Finding("lexicon", "lexicon/meta.json", "derive", "it is missing")


def _lines(diagnosis: Diagnosis) -> list[str]:
    return [line.replace("\u00a0", " ") for line in diagnosis_lines(diagnosis, "fr")]


def test_a_whole_corpus_is_told_on_one_screen() -> None:
    assert _lines(WHOLE) == [
        "Corpus : .sourcier",
        "Génération : A",
        "Contenu : 2 documents, 1 passage",
        "Santé : le corpus est entier",
    ]


def test_each_finding_is_told_with_what_mends_it() -> None:
    assert _lines(replace(WHOLE, findings=(DAMAGED,)))[-2:] == [
        "Santé : le corpus est abîmé ; à réparer par `sourcier doctor --repair`",
        "    L'index des mots n'est plus celui qui avait été scellé, ou ne se lit plus "
        "(lexicon/meta.json : il manque). Une réparation le refait à partir des textes gardés.",
    ]


def test_what_must_be_indexed_again_is_told_with_its_folders() -> None:
    lost = replace(WHOLE, findings=(Finding("texts", "store", "index", "its rows have changed"),))
    assert "à refaire par `sourcier index '/srv/mes notes'`" in _lines(lost)[3]
    assert "à refaire par `sourcier index DOSSIER`" in _lines(replace(lost, folders=()))[3]


def test_what_is_to_be_run_names_the_corpus_as_a_shell_takes_it() -> None:
    lost = replace(
        WHOLE, corpus=Path("k/mon corpus"), findings=(Finding("texts", "store", "index", "its rows have changed"),)
    )
    assert _lines(lost)[3].endswith("`sourcier index '/srv/mes notes' --corpus 'k/mon corpus'`")
    assert _lines(lost)[4].endswith("`sourcier index DOSSIER --corpus 'k/mon corpus'`.")
    assert "`sourcier doctor --repair --corpus 'k/mon corpus'`" in _lines(replace(lost, findings=(DAMAGED,)))[3]


def test_what_is_not_known_is_not_told_as_nothing() -> None:
    lost = replace(WHOLE, documents=None, chunks=None, findings=(Finding("manifest", "manifest.json", "index", ""),))
    assert _lines(lost)[2] == "Contenu : inconnu"


def test_every_finding_and_every_cure_has_its_french() -> None:
    assert (set(FINDINGS), set(CURES)) == (set(get_args(Code)), set(get_args(Cure)))


@pytest.mark.parametrize("code", get_args(Code))
def test_both_languages_tell_the_same_part_and_detail(code: Code) -> None:
    said = finding_in_words(Finding(code, "PART", "none", "DETAIL"), Path("corpus"))
    assert [word in said.fr for word in ("PART", "DETAIL")] == [word in said.en for word in ("PART", "DETAIL")]


def test_json_has_each_finding_with_its_code() -> None:
    told = json.loads(diagnosis_json(replace(WHOLE, findings=(DAMAGED,))))
    assert (told["whole"], told["mendable"], told["findings"][0]["code"]) == (False, True, "lexicon")
