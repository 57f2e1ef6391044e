from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.embedded import embeddings
from qa.window import AROUND, LONGEST, PASSAGE, QUESTION, Text, Window, Windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from index.encode import Encoder

QUESTION_TEXT = "Qui a refusé l'offre de Meta ?"
TEXT = Text(
    "Les paris de Meta", "Zuckerberg cherchait des talents.", "Ilya Sutskever  a refusé l’offre.", "Il est resté."
)
MATCH = 3


@pytest.fixture(scope="session")
def tokenizer(encoder: Encoder) -> Tokenizer:
    return embeddings(encoder.model).tokenizer


@pytest.fixture(scope="session")
def windows(tokenizer: Tokenizer) -> Windows:
    return Windows(tokenizer)


def passage_words(window: Window, text: str) -> list[str]:
    return [text[start:end].strip() for start, end in window.places]


def test_question_title_neighbours_and_passage_are_read_in_this_order(windows: Windows, tokenizer: Tokenizer) -> None:
    (window,) = windows.of(QUESTION_TEXT, [TEXT])
    read = "".join(tokenizer.id_to_token(token) or "" for token in window.ids).replace("▁", "")
    parts = [QUESTION_TEXT, TEXT.title, TEXT.before, "Ilya Sutskever", TEXT.after]
    assert read.startswith("<s>")
    places = [read.index(part.replace(" ", "")) for part in parts]
    assert places == sorted(places)
    assert len(window.ids) == len(window.kinds)


def test_the_places_are_those_of_the_passage_and_its_alone(windows: Windows) -> None:
    (window,) = windows.of(QUESTION_TEXT, [TEXT])
    assert "".join(passage_words(window, TEXT.passage)) == TEXT.passage.replace(" ", "")
    kinds = [kind % MATCH for kind in window.kinds]
    assert [n for n, kind in enumerate(kinds) if kind == PASSAGE] == list(
        range(window.first, window.first + len(window.places))
    )
    assert kinds[0] == QUESTION
    assert AROUND in kinds


def test_a_word_that_stands_on_both_sides_is_marked_whatever_its_ending(windows: Windows) -> None:
    (window,) = windows.of("Qui refusa les offres ?", [TEXT])
    marked = [
        word
        for word, kind in zip(passage_words(window, TEXT.passage), window.kinds[window.first :], strict=False)
        if kind >= MATCH
    ]
    assert "".join(marked) == "refuséoffre"


def test_grammar_words_are_not_marked(windows: Windows) -> None:
    (window,) = windows.of("Qui est-ce que la de ?", [Text("", "", "La ville est de Paris.", "")])
    assert all(kind < MATCH for kind in window.kinds)


def test_a_long_window_gives_up_its_neighbours_before_its_passage(windows: Windows) -> None:
    long = "Les chats dorment au soleil toute la journée. " * 11 + "Fin."
    (window,) = windows.of("Où dorment les chats ? " * 30, [Text("Titre", long * 3, long, long)])
    assert len(window.ids) <= LONGEST
    assert window.places[-1][1] == len(long)


def test_a_passage_beyond_any_window_is_cut_at_its_end(windows: Windows) -> None:
    endless = "mot " * 2_000
    (window,) = windows.of(QUESTION_TEXT, [Text("", "", endless, "")])
    assert len(window.ids) <= LONGEST
    assert window.places[0] == (0, 3)


def test_every_text_gets_a_window_in_its_order(windows: Windows) -> None:
    texts = [TEXT, Text("", "", "Court.", ""), TEXT]
    found = windows.of(QUESTION_TEXT, texts)
    assert [len(window.places) for window in found] == [
        len(windows.of(QUESTION_TEXT, [text])[0].places) for text in texts
    ]
