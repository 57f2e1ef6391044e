from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.agreement import agreement, highlighted
from qa.answer import Quote

MANY = "Combien de chercheurs ont rejoint Meta ?"
MONEY = "Quel est le montant de la prime ?"
RATE = "Quel est le taux de chômage ?"
WHEN = "Quand a eu lieu le départ ?"
YEAR = "En quelle année a été fondée la société ?"
WHO = "Qui a refusé l'offre ?"
WHERE = "Où se trouve le siège ?"
WHAT = "Quel est l'objectif de Meta ?"
LONG = "Quelle est la durée du congé ?"

SAME = [
    (MANY, "8 chercheurs", "huit chercheurs"),
    (MANY, "huit", "8"),
    (MANY, "deux", "2"),
    (MANY, "vingt-deux chercheurs", "22 chercheurs"),
    (MANY, "deux cents chercheurs", "200 chercheurs"),
    (MANY, "soixante-dix personnes", "70 personnes"),
    (MANY, "quatre-vingt-dix-sept élèves", "97 élèves"),
    (MONEY, "100 millions de dollars", "100 M$"),
    (MONEY, "100 millions de dollars", "100 millions"),
    (MONEY, "100 millions de dollars", "100 000 000 $"),
    (MONEY, "1,5 milliard d'euros", "1500 millions d'euros"),
    (MONEY, "1,5 Md€", "1 500 M€"),
    (MONEY, "1 500 €", "1500 euros"),
    (MONEY, "1 500 €", "1.500 euros"),
    (MONEY, "1 500,00 €", "1500 €"),
    (MONEY, "12,50 €", "12,5 euros"),
    (MONEY, "12.5 €", "12,5 €"),
    (MONEY, "100 k€", "100 000 euros"),
    (MONEY, "mille euros", "1 000 euros"),
    (MONEY, "un million d'euros", "1 000 000 d'euros"),
    (RATE, "12 %", "12 pour cent"),
    (RATE, "12 %", "12%"),
    (RATE, "7,4 % en 2023", "7,4 %"),
    (LONG, "3 mois", "trois mois"),
    (LONG, "3 jours", "3 jours ouvrables"),
    (LONG, "16 semaines", "16 semaines pour le premier enfant, 26 semaines pour le troisième"),
    (WHEN, "le 30 juin", "30 juin 2025"),
    (WHEN, "2 juillet 2025", "2 juillet"),
    (WHEN, "1er juillet", "le 1 juillet 2025"),
    (WHEN, "juillet 2025", "2 juillet 2025"),
    (WHEN, "2025", "2 juillet 2025"),
    (WHEN, "30/06/2025", "30 juin 2025"),
    (WHEN, "2025-06-30", "le 30 juin 2025"),
    (WHEN, "2 juillet à 15 heures", "2 juillet"),
    (WHEN, "lundi 30 juin", "le 30 juin"),
    (WHEN, "en août", "août 2025"),
    (YEAR, "en 1998", "1998"),
    (WHO, "Sutskever", "Ilya Sutskever"),
    (WHO, "Dario et Daniela Amodei", "Dario Amodei et Daniela Amodei"),
    (WHO, "Marie Curie", "Pierre et Marie Curie"),
    (WHO, "Louis XIV", "le roi Louis XIV"),
    (WHERE, "Paris", "à Paris"),
    (WHERE, "Paris", "Paris, en France"),
    (WHERE, "Californie", "San Francisco, en Californie"),
    (WHAT, "une superintelligence", "créer une superintelligence"),
    (MANY, "8", "8 chercheurs"),
    (MANY, "8 chercheurs", "8 chercheurs d'OpenAI et 3 de Google"),
    ("Combien d'habitants a la commune ?", "2 345 habitants", "2 345 habitants en 2019"),
    ("Quelle est la superficie du parc ?", "12 km²", "12 km2"),
    ("Quelle est la hauteur de la tour ?", "330 m", "330 mètres"),
    ("À quel âge peut-on voter ?", "18 ans", "dix-huit ans"),
    (MONEY, "$100", "100 $"),
    (MANY, "huit", "8 chercheurs de Google"),
    (MANY, "quatre-vingts chercheurs", "80 chercheurs"),
    (MANY, "vingt et un ans", "21 ans"),
    (MANY, "deux mille vingt-cinq", "2025"),
    (MANY, "mille neuf cent quatre-vingt-dix-huit", "1998"),
    (MANY, "quatre-vingt-onze", "91"),
    (MANY, "soixante et onze", "71"),
    (MANY, "cinq cent mille euros", "500 000 €"),
    (MANY, "deux millions cinq cent mille", "2,5 millions"),
    (MONEY, "200 M€", "200 millions d'euros"),
    (MONEY, "2 Mds€", "2 milliards d'euros"),
    (LONG, "3 h", "3 heures"),
    (LONG, "six mois renouvelables", "six mois"),
    (WHEN, "31.12.2024", "31 décembre 2024"),
    ("Combien coûte le timbre ?", "2,00 €", "2 euros"),
]

CONTRADICTION = [
    (MANY, "huit chercheurs", "neuf chercheurs"),
    (MANY, "vingt-deux chercheurs", "vingt-trois chercheurs"),
    (MANY, "1 chercheur", "2 chercheurs"),
    (MONEY, "100 millions de dollars", "200 millions de dollars"),
    (MONEY, "100 millions de dollars", "100 milliards de dollars"),
    (MONEY, "1 500 €", "1 600 €"),
    (MONEY, "un million d'euros", "deux millions d'euros"),
    (RATE, "12 %", "12,5 %"),
    (RATE, "7,4 % en 2023", "7,1 % en 2023"),
    (LONG, "3 mois", "4 mois"),
    (WHEN, "juin 2025", "mai 2025"),
    (WHEN, "2 juillet", "3 juillet"),
    (WHEN, "2024", "2 juillet 2025"),
    (WHEN, "30/06/2025", "01/07/2025"),
    (WHEN, "le 30 juin", "le 1er juillet"),
    (YEAR, "1998", "1999"),
    ("Quelle est la hauteur de la tour ?", "330 m", "324 mètres"),
    ("À quel âge peut-on voter ?", "18 ans", "16 ans"),
    (RATE, "12 % des salariés", "12,5 % des salariés"),
    (LONG, "un an", "2 ans"),
    (LONG, "une semaine", "deux semaines"),
    (WHEN, "au mois de mai 2025", "en juin 2025"),
    ("Combien coûte le timbre ?", "1,39 €", "1,29 €"),
    ("Combien de pays ont signé ?", "195 pays", "196 pays"),
    (LONG, "trois semaines", "4 semaines"),
]

NEITHER = [
    (MANY, "8 chercheurs", "8 ingénieurs"),
    (MANY, "huit chercheurs", "trois universités"),
    (MANY, "plus de 100 chercheurs", "120 chercheurs"),
    (MANY, "environ 100 chercheurs", "98 chercheurs"),
    (MANY, "au moins huit chercheurs", "onze chercheurs"),
    (MANY, "entre 8 et 12 chercheurs", "10 chercheurs"),
    (MANY, "8 à 12 chercheurs", "10 chercheurs"),
    (MONEY, "100 euros par mois", "1200 euros par an"),
    (MONEY, "100 €", "1 000 dollars"),
    (RATE, "7,4 % en 2023", "7,1 % en 2024"),
    (LONG, "trois mois", "12 semaines"),
    (LONG, "4 mois", "trois ans"),
    (WHEN, "lundi", "mardi"),
    (WHEN, "mardi dernier", "mercredi 2 juillet"),
    (WHEN, "depuis 2013", "en 2015"),
    (WHEN, "après 2013", "en 2015"),
    (WHEN, "avant le 31 décembre", "30 juin"),
    (WHEN, "entre 1939 et 1945", "1942"),
    (YEAR, "1998", "le XIXe siècle"),
    (YEAR, "XIXe siècle", "XXe siècle"),
    (WHEN, "il y a deux ans", "en 2023"),
    (WHEN, "deux jours après", "le 2 juillet"),
    (WHEN, "à 15 heures", "à 17 heures"),
    (WHO, "Ilya Sutskever", "Sam Altman"),
    (WHO, "Dario Amodei", "Daniela Amodei"),
    (WHO, "Mark Chen", "Mark Zuckerberg"),
    (WHO, "le président de la République", "le président du Sénat"),
    (WHO, "Louis XIV", "Louis XVI"),
    (WHERE, "Paris", "Lyon"),
    (WHERE, "San Francisco", "San Diego"),
    (WHERE, "12 rue de la Paix", "14 rue de la Paix"),
    (WHAT, "le 30 juin", "le 3 juin"),
    (MANY, "Aucun", "8 chercheurs"),
    (MANY, "8 anciens d'OpenAI", "onze chercheurs venus d'OpenAI"),
    (MANY, "8 chercheurs", "11 chercheurs, dont 8 d'OpenAI"),
    ("Combien d'habitants a la commune ?", "2 345 habitants en 2015", "2 400 habitants en 2019"),
    ("Quelle est la superficie du parc ?", "12 km²", "1200 hectares"),
    ("Quelle est la hauteur de la tour ?", "330 m", "33 km"),
    (MONEY, "1,500 $", "1 500 $"),
    (MANY, "2e étage", "3e étage"),
    (MANY, "8 à 12", "10"),
    (MANY, "huit ou neuf", "dix"),
    (MONEY, "12 h 30", "12 h 45"),
    (RATE, "12 % des hommes", "15 % des femmes"),
    (RATE, "0,5 point", "un demi-point"),
    (LONG, "30 s", "30 m"),
    (LONG, "deux à trois semaines", "4 semaines"),
    (LONG, "un mois", "deux ans"),
    (LONG, "15 jours", "deux semaines"),
    (WHEN, "du 2 au 5 juillet", "2 juillet"),
    (WHEN, "les 2 et 3 juillet", "2 juillet"),
    (WHEN, "le 2", "le 3"),
    (WHEN, "le 2 juillet 2025 à Paris", "le 3 juillet 2025 à Lyon"),
    (WHO, "il est autorisé", "il n'est pas autorisé"),
    (WHO, "autorisé", "non autorisé"),
    ("Combien coûte le timbre ?", "gratuit", "2 euros"),
    ("Combien de pays ont signé ?", "27 États membres", "27 pays"),
    ("Combien de pays ont signé ?", "195 pays dont la France", "196 pays"),
    (WHEN, "dès le 1er juillet", "le 2 juillet"),
    (WHEN, "dès 2013", "2015"),
    (MANY, "deux", "trois"),
    (MANY, "8", "9 chercheurs"),
    (MANY, "8", "9"),
    ("Combien d'habitants a la commune ?", "2345", "2 346"),
    (MANY, "une trentaine", "31"),
]


def quote(text: str, answer: str = "", document: str = "a.txt") -> Quote:
    at = text.index(answer) + 50 if answer else None
    return Quote(
        n=1,
        document=document,
        title="",
        date="",
        origin="a.txt",
        sha256="0",
        start=50,
        end=50 + len(text),
        text=text,
        answer_start=at,
        answer_end=at and at + len(answer),
        score=1.0,
    )


def judged(question: str, *answers: str) -> tuple[tuple[int, ...], bool]:
    said = agreement(question, [quote(answer, document=f"{n}.txt") for n, answer in enumerate(answers)])
    return said.groups, bool(said.opposed)


@pytest.mark.parametrize(("question", "one", "other"), SAME)
def test_these_say_the_same_whichever_comes_first(question: str, one: str, other: str) -> None:
    assert judged(question, one, other) == judged(question, other, one) == ((1, 1), False)


@pytest.mark.parametrize(("question", "one", "other"), CONTRADICTION)
def test_these_contradict_each_other_whichever_comes_first(question: str, one: str, other: str) -> None:
    assert judged(question, one, other) == judged(question, other, one) == ((1, 2), True)


@pytest.mark.parametrize(("question", "one", "other"), NEITHER)
def test_these_are_two_answers_that_may_both_be_right(question: str, one: str, other: str) -> None:
    assert judged(question, one, other) == judged(question, other, one) == ((1, 2), False)


def test_only_the_words_that_answer_are_compared() -> None:
    one = quote("En 2023, ils étaient 8 chercheurs à partir.", "8 chercheurs")
    other = quote("Le 3 mai, huit chercheurs sont partis.", "huit chercheurs")
    assert highlighted(other) == "huit chercheurs"
    assert agreement(MANY, [one, other]).groups == (1, 1)


def test_whole_sentences_about_different_things_are_no_contradiction() -> None:
    one = quote("Meta a embauché 8 chercheurs en juin.")
    other = quote("Apple a perdu 11 chercheurs en juin.", document="b.txt")
    assert not agreement(MANY, [one, other]).opposed


def test_a_document_does_not_contradict_itself() -> None:
    assert agreement(MONEY, [quote("4 euros"), quote("2 euros")]).opposed == ()
    assert agreement(MONEY, [quote("4 euros"), quote("2 euros", document="b.txt")]).opposed == (1, 2)


def test_a_document_that_says_both_speaks_of_two_things() -> None:
    both = [quote("4 euros"), quote("2 euros")]
    assert agreement(MONEY, [*both, quote("4 euros", document="b.txt")]).opposed == ()
    two_others = [quote("4 euros", document="b.txt"), quote("2 euros", document="c.txt")]
    assert agreement(MONEY, [*both, *two_others]).opposed == (1, 2)


def test_what_an_amount_counts_may_stand_behind_the_words_that_answer() -> None:
    one = quote("Le service emploie douze agents, qui travaillent à Lyon.", "douze")
    same_thing = quote("Il y a quinze agents.", "quinze", document="b.txt")
    other_thing = quote("Il y a quinze bureaux.", "quinze", document="b.txt")
    unknown = quote("Ils sont quinze.", "quinze", document="b.txt")
    assert agreement(MANY, [one, same_thing]).opposed == (1, 2)
    assert agreement(MANY, [one, other_thing]).opposed == ()
    assert agreement(MANY, [one, unknown]).opposed == ()


def test_groups_are_numbered_in_the_order_of_their_best_quotes() -> None:
    assert judged(WHO, "Sam Altman", "Mark Chen", "Altman", "Ilya Sutskever", "Mark Chen")[0] == (1, 2, 1, 3, 2)


def test_a_vague_answer_joins_no_two_that_differ() -> None:
    assert judged(WHEN, "2025", "2 juillet 2025", "3 juillet 2025") == ((1, 1, 2), True)


def test_without_quotes_there_is_nothing_to_group() -> None:
    assert judged(MANY) == ((), False)


def test_a_question_for_a_name_knows_no_contradiction() -> None:
    assert judged(WHO, "huit chercheurs", "neuf chercheurs") == ((1, 2), False)


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    for question in (MANY, WHEN):
        groups, disagrees = judged(question, one, other)
        assert groups in {(1, 1), (1, 2)}
        assert not (groups == (1, 1) and disagrees)


@given(st.text(alphabet="0123456789 .,-/%€$kmd²deuxcntmilo'", min_size=1, max_size=40))
def test_any_number_can_be_read(text: str) -> None:
    assert not judged(MANY, text, text)[1]
