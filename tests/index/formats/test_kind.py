"""What telling the kind promises: the content decides, and the name only between kinds of text."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from docx import Document
from odfdo import Document as OpenDocument
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

from index.errors import DocumentUnreadable
from index.formats.kind import Kind, kind, suffix

PAGE = "<html>\n<head><title>Titre</title></head>\n<body><p>Un texte.</p></body></html>"
MESSAGE = "Received: from a.fr\n\tby b.fr; Mon, 1 Jul 2024\nFrom: Jeanne\nSubject: Prime\nMIME-Version: 1.0\n\nUn mot."
TYPED = "From: Jeanne\nTo: Paul\nSubject: Prime\nDate: lundi\n\nUn mot."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def pdf() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(100, 700, "Un texte")
    canvas.save()
    return stream.getvalue()


def docx() -> bytes:
    stream = io.BytesIO()
    Document().save(stream)
    return stream.getvalue()


def pptx() -> bytes:
    stream = io.BytesIO()
    Presentation().save(stream)
    return stream.getvalue()


def xlsx() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet()
    return stream.getvalue()


def opendocument(model: str) -> bytes:
    stream = io.BytesIO()
    OpenDocument(model).save(stream)
    return stream.getvalue()


def archive(*names: str, mimetype: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        for name in names:
            written.writestr(name, "un texte")
        if mimetype:
            written.writestr("mimetype", mimetype)
    return stream.getvalue()


def ole(name: str) -> bytes:
    return OLE + name.encode("utf-16-le").ljust(128, b"\0")


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        kind(content, name)
    return str(caught.value)


@pytest.mark.parametrize("name", ["note.txt", "note", "note.docx", "note.jpg", "note.csv"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf(), "pdf"),
        (docx(), "docx"),
        (pptx(), "pptx"),
        (xlsx(), "xlsx"),
        (opendocument("text"), "odt"),
        (archive(mimetype="application/epub+zip"), "epub"),
        (archive("META-INF/container.xml"), "epub"),
        (archive("word/document2.xml"), "docx"),
        (PAGE.encode(), "html"),
        (MESSAGE.encode(), "eml"),
    ],
    ids=["pdf", "docx", "pptx", "xlsx", "odt", "epub", "epub without its type", "docx of the web", "html", "eml"],
)
def test_the_content_tells_the_kind_whatever_the_name_says(content: bytes, expected: Kind, name: str) -> None:
    assert kind(content, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("note.txt", "text"),
        ("note.TEXT", "text"),
        ("README", "text"),
        ("note.v2", "text"),
        ("réunion du 12.03.2024", "text"),
        ("lettre à M. Dupont", "text"),
        ("note.pdf", "text"),
        ("export.xls", "text"),
        ("note.eml", "text"),
        ("note.htm", "text"),
        ("note.md", "markdown"),
        ("note.MARKDOWN", "markdown"),
        ("note.csv", "csv"),
        ("note.tsv", "csv"),
    ],
)
def test_the_name_decides_between_kinds_of_text(name: str, expected: Kind) -> None:
    assert kind("Un texte ; où l'on paie.\n".encode(), name) == expected


@pytest.mark.parametrize("name", ["a.py", "a.log", "a.json", "a.xml", "a.css", "a.js", "a.svg", "a.ini", "a.txt.bak"])
def test_a_text_that_was_not_meant_for_people_has_no_reader(name: str) -> None:
    assert refusal(b"<svg>un texte</svg>", name) == "no reader for this format"


@pytest.mark.parametrize(
    "content",
    [
        archive("a.txt"),
        opendocument("spreadsheet"),
        b"{\\rtf1 Un texte}",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"GIF89a\1\0",
        b"7z\xbc\xaf\x27\x1c\0\4",
        b"\x1f\x8b\x08\0",
        b"#!/bin/sh\necho",
        ole("__substg1.0_001A001E"),
    ],
    ids=["zip", "ods", "rtf", "png", "jpeg", "gif", "7z", "gzip", "script", "msg"],
)
@pytest.mark.parametrize("name", ["note.docx", "note.txt", "note"])
def test_another_format_has_no_reader_whatever_its_name(content: bytes, name: str) -> None:
    assert refusal(content, name) == "no reader for this format"


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "vide.txt", "no text in it"),
        (b"", "vide.pdf", "no text in it"),
        (ole("EncryptedPackage"), "note.docx", "it is encrypted"),
        (ole("WordDocument"), "note.doc", "it is in a format of before 2007"),
        (ole("PowerPoint Document"), "note.ppt", "it is in a format of before 2007"),
        (ole("Workbook"), "note.xls", "it is in a format of before 2007"),
        (docx()[:2_000], "note.docx", "it is damaged"),
        (bytes(9_000), "note.pdf", "it is damaged"),
        (b'<?xml version="1.0"?>\n<Workbook><Row/></Workbook>', "note.xls", "no reader for this format"),
    ],
)
def test_what_cannot_be_read_has_the_reason_that_helps(content: bytes, name: str, reason: str) -> None:
    assert refusal(content, name) == reason


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>\n" + PAGE,
        "\ufeff  \n" + PAGE,
        "<?xml version='1.0'?>\n<!-- un\nmot --><HTML lang='fr'><Body><p>Un</p></Body></HTML>",
        PAGE.replace("\n", "\r\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_page_is_one_however_it_begins(text: str, encoding: str) -> None:
    assert kind(text.encode(encoding), "note.pdf") == "html"


@pytest.mark.parametrize("text", ["<p>Un texte</p>", "Un <b>texte</b>.", "<!-- " + "un mot " * 2_000 + "-->"])
def test_a_part_of_a_page_is_html_when_its_name_says_so(text: str) -> None:
    assert [kind(text.encode(), name) for name in ("a.html", "a.HTM", "a.txt")] == ["html", "html", "text"]


@pytest.mark.parametrize(
    "text",
    [
        "La balise <html> contient <head> et <body>, <p> et <a>.",
        "<html> est la racine d'une page.",
        "Cours\n\n" + PAGE,
    ],
)
def test_a_text_about_html_is_text(text: str) -> None:
    assert kind(text.encode(), "cours.txt") == "text"


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (TYPED, "note.txt", "text"),
        (TYPED, "note.eml", "eml"),
        ("From jeanne@a.fr Mon Jul 1\n" + TYPED, "note.eml", "eml"),
        (MESSAGE.replace("\n", "\r\n"), "note.txt", "eml"),
        ("Subject: un seul\n\nUn mot.", "note.eml", "text"),
        ("Bonjour,\n\n" + MESSAGE, "note.txt", "text"),
        ("---\nfrom: a\ndate: b\nsubject: c\nmessage-id: d\n---\n", "note.md", "markdown"),
    ],
)
def test_a_message_is_told_by_headers_that_only_machines_write(text: str, name: str, expected: Kind) -> None:
    assert kind(text.encode(), name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.TXT", ".txt"),
        ("a.tar.gz", ".gz"),
        ("a.html5", ".html5"),
        ("a.v2", ""),
        ("1.2", ""),
        (".txt", ""),
        ("M. Dupont", ""),
        ("a.", ""),
        ("a", ""),
    ],
)
def test_a_suffix_is_a_word_behind_the_last_dot(name: str, expected: str) -> None:
    assert suffix(name) == expected
