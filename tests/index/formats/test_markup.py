"""What reading markup promises: the words that a visitor sees, in their order, and nothing that the page hides."""

from __future__ import annotations

import codecs

import pytest

from index.formats.markup import add_markup, decode, parse, pieces
from index.formats.reading import TextBuilder


def text(markup: str) -> str:
    builder = TextBuilder()
    add_markup(markup, builder)
    return builder.reading().text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Le <b>prix</b><i>s</i>, <a href='/'>ici </a> <em> là</em>.</p>", "Le prixs, ici là."),
        ("<p>un\n  deux<br>\n trois<br/><br>quatre</p>", "un deux\ntrois\n\nquatre"),
        ("<div>un<div>deux</div>trois</div>", "un\n\ndeux\n\ntrois"),
        ("<pre>  a\n    b  c\n</pre>", "  a\n    b  c"),
        ("<p>l&rsquo;&eacute;t&eacute;&nbsp;&#8239;&amp; &lt;b&gt;</p>", "l’été\u00a0\u202f& <b>"),
        ("<p>co&shy;opé&#8203;rer</p>", "coopérer"),
        ("<p>10<sup>6</sup> m<sup>2</sup>, 1<sup>er</sup>, CO<sub>2</sub></p>", "10⁶ m², 1er, CO2"),
        ("<p>Nom<input>Prénom<button>Envoyer</button></p>", "Nom Prénom"),
        ("<dl><dt>Bief</dt><dd>Canal d’un moulin</dd></dl>", "Bief\n\nCanal d’un moulin"),
        ("<details><summary>Où ?</summary>Ici.</details>", "Où ?\n\nIci."),
    ],
)
def test_words_are_put_together_as_a_browser_does(markup: str, expected: str) -> None:
    assert text(markup) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>secret</p>",
        '<p style="color: red; display: none">secret</p>',
        '<p style="visibility:hidden">secret</p>',
        '<p class="fr-sr-only">secret</p>',
        "<!-- secret -->",
        "<script>secret</script>",
        "<style>secret</style>",
        "<template><p>secret</p></template>",
        "<noscript><p>secret</p></noscript>",
        "<dialog>secret</dialog>",
        "<select><option>secret</option></select>",
        "<textarea>secret</textarea>",
        "<?php secret ?>",
        "<svg><text>secret</text></svg>",
    ],
)
def test_what_nobody_sees_is_left_out(hidden: str) -> None:
    assert text(f"<p>avant</p>{hidden}<p>après</p>") == "avant\n\naprès"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<ul><li>un<li>deux</ul>", "- un\n- deux"),
        ('<ol start="3"><li>un<ul><li>a</ul><li><p>deux</p><p>suite</p></ol>', "3. un\n  - a\n4. deux\nsuite"),
        ('<ol type="a"><li>un</li><li>deux</li></ol>', "a. un\nb. deux"),
        ("<li>sans liste</li>", "- sans liste"),
        ("<p>Voici :</p><ul><li>un</li><li></li></ul><p>Fin</p>", "Voici :\n\n- un\n\nFin"),
    ],
)
def test_an_item_of_a_list_is_a_line_with_its_mark(markup: str, expected: str) -> None:
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><th>Jour<th>Heure<tr><td>Lundi<td>9 h", "Jour | Heure\nLundi | 9 h"),
        ("<caption>Tarifs</caption><tr><td>a<td>b<tr><td>c<td>d", "Tarifs\n\na | b\nc | d"),
        ("<tr><td>a<td><td>c<tr><td>d<td>e<td>f", "a | | c\nd | e | f"),
        ("<tr><td><p>un</p><p>deux</p><td>b<tr><td>c<td>d", "un deux | b\nc | d"),
        ("<tr><td>menu<td><h1>Titre</h1><p>Texte</p>", "menu\n\nTitre\n\nTexte"),
        ("<tr><td>seul<td>rang", "seul\n\nrang"),
        (f"<tr><td>{'mot ' * 200}<td>b<tr><td>c<td>d", f"{('mot ' * 200).strip()}\n\nb\n\nc\n\nd"),
        ("<tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table><td>e<tr><td>f<td>g", "a | b\nc | d\n\ne\n\nf\n\ng"),
    ],
    ids=["data", "caption", "empty cell", "paragraphs", "headings", "one row", "column of a page", "table in a table"],
)
def test_a_row_of_data_is_a_line_and_what_lays_a_page_out_is_no_table(rows: str, expected: str) -> None:
    assert text(f"<table>{rows}</table>") == expected


def test_links_are_counted() -> None:
    piece = next(pieces(parse('<p>Voir <a href="/">la page</a></p>').find("body")))

    assert (piece.linked, piece.is_links) == (len("la page"), True)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>L’été, 5 €</p>".encode(), "L’été, 5 €"),
        (codecs.BOM_UTF8 + "<p>L’été</p>".encode(), "L’été"),
        ("<p>L’été</p>".encode("utf-16"), "L’été"),
        ("<meta charset='iso-8859-1'><p>L’été, 5 €</p>".encode("cp1252"), "L’été, 5 €"),
        ("<meta charset='iso-8859-1'><p>L’été, 5 €</p>".encode(), "L’été, 5 €"),
        ("<meta http-equiv=content-type content='text/html; charset=iso-8859-15'>5 €".encode("iso-8859-15"), "5 €"),
        ("<?xml version='1.0' encoding='koi8-r'?><p>Привет</p>".encode("koi8-r"), "Привет"),
        ("<meta charset='inconnu'><p>L’été à la plage</p>".encode("cp1252"), "L’été à la plage"),
        ("<meta charset='utf-8'><p>L’été à la plage</p>".encode("cp1252"), "L’été à la plage"),
        (
            "<meta charset='iso-8859-1'>L’été, la fête bat son plein déjà à la plage, au caf".encode() + b"\xe9",
            "L’été, la fête bat son plein déjà à la plage, au caf\ufffd",
        ),
    ],
    ids=["UTF-8", "mark", "UTF-16", "declared", "wrong", "http-equiv", "xml", "unknown", "lie", "damaged"],
)
def test_the_encoding_is_told_by_the_bytes_and_then_by_the_declaration(content: bytes, expected: str) -> None:
    assert text(decode(content)) == expected


def test_an_xhtml_tag_that_closes_itself_does_not_swallow_the_page() -> None:
    assert (
        text('<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><p>Texte</p></body></html>')
        == "Texte"
    )


def test_an_entity_that_a_document_declares_is_not_followed() -> None:
    markup = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><p>avant &x; après</p>'

    assert text(markup) == "avant &x; après"
