"""What the marking of boilerplate promises: the page's own words are found, and real content is left alone."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.boilerplate import boilerplate

SEEDS = Path(__file__).parents[2] / "seeds"
VOTE = (
    "Le conseil municipal a voté le budget de la commune, qui prévoit la rénovation de l’école et du gymnase avant la "
    "rentrée. Les travaux commenceront au mois de juin et dureront dix semaines."
)
FILES = "La mairie rappelle que les inscriptions se font sur place, avec un justificatif de moins de trois mois."


def marked(text: str) -> list[str]:
    return [text[stretch.start : stretch.end] for stretch in boilerplate(text)]


def seed(number: str) -> str:
    return next(SEEDS.glob(f"{number}_*")).read_text(encoding="utf-8")


# What belongs to the page

AFTER_AN_ARTICLE = {
    "other articles with dates": "Sur le même sujet\nLe marché déménage\n12 décembre 2024\nUne crèche\n3 mai 2025",
    "other articles without dates": "Articles similaires\nPourquoi le gymnase ferme\nLa cantine bio arrive",
    "double-spaced titles": "Vous aimerez aussi\n\nPourquoi le gymnase ferme\n\nLa cantine bio arrive",
    "titles with teasers": (
        "Articles récents\n\nLa cantine bio arrive\n12 mars 2025\nLes élèves mangeront bio dès la rentrée, a annoncé…\n"
        "Lire la suite\n\nLe gymnase ferme\n3 mai 2025\nLe gymnase fermera six mois. Les clubs…\nLire la suite"
    ),
    "further reading that is articles": "Pour aller plus loin\nÉcoles : la carte des fermetures\nQui paie la cantine ?",
    "further reading on a page": "Voir aussi\nLes communes rénovent leurs écoles\n\n© 2025 Ville de Saint-Aubin",
    "an opening whose list was lost": "Pour aller plus loin",
    "capitals without accents": "A LIRE AUSSI\nPourquoi le gymnase ferme\nLa cantine bio arrive",
    "the neighbouring articles": "Article précédent\nLa cantine bio arrive\nArticle suivant\nLe gymnase ferme",
    "customers of the site": "Ils nous font confiance\n\nwww.animaux.fr\nmaison-deco.com\nwww.timbres.example.org",
    "a bare list of sites": "www.animaux.fr\nmaison-deco.com\nwww.timbres.org",
    "buttons to share": "Partager cet article\nFacebook\nTwitter\nLinkedIn\nImprimer",
    "links to other articles, one to a line": (
        "Lire aussi : Crèches\nLire aussi : Cantines\nSuivez-nous sur Facebook, Twitter et LinkedIn"
    ),
    "an invitation to a network": "Retrouvez-nous sur les réseaux sociaux !",
    "an invitation": "Abonnez-vous à notre newsletter pour ne rien manquer\nVotre adresse e-mail\nS'inscrire",
    "a form for comments": (
        "Laisser un commentaire\nVotre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec "
        "*\nCommentaire *\nNom *\nE-mail *\nSite web\nPublier le commentaire"
    ),
    "tags": "Tags : budget, école, gymnase",
    "hashtags": "#budget #école #gymnase",
    "a footer": "Mentions légales | Plan du site | Accessibilité : non conforme\n© 2025 Ville de Saint-Aubin",
    "an English footer": "You may also like\nWhy the gym is closed\n\n© 2025 The Herald. All rights reserved.",
}


@pytest.mark.parametrize("page", AFTER_AN_ARTICLE.values(), ids=AFTER_AN_ARTICLE.keys())
def test_what_follows_an_article_on_its_page_is_marked_and_nothing_else(page: str) -> None:
    assert marked(f"Le budget est voté\n\n{VOTE}\n\n{FILES}\n\n{page}\n") == [page]


BEFORE_AN_ARTICLE = {
    "a menu": "Aller au contenu principal\nMenu\nAccueil\nVie municipale\nDémarches\nContact",
    "a menu on one line": "Accueil | Actualités | Agenda | Se connecter",
    "breadcrumbs": "Accueil > Actualités > Le budget",
    "a notice about cookies": (
        "Nous utilisons des cookies pour mesurer l’audience. Vous pouvez refuser ou personnaliser vos choix.\n"
        "Tout accepter\nTout refuser"
    ),
}


@pytest.mark.parametrize("page", BEFORE_AN_ARTICLE.values(), ids=BEFORE_AN_ARTICLE.keys())
def test_what_precedes_an_article_on_its_page_is_marked_and_its_title_is_not(page: str) -> None:
    assert marked(f"{page}\n\nLe budget est voté\n\n{VOTE}\n\n{FILES}") == [page]


def test_the_title_of_the_article_below_a_list_of_others_is_not_marked() -> None:
    others = "Articles liés\nPourquoi le gymnase ferme\nLa cantine bio arrive"
    assert marked(f"{others}\nLe budget est voté\nPublié le 1er avril 2025\n{VOTE}\n{FILES}") == [others]


def test_a_link_between_two_paragraphs_is_marked() -> None:
    link = "À lire aussi : Travaux : ce qui change rue de la Gare"
    assert marked(f"{VOTE}\n\n{link}\n\n{FILES}") == [link]


def test_a_list_between_two_paragraphs_ends_before_the_heading_of_the_second() -> None:
    others = "À lire aussi\nPourquoi le gymnase ferme\nLa cantine bio arrive"
    assert marked(f"{VOTE}\n\n{others}\n\nLes inscriptions\n\n{FILES}") == [others]


def test_a_list_without_blank_lines_ends_before_the_heading_too() -> None:
    others = "À lire aussi\nPourquoi le gymnase ferme\nLa cantine bio arrive"
    assert marked(f"{VOTE}\n{others}\nLes inscriptions\n{FILES}") == [others]


def test_labels_below_the_first_list_after_the_content_are_the_page_s_too_but_not_an_address() -> None:
    page = "Articles similaires\nLe gymnase ferme\nLa cantine bio arrive\n\nAccès rapides\nPayer une facture"
    address = "Mairie de Saint-Aubin\n12 rue de la Paix"
    footer = "Plan du site | Mentions légales"
    assert marked(f"{VOTE}\n\n{page}\n\n{address}\n\n{footer}") == [page, footer]


def test_titles_with_dates_are_found_inside_a_flattened_page() -> None:
    others = "Vous pourriez être intéressé par Noël 2023 : les lumières 8 novembre 2024 Le gymnase ferme 7 mai 2024"
    assert marked(f"{VOTE} {others} {FILES}") == [others]


def test_titles_cut_with_an_ellipsis_are_found_at_the_end_of_a_flattened_page() -> None:
    others = "A lire aussi Quand la scène se tait :... 4 septembre 2025 Le gymnase ferme et les clubs... 30 août 2025"
    assert marked(f"{VOTE} {FILES} {others}") == [others]


def test_buttons_glued_together_are_found_inside_a_flattened_page() -> None:
    assert marked(f"{VOTE} 0 FacebookTwitterPinterestEmail {FILES}") == ["FacebookTwitterPinterestEmail"]


@pytest.mark.parametrize("separator", ["\n\n", "\n", " "], ids=["paragraphs", "lines", "one line"])
@pytest.mark.parametrize(
    "buttons",
    [
        "Partager sur Facebook Partager sur Twitter Imprimer",
        "Partager sur Facebook\nPartager sur Twitter\nImprimer",
        "Imprimer | Partager par courriel | Partager sur LinkedIn",
        "Partager sur X · Partager sur WhatsApp · Envoyer par mail · Copier le lien",
    ],
    ids=["beside each other", "below each other", "with bars", "with dots"],
)
def test_buttons_to_share_are_found_inside_an_article(buttons: str, separator: str) -> None:
    assert marked(f"{VOTE}{separator}{buttons}{separator}{FILES}") == [buttons]


def test_questions_to_the_readers_are_marked_though_glued_to_the_text() -> None:
    prompts = (
        "Quel est votre avis sur le sujet ?Que pensez-vous de ce budget ? Il prévoit une école. Qu'en pensez-vous ?"
    )
    assert marked(f"{VOTE} {FILES} {VOTE} Source : la mairie{prompts}") == [prompts]


@pytest.mark.parametrize(
    ("number", "beginnings"),
    [
        ("000", ["Pour aller plus loin"]),
        ("001", []),
        ("002", ["Quel est votre avis sur le sujet ?"]),
        ("003", ["Vous pourriez être", "FacebookTwitter", "entrée suivante"]),
        ("004", ["Ils nous font confiance"]),
    ],
)
def test_the_boilerplate_of_each_seed_is_found(number: str, beginnings: list[str]) -> None:
    found = marked(seed(number))
    assert [piece[: len(beginning)] for piece, beginning in zip(found, beginnings, strict=True)] == beginnings


# What is content

CONTENT = {
    "a section of further reading in sentences": f"{VOTE}\n\nPour aller plus loin\n\n{FILES}\n{VOTE}",
    "sources": f"{VOTE}\n\nPour aller plus loin\n\nCode du travail : article L1234-5\nGuide : isoler",
    "a bibliography": f"{VOTE}\n\nRéférences\n\nDupont J., Les villes, 12 mai 2019\nMartin A., Les champs, 3 juin 2020",
    "offices to turn to": f"{VOTE}\n\nEn savoir plus\nMaison de justice et du droit\nPoint d'accès au droit",
    "an office with its hours": f"{FILES}\n\nPour en savoir plus\nMairie : 02 99 00 00 00\nLundi au vendredi 9h-17h",
    "a cross-reference": f"{VOTE}\n\nVoir aussi : procédure d'achat, note de service du 12 mai 2025.",
    "a date in a sentence": f"{VOTE} À lire aussi notre dossier du 4 mai 2025 sur le budget. {FILES}",
    "a reference of one word": f"{VOTE}\n\nÀ lire aussi : Annexes\n\n{FILES}",
    "where an office is to be found": f"{VOTE}\n\nRetrouvez-nous sur Facebook, où nous répondons.\n\n{FILES}",
    "how to share in a manual": f"{VOTE}\n\nPartager sur un réseau\n\n{FILES}\n\nImprimer\n\n{VOTE}",
    "an invitation with a date": f"{VOTE}\n\nVous pourriez être intéressé par une formation le 12 mai 2025. {FILES}",
    "a paragraph of a PDF": f"À lire aussi\nLe règlement prévoit que les agents peuvent\nprendre leur repas.\n\n{VOTE}",
    "a table of contents": (
        "Rapport\n\nNos services\nRecrutement\nMentions légales\nContact\n\n"
        f"Nos services\n\n{VOTE}\n\nRecrutement\n\n{FILES}\n\nMentions légales\n\n{FILES}"
    ),
    "a list alone": "Accueil\nActualités\nContact\nMentions légales",
    "an enumeration": f"{VOTE}\n\nLe site comporte :\n- Mentions légales\n- Plan du site\n- Contact",
    "headings of a manual": f"Imprimer\n\n{VOTE}\n\nPartager\n\n{FILES}\n\nMenu\n\n{VOTE}\n\nSe connecter\n\n{FILES}",
    "a path in a manual": f"Mettre en gras\n\n1. Sélectionnez le texte.\n2. Accueil > Police > Gras\n\n{VOTE}",
    "a directory": f"{FILES}\n\nAccueil\n02 99 00 00 01\nRecrutement\n02 99 00 00 03\nContact\naccueil@ville.fr",
    "services of a town hall": f"{VOTE}\n\nLes services\nAccueil\nÉtat civil\nUrbanisme\nRecrutement\nPresse",
    "rows of a table": f"Année\tFacebook\tTwitter\tLinkedIn\n2023\t12\t13\t14\n{VOTE}",
    "rows of a CSV file": f"Année;Facebook;Twitter;LinkedIn\n2023;12;13;14\n{VOTE}",
    "networks in an enumeration": f"{VOTE}\n\nNous sommes sur :\nFacebook\nTwitter\nLinkedIn\n\n{FILES}",
    "a text about cookies": (
        "Ce site utilise des cookies. Un cookie est un fichier.\n\nLes cookies de mesure durent treize mois.\n\n"
        f"Vous pouvez refuser les cookies dans votre navigateur.\n\n{VOTE}"
    ),
    "questions and answers": f"Quel est votre avis sur le télétravail ?\n{VOTE}\n\nEt vous ?\n{FILES}",
    "a questionnaire": f"{FILES}\n\nQuel est votre avis sur la cantine ?\nQuel est votre âge ?\nQu'en pensez-vous ?",
    "a dialogue": f"Il ouvrit la porte. « Et vous ? Qu'en pensez-vous ? » demanda-t-elle. {VOTE}",
    "minutes": f"Présents : M. Dupont\n\n{VOTE}\n\nProchaines réunions\nCommission 4 avril 2025\nConseil 12 mai 2025",
    "an agenda": f"{VOTE}\n\nAgenda\nConcert de la chorale\n12 mai 2025\nVide-grenier\n18 mai 2025",
    "useful sites": f"{VOTE}\n\nSites utiles\nservice-public.fr\nwww.ameli.fr\nwww.caf.fr",
    "partners": f"{VOTE}\n\nNos partenaires\n\nConseil départemental\nMission locale de Rennes",
    "a list below a credit": f"{VOTE}\n\n© Jean Dupont / AFP\n\nMembres élus\nAnne Martin\nPaul Durand",
    "a newsletter of the firm": f"{VOTE}\n\nAbonnez-vous à la newsletter interne auprès de la direction.\n\n{FILES}",
    "a letter of application": f"{VOTE}\n\nInscrivez-vous en envoyant une lettre de motivation et un CV.",
}


@pytest.mark.parametrize("text", CONTENT.values(), ids=CONTENT.keys())
def test_content_is_not_marked(text: str) -> None:
    assert marked(text) == []


# What holds of every text


@given(
    st.lists(
        st.sampled_from(
            [
                VOTE,
                *AFTER_AN_ARTICLE.values(),
                *BEFORE_AN_ARTICLE.values(),
                "À lire aussi",
                " ",
                "\n",
                "\u00a0",
                "œ…",
                "İ",
            ]
        ),
        max_size=12,
    ),
    st.sampled_from(["", " ", "\n", "\n\n"]),
)
def test_stretches_are_in_order_apart_and_inside_the_text(pieces: list[str], separator: str) -> None:
    text = separator.join(pieces)
    stretches = boilerplate(text)
    assert all(0 <= stretch.start < stretch.end <= len(text) for stretch in stretches)
    assert all(before.end < after.start for before, after in pairwise(stretches))


@given(st.text())
def test_any_text_may_be_given(text: str) -> None:
    assert marked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        " " * 1_000_000,
        "«" * 1_000_000,
        "Une ligne\n" * 200_000,
        "Accueil\n" * 200_000,
        "À lire aussi " * 80_000,
        "À lire aussi\n" * 80_000,
        "À lire aussi Un titre 4 mai 2025 " * 30_000,
        "Nous utilisons des cookies. " * 37_000,
        "Qu'en pensez-vous ? " * 50_000,
        "Facebook Twitter " * 60_000,
        "Partager sur Facebook " * 45_000,
        "#budget " * 130_000,
        "a." * 500_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_megabyte_of_anything_takes_seconds_at_most(text: str) -> None:
    begin = time.process_time()
    boilerplate(text)
    assert time.process_time() - begin < 6
