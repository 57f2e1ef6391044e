"""What sentences promise: spans that partition any text, with ends where a French reader sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentences, trim

SEEDS = Path(__file__).parents[2] / "seeds"


def cut(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text)]


@given(st.text() | st.text(alphabet='aAéÉ1.!?…»«"’ \u00a0\u202f\n\t/:w,;-'))
def test_the_spans_partition_any_text(text: str) -> None:
    spans = sentences(text)

    assert [text[start:end] for start, end in spans if start < end] == [text[start:end] for start, end in spans]
    assert [start for start, _ in spans] + [len(text)] * bool(spans) == [0] * bool(spans) + [end for _, end in spans]
    assert "".join(text[start:end] for start, end in spans) == text


@given(st.text(alphabet="aA.? \n\u00a0"))
def test_only_the_first_sentence_may_begin_with_white_space(text: str) -> None:
    assert not any(text[start].isspace() for start, _ in sentences(text)[1:])


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda file: file.name[:3])
def test_the_sentences_of_each_seed_partition_it(seed: Path) -> None:
    text = seed.read_text(encoding="utf-8")

    assert "".join(text[start:end] for start, end in sentences(text)) == text


@pytest.mark.parametrize(
    "expected",
    [
        ["Il pleut.", "Elle rit !", "Pourquoi ?", "On ne sait…", "Si."],
        ["Il a lancé Llama 4.", "En effet, il est prêt."],
        ["« Ils sont partis. »", "Puis plus rien."],
        ["« Ils sont partis.\u00a0»", "Puis plus rien."],
        ["Il a dit (enfin.)", "Elle a ri."],
        ["“Il est parti.”", "Puis plus rien."],
        ["Est-ce vrai\u00a0?", "Oui\u202f!", "Non."],
        ["Quoi ?!", "Rien..."],
        ["Il attend...", "Elle arrive."],
        ["Voir www.animauxpro.fr.", "Puis continuer."],
        ["Voir https://exemple.fr/page.", "Puis continuer."],
        ["C'est de l'art.", "Elle aime cela."],
        ["Des chats, des chiens, etc.", "Puis rien."],
        ["Il vit aux U.S.A.", "Elle vit ici."],
        ["Il vit aux U.S.A.", "Le président aussi."],
        ["Il prend de la vitamine C.", "Elle aussi."],
        ["une longue phrase sans majuscule.", "et une autre encore."],
        ["C'était en 2023.", "2024 fut meilleure."],
        ["La fin.", "« Le début » suit."],
        ["La fin.", "— Le début suit."],
    ],
    ids=lambda expected: expected[0],
)
def test_a_sentence_ends_at_its_stop(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Meta passe à l'offensive.", "S'exprimant dans un podcast"),
        ("ils ne comprennent pas ».", "Selon le PDG"),
        ("des experts en IA.", "Source inconnue"),
        ("Quel est votre avis sur le sujet ?", "Que pensez-vous"),
        ("rien à faire !", "Tant pis"),
        ("fondée en 2021.", "Des détails"),
        ("une plongée exclusive.", "À suivre"),
        ("une plongée exclusive.", "Œuvre majeure"),
        ("une plongée exclusive.", "« Oui » dit-il"),
    ],
)
def test_a_stop_glued_to_the_next_sentence_ends_one(first: str, second: str) -> None:
    assert cut(first + second) == [first, second]


@pytest.mark.parametrize(
    "sentence",
    [
        "Il gagne 10,6 ou 3.5 millions de plus",
        "Le fichier rapport.Final.pdf est là",
        "Voir www.exemple.fr/Page.Html?Question=Oui!Non pour la suite",
        "Voir https://exemple.fr/a.B.C?Un=Deux et le reste",
        "Écrire à jean.dupont@exemple.fr pour savoir",
        "La S.N.C.F. roule et les U.S.A. regardent",
        "La start-up Character.AI recrute",
        "M. Dupont, Mme. Durand, MM. Petit et Dr. Martin",
        "Rue St. Jean avec l'art. 5 et la p. 12",
        "Selon l'art. L. 1234-5 du code",
        "Dupont et al. montrent, cf. Durand, n°. 4",
        "En 52 av. J.-C. César gagne",
        "Le 12 janv. 2025 et le 3 sept. 2024",
        "Le livre de J. K. Rowling et de J. Le Goff",
        "George W. Bush parle",
        "Le livre de J.Rowling est là",
        "« Vraiment ? » dit-il en riant",
        "L'équilibre du secteur… ou sa fin",
        "Il hésite... puis se tait",
        "prof. émérite et boul. des Capucines",
        "1. Introduction au sujet",
        "IV. Les suites",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert cut(sentence) == [sentence]


@pytest.mark.parametrize("line_break", ["\n", "\n\n", " \n\t\n", "\u2028", "\r\n"])
def test_a_line_break_always_ends_a_sentence(line_break: str) -> None:
    assert cut(f"Un titre{line_break}M.{line_break}suite") == ["Un titre", "M.", "suite"]


def test_white_space_belongs_to_the_sentence_before_it() -> None:
    text = "  Un.  \n Deux. "

    assert [text[start:end] for start, end in sentences(text)] == ["  Un.  \n ", "Deux. "]


def test_no_text_has_no_sentence() -> None:
    assert sentences("") == []


@pytest.mark.parametrize("text", ["a." * 100_000, "A." * 100_000, " " * 200_000, "." * 200_000, "www." * 50_000])
def test_a_long_monotonous_text_is_one_sentence(text: str) -> None:
    assert sentences(text) == [(0, len(text))]


@given(st.text(alphabet="a \n\u00a0"), st.integers(0, 20), st.integers(0, 20))
def test_trim_keeps_what_strip_keeps(text: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    inner_start, inner_end = trim(text, start, end)

    assert text[inner_start:inner_end] == text[start:end].strip()
    assert start <= inner_start <= inner_end <= end
