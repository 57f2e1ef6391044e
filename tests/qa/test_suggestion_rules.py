from __future__ import annotations

import pytest

from qa.suggestion_rules import Kind
from qa.suggestions import candidates
from tests.qa.drawing import drawn_from, passage_of, questions_of


@pytest.mark.parametrize(
    "question",
    [
        "Comment renouveler un passeport ?",
        "Que faire en cas de perte d'un badge d'accès ?",
        "Qui peut demander à changer de nom ?",
        "Faut-il déclarer les heures supplémentaires au service du personnel ?",
        "Comment puis-je modifier mon adresse de livraison ?",
        "Pourquoi l'usine de Douai a-t-elle fermé ?",
        "À quel âge peut-on passer le permis de conduire ?",
    ],
)
def test_a_heading_that_is_a_question_is_offered_as_it_is(question: str) -> None:
    assert questions_of(passage_of("Rien.", heading=question)) == [question]


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Demander la carte d'identité", "Comment demander la carte d'identité ?"),
        ("2.1 Déclarer un accident du travail : délais", "Comment déclarer un accident du travail ?"),
        ("S'inscrire sur les listes électorales | Ville de Nantes", "Comment s'inscrire sur les listes électorales ?"),
        ("Se marier à la mairie de Lyon", "Comment se marier à la mairie de Lyon ?"),
        ("Inscription dans une école publique", "Comment se passe l'inscription dans une école publique ?"),
    ],
)
def test_a_title_that_begins_with_an_infinitive_asks_how(title: str, question: str) -> None:
    assert questions_of(passage_of("Rien.", title=title)) == [question]


@pytest.mark.parametrize(
    "title",
    [
        "Dossier des marchés publics de la ville",
        "Entre le 12 mai et le 30 juin 2020",
        "Calendrier des conseils de quartier",
        "Contre la hausse des prix du gaz",
        "Lettre de motivation",
        "Demande en France",
        "Perte de la carte d'identité",
        "Voir la liste des articles du mois",
        "Le maire ouvre une école",
        "DEMANDER UN PASSEPORT BIOMÉTRIQUE",
    ],
)
def test_a_title_that_is_no_task_makes_no_question(title: str) -> None:
    assert questions_of(passage_of("Rien.", title=title)) == []


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Renault a racheté Alpine Cars en 1973.", "Qui a racheté Alpine Cars ?"),
        ("L'an dernier, Anne Hidalgo a récemment inauguré le pont Cheviré.", "Qui a inauguré le pont Cheviré ?"),
        ("La Banque postale a été fondée par La Poste.", "Qui a fondé la Banque postale ?"),
        ("Le pont de Normandie a été inauguré en janvier 1995.", "Quand a été inauguré le pont de Normandie ?"),
        ("Marie Curie est née le 7 novembre 1867 à Varsovie.", "Quand est née Marie Curie ?"),
        ("Le siège de la Maif se trouve à Niort.", "Où se trouve le siège de la Maif ?"),
        ("La ville de Niort compte environ 59 000 habitants.", "Combien d'habitants compte la ville de Niort ?"),
        ("L'usine de Douai emploie 2 400 salariés.", "Combien de salariés emploie l'usine de Douai ?"),
        ("Le badge de remplacement coûte 12,50 euros.", "Combien coûte le badge de remplacement ?"),
        ("Le montant de la prime de noël est de 150 €.", "Quel est le montant de la prime de noël ?"),
        ("La durée du congé de maternité est fixée à 16 semaines.", "Quelle est la durée du congé de maternité ?"),
        ("Jeanne Martin, directrice de la gare, a parlé.", "Qui est Jeanne Martin ?"),
        ("Selon Paul Roux, ancien maire de Nantes, il pleut.", "Qui est Paul Roux ?"),
        ("Le directeur de la gare, Paul Roux, est venu.", "Qui est Paul Roux ?"),
        ("Il touche le revenu de solidarité active (RSA).", "Que signifie le sigle RSA ?"),
        ("La commission nationale de l'informatique et des libertés (Cnil).", "Que signifie le sigle Cnil ?"),
        ("Le congé parental est un congé non rémunéré.", "Qu'est-ce que le congé parental ?"),
        ("Oui. Pourquoi la mairie ferme-t-elle la piscine ? Non.", "Pourquoi la mairie ferme-t-elle la piscine ?"),
    ],
)  # fmt: skip
def test_a_sentence_makes_a_question_that_it_answers(sentence: str, question: str) -> None:
    assert question in drawn_from(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Mais pourquoi la mairie ferme-t-elle la piscine ?",
        "Il a racheté Alpine Cars en 1973.",
        "Renault n'a pas racheté Alpine Cars.",
        "Renault a racheté une entreprise.",
        "L'entreprise a été fondée en 1973.",
        "Scale AI, directeur de rien, a parlé.",
        "Le directeur a parlé avec Paul, maire de Nantes.",
        "Le groupe veut entraîner des modèles de langages (LLM).",
        "Le maire de Lyon est un homme discret.",
        "La ville de Niort compte 200 ans de foires.",
        "Le musée se trouve dans une situation difficile.",
    ],
)
def test_nothing_is_made_in_doubt(text: str) -> None:
    assert drawn_from(text) == []


def test_a_question_with_a_line_of_its_own_comes_before_one_inside_a_paragraph() -> None:
    text = "Un mot. Pourquoi la mairie ferme-t-elle la piscine ? Rien.\nComment réserver une salle de réunion ?\nIci.\n"
    assert [candidate.kind for candidate in candidates([passage_of(text)])] == [Kind.HEADING, Kind.IN_TEXT]
