"""What a file is, told by what it holds; its name decides only between kinds of text."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from index.errors import DocumentUnreadable
from index.formats.archive import damage_refused
from index.formats.decoding import decode

Kind = Literal["pdf", "docx", "odt", "pptx", "xlsx", "html", "markdown", "text", "eml", "epub", "csv"]

_HEAD = 8_192  # bytes in which a file shows what it is
_PDF_HEAD = 1_024  # bytes in which "%PDF-" may stand, as readers of PDF agree
_SUFFIX = re.compile(r"\.(?!v[0-9]+\Z)[a-z][a-z0-9]{0,9}\Z")

_MARKDOWN = {".md", ".markdown"}
_TABLE = {".csv", ".tsv"}
_WEB = {".html", ".htm", ".xhtml", ".xht"}
_MAIL = {".eml"}
_TEXT = {"", ".txt", ".text"}
# What is no text by its name, and may hold some all the same: exports of programs that only changed the suffix.
_DOCUMENT = {
    *{".pdf", ".odt", ".ott", ".ods", ".odp", ".epub", ".rtf", ".doc", ".docx", ".docm", ".dot", ".dotx"},
    *{".xls", ".xlsx", ".xlsm", ".ppt", ".pptx", ".pptm", ".pps", ".ppsx"},
}

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BY_MIMETYPE: dict[bytes, Kind] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/epub+zip": "epub",
}
_BY_ENTRY: tuple[tuple[re.Pattern[str], Kind], ...] = (  # the number is written by Office on the web
    (re.compile(r"word/document[0-9]*\.xml"), "docx"),
    (re.compile(r"ppt/presentation[0-9]*\.xml"), "pptx"),
    (re.compile(r"xl/workbook[0-9]*\.xml"), "xlsx"),
    (re.compile(r"META-INF/container\.xml"), "epub"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a compound file (MS-CFB): Office encrypted, Office before 2007, and others
_OLE_ENCRYPTED = ("EncryptedPackage",)
_OLE_OFFICE = ("WordDocument", "Workbook", "Book", "PowerPoint Document")
_FOREIGN = (
    *(b"{\\rtf", b"%!PS", b"#!/"),
    *(b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"),
    *(b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ", b"BZh9"),
)

_HTML = re.compile(
    rb"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(rb"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_FEW_TAGS = 3  # a text may begin with "<html>" to explain it

_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):[ \t]?[^\n]*\n(?:[ \t]+[^\n]*\n)*")
_HEADERS_OF_PEOPLE = {b"from", b"to", b"cc", b"date", b"subject", b"reply-to", b"sender"}
_HEADERS_OF_MACHINES = {
    *{b"received", b"return-path", b"delivered-to", b"message-id", b"mime-version", b"dkim-signature", b"in-reply-to"},
    *{b"content-type", b"content-transfer-encoding", b"authentication-results", b"references", b"arc-seal"},
}


def kind(content: bytes, name: str) -> Kind:
    """Return what a file is, from its bytes, and from its name where they are text.

    A text whose name has another suffix than those of text and of documents (.py, .log, .json, .xml) is none that
    people were meant to read; one without a suffix is. Raises DocumentUnreadable for what no reader understands.
    """
    if not content:
        raise DocumentUnreadable(reason="no text in it")
    ending = suffix(name)
    if _is_pdf(content, ending):
        return "pdf"
    if content.startswith(_ZIP):
        return _kind_of_archive(content)
    if content.startswith(_OLE):
        raise DocumentUnreadable(reason=_reason_of_compound(content))
    if content.startswith(_FOREIGN):
        raise _unknown()
    head = _letters(content)
    if _is_html(head, ending):
        return "html"
    if _is_mail(head, ending):
        return "eml"
    return _kind_of_text(content, head, ending)


def suffix(name: str) -> str:
    """Return the suffix of a file's name in small letters; "" where what follows the last dot is none.

    None are a version or a number ("note.v2", "réunion du 12.03.2024"), and what holds a blank ("M. Dupont").
    """
    found = _SUFFIX.search(name.lower(), 1)
    return found[0] if found else ""


def _is_pdf(content: bytes, ending: str) -> bool:
    start = content.find(b"%PDF-", 0, _PDF_HEAD)
    return start >= 0 and (ending == ".pdf" or not content[:start].strip(b"\xef\xbb\xbf\0 \t\r\n"))


def _kind_of_archive(content: bytes) -> Kind:
    with damage_refused(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name.replace("\\", "/") for name in archive.namelist()]
        mimetype = b""
        if "mimetype" in names:
            with archive.open("mimetype") as entry:
                mimetype = entry.read(100).strip()
    if mimetype in _BY_MIMETYPE:
        return _BY_MIMETYPE[mimetype]
    for entry_name, known in _BY_ENTRY:
        if any(map(entry_name.fullmatch, names)):
            return known
    raise _unknown()


def _reason_of_compound(content: bytes) -> str:
    if any(_entry_name(name) in content for name in _OLE_ENCRYPTED):
        return "it is encrypted"
    if any(_entry_name(name) in content for name in _OLE_OFFICE):
        return "it is in a format of before 2007"
    return "no reader for this format"


def _entry_name(name: str) -> bytes:
    """Return the name of a stream as its directory entry begins: in UTF-16, closed by a zero."""
    return f"{name}\0".encode("utf-16-le")


def _letters(content: bytes) -> bytes:
    r"""Return the head of a file without what UTF-16 puts around ASCII, with "\n" line ends."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"")
    return head.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip()


def _is_html(head: bytes, ending: str) -> bool:
    tags = len(_TAG.findall(head))
    if ending in _WEB:
        return tags > 0 or head.startswith(b"<")
    return _HTML.match(head) is not None and tags >= _FEW_TAGS


def _is_mail(head: bytes, ending: str) -> bool:
    """Tell whether headers of a message (RFC 5322) come first; what a person may have typed is not enough of them."""
    names = _header_names(head)
    of_machines = names & _HEADERS_OF_MACHINES
    known = of_machines | names & _HEADERS_OF_PEOPLE
    return len(known) >= 2 if ending in _MAIL else len(known) >= 3 and bool(of_machines)


def _header_names(head: bytes) -> set[bytes]:
    names = set()
    end = head.find(b"\n") + 1 if head.startswith(b"From ") else 0  # a mailbox puts such a line before each message
    while found := _HEADER.match(head, end):
        names.add(found[1].lower())
        end = found.end()
    return names


def _kind_of_text(content: bytes, head: bytes, ending: str) -> Kind:
    if ending in _MARKDOWN:
        return "markdown"
    if ending in _TABLE:
        return "csv"
    if ending in _TEXT | _WEB | _MAIL:
        return "text"
    if ending not in _DOCUMENT or head.startswith(b"<?xml"):
        raise _unknown()
    if _is_binary(content):
        raise DocumentUnreadable(reason="it is damaged")
    return "text"


def _is_binary(content: bytes) -> bool:
    try:
        decode(content[:_HEAD])
    except DocumentUnreadable:
        return True
    return False


def _unknown() -> DocumentUnreadable:
    return DocumentUnreadable(reason="no reader for this format")
