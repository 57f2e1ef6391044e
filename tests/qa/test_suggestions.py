from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.generation import Generation
from index.store import Passage
from qa.answer import Answer, CorpusInfo, Quote, Timings
from qa.suggestions import DOCUMENTS, PASSAGES, Kind, Suggestion, candidates, sample, suggestions

if TYPE_CHECKING:
    from pathlib import Path

    from qa.engine import Engine

PERSONS = "Jeanne Martin, directrice de la gare, a parlé. Paul Roux, maire de Nantes, aussi."


def _passage(text: str, document: str = "a.txt", title: str = "a", heading: str = "") -> Passage:
    return Passage(
        document=document,
        number=0,
        count=1,
        start=0,
        end=len(text),
        text=text,
        heading=heading,
        title=title,
        date="",
        origin=document,
        sha256="",
    )


def _questions(*passages: Passage) -> list[str]:
    return [candidate.question.replace("\u00a0", " ") for candidate in candidates(passages)]


def _drawn(text: str) -> list[str]:
    return _questions(_passage(text))


# --- Each source ------------------------------------------------------------------------------------------------------


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
    assert _questions(_passage("Rien.", heading=question)) == [question]


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
    assert _questions(_passage("Rien.", title=title)) == [question]


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
    assert _questions(_passage("Rien.", title=title)) == []


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
    assert question in _drawn(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Vous avez aimé cet article ?",
        "Comment pouvez-vous renouveler votre passeport ?",
        "Que pouvons-nous faire pour notre planète ?",
        "Comment l'obtenir à la mairie de Lyon ?",
        "Comment est-elle encadrée par la loi française de 1901 ?",
        "Comment faire la demande ?",
        "Mais pourquoi la mairie ferme-t-elle la piscine ?",
        "Pourquoi cette loi a-t-elle été votée à Paris ?",
        "Qui sait ?",
        "Pourquoi " + "la très belle " * 6 + "maison de Nantes ?",
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
    assert _drawn(text) == []


def test_a_question_with_a_line_of_its_own_comes_before_one_inside_a_paragraph() -> None:
    text = "Un mot. Pourquoi la mairie ferme-t-elle la piscine ? Rien.\nComment réserver une salle de réunion ?\nIci.\n"
    assert [candidate.kind for candidate in candidates([_passage(text)])] == [Kind.HEADING, Kind.IN_TEXT]


def test_a_question_that_stands_in_many_documents_belongs_to_a_form() -> None:
    heading = "Quelles sont les pièces à fournir en mairie ?"
    assert _questions(*(_passage("Rien.", f"{number}.txt", heading=heading) for number in range(3))) == []
    assert _questions(*(_passage("Rien.", f"{number}.txt", heading=heading) for number in range(2))) == [heading]


# --- What holds for all of them ---------------------------------------------------------------------------------------


def test_an_empty_corpus_gives_none() -> None:
    assert candidates([]) == []


def test_a_document_has_no_second_question_before_each_has_its_first() -> None:
    many = _passage("Jeanne Martin, maire, parle. Paul Roux, maire, parle. Luc Petit, maire, parle.", "many.txt")
    few = [_passage(f"Anne Durand{name}, maire, parle.", f"{name}.txt") for name in "abc"]
    same = _passage("Jeanne Martin, maire, parle. Zoé Blanc, maire, parle.", "same.txt")
    first = [candidate.document for candidate in candidates([many, same, *few])][:5]
    assert sorted(first) == ["a.txt", "b.txt", "c.txt", "many.txt", "same.txt"]


def test_no_question_comes_twice() -> None:
    drawn = _questions(_passage(PERSONS), _passage(PERSONS, "b.txt"))
    assert sorted(drawn) == ["Qui est Jeanne Martin ?", "Qui est Paul Roux ?"]


def test_the_order_of_the_passages_makes_no_difference() -> None:
    passages = [_passage(PERSONS.replace("Martin", f"Martin{name}"), f"{name}.txt") for name in "abcdef"]
    assert candidates(passages) == candidates(reversed(passages))


def test_at_most_so_many_are_returned() -> None:
    assert len(candidates([_passage(PERSONS)], most=1)) == 1


@pytest.mark.parametrize("aside", [{"is_boilerplate": True}, {"language": "en"}])
def test_boilerplate_and_other_languages_are_left_out(aside: dict[str, str | bool]) -> None:
    assert candidates([replace(_passage(PERSONS), **aside)]) == []  # type: ignore[arg-type]


def test_what_is_looked_at_is_bounded() -> None:
    names = [f"{number}.txt" for number in range(2 * DOCUMENTS)]
    passages = [_passage(f"Jeanne Martin{name[:-4]}, maire, parle.", name) for name in names]
    assert {candidate.document for candidate in candidates(passages, 10 * DOCUMENTS)} == set(sample(names))
    beyond = replace(_passage(PERSONS, names[0]), number=PASSAGES)
    filling = [replace(_passage("Rien.", names[0]), number=number) for number in range(PASSAGES)]
    assert candidates([*filling, beyond]) == []


def test_the_sample_of_a_sample_is_the_sample() -> None:
    names = [f"{number}.txt" for number in range(3 * DOCUMENTS)]
    assert sample(sample(names)) == sample([*reversed(names), *names])


HOSTILE = [
    "Comment <b>renouveler</b> un passeport\u00a0?",
    "Comment renouveler un passe\u0000port à Lyon ?",
    "Comment renouveler \u202eun passeport à Lyon ?",
    "Comment renouveler un [passeport](http://x.fr) ?",
    "Comment renouveler un p\u0301\u0302\u0303\u0304asseport ?",
    "Comment renouveler " + "u" * 100_000 + " passeport ?",
    "A" * 100_000 + ", maire de Nantes.",
    "Aa " * 40_000 + ", maire de Nantes.",
    "Jeanne <script>Martin</script>, maire de Nantes, parle.",
    "(" * 50_000 + "? " * 50_000,
    "\ud800 Comment renouveler un passe\udfffport ?",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_gives_no_question(text: str) -> None:
    assert candidates([_passage(text, text[:50], title=text, heading=text)]) == []


_PIECES = st.sampled_from(
    [
        *("Comment", "Qui est", "Pourquoi", "Jeanne Martin", ", maire", "La ville de Niort", " compte 30 habitants"),
        *(" a racheté ", " ", "\n", "?", ".", "\u00a0?", "<b>", "\u200b", "renouveler", "un passeport", "\u0301", "«"),
    ]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=25).map("".join))
def test_whatever_is_read_a_question_is_short_printable_and_ends_as_one(text: str) -> None:
    for candidate in candidates([_passage(text, title=text, heading=text)]):
        question = candidate.question.removesuffix("\u00a0?")
        assert question != candidate.question
        assert question.isprintable()
        assert "<" not in question
        assert unicodedata.is_normalized("NFC", question)
        assert 4 <= len(question.split()) <= 14


# --- With the engine --------------------------------------------------------------------------------------------------


def _answer(
    question: str, document: str, *, answered: bool = True, text: str = "Le maire.", confidence: float = 1.0
) -> Answer:
    quotes = [
        Quote(n=1, document=document, title="", date="", origin="", sha256="", start=0, end=0, text="", score=1.0)
    ]
    return Answer(
        question=question,
        searched=question,
        verdict="answered" if answered else "not_found",
        text=text,
        confidence=confidence,
        quotes=quotes if answered else [],
        near=[] if answered else quotes,
        corpus=CorpusInfo(stamp="", documents=1, chunks=1, encoder="", reader=""),
        timings_ms=Timings(search=0, read=0, total=0),
    )


def test_only_what_is_answered_from_its_own_document_is_suggested() -> None:
    passages = [_passage(f"Jeanne {name}, maire, parle.", f"{name}.txt") for name in ("Martin", "Roux", "Petit")]
    answers = {"Martin": ("Martin.txt", True), "Roux": ("Martin.txt", True), "Petit": ("Petit.txt", False)}

    def ask(question: str) -> Answer:
        document, answered = answers[question.split()[3].removesuffix("\u00a0?")]
        return _answer(question, document, answered=answered)

    assert suggestions(passages, ask) == ["Qui est Jeanne Martin\u00a0?"]


def test_a_question_with_another_answer_than_its_document_gives_is_not_suggested() -> None:
    passages = [_passage("Le pont de Normandie a été inauguré en janvier 1995.", "a.txt")]
    assert suggestions(passages, lambda asked: _answer(asked, "a.txt", text="en 1988")) == []
    assert len(suggestions(passages, lambda asked: _answer(asked, "a.txt", text="en janvier 1995"))) == 1


def test_a_question_whose_answer_is_not_known_is_suggested_only_when_the_engine_is_sure() -> None:
    passages = [_passage("Rien.", title="Demander la carte d'identité")]
    assert suggestions(passages, lambda asked: _answer(asked, "a.txt", confidence=0.4)) == []
    assert len(suggestions(passages, lambda asked: _answer(asked, "a.txt", confidence=0.6))) == 1


def test_the_engine_is_asked_no_more_than_need_be() -> None:
    passages = [_passage(f"Jeanne Martin{number}, maire, parle.", f"{number}.txt") for number in range(30)]
    asked: list[str] = []

    def refuse(question: str) -> Answer:
        asked.append(question)
        return _answer(question, "", answered=False)

    def accept(question: str) -> Answer:
        asked.append(question)
        return _answer(question, f"{question.split()[3].removeprefix('Martin')}.txt".replace("\u00a0?", ""))

    assert suggestions(passages, refuse, tries=9) == []
    assert len(asked) == 9
    asked.clear()
    assert len(suggestions(passages, accept, most=2)) == 2
    assert len(asked) == 2


def test_the_seeds_give_questions_that_they_answer(seeds_corpus: Path, seeds_engine: Engine) -> None:
    generation = Generation.open(seeds_corpus)
    passages = list(generation.store)
    generation.close()
    answers: dict[str, Answer] = {}

    def ask(question: str) -> Answer:
        return answers.setdefault(question, seeds_engine.ask(question))

    offered = suggestions(passages, ask, most=3)
    documents = {candidate.question: candidate.document for candidate in candidates(passages)}
    assert len(offered) == 3
    for question in offered:
        assert answers[question].verdict == "answered"
        assert documents[question] in {quote.document for quote in answers[question].quotes}


def test_a_suggestion_knows_its_document() -> None:
    assert candidates([_passage(PERSONS, "b.txt")])[0] == Suggestion(
        "Qui est Jeanne Martin\u00a0?", "b.txt", Kind.PERSON, "directrice"
    )
