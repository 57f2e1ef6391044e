"""A file of any supported format -> Document: clean text, title, date, origin, headings.

A new format is one function from bytes to `Reading`, and one line in `READERS`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import yaml

from index import dates
from index.document import Document, Heading
from index.errors import DocumentUnreadable
from index.sentences import sentences

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in a file: its clean text, and what the format itself tells ("" where it tells nothing)."""

    text: str
    title: str = ""
    date: str = ""
    origin: str = ""
    headings: tuple[Heading, ...] = ()


Reader = Callable[[bytes], Reading]

LARGEST = 50_000_000
"""Bytes of a file, at most: its text is held in memory several times while it is read and split."""

_TITLE_LENGTH = 120
_TOLD_TITLE_LENGTH = 200  # a title that the document names as such is only cut to keep it out of the way
_CLAUSE_START = 40  # a title cut before this says too little
_PAGE_LINE = 400  # no title and no lead is so long a line: a web page was flattened into it
_HEADING_LENGTH = 110

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'«»]+", re.IGNORECASE)
_ORIGIN_LINE = re.compile(
    r"(?:url|source|lien|origine?)\s{0,3}:\s{0,3}<?(?P<address>https?://[^\s<>\"'«»]+)", re.IGNORECASE
)
_COUNTER = re.compile(r"[0-9]{1,3}\s(?=(?P<next>[^\W\d_]))")
_CLAUSE = re.compile(r"\s?[,;]\s|\s[:–—|]\s")
_CREDIT = re.compile(r"//|©|\b(?:source|crédits?|photo|photographie|illustration|image|légende)\s?:", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<block>(?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_MARKDOWN_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+|\Z)")
_MARKDOWN_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})")
_MARKDOWN_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{3,})[ \t]*\Z")
_MARKDOWN_BLOCK = re.compile(r"\s*(?:[-*+>|#]|[0-9]{1,3}[.)]\s|$)")
_BLOCK_MARKS = re.compile(r"\A(?:[#>*+-]{1,6}\s+)+")
_MARKDOWN_LINK = re.compile(r"!?\[(?P<words>[^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_MARKDOWN_EMPHASIS = re.compile(r"(?<!\w)(?P<marks>\*{1,3}|_{1,3}|`)(?=\S)(?P<words>[^*_`]+)(?P=marks)(?!\w)")


def is_supported(path: Path) -> bool:
    """Tell whether there is a reader for files with this suffix."""
    return path.suffix.lower() in READERS


def load(path: Path, root: Path, prefix: str = "") -> Document:
    r"""Return the file as a document; its id is `prefix` and the path below `root`.

    The text is NFC with "\n" line ends and without control characters; a file that is so already keeps its text to the
    letter. Raises DocumentUnreadable, with one reason that holds nothing of the text.
    """
    document = _document_id(path, root, prefix)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DocumentUnreadable(reason="no reader for this format")
    reading = reader(_bytes(path))
    if not any(character.isalnum() for character in reading.text):
        raise DocumentUnreadable(reason="no text in it")
    return Document(
        id=document,
        text=reading.text,
        title=_shortened(reading.title, _TOLD_TITLE_LENGTH) or _head_title(reading.text) or _readable_stem(path),
        date=reading.date or dates.find_date(reading.text),
        origin=reading.origin or _head_origin(reading.text) or document,
        headings=reading.headings,
    )


def read_plain(content: bytes) -> Reading:
    """Read plain text: its headings are the short lines that stand before a paragraph."""
    text = _decode(content)
    return Reading(text=text, headings=_plain_headings(text))


def read_markdown(content: bytes) -> Reading:
    """Read Markdown: front matter (YAML) and headings are understood, the text is kept with all its marks."""
    text = _decode(content)
    told, body = _front_matter(text)
    levelled = list(_markdown_headings(text, body))
    first = next((heading.text for level, heading in levelled if level == 1), "")
    return Reading(
        text=text,
        title=_one_line(told.get("title", "")) or first or _head_title(text[body:]),
        date=dates.parse(told.get("date", "")),
        origin=next((told[name] for name in ("url", "source", "origin") if _is_web_address(told.get(name, ""))), ""),
        headings=tuple(heading for _level, heading in levelled),
    )


READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
}


def _document_id(path: Path, root: Path, prefix: str) -> str:
    name = prefix + path.relative_to(root).as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise DocumentUnreadable(reason="its name is not valid UTF-8") from None
    return unicodedata.normalize("NFC", name)


def _bytes(path: Path) -> bytes:
    if path.is_symlink() and not path.exists():
        raise DocumentUnreadable(reason="it leads nowhere")
    if path.exists() and not path.is_file() and not path.is_dir():  # a pipe would be waited for
        raise DocumentUnreadable(reason="it is no regular file")
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise DocumentUnreadable(reason=f"it is larger than {LARGEST // 1_000_000} MB")
        return path.read_bytes()
    except PermissionError:
        raise DocumentUnreadable(reason="permission denied") from None
    except FileNotFoundError:
        raise DocumentUnreadable(reason="it has vanished") from None
    except IsADirectoryError:
        raise DocumentUnreadable(reason="it is a folder, not a file") from None
    except OSError as error:
        raise DocumentUnreadable(reason=f"it cannot be read ({error.strerror or 'input/output error'})") from error


def _decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with a byte order mark, or Windows-1252, cleaned."""
    text = _LINE_ENDS.sub("\n", _decode_bytes(content))
    clean, controls = _CONTROLS.subn("", text)
    # A stray control character is dropped; a file full of them was never text, whatever its name says.
    if "\0" in text or controls > max(16, len(text) // 20):
        raise DocumentUnreadable(reason="binary data, not text")
    return unicodedata.normalize("NFC", clean)


def _decode_bytes(content: bytes) -> str:
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        if b"\0" in content:
            raise DocumentUnreadable(reason="binary data, not text")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise DocumentUnreadable(reason="neither UTF-8, UTF-16 nor Windows-1252 text") from None


def _head_title(text: str) -> str:
    """Return the first line of the head that reads like a title, shortened to one; "" where there is none."""
    candidates = [line for line in map(_title_candidate, dates.head(text)) if line]
    if not candidates:
        return ""
    # A site prints its motto in guillemets above the title; a text whose only short line is quoted has it for title.
    has_title_below = len(candidates) > 1 and len(candidates[1]) <= _TOLD_TITLE_LENGTH
    line = candidates[1] if has_title_below and _is_quoted(candidates[0]) else candidates[0]
    if len(line) <= _TITLE_LENGTH:
        return line
    opening = line[: 2 * _PAGE_LINE]
    counter = _COUNTER.match(line) if len(line) > _PAGE_LINE else None
    if counter and counter["next"].isupper():
        opening = opening[
            counter.end() :
        ]  # of shares or comments: it was beside the title before the page was flattened
    start, end = sentences(opening)[0]
    return _shortened(opening[start:end].strip().removesuffix("."), _TITLE_LENGTH)


def _title_candidate(line: str) -> str:
    """Return what a line of the head offers as a title: the line without its tag and marks, or ""."""
    if dates.line_date(line) or _ORIGIN_LINE.match(line) or _WEB_ADDRESS.fullmatch(line):
        return ""
    words = _one_line(_without_marks(_BLOCK_MARKS.sub("", dates.strip_tag(line))))
    return words if any(character.isalnum() for character in words) else ""


def _is_quoted(line: str) -> bool:
    return line.startswith("«") and line.endswith("»") and line.count("«") == 1


def _shortened(title: str, longest: int) -> str:
    """Cut a title that is too long after a clause, or else after a word."""
    if len(title) <= longest:
        return title
    cuts = [found.start() for found in _CLAUSE.finditer(title, 0, longest + 1) if found.start() >= _CLAUSE_START]
    for cut in reversed(cuts):
        clause = title[:cut].rstrip()
        if clause.count("«") == clause.count("»") and clause.count("(") == clause.count(")"):
            return clause
    words, blank, _rest = title[:longest].rpartition(" ")
    return (words if blank else title[: longest - 1]).rstrip(" ,;:–—|") + "…"


def _readable_stem(path: Path) -> str:
    stem = unicodedata.normalize("NFC", path.stem)
    return " ".join(re.sub(r"[_-]+", " ", stem).split()) or stem


def _head_origin(text: str) -> str:
    for line in dates.head(text):
        if found := _ORIGIN_LINE.match(line):
            return found["address"].rstrip(".,;:!?)]")
    return ""


def _is_web_address(value: str) -> bool:
    return _WEB_ADDRESS.fullmatch(value) is not None


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _lines(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Yield each line with the offset at which it begins."""
    for line in text[start:].split("\n"):
        yield start, line
        start += len(line) + 1


def _plain_headings(text: str) -> tuple[Heading, ...]:
    lines = [(start, line.strip()) for start, line in _lines(text) if line.strip()]
    shaped = [_has_heading_shape(line) for _start, line in lines]
    headings = []
    for number, ((start, line), (_next_start, following)) in enumerate(pairwise(lines)):
        # Three such lines in a row are a list or a table of contents, not headings.
        is_list = number >= 2 and shaped[number - 1] and shaped[number - 2]
        if number and shaped[number] and not is_list and _is_paragraph(following, line):
            headings.append(Heading(start=start, text=_one_line(line)))
    return tuple(headings)


def _has_heading_shape(line: str) -> bool:
    return (
        len(line) <= _HEADING_LENGTH
        and (line[0].isupper() or line[0].isdigit() or line[0] == "«")
        and not line.endswith((".", ",", ";", ":", "…"))
        and len(line.split()) >= 2
        and not _CREDIT.search(line)
        and not _WEB_ADDRESS.search(line)
        and not dates.line_date(line)
    )


def _is_paragraph(line: str, heading: str) -> bool:
    is_sentence = line.rstrip(" »”\"')\u00a0\u202f").endswith((".", "!", "?", "…", ":"))
    return len(line) > len(heading) and (len(line) > _HEADING_LENGTH or is_sentence)


def _front_matter(text: str) -> tuple[dict[str, str], int]:
    """Return what the front matter tells, names in small letters, and where the body begins; broken YAML is text."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, 0
    try:
        # BaseLoader makes nothing but strings, lists and dicts: a date stays as it was written, and no tag is obeyed.
        told = yaml.load(found["block"], Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError):
        return {}, 0
    if not isinstance(told, dict):
        return {}, 0
    return {str(name).lower(): value.strip() for name, value in told.items() if isinstance(value, str)}, found.end()


def _markdown_headings(text: str, body: int) -> Iterator[tuple[int, Heading]]:
    """Yield the headings outside fenced code, "#" and underlined ones, each with its level."""
    fence = ""
    previous, previous_start = "", body
    for start, line in _lines(text, body):
        mark = _MARKDOWN_FENCE.match(line)
        if mark and (not fence or mark["marks"].startswith(fence)):
            fence = "" if fence else mark["marks"]
            line = ""  # noqa: PLW2901 - the fence itself is no line of text
        if not fence:
            level, words, offset = _markdown_heading(line, previous)
            if words:
                yield level, Heading(start=previous_start if offset else start, text=words)
        previous, previous_start = ("" if fence else line), start


def _markdown_heading(line: str, previous: str) -> tuple[int, str, int]:
    """Return level, words and how many lines above the heading begins; level 0 and "" where the line makes none."""
    if found := _MARKDOWN_HEADING.match(line):
        words = line[found.end() :].rstrip()
        unclosed = words.rstrip("#")
        words = unclosed if not unclosed or unclosed[-1].isspace() else words
        return len(found["marks"]), _heading_words(words), 0
    if _MARKDOWN_UNDERLINE.match(line) and not _MARKDOWN_BLOCK.match(previous):
        return (1 if "=" in line else 2), _heading_words(previous), 1
    return 0, "", 0


def _heading_words(words: str) -> str:
    return _shortened(_one_line(_without_marks(words)), _TOLD_TITLE_LENGTH)


def _without_marks(words: str) -> str:
    """Return the words without Markdown links and emphasis."""
    return _MARKDOWN_EMPHASIS.sub(r"\g<words>", _MARKDOWN_LINK.sub(r"\g<words>", words))
