from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from ui.parser import build_parser
from ui.texts import Text
from ui.told_commands import DEFAULT_CORPUS, naming_corpus

SAID = Text("Refaites-le par `sourcier index DOSSIER`.", "Make it again with `sourcier index FOLDER`.")


def test_the_default_corpus_is_not_named() -> None:
    assert naming_corpus(SAID, DEFAULT_CORPUS) == SAID


@pytest.mark.parametrize("corpus", ["k/c", "/srv/mes notes", "l'été", "{corpus}", "$HOME"])
def test_what_is_pasted_is_about_the_corpus_that_is_meant(corpus: str) -> None:
    said = naming_corpus(SAID, Path(corpus)).filled()
    for command in (said.fr.split("`")[1], said.en.split("`")[1]):
        _, *arguments = shlex.split(command)
        assert build_parser().parse_args(arguments).corpus == corpus


def test_a_command_that_names_a_corpus_stays_as_it_is() -> None:
    elsewhere = Text("`sourcier index DOSSIER --corpus ENDROIT`", "`sourcier index FOLDER --corpus PLACE`")
    assert naming_corpus(elsewhere, "k/c") == elsewhere


def test_places_stay_open() -> None:
    said = naming_corpus(Text("`sourcier index {folders}`", "`sourcier index {folders}`"), "k")
    assert said.filled(folders="a").en == "`sourcier index a --corpus k`"
