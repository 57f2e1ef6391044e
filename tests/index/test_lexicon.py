"""What the lexicon promises: words are found however they are written, with scores that compare."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Scope
from index.lexicon import STOP_WORDS, Lexicon, Match, _remembered_stems, stems
from index.passage import Passage

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {
    "offre.txt": "Ilya Sutskever a refusé l'offre de rachat de Meta, dit l’article.",
    "prime.txt": "Meta propose une prime d'entrée de 100 millions de dollars aux chercheurs.",
    "coeur.txt": "Au cœur de l'œuvre, l'été et l’événement : aujourd’hui encore.",
    "loi.txt": "L'article L. 1234-5 du code du travail fixe le préavis des salariés.",
    "musee.txt": "Le musée ouvre ses portes aux écoliers chaque mercredi de l'été.",
}
DATES = {"offre.txt": "2025-07", "prime.txt": "2024", "coeur.txt": "2025-07-02", "loi.txt": "", "musee.txt": "2025-08"}


def passage(name: str, text: str, title: str = "", heading: str = "", date: str = "") -> Passage:
    return Passage(
        document=name,
        number=0,
        count=1,
        start=0,
        end=len(text),
        text=text,
        heading=heading,
        title=title,
        date=date,
        origin=name,
        sha256="0" * 64,
    )


PASSAGES = [passage(name, text, title=name, date=DATES[name]) for name, text in TEXTS.items()]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.build(PASSAGES)


def names(matches: list[Match]) -> list[str]:
    return [match.id.partition("#")[0] for match in matches]


@pytest.mark.parametrize(
    ("question", "variants"),
    [
        ("Qui a refusé l'offre ?", ["Qui a refusé l’offre\u00a0?", "QUI A REFUSÉ L'OFFRE ?", "qui a refuse l offre"]),
        (
            "Qui a refusé l'offre ?",
            ["Qui a refusé l‘offre\u202f?", "qui a refuse\u0301 l`offre", "  refusé\n\tl´offre "],
        ),
        ("une prime d'entrée", ["une prime d’entrée", "PRIME ENTRÉE", "prime entree", "une prime d'\u00a0entrée"]),
        ("le cœur de l'œuvre", ["le coeur de l'oeuvre", "CŒUR ŒUVRE", "coeur œuvre", "Cœur de l’Œuvre"]),
        ("un événement", ["un évènement", "UN EVENEMENT", "des événements", "l'evenement"]),
        ("l'article L. 1234-5", ["l’article L.\u00a01234-5", "article l 1234 5"]),
        ("100 millions", ["100\u00a0millions", "100\u202fmillions", "100 MILLIONS"]),
    ],
    ids=["typed plainly", "other marks", "elision", "ligatures", "accents", "article", "number"],
)
def test_how_a_question_is_typed_changes_nothing(lexicon: Lexicon, question: str, variants: list[str]) -> None:
    expected = lexicon.search(question, 10)

    assert expected
    assert [lexicon.search(variant, 10) for variant in variants] == [expected] * len(variants)


@pytest.mark.parametrize(
    "text",
    [
        "ILYA SUTSKEVER A REFUSÉ L'OFFRE DE RACHAT DE META, DIT L'ARTICLE.",
        "Ilya Sutskever a refuse\u0301 l’offre de rachat de Meta, dit l'article.",
        "Ilya\u00a0Sutskever a refusé l'offre de\u202frachat de Meta\u00a0, dit « l’article ».",
        "ilya sutskever a refuse l offre de rachat de meta dit l article",
    ],
    ids=["capitals", "decomposed", "no-break spaces", "bare"],
)
def test_how_a_passage_is_written_changes_nothing(lexicon: Lexicon, text: str) -> None:
    others = [other for other in PASSAGES if other.document != "offre.txt"]
    written = Lexicon.build([passage("offre.txt", text, title="offre.txt"), *others])
    question = "Qui a refusé l'offre de Meta ?"

    assert written.search(question, 1) == lexicon.search(question, 1)


def test_a_passage_with_more_of_the_words_comes_first(lexicon: Lexicon) -> None:
    assert names(lexicon.search("Qui a refusé l'offre de Meta ?", 5)) == ["offre.txt", "prime.txt"]


def test_no_more_passages_are_given_than_asked_for(lexicon: Lexicon) -> None:
    assert len(lexicon.search("Meta article été", 2)) == 2


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("salarié", "loi.txt"),
        ("chercheur", "prime.txt"),
        ("offres", "offre.txt"),
        ("écolier", "musee.txt"),
        ("œuvres", "coeur.txt"),
    ],
)
def test_a_word_is_found_in_its_other_forms(lexicon: Lexicon, word: str, name: str) -> None:
    assert names(lexicon.search(word, 5)) == [name]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "?",
        "Qui est-ce ?",
        "Quel est-il ?",
        "où",
        "OÙ ?",
        "Qu'est-ce que c'est ?",
        "à l'",
        *sorted(STOP_WORDS),
    ],
)
def test_a_question_of_grammar_words_only_finds_nothing(lexicon: Lexicon, question: str) -> None:
    assert lexicon.search(question, 5) == []


def test_a_word_that_stands_nowhere_finds_nothing(lexicon: Lexicon) -> None:
    assert lexicon.search("xylophone", 5) == []


@pytest.mark.parametrize(
    "syntax",
    [
        '"{}"',
        "+{}",
        "-{}",
        "{} AND",
        "AND {}",
        "NOT {}",
        "({}",
        "{}*",
        "{}~2",
        "{}^9",
        "text:{}",
        "[{} TO {}]",
        "\\{}",
        "{}\0",
    ],
)
def test_the_syntax_of_queries_is_only_text(lexicon: Lexicon, syntax: str) -> None:
    assert "loi.txt" in names(lexicon.search(syntax.replace("{}", "préavis"), 5))


@given(question=st.text(max_size=80))
def test_no_text_is_an_error(lexicon: Lexicon, question: str) -> None:
    assert len(lexicon.search(question, 3)) <= 3


@given(words=st.lists(st.sampled_from(" ".join(TEXTS.values()).split()), min_size=1, max_size=8))
def test_the_overlap_is_a_share_of_the_best_possible_score(lexicon: Lexicon, words: list[str]) -> None:
    assert all(0 < match.overlap <= 1.1 for match in lexicon.search(" ".join(words), 5))


def test_a_passage_with_all_of_the_words_overlaps_more_than_one_with_some(lexicon: Lexicon) -> None:
    whole, part = (lexicon.search(words, 1)[0].overlap for words in ("offre rachat", "offre xylophone"))

    assert whole > part


def test_repeating_a_word_of_the_question_changes_nothing(lexicon: Lexicon) -> None:
    assert lexicon.search("offre offre Meta offre", 5) == lexicon.search("offre Meta", 5)


def test_a_word_in_the_title_or_the_heading_is_found() -> None:
    lexicon = Lexicon.build([passage("a", "Rien.", title="Le préavis"), passage("b", "Rien.", heading="Congés payés")])

    assert names(lexicon.search("préavis", 5)) == ["a"]
    assert names(lexicon.search("congé", 5)) == ["b"]


def test_a_word_in_the_text_counts_more_than_one_in_the_title() -> None:
    lexicon = Lexicon.build([passage("title", "Rien du tout.", "Préavis"), passage("text", "Un préavis.", "Autre")])

    assert names(lexicon.search("préavis", 5)) == ["text", "title"]


def test_a_word_that_is_common_in_texts_and_rare_in_titles_does_not_overlap_more_than_all() -> None:
    passages = [passage(f"{n}", f"Meta fait la chose {n}", "Meta" if n == 0 else "Autre") for n in range(200)]
    assert max(match.overlap for match in Lexicon.build(passages).search("Meta ?", 5)) <= 1.5


def test_the_letter_apostrophe_is_an_apostrophe() -> None:
    assert names(Lexicon.build([passage("a", "Il a refusé l\u02bcoffre.")]).search("l'offre", 1)) == ["a"]


def test_the_title_does_not_count_in_the_rarity_of_a_word() -> None:
    lexicon = Lexicon.build([passage("a", "Rien.", title="Meta"), passage("b", "Meta.")])

    assert lexicon.rarity("met") == pytest.approx(0.693, abs=0.001)


def test_a_rare_word_is_rarer_than_a_frequent_one(lexicon: Lexicon) -> None:
    nowhere, once, twice = (lexicon.rarity(lexicon.words(word)[0]) for word in ("xylophone", "rachat", "Meta"))

    assert nowhere > once > twice > 0


def test_a_word_that_stands_everywhere_is_still_worth_something() -> None:
    lexicon = Lexicon.build([passage(str(number), "Meta") for number in range(9)])

    assert lexicon.rarity(lexicon.words("Meta")[0]) > 0


FOUND = [
    (Scope(first_day=20250701), {"offre.txt", "coeur.txt", "musee.txt"}),
    (Scope(first_day=20250703), {"offre.txt", "musee.txt"}),
    (Scope(last_day=20250701), {"offre.txt", "prime.txt"}),
    (Scope(first_day=20250702, last_day=20250702), {"offre.txt", "coeur.txt"}),
    (Scope(first_day=20241231, last_day=20241231), {"prime.txt"}),
    (Scope(first_day=20230101, last_day=20231231), set()),
    (Scope(first_day=10101, last_day=99991231), set(TEXTS) - {"loi.txt"}),
    (Scope(documents=("loi.txt", "absent.txt")), {"loi.txt"}),
    (Scope(first_day=20250701, documents=("prime.txt", "musee.txt")), {"musee.txt"}),
]


@pytest.mark.parametrize(("scope", "expected"), FOUND, ids=lambda value: str(value) if isinstance(value, Scope) else "")
def test_only_documents_in_scope_are_found(lexicon: Lexicon, scope: Scope, expected: set[str]) -> None:
    assert set(names(lexicon.search("Meta offre article événement musée", 20, scope))) == expected


@pytest.mark.parametrize("name", ["a#1.txt", 'l\'été « à » "Paris".txt', " blanc .txt", "AND *:~", "Œ/É.md", "x" * 250])
def test_any_name_of_a_document_can_be_filtered_exactly(name: str) -> None:
    lexicon = Lexicon.build([passage(name, "Un préavis."), passage(name.lower() + "z", "Un préavis.")])

    assert [match.id for match in lexicon.search("préavis", 5, Scope(documents=(name,)))] == [f"{name}#0"]


def test_a_filter_does_not_change_the_scores(lexicon: Lexicon) -> None:
    scope = Scope(first_day=20240101, documents=("offre.txt", "prime.txt"))

    assert lexicon.search("L'offre de Meta", 5, scope) == lexicon.search("L'offre de Meta", 5)


QUESTION = "L'offre de prime de Meta, l'article du musée, son œuvre"


def test_built_on_disk_it_finds_what_it_finds_in_memory(lexicon: Lexicon, tmp_path: Path) -> None:
    assert Lexicon.build(PASSAGES, tmp_path / "lexicon").search(QUESTION, 10) == lexicon.search(QUESTION, 10)


def test_opened_again_it_finds_the_same(lexicon: Lexicon, tmp_path: Path) -> None:
    Lexicon.build(PASSAGES, tmp_path / "lexicon")
    opened = Lexicon.open(tmp_path / "lexicon")

    assert (len(opened), opened.search(QUESTION, 10)) == (len(PASSAGES), lexicon.search(QUESTION, 10))


def test_many_passages_are_all_counted(tmp_path: Path) -> None:
    lexicon = Lexicon.build((passage(f"{n}.txt", f"Le numéro {n}.") for n in range(3_000)), tmp_path / "lexicon")

    assert len(lexicon) == len(Lexicon.open(tmp_path / "lexicon")) == 3_000


def test_a_lexicon_of_nothing_finds_nothing() -> None:
    assert Lexicon.build([]).search("Meta", 5) == []


@pytest.mark.parametrize("damage", ["missing", "empty", "without its description", "with a broken description"])
def test_what_is_no_lexicon_cannot_be_opened(damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "lexicon"
    Lexicon.build(PASSAGES, folder)
    if damage in ("missing", "empty"):
        shutil.rmtree(folder)
    if damage == "empty":
        folder.mkdir()
    if damage == "without its description":
        (folder / "meta.json").unlink()
    if damage == "with a broken description":
        (folder / "meta.json").write_text("{")

    with pytest.raises(ValueError, match=r".+"):
        Lexicon.open(folder)


def test_the_stems_of_a_word_as_long_as_a_question_are_not_remembered() -> None:
    _remembered_stems.cache_clear()
    assert len(stems("nations" * 200)) == 1
    assert (stems("nations"), _remembered_stems.cache_info().currsize) == (("nation",), 1)
