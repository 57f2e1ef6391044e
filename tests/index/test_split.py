"""What splitting promises: chunks that partition any text, each encoded with its surroundings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import split as room
from index.document import Document, Heading
from index.load import load
from index.split import CHUNK_SIZE, NEIGHBOUR, fingerprint, split

SEEDS = Path(__file__).parents[2] / "seeds"
ODD = "aé\u0301B1.!?…,;:»«\"'’ \u00a0\u202f\n\r\t\u2028#-😀👩\u200d🔬"


def document(text: str, headings: tuple[Heading, ...] = ()) -> Document:
    return Document(id="note.txt", text=text, title="Le titre", date="", origin="note.txt", headings=headings)


def prose(sentences: int) -> str:
    return " ".join(
        f"Voici la phrase {number} du texte, qui dit une chose et une autre." for number in range(sentences)
    )


texts = st.text() | st.text(alphabet=ODD, max_size=400) | st.lists(st.text(alphabet=ODD, max_size=90)).map("\n\n".join)


@given(texts, st.integers(1, 90), st.lists(st.integers(0, 400), max_size=4))
def test_the_chunks_partition_any_text(text: str, chunk_size: int, borders: list[int]) -> None:
    headings = tuple(Heading(start, "Un intertitre") for start in sorted(set(borders)) if start < len(text))
    chunks = split(document(text, headings), chunk_size)

    assert "".join(chunk.text for chunk in chunks) == text
    assert [text[chunk.start : chunk.end] for chunk in chunks] == [chunk.text for chunk in chunks]
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))


@given(texts, st.integers(1, 90))
def test_no_chunk_is_longer_than_it_may_be(text: str, chunk_size: int) -> None:
    assert all(len(chunk.text.strip()) <= 1.25 * chunk_size for chunk in split(document(text), chunk_size))


@given(texts, st.integers(1, 90))
def test_no_chunk_is_mere_white_space_unless_the_text_is(text: str, chunk_size: int) -> None:
    assert text.isspace() or not any(chunk.text.isspace() for chunk in split(document(text), chunk_size))


@given(
    st.lists(
        st.lists(
            st.sampled_from(["art.", "L.", "1234-5", "«", "mot", "?", "10", "%", "\u00a0!"]), min_size=1, max_size=4
        )
    )
)
def test_no_cut_is_made_at_a_no_break_space_where_another_is_possible(groups: list[list[str]]) -> None:
    text = " ".join("\u00a0".join(group) for group in groups)
    cuts = [chunk.start for chunk in split(document(text), 40)][1:]

    assert not any(text[cut - 1] in "\u00a0\u202f" or text[cut] in "\u00a0\u202f" for cut in cuts)


def test_a_text_without_any_other_cut_is_cut_at_its_size() -> None:
    assert [len(chunk.text) for chunk in split(document("\u00a0".join("a" * 2000)), 600)][:3] == [600, 600, 600]


def test_an_empty_text_has_no_chunk() -> None:
    assert split(document("")) == []


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda file: file.name[:3])
def test_each_seed_is_partitioned_into_chunks_of_a_good_size(seed: Path) -> None:
    chunks = split(load(seed, SEEDS))

    assert "".join(chunk.text for chunk in chunks) == seed.read_text(encoding="utf-8")
    assert all(80 <= len(chunk.text) <= 1.25 * CHUNK_SIZE for chunk in chunks)


def test_paragraphs_are_kept_whole_where_they_fit() -> None:
    paragraphs = [prose(7) + "\n\n", prose(6) + "\n\n", prose(7)]

    assert [chunk.text for chunk in split(document("".join(paragraphs)), 600)] == paragraphs


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    assert all(chunk.text.rstrip().endswith(".") for chunk in split(document(prose(40)), 600))


def test_a_long_paragraph_is_not_cut_after_an_abbreviation() -> None:
    chunks = split(document("On a vu hier M. Dupont et aussi Mme. Durand avec Dr. Petit et J. Martin " * 30), 600)

    assert not any(chunk.text.rstrip().endswith((" M.", " Mme.", " Dr.", " J.")) for chunk in chunks)


def test_sentences_that_lost_their_space_are_cut_apart() -> None:
    chunks = split(document("Meta recrute sans compter des chercheurs.Selon lui, c'est trop cher payé." * 30), 600)

    assert all(chunk.text.endswith(".") for chunk in chunks)


@pytest.mark.parametrize(
    "last",
    ["Et voilà tout ce qu'il y avait à dire de tout cela.", "Pour aller plus loin, voir aussi le dossier complet"],
)
def test_a_tiny_last_piece_goes_with_the_one_before(last: str) -> None:
    text = f"{prose(9)}\n\n{last}"

    assert len(split(document(text), len(text) - 10)) == 1


@pytest.mark.parametrize("sentences", [5, 14])
def test_a_heading_begins_the_chunk_of_what_it_heads(sentences: int) -> None:
    first, heading, second = prose(6) + "\n\n", "Un bel intertitre\n\n", prose(sentences)
    chunks = split(document(first + heading + second, (Heading(len(first), "Un bel intertitre"),)), 600)

    assert chunks[0].text == first
    assert chunks[1].text.startswith(heading + "Voici la phrase 0")


def test_the_heading_of_a_chunk_is_the_nearest_above_it() -> None:
    first, second = "Premier point\n\n" + prose(18) + "\n\n", "Second point\n\n" + prose(18)
    headings = (Heading(0, "Premier point"), Heading(len(first), "Second point"))
    chunks = split(document(first + second, headings), 600)

    assert [chunk.heading for chunk in chunks] == [
        "Premier point" if chunk.start < len(first) else "Second point" for chunk in chunks
    ]


def test_above_the_first_heading_there_is_none() -> None:
    text = prose(9) + "\n\nUn intertitre\n\n" + prose(9)
    chunks = split(document(text, (Heading(text.index("Un intertitre"), "Un intertitre"),)), 600)

    assert chunks[0].heading == ""


@pytest.mark.parametrize(("offset", "heading"), [(10, "Un intertitre"), (150, "")])
def test_a_heading_inside_counts_only_near_the_beginning(offset: int, heading: str) -> None:
    chunks = split(document("Un mot. " * 20 + "Deux mots. " * 2, (Heading(offset, "Un intertitre"),)), 600)

    assert chunks[0].heading == heading


def test_what_is_encoded_is_the_chunk_between_its_title_and_its_neighbours() -> None:
    text = "Le point\n\n" + prose(30)
    chunk = split(document(text, (Heading(0, "Le point"),)), 600)[1]
    before = "Voici la phrase 9 du texte, qui dit une chose et une autre."

    assert before in text[: chunk.start]
    assert chunk.encoded.startswith("Le titre : Le point : ")
    assert f"{before} {chunk.text.strip()} Voici la phrase" in chunk.encoded


@pytest.mark.parametrize(("heading", "titles"), [("Le titre", "Le titre"), ("Le point", "Le titre : Le point")])
def test_a_heading_is_said_once_and_set_off_by_a_colon(heading: str, titles: str) -> None:
    chunk = split(document(heading + "\n\n" + prose(5), (Heading(0, heading),)), 600)[0]

    assert chunk.encoded == f"{titles} : {prose(5)}"


@given(texts, st.integers(20, 90))
def test_the_neighbours_are_bounded(text: str, chunk_size: int) -> None:
    for chunk in split(document(text), chunk_size):
        assert len(chunk.encoded) <= len("Le titre") + len(chunk.text) + 2 * NEIGHBOUR + 5


def test_a_neighbour_that_is_too_long_is_left_out() -> None:
    first, second = "a" * 300 + ".\n\n", "b" * 100 + "."
    chunks = split(document(first + second), 300)

    assert chunks[-1].encoded == f"Le titre : {second}"


@pytest.mark.parametrize("name", ["CHUNK_SIZE", "NEIGHBOUR", "_VERSION"])
def test_the_fingerprint_tells_another_splitting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr(room, name, 7)

    assert fingerprint() != before


def test_a_library_that_loses_text_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lossy:
        def split_text(self, text: str) -> list[str]:
            return [text.strip()]

    monkeypatch.setattr(room, "_splitter", lambda _chunk_size: Lossy())

    with pytest.raises(RuntimeError, match="lost or changed text"):
        split(document("Un texte. "))
