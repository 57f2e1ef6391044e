"""What the spellings promise: however a question is typed, it comes out as the corpus would write it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passage import Passage
from index.spelling import Spelling, fold

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = """Ilya Sutskever a refusé l’offre de rachat de Meta. Qui l'a annoncé ? Selon l'article, Meta a proposé une prime
d'entrée de 100 millions de dollars à l'équipe d'OpenAI. Une offre refusée est une offre perdue pour l'IA générative.
Au cœur de l'œuvre de Mark Zuckerberg, l'été dernier, l'événement. Où est la relève ? Qu'en dit la présidente ?
L'hôpital de l'Île-de-France, quant à lui, n'a rien dit à Ilya. Le rachat, lui, a échoué, comme une prime le montre."""


def passage(text: str) -> Passage:
    return Passage("a.txt", 0, 1, 0, len(text), text, "", "", "", "a.txt", "0" * 64)


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling.learn([passage(TEXT)])


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


VARIANTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda question: question,
    "small letters": str.lower,
    "capitals": str.upper,
    "no accents": without_accents,
    "capitals without accents": lambda question: without_accents(question.upper()),
    "curly apostrophes": lambda question: question.replace("'", "’"),
    "modifier apostrophes": lambda question: question.replace("'", "ʼ"),
    "backquotes": lambda question: question.replace("'", "`"),
    "no-break spaces": lambda question: question.replace(" ", "\u00a0"),
    "many blanks": lambda question: "  " + question.replace(" ", " \t\n "),
    "lost elisions": lambda question: question.replace("'", " "),
    "loose elisions": lambda question: question.replace("'", "' "),
    "decomposed": lambda question: unicodedata.normalize("NFD", question),
    "ligatures apart": lambda question: question.replace("œ", "oe"),
    "everything at once": lambda question: without_accents(question.upper()).replace("'", "\u00a0").replace("Œ", "OE"),
}
QUESTIONS = [
    "Qui a refusé l'offre de Meta ?",
    "Où est l'équipe d'OpenAI ?",
    "Qu'en dit Ilya Sutskever, l'été dernier ?",
    "L'événement au cœur de la prime d'entrée",
    "Combien de millions l'IA générative a proposé ?",
    "N'a rien dit l'hôpital de l'Île-de-France ?",
]


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_restored_however_it_was_typed(
    spelling: Spelling, question: str, variant: Callable[[str], str]
) -> None:
    assert spelling.restore(variant(question)) == question


WORDS = sorted({*TEXT.replace("'", " ").replace("’", " ").split(), "xylophone", "Chloé", "zut"})


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=9),
    variant=st.sampled_from(sorted(VARIANTS)),
)
def test_restoring_what_was_restored_changes_nothing(spelling: Spelling, words: list[str], variant: str) -> None:
    once = spelling.restore(VARIANTS[variant](" ".join(words)))

    assert spelling.restore(once) == once


@given(question=st.text(max_size=60))
def test_no_question_is_an_error(spelling: Spelling, question: str) -> None:
    assert isinstance(spelling.restore(question), str)


@pytest.mark.parametrize("name", ["Meta", "OpenAI", "Zuckerberg", "IA", "Ilya"])
def test_a_name_gets_its_capitals_back(spelling: Spelling, name: str) -> None:
    assert spelling.restore(f"que dit {name.lower()} ?") == f"Que dit {name} ?"


def test_a_name_that_the_corpus_does_not_have_keeps_its_capital(spelling: Spelling) -> None:
    assert spelling.restore("Que dit Chloé Durand ?") == "Que dit Chloé Durand ?"


def test_a_capital_at_the_beginning_of_a_sentence_is_no_spelling(spelling: Spelling) -> None:
    assert spelling.restore("que dit selon ?") == "Que dit selon ?"


def test_a_word_that_only_begins_sentences_is_known_with_its_accents() -> None:
    spelling = Spelling.learn([passage("Élémentaire, mon cher. Élémentaire !")])

    assert spelling.restore("est-ce elementaire ?") == "Est-ce élémentaire ?"


def test_a_name_that_only_begins_sentences_keeps_its_capital() -> None:
    assert Spelling.learn([passage("Ilya a dit non.")]).restore("que dit ilya ?") == "Que dit Ilya ?"


def test_an_elision_before_a_ligature_is_mended() -> None:
    assert Spelling.learn([passage("Au cœur de l'œuvre.")]).restore("dans l œuvre") == "Dans l'œuvre"


def test_capitals_behind_one_small_letter_are_restored_once_and_for_all() -> None:
    once = Spelling.learn([passage("Une offre.")]).restore("à IBM")
    assert Spelling.learn([passage("Une offre.")]).restore(once) == once


def test_the_commonest_spelling_wins() -> None:
    spelling = Spelling.learn([passage("un évènement, un événement, un événement")])

    assert spelling.restore("quel évènement ?") == "Quel événement ?"


def test_what_is_no_lost_elision_is_left_alone(spelling: Spelling) -> None:
    assert spelling.restore("combien y a t il de plans B et de vitamines C ?").endswith(
        "y a t il de plans B et de vitamines C ?"
    )


@pytest.mark.parametrize("question", ["", " ", "?", "100", "😀"])
def test_a_question_without_words_stays(spelling: Spelling, question: str) -> None:
    assert spelling.restore(question) == question.strip()


def test_folding_takes_case_accents_and_ligatures_away() -> None:
    assert fold("ŒUVRE Été Ça ex æquo") == "oeuvre ete ca ex aequo"


def test_what_was_saved_is_loaded(spelling: Spelling, tmp_path: Path) -> None:
    spelling.save(tmp_path / "spelling.json")
    loaded = Spelling.load(tmp_path / "spelling.json")

    assert [loaded.restore(question.lower()) for question in QUESTIONS] == QUESTIONS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"garbage",
        b"\xff\xfe\x00",
        b"[]",
        b"3",
        b'"offre"',
        b'{"offre": "offre"',
        b'{"offre": 3}',
        b"[" * 100_000,
    ],
    ids=["empty", "cut", "garbage", "no UTF-8", "a list", "a number", "a string", "unclosed", "numbers", "deep"],
)
def test_a_damaged_file_is_a_value_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "spelling.json").write_bytes(content)

    with pytest.raises(ValueError, match=r".+"):
        Spelling.load(tmp_path / "spelling.json")


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Spelling.load(tmp_path / "spelling.json")
