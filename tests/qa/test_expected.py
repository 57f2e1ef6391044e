from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.expected import Kind, answer_words, expected_kind, explains


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Qui a peint ce tableau ?", "name"),
        ("À qui appartient la maison ?", "name"),
        ("Combien coûte un timbre ?", "quantity"),
        ("Quel est le montant de l'amende ?", "quantity"),
        ("Quel âge a la reine ?", "quantity"),
        ("Quand la gare a-t-elle ouvert ?", "date"),
        ("En quelle année est-il né ?", "date"),
        ("Où pousse l'olivier ?", "place"),
        ("Dans quel pays vit-elle ?", "place"),
        ("Pourquoi le fleuve déborde-t-il ?", None),
        ("Comment demander un congé ?", None),
        ("Que contient la soupe ?", None),
        ("Qui est Jeanne Martin ?", None),
        ("Qui est le maire de Lyon ?", "name"),
        ("Pourquoi la société qui a racheté l'usine ferme-t-elle ?", None),
        ("Quel partenariat la ville a-t-elle signé ?", None),
        ("Quelle est la valorisation de la société ?", "quantity"),
    ],
)
def test_the_form_of_a_question_tells_what_it_expects(question: str, kind: Kind | None) -> None:
    assert expected_kind(question) == kind


def test_only_what_is_asked_counts_not_what_it_leans_on() -> None:
    assert expected_kind("Combien ? ← Qui a vendu la maison ?") == "quantity"


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Qui a vendu la maison ?", "Selon la mairie, Jeanne Martin a vendu la maison à Paul Roux.", "Jeanne Martin"),
        ("Qui dirige Renault ?", "Renault est dirigé par Luca de Meo depuis juillet.", "Luca de Meo"),
        ("Combien coûte le billet ?", "En 2020, le billet coûte 12,50 euros, et le repas 9 euros.", "12,50 euros"),
        ("Combien d'habitants a la ville ?", "La ville compte 35 000 habitants.", "35 000 habitants"),
        ("Quand le pont a-t-il été ouvert ?", "Le pont a été ouvert le 12 mai 1932 par le maire.", "le 12 mai 1932"),
        ("Où se trouve l'usine ?", "L'usine se trouve à Saint-Nazaire, près du port.", "Saint-Nazaire"),
    ],
)
def test_the_expected_words_are_found_in_a_sentence(question: str, sentence: str, words: str) -> None:
    span = answer_words(question, sentence)
    assert span is not None
    assert sentence[slice(*span)] == words


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Qui dirige Renault ?", "Renault a ouvert une usine."),
        ("Combien coûte le billet ?", "Le billet coûte cher."),
        ("Pourquoi Renault ferme-t-il l'usine ?", "Renault ferme l'usine de Douai en 2025."),
    ],
)
def test_no_words_are_told_where_none_fit(question: str, sentence: str) -> None:
    assert answer_words(question, sentence) is None


@given(st.text(max_size=200), st.sampled_from(["Qui ?", "Combien ?", "Quand ?", "Où ?"]))
def test_words_are_always_a_stretch_of_the_sentence_without_blanks_around(sentence: str, question: str) -> None:
    span = answer_words(question, sentence)
    if span is not None:
        start, end = span
        assert 0 <= start < end <= len(sentence)
        assert sentence[start:end] == sentence[start:end].strip()


@pytest.mark.parametrize(
    "question",
    [
        "Pourquoi Meta recrute-t-il ?",
        "POURQUOI CE CHOIX ?",
        "Comment Meta attire-t-il les chercheurs ?",
        "Qui sait pourquoi il est parti ?",
        "Qui est Jeanne Martin ?",
        "Qui étaient Jeanne Martin et Paul Roux ?",
    ],
)
def test_why_how_and_who_somebody_is_ask_for_an_explanation(question: str) -> None:
    assert explains(question)


@pytest.mark.parametrize(
    "question",
    [
        "Comment s'appelle le directeur de Meta ?",
        "Comment se nomme le moteur de Meta ?",
        "Qui a refusé l'offre de Meta ?",
        "Qui est le directeur du jardin ?",
        "Et combien ? ← Pourquoi Meta recrute-t-il ?",
    ],
)
def test_a_name_or_a_fact_is_no_explanation(question: str) -> None:
    assert not explains(question)
