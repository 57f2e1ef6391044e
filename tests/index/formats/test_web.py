"""What reading a web page promises: the article as it is printed, and none of it lost where no article can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.errors import DocumentUnreadable
from index.formats.web import read
from index.limits import Limits

if TYPE_CHECKING:
    from index.formats.reading import Reading

LONG = (
    "Le bureau des objets trouvés garde les parapluies pendant un an et un jour, puis il les donne à une association."
)
LONGER = (
    "Les vélos sont gardés six mois dans la cour du bâtiment, et leur propriétaire est cherché par le numéro du cadre."
)
ARTICLE = f"<article><h1>Objets trouvés</h1><p>{LONG}</p><h2>Les vélos</h2><p>{LONGER}</p></article>"
LINKS = '<ul><li><a href="/a">Piscine : les horaires d’été</a></li><li><a href="/b">Un pont est fermé</a></li></ul>'


def page(markup: str | bytes) -> Reading:
    return read(markup if isinstance(markup, bytes) else markup.encode(), Limits())


def text(markup: str | bytes) -> str:
    return page(markup).text


def body(inside: str) -> str:
    """The text of a page whose article is followed by something."""
    return text(f"<body><main>{ARTICLE}{inside}</main></body>")


def test_an_article_is_read_with_its_headings() -> None:
    reading = page(f"<body><main>{ARTICLE}</main></body>")

    assert reading.text == f"Objets trouvés\n\n{LONG}\n\nLes vélos\n\n{LONGER}"
    assert [heading.text for heading in reading.headings] == ["Objets trouvés", "Les vélos"]


@pytest.mark.parametrize(
    "furniture",
    [
        f"<nav>{LINKS}</nav>",
        "<header><p>Ville de Valmorène</p></header>",
        "<footer>Mentions légales</footer>",
        f"<aside><h2>Les plus lus</h2>{LINKS}</aside>",
        '<div class="cookie-banner"><p>Ce site dépose des cookies pour mesurer son audience.</p></div>',
        '<div role="dialog">Acceptez nos conditions.</div>',
        '<div class="share-buttons">Partager</div>',
        '<ol class="fr-breadcrumb"><li>Accueil</li></ol>',
        '<section id="comments"><p>Merci, j’ai retrouvé mon parapluie grâce à vous.</p></section>',
        f"<h2>À lire aussi</h2>{LINKS}",
        f"<p>Pour aller plus loin :</p>{LINKS}",
        '<p>Lire aussi : <a href="/a">Un pont est fermé</a></p>',
        "<script>let a = 1;</script>",
    ],
)
def test_what_belongs_to_the_site_is_left_out(furniture: str) -> None:
    assert text(f"<body>{furniture}<main>{ARTICLE}</main></body>") == text(f"<body><main>{ARTICLE}</main></body>")
    assert body(furniture) == text(f"<body><main>{ARTICLE}</main></body>")


def test_menus_without_a_name_are_left_out_too() -> None:
    menu = "".join(f'<div class="x{n}"><a href="#">Rubrique {n}</a></div>' for n in range(8))
    found = text(f"<body><div>{menu}</div><div><h1>Objets trouvés</h1><p>{LONG}</p><p>{LONGER}</p></div></body>")

    assert "Rubrique" not in found
    assert LONGER in found


def test_a_list_of_other_pages_within_the_article_is_left_out() -> None:
    found = text(f"<body><article><h1>Objets</h1><p>{LONG}</p><h2>À lire aussi</h2>{LINKS}<p>{LONGER}</p></article>")

    assert found == f"Objets\n\n{LONG}\n\n{LONGER}"


def test_a_sentence_that_opens_like_such_a_list_stays() -> None:
    words = "Pour en savoir plus sur les objets trouvés, appelez le bureau au 01 00 00 12 34."

    assert words in text(f"<body><article><h1>Objets</h1><p>{LONG}</p><p>{words}</p>{LINKS}<p>{LONGER}</p></article>")


def test_a_box_with_something_to_know_stays_in_the_article() -> None:
    box = "<aside><p>À savoir : le bureau ferme le jeudi.</p></aside>"

    assert "le bureau ferme le jeudi" in text(f"<article><h1>Objets</h1><p>{LONG}</p>{box}<p>{LONGER}</p></article>")


def test_a_name_that_covers_the_content_removes_nothing() -> None:
    assert text(f'<body><div class="has-cookie-notice social"><p>{LONG}</p></div></body>') == LONG


def test_a_navigation_that_was_never_closed_does_not_swallow_the_page() -> None:
    assert LONG in text(f"<body><nav><a href='/'>Accueil</a><main>{ARTICLE}</main></body>")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Bonjour à <b>tous</b>.", "Bonjour à tous."),
        ("<table><tr><td>Lundi<td>9 h<tr><td>Mardi<td>10 h</table>", "Lundi | 9 h\nMardi | 10 h"),
        ("<form><label>Nom <input></label><p>En capitales.</p><button>OK</button></form>", "Nom\n\nEn capitales."),
        (f"<h1>Formulaires</h1>{LINKS}", "Formulaires\n\n- Piscine : les horaires d’été\n- Un pont est fermé"),
        ("<p>Note<o:p>&nbsp;</o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p>Suite", "Note\n\nSuite"),
        ("", ""),
    ],
    ids=["fragment", "table", "form", "links", "Word", "nothing"],
)
def test_without_an_article_all_visible_text_is_read(markup: str, expected: str) -> None:
    assert text(markup) == expected


def test_an_article_that_is_a_small_part_of_the_page_is_not_believed() -> None:
    rooms = "".join(f"<p>Salle {n} : {n} places</p>" for n in range(60))

    assert "59 places" in text(f"<body><article>{f'<p>{LONG}</p>' * 6}</article>{rooms}</body>")


def test_a_heading_above_the_article_is_not_lost() -> None:
    assert text(f"<body><h2>Objets</h2><p>{LONG}</p><p>{LONGER}</p></body>") == f"Objets\n\n{LONG}\n\n{LONGER}"


def test_a_list_at_the_end_of_the_article_is_not_lost() -> None:
    assert body("<ul><li>Le lundi</li><li>Le jeudi</li></ul>").endswith("\n\n- Le lundi\n- Le jeudi")


def test_a_long_page_is_read_whole_without_looking_for_an_article() -> None:
    found = text(f"<body><p>Court.</p>{f'<p>{LONG}</p>' * 4_000}<p>Fin.</p></body>")

    assert (found[:6], found[-4:]) == ("Court.", "Fin.")


def test_the_layout_of_tables_and_lists_is_kept_within_the_article() -> None:
    table = "<table><tr><th>Jour</th><th>Heure</th></tr><tr><td>Lundi</td><td>9&nbsp;h</td></tr></table>"
    steps = "<ol><li>Décrire l’objet</li><li>Signer<ul><li>au guichet</li></ul></li></ol>"
    found = text(f"<article><h1>Objets</h1><p>{LONG}</p>{table}<p>{LONGER}</p>{steps}</article>")

    assert f"{LONG}\n\nJour | Heure\nLundi | 9\u00a0h\n\n{LONGER}" in found
    assert found.endswith("1. Décrire l’objet\n2. Signer\n  - au guichet")


def test_french_typography_is_kept_to_the_letter() -> None:
    words = "«\u00a0L’objet\u00a0», dit-elle, coûte 12\u202f000\u00a0€\u00a0: c’est trop\u202f!"

    assert words in text(f"<article><h1>Objets</h1><p>{words} {LONG}</p><p>{LONGER}</p></article>")


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        ('<meta property="og:title" content="Objets trouvés"><title>Autre</title>', "Objets trouvés"),
        ("<title>Objets trouvés | Ville de Valmorène</title>", "Objets trouvés"),
        ("<title>Ville de Valmorène - Objets trouvés</title>", "Objets trouvés"),
        ("", "Objets trouvés"),
    ],
)
def test_the_title_is_told_without_the_name_of_the_site(titles: str, title: str) -> None:
    assert page(f"<head>{titles}</head><body><main>{ARTICLE}</main></body>").title == title


def test_the_name_of_the_site_is_no_title_though_it_stands_on_the_page() -> None:
    head = '<meta property="og:site_name" content="Valmorène"><title>Valmorène - Objets trouvés</title>'

    assert (
        page(f"<head>{head}</head><body>{ARTICLE.replace('<p>', '<p>Valmorène</p><p>')}</body>").title
        == "Objets trouvés"
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Budget 2025 - compte rendu</title>", "Budget 2025 - compte rendu"),
        ('<meta property="og:site_name" content="Valmorène"><title>Budget | Valmorène</title>', "Budget"),
        ("<title>Sans titre</title>", ""),
    ],
)
def test_a_title_that_does_not_stand_on_the_page_is_not_cut_by_guess(head: str, title: str) -> None:
    assert page(f"<head>{head}</head><body><p>{LONG}</p></body>").title == title


@pytest.mark.parametrize(
    ("markup", "date"),
    [
        ('<meta property="article:published_time" content="2025-07-02T08:00:00+02:00">', "2025-07-02"),
        ('<script type="application/ld+json">{"@graph": [{"datePublished": "2025-07-02"}]}</script>', "2025-07-02"),
        ('<p class="byline"><time datetime="2025-07-02">mercredi</time></p>', "2025-07-02"),
        ('<meta property="article:modified_time" content="2025-07-03">', "2025-07-03"),
        ('<p>La réunion est <time datetime="2025-07-02">mercredi</time>.</p>', ""),
        ("<p>Le 2 juillet 2025, le bureau a fermé.</p>", ""),
        ('<script type="application/ld+json">{"datePublished": </script>', ""),
    ],
)
def test_the_date_is_only_taken_from_the_markup(markup: str, date: str) -> None:
    assert page(f"<body>{markup}<p>{LONG}</p></body>").date == date


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        ('<meta name="author" content="Odile Marchantier">', "Odile Marchantier"),
        ('<script type="application/ld+json">{"author": [{"name": "Odile"}, "Hervé"]}</script>', "Odile, Hervé"),
        ('<p>Par <a rel="author" href="/o">Odile Marchantier</a></p>', "Odile Marchantier"),
        (
            '<meta property="article:author" content="https://exemple.fr/odile"><p class="byline">Mis à jour le 2</p>',
            "",
        ),
    ],
)
def test_the_author_is_who_the_markup_names(markup: str, author: str) -> None:
    assert page(f"<body>{markup}<p>{LONG}</p></body>").author == author


@pytest.mark.parametrize(
    ("markup", "language"),
    [('<html lang="fr-FR">', "fr"), ('<html><meta property="og:locale" content="en_GB">', "en"), ("<html>", "")],
)
def test_the_language_is_that_of_the_markup(markup: str, language: str) -> None:
    assert page(f"{markup}<body><p>{LONG}</p></body>").language == language


@pytest.mark.parametrize(
    ("markup", "origin"),
    [
        ('<link rel="canonical" href="https://exemple.fr/a">', "https://exemple.fr/a"),
        (
            '<link rel="canonical" href="/a"><meta property="og:url" content="http://exemple.fr/b">',
            "http://exemple.fr/b",
        ),
        ("<!-- saved from url=(0020)https://exemple.fr/c -->", "https://exemple.fr/c"),
        ('<link rel="canonical" href="javascript:alert(1)">', ""),
    ],
)
def test_the_origin_is_a_web_address_that_the_page_tells(markup: str, origin: str) -> None:
    assert page(f"{markup}<body><p>{LONG}</p></body>").origin == origin


def test_a_page_nested_too_deeply_is_refused_and_not_cut_short() -> None:
    with pytest.raises(DocumentUnreadable, match="nested too deeply"):
        page("<div>" * 100_000 + LONG)


def test_binary_data_is_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="binary data"):
        page(bytes(range(32)) * 50)
