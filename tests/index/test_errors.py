"""What every error promises: one sentence with its details, and a cure."""

from __future__ import annotations

import pickle
import re
import string

import pytest

from index import errors
from index.errors import CorpusError, CorpusUnreadable, SourcierError


def children(parent: type[SourcierError]) -> list[type[SourcierError]]:
    return [child for direct in parent.__subclasses__() for child in (direct, *children(direct))]


# Those of the floors above may be known too by the time that this runs.
ALL = [error for error in children(SourcierError) if error.__module__ == errors.__name__]
SPOKEN = [error for error in ALL if "sentence" in vars(error)]


def details(error: type[SourcierError]) -> dict[str, object]:
    fields = string.Formatter().parse(error.sentence)
    return {name: f"<{name}>" for _text, name, _form, _conversion in fields if name}


def test_the_tree_at_the_top_of_the_file_holds_every_error() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")

    assert sorted(drawn) == sorted(error.__name__ for error in ALL)


@pytest.mark.parametrize("error", SPOKEN, ids=lambda error: error.__name__)
def test_a_sentence_says_every_detail(error: type[SourcierError]) -> None:
    known = details(error)

    assert known
    assert all(str(value) in str(error(**known)) for value in known.values())


@pytest.mark.parametrize("error", SPOKEN, ids=lambda error: error.__name__)
def test_the_details_stay_readable(error: type[SourcierError]) -> None:
    assert error(**details(error)).details == details(error)


@pytest.mark.parametrize("error", SPOKEN, ids=lambda error: error.__name__)
def test_an_error_crosses_from_one_process_to_another_as_itself(error: type[SourcierError]) -> None:
    known = details(error)
    # What a copy is made of was written by this test.
    copy = pickle.loads(pickle.dumps(error(**known)))  # noqa: S301

    assert (type(copy), str(copy), copy.details) == (error, str(error(**known)), known)


@pytest.mark.parametrize("error", children(CorpusError), ids=lambda error: error.__name__)
def test_an_error_about_a_corpus_names_the_corpus_and_what_to_do(error: type[CorpusError]) -> None:
    assert "{corpus}" in error.sentence
    assert re.search(r"`sourcier index|--corpus|: wait until", error.sentence)


def test_braces_in_a_detail_are_said_as_they_are() -> None:
    assert "{folder}/{0}" in str(CorpusUnreadable(corpus="{folder}/{0}", reason="x"))
