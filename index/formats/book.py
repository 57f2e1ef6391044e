"""Books (.epub): the text of their chapters in reading order (EPUB 3.3, and EPUB 2 before it).

Read with zipfile and lxml; the library that there is for it (ebooklib) is under the AGPL.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from index import dates
from index.errors import DocumentUnreadable
from index.formats.archive import damage_refused, open_archive, read_entry
from index.formats.language import from_tag
from index.formats.markup import add_markup, decode
from index.formats.properties import told_author, told_title
from index.formats.reading import Reading, TextBuilder, one_line

if TYPE_CHECKING:
    import zipfile

    from index.limits import Limits

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml"})
_LEFT_OUT = frozenset({"cover", "toc"})  # in the guide of EPUB 2
_FIRST_DATE = "1450"  # calibre writes the year 101 where it knows none


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A chapter: the name of its entry, and whether it is read in turn, and not only when it is called."""

    name: str
    is_in_turn: bool


def read(content: bytes, limits: Limits) -> Reading:
    """Read a book: all the text of its chapters, in the order of its spine, with their headings.

    What is only read when it is called, such as notes, comes last; covers and tables of contents are left out. Raises
    DocumentUnreadable, also when its chapters are encrypted (DRM).
    """
    builder = TextBuilder()
    with open_archive(content, limits) as archive, damage_refused():
        package_name, package = _package(archive, limits)
        chapters = _chapters(package, package_name)
        _refuse_encrypted(archive, chapters, limits)
        for chapter in sorted(chapters, key=lambda chapter: not chapter.is_in_turn):
            markup = read_entry(archive, chapter.name, limits)
            if markup:
                add_markup(decode(markup), builder)
    return builder.reading(
        title=told_title(next(iter(_told(package, "title")), "")),
        author=", ".join(filter(None, map(told_author, _told(package, "creator")))),
        date=_date(package),
        language=next(filter(None, map(from_tag, _told(package, "language"))), ""),
    )


def _package(archive: zipfile.ZipFile, limits: Limits) -> tuple[str, Any]:
    """Return the name and the root of the package document, which the container names."""
    container = read_entry(archive, _CONTAINER, limits)
    if container is None:
        raise DocumentUnreadable(reason="it is not in the format that its name tells")
    paths = (root.get("full-path") for root in _xml(container).iter("{*}rootfile"))
    name = next(filter(None, paths), "")
    package = read_entry(archive, name, limits)
    if package is None:
        raise DocumentUnreadable(reason="it is damaged")
    return name, _xml(package)


def _xml(content: bytes) -> Any:
    """Return the root of a document; older books declare a document type, which is neither loaded nor followed."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _chapters(package: Any, package_name: str) -> list[_Chapter]:
    """Return the chapters in the order of the spine, each once."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    left_out = {
        _entry(package_name, reference.get("href"))
        for reference in package.iter("{*}reference")
        if reference.get("type", "").lower() in _LEFT_OUT
    }
    chapters: dict[str, _Chapter] = {}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _CHAPTERS or "nav" in item.get("properties", "").split():
            continue
        name = _entry(package_name, item.get("href"))
        chapters.setdefault(name, _Chapter(name, is_in_turn=reference.get("linear") != "no"))
    # A book that calls its only chapter a cover is read all the same.
    kept = [chapter for chapter in chapters.values() if chapter.name not in left_out]
    return kept or list(chapters.values())


def _entry(package_name: str, address: str | None) -> str:
    """Return the name of the entry that an address in the package document means."""
    path = unquote((address or "").partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(package_name), path))


def _refuse_encrypted(archive: zipfile.ZipFile, chapters: list[_Chapter], limits: Limits) -> None:
    """Raise DocumentUnreadable when a chapter is encrypted; fonts often are, and are not read."""
    encryption = read_entry(archive, _ENCRYPTION, limits)
    if encryption is None:
        return
    names = {_entry("", reference.get("URI")) for reference in _xml(encryption).iter("{*}CipherReference")}
    if any(chapter.name in names for chapter in chapters):
        raise DocumentUnreadable(reason="it is encrypted")


def _told(package: Any, name: str) -> list[str]:
    """Return what the metadata tells under a name of Dublin Core."""
    return [one_line("".join(element.itertext())) for element in _metadata(package, name)]


def _metadata(package: Any, name: str) -> list[Any]:
    return list(package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"))


def _date(package: Any) -> str:
    """Return when the book was published, or else the first date that it tells."""
    elements = _metadata(package, "date")
    event = "{http://www.idpf.org/2007/opf}event"
    ordered = sorted(elements, key=lambda element: element.get(event, "").lower() != "publication")
    told = (dates.parse(one_line(element.text or "")) for element in ordered)
    return next((date for date in told if date >= _FIRST_DATE), "")
