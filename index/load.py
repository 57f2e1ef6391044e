"""A file of any supported format -> Document: clean text, title, date, origin, headings.

A new format is a module with `read(content, limits)`, one line in `READERS`, and one in `index.formats.kind`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import unicodedata
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING

from index import dates, titles
from index.boilerplate import boilerplate
from index.document import Document
from index.errors import DocumentUnreadable
from index.formats.kind import Kind, kind, suffix
from index.formats.language import language
from index.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from index.document import Stretch
    from index.formats.reading import Reading

READERS: dict[Kind, str] = {  # imported when a file needs them: to read a text takes no library for PDF
    "text": "index.formats.plain",
    "markdown": "index.formats.markdown",
    "pdf": "index.formats.pdf",
    "docx": "index.formats.word",
    "odt": "index.formats.opendocument",
    "pptx": "index.formats.slides",
    "xlsx": "index.formats.sheets",
    "csv": "index.formats.table",
    "html": "index.formats.web",
    "eml": "index.formats.mail",
    "epub": "index.formats.book",
}
_PAGES: tuple[Kind, ...] = ("text", "markdown", "html", "pdf", "eml")
"""The formats in which what belongs to a page comes with its content."""


_BLOCK = 1_048_576  # bytes read at once


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document, with the SHA-256 (hexadecimal) and the number of the very bytes that it was read from.

    `incomplete` is why not all of the file was read; "" where it was.
    """

    document: Document
    sha256: str
    size: int
    incomplete: str = ""


def load(path: Path, root: Path, prefix: str = "", limits: Limits | None = None) -> Document:
    """Return the file as a document, as `read_file` does."""
    return read_file(path, root, prefix, limits).document


def read_file(path: Path, root: Path, prefix: str = "", limits: Limits | None = None) -> Loaded:
    r"""Return the file as a document; its id is `prefix` and the path below `root`.

    The text is NFC with "\n" line ends and without control characters; a text that is so already is kept to the
    letter. Raises DocumentUnreadable, with one reason that holds nothing of the text.
    """
    limits = limits or Limits()
    content = _bytes(path, limits)
    told = kind(content, path.name)
    reading = _read(content, told, limits)
    if not any(map(str.isalnum, reading.text)):
        raise DocumentUnreadable(reason="no text in it")
    return Loaded(
        document=_document(document_id(path, root, prefix), reading, told),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        incomplete=reading.incomplete,
    )


def document_id(path: Path, root: Path, prefix: str = "") -> str:
    r"""Return `prefix` and the path below `root`, in NFC, with "/"; bytes that are no UTF-8 are written as "\xe9".

    Two names that differ only in how their accents are encoded give one id.
    """
    name = os.fsencode(prefix + path.relative_to(root).as_posix())
    return unicodedata.normalize("NFC", name.decode("utf-8", "backslashreplace"))


def _document(identity: str, reading: Reading, told: Kind) -> Document:
    aside = boilerplate(reading.text) if told in _PAGES else ()
    head = "" if reading.is_table else _without(aside, reading.text)
    title = titles.shortened(reading.title) or titles.head_title(head)
    name = PurePath(identity).name
    return Document(
        id=identity,
        text=reading.text,
        title=title or titles.stem_title(name[: len(name) - len(suffix(name))]),
        date=reading.date or dates.find_date(head),
        origin=reading.origin or titles.head_origin(head) or identity,
        headings=reading.headings,
        author=reading.author,
        language=reading.language or language(reading.text),
        pages=reading.pages,
        boilerplate=aside,
        is_title_told=bool(title),
    )


def _without(aside: tuple[Stretch, ...], text: str) -> str:
    """Return a text without some of its stretches, a blank for each: no breadcrumb is the title of a page."""
    starts = [0, *(stretch.end for stretch in aside)]
    ends = [*(stretch.start for stretch in aside), len(text)]
    return " ".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _read(content: bytes, told: Kind, limits: Limits) -> Reading:
    module = import_module(READERS[told])
    try:
        reading: Reading = module.read(content, limits)
    except (DocumentUnreadable, MemoryError, ImportError):  # what is not installed is not the file's fault
        raise
    except RecursionError as error:
        raise DocumentUnreadable(reason="it is too deeply nested") from error
    except Exception as error:  # what a library raises on a broken file is not known beforehand
        raise DocumentUnreadable(reason="it is damaged") from error
    return reading


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        _check(path.stat(), limits)
        return _bounded(path, limits)
    except PermissionError:
        raise DocumentUnreadable(reason="permission denied") from None
    except FileNotFoundError:
        raise DocumentUnreadable(reason="it leads nowhere" if path.is_symlink() else "it has vanished") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise DocumentUnreadable(reason="it leads nowhere") from None
        raise DocumentUnreadable(reason=f"it cannot be read ({error.strerror or 'input/output error'})") from error


def _check(status: os.stat_result, limits: Limits) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise DocumentUnreadable(reason="it is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
        raise DocumentUnreadable(reason="it is no regular file")
    if status.st_size > limits.bytes:
        raise _too_large(limits)


def _bounded(path: Path, limits: Limits) -> bytes:
    """Read a file to its end, and no further than the limit: it may grow while it is read."""
    content = bytearray()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            content += block
            if len(content) > limits.bytes:
                raise _too_large(limits)
    return bytes(content)


def _too_large(limits: Limits) -> DocumentUnreadable:
    return DocumentUnreadable(reason=f"it is larger than {limits.megabytes} MB")
