"""What reading a book promises: its chapters whole and in order, and what it tells of itself."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from index.errors import DocumentUnreadable
from index.formats.book import read
from index.limits import Limits

if TYPE_CHECKING:
    from index.formats.reading import Reading

CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="{}"/>'
TOLD = (
    "<dc:title>Le moulin</dc:title><dc:creator>Odile Marchantier</dc:creator><dc:creator>Hervé Lambrisson</dc:creator>"
)


def chapter(inside: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/></head><body>{inside}</body></html>"
    )


def package(items: str, spine: str, told: str = "", after: str = "") -> str:
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{told}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine>{after}</package>"
    )


def item(name: str, kind: str = "application/xhtml+xml", more: str = "") -> str:
    return f'<item id="{name}" href="{name}" media-type="{kind}" {more}/>'


def itemref(name: str, more: str = "") -> str:
    return f'<itemref idref="{name}" {more}/>'


def packed(entries: dict[str, str | bytes], opf: str = "OEBPS/livre.opf") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER.format(opf) + "</rootfiles></container>")
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def book(told: str = "", after: str = "", **chapters: str) -> Reading:
    """A book with the chapters in their order; a name may be told more of by `names`."""
    items = "".join(item(f"{name}.xhtml") for name in chapters)
    spine = "".join(itemref(f"{name}.xhtml") for name in chapters)
    entries: dict[str, str | bytes] = {f"OEBPS/{name}.xhtml": chapter(text) for name, text in chapters.items()}
    return opened({"OEBPS/livre.opf": package(items, spine, told, after), **entries})


def opened(entries: dict[str, str | bytes]) -> Reading:
    return read(packed(entries), Limits())


def test_the_chapters_are_read_in_the_order_of_the_spine_with_their_headings() -> None:
    opf = package(item("b.xhtml") + item("a.xhtml"), itemref("a.xhtml") + itemref("b.xhtml"))
    reading = opened(
        {
            "OEBPS/livre.opf": opf,
            "OEBPS/b.xhtml": chapter("<h1>Deux</h1><p>Le bief.</p>"),
            "OEBPS/a.xhtml": chapter("<h1>Un</h1><p>Le moulin.</p>"),
        }
    )

    assert reading.text == "Un\n\nLe moulin.\n\nDeux\n\nLe bief."
    assert [heading.text for heading in reading.headings] == ["Un", "Deux"]
    assert reading.pages == ()


def test_all_of_a_chapter_is_read_though_no_page_would_call_it_an_article() -> None:
    aside = '<aside><p>Une note.</p></aside><section id="related"><p>Voir <a href="b.xhtml">plus loin</a></p></section>'

    assert book(a=f"<p>Oui.</p>{aside}").text == "Oui.\n\nUne note.\n\nVoir plus loin"


def test_a_book_tells_title_authors_date_and_language() -> None:
    dates = '<dc:date opf:event="creation">2020</dc:date><dc:date opf:event="publication">2021-05-03</dc:date>'
    reading = book(told=f"{TOLD}{dates}<dc:language>fr-FR</dc:language>", a="<p>Oui.</p>")

    assert (reading.title, reading.author) == ("Le moulin", "Odile Marchantier, Hervé Lambrisson")
    assert (reading.date, reading.language) == ("2021-05-03", "fr")


def test_the_date_of_a_program_that_knows_none_is_not_taken() -> None:
    assert book(told="<dc:date>0101-01-01T00:00:00+00:00</dc:date>", a="<p>Oui.</p>").date == ""


def test_the_table_of_contents_is_left_out() -> None:
    items = item("nav.xhtml", more='properties="nav"') + item("a.xhtml") + item("toc.ncx", "application/x-dtbncx+xml")
    opf = package(items, itemref("nav.xhtml") + itemref("a.xhtml") + itemref("toc.ncx"))
    entries: dict[str, str | bytes] = {
        "OEBPS/nav.xhtml": chapter("<nav>Un</nav>"),
        "OEBPS/a.xhtml": chapter("<p>Oui.</p>"),
    }

    assert opened({"OEBPS/livre.opf": opf, "OEBPS/toc.ncx": "<ncx>Un</ncx>", **entries}).text == "Oui."


def test_covers_that_the_guide_names_are_left_out() -> None:
    guide = '<guide><reference type="cover" href="a.xhtml#haut"/></guide>'

    assert book(after=guide, a="<p>Couverture</p>", b="<p>Oui.</p>").text == "Oui."


def test_what_is_only_read_when_it_is_called_comes_last() -> None:
    items = item("notes.xhtml") + item("a.xhtml")
    opf = package(items, itemref("notes.xhtml", 'linear="no"') + itemref("a.xhtml"))
    chapters: dict[str, str | bytes] = {
        "OEBPS/notes.xhtml": chapter("<p>Une note.</p>"),
        "OEBPS/a.xhtml": chapter("<p>Oui.</p>"),
    }

    assert opened({"OEBPS/livre.opf": opf, **chapters}).text == "Oui.\n\nUne note."


def test_a_chapter_that_is_named_twice_is_read_once() -> None:
    opf = package(item("a.xhtml"), itemref("a.xhtml") * 1_000)

    assert opened({"OEBPS/livre.opf": opf, "OEBPS/a.xhtml": chapter("<p>Oui.</p>")}).text == "Oui."


def test_a_chapter_is_found_by_its_encoded_relative_address() -> None:
    opf = package(
        '<item id="a" href="../texte/l%27%C3%A9t%C3%A9.xhtml" media-type="application/xhtml+xml"/>', itemref("a")
    )

    assert opened({"OEBPS/livre.opf": opf, "texte/l'été.xhtml": chapter("<p>Oui.</p>")}).text == "Oui."


def test_a_chapter_that_is_missing_does_not_take_the_others_along() -> None:
    opf = package(item("a.xhtml") + item("b.xhtml"), itemref("a.xhtml") + itemref("b.xhtml") + itemref("c.xhtml"))

    assert opened({"OEBPS/livre.opf": opf, "OEBPS/b.xhtml": chapter("<p>Oui.</p>")}).text == "Oui."


def encryption(name: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><e:EncryptedData '
        'xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:CipherData><e:CipherReference URI="'
        f'{name}"/></e:CipherData></e:EncryptedData></encryption>'
    )


def protected(name: str) -> Reading:
    return opened(
        {
            "OEBPS/livre.opf": package(item("a.xhtml"), itemref("a.xhtml")),
            "OEBPS/a.xhtml": chapter("<p>Oui.</p>"),
            "META-INF/encryption.xml": encryption(name),
        }
    )


def test_a_book_with_encrypted_chapters_is_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="it is encrypted"):
        protected("OEBPS/a.xhtml")


def test_a_book_with_obfuscated_fonts_is_read() -> None:
    assert protected("OEBPS/police.otf").text == "Oui."


def test_an_old_package_with_a_document_type_is_read_without_following_it() -> None:
    doctype = '<!DOCTYPE package SYSTEM "file:///etc/hostname" [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    opf = doctype + package(item("a.xhtml"), itemref("a.xhtml"), told="<dc:title>Le &x;moulin</dc:title>")

    assert opened({"OEBPS/livre.opf": opf, "OEBPS/a.xhtml": chapter("<p>Oui.</p>")}).title == "Le &x;moulin"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 rien", "damaged"),
        (b"un texte", "not in the format"),
        (packed({"OEBPS/livre.opf": "<package"}), "damaged"),
        (packed({}), "damaged"),
    ],
    ids=["torn", "no archive", "broken package", "no package"],
)
def test_what_is_no_whole_book_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentUnreadable, match=reason):
        read(content, Limits())
