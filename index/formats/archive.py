"""What the formats that are zip archives share: they are checked before a library sees them, and read with a bound."""

from __future__ import annotations

import io
import zipfile
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from index.errors import DocumentUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.limits import Limits

_MOST_ENTRIES = 20_000  # a presentation of 5,000 slides with their notes holds as many
_OLE = b"\xd0\xcf\x11\xe0"  # how Office wraps an encrypted file, and how it wrote all of them before 2007
_LOCAL_HEADER = 30  # bytes before the name of an entry (APPNOTE.TXT, 4.3.7)
_ENCRYPTED = 0x1  # APPNOTE.TXT, 4.4.4
_DECLARATIONS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def open_archive(content: bytes, limits: Limits) -> zipfile.ZipFile:
    """Return the archive that a file is, checked so that all of its entries can be read within the limits.

    Raises DocumentUnreadable when it is none, damaged, encrypted, or would take more than the limits.
    """
    if content.startswith(_OLE):
        raise DocumentUnreadable(reason="it is encrypted, or in a format of before 2007")
    if not content.startswith(b"PK"):
        raise DocumentUnreadable(reason="it is not in the format that its name tells")
    with damage_refused():
        archive = zipfile.ZipFile(io.BytesIO(content))
    _check(archive.infolist(), limits)
    return archive


def read_entry(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes | None:
    """Return what an entry holds, or None when there is no such entry; never more than it declares.

    Raises DocumentUnreadable when it is damaged, or larger than the limits.
    """
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    with damage_refused(), archive.open(entry) as stream:
        content = stream.read(min(entry.file_size, limits.unpacked_bytes) + 1)  # inflates no more than this
        rest = stream.read(1)
    if rest or len(content) > limits.unpacked_bytes:
        raise DocumentUnreadable(reason=_too_large(limits))
    return content


def parse_xml(content: bytes) -> Any:
    """Return the root of an XML document (an element of lxml); entities are neither declared nor followed.

    Raises DocumentUnreadable when it declares a document type, which no office format does, or is not well formed.
    """
    from lxml import etree

    refuse_declarations(content)
    with damage_refused():
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def refuse_declarations(content: bytes) -> None:
    """Raise DocumentUnreadable when XML declares a document type: it could define entities that grow or read files."""
    if any(declaration in content for declaration in _DECLARATIONS):
        raise DocumentUnreadable(reason="it declares XML entities, which could be an attack")


@contextmanager
def damage_refused() -> Iterator[None]:
    """Turn whatever a library raises on a broken file into DocumentUnreadable, with the reason "it is damaged"."""
    try:
        yield
    except (DocumentUnreadable, MemoryError, RecursionError):
        raise
    except Exception as error:  # libraries raise KeyError, ValueError, AttributeError and more
        raise DocumentUnreadable(reason="it is damaged") from error


def _check(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > _MOST_ENTRIES:
        raise DocumentUnreadable(reason=f"it holds more than {_MOST_ENTRIES} parts")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise DocumentUnreadable(reason="it is encrypted")
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise DocumentUnreadable(reason=_too_large(limits))
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise DocumentUnreadable(reason="it is packed in a way that no office program uses")  # nor could it be bounded
    placed = sorted(entries, key=lambda entry: entry.header_offset)
    if any(one.header_offset + _LOCAL_HEADER + one.compress_size > two.header_offset for one, two in pairwise(placed)):
        raise DocumentUnreadable(reason="its parts overlap, which could be an attack")


def _too_large(limits: Limits) -> str:
    return f"it unpacks to more than {limits.unpacked_bytes // 1_000_000} MB"
