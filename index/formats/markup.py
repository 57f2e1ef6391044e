"""Hypertext (web pages, messages, chapters) -> its visible words, block by block, in the order of the text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.errors import DocumentUnreadable
from index.formats import decoding
from index.formats.blocks import joined
from index.formats.numerals import numeral
from index.formats.page_style import PageStyle
from index.formats.reading import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.formats.reading import TextBuilder

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
INLINE = frozenset({
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
    *("img", "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "rb", "rt", "ruby", "s", "samp", "small", "span"),
    *("strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    *("math", "mfrac", "mi", "mn", "mo", "mrow", "msub", "msup", "mtext", "semantics"),
})  # fmt: skip
_LISTS = frozenset({"ul", "ol", "menu"})
_UNSEEN = frozenset({
    *("head", "script", "style", "template", "noscript", "noframes", "xml", "rp", "annotation", "annotation-xml"),
    *("datalist", "map"),
})  # fmt: skip
_REPLACED = frozenset({  # something stands in their place, and what is before it is not glued to what is behind it
    *("svg", "iframe", "frame", "object", "embed", "applet", "video", "audio", "canvas"),
    *("select", "textarea", "button", "input", "meter", "progress"),
})  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display:none|visibility:hidden|mso-hide:all")
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:fr-)?(?:sr-only|visually-hidden|screen-reader-text)(?:\s|$)")

_BLANKS = re.compile(r"[ \t\n\r\f]+")  # those that HTML folds; a no-break space is a letter
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")  # where a word may break, or may not
_LINE_BLANKS = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")  # 10⁶ must not be read as 106
_LONGEST_CELL = 600  # characters; what is longer is a column of the page

_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,3}=\s{0,3}["']?\s{0,3}([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ASCII = bytes(range(0x80))
_HEAD_BYTES = 4_096
_SUBSET = re.compile(r"(<!DOCTYPE[^<>\[]{0,1000})\[[^\]]{0,100000}\]", re.IGNORECASE)
_SELF_CLOSED = re.compile(r"<(?P<name>[A-Za-z][\w:.-]{0,40})(?P<attributes>(?:\s[^<>]{0,5000}?)?)/>")
_VOID = frozenset({
    *("area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track"),
    "wbr",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, a heading, or a line of a list or table of a page: its words, and how much of it are links.

    `mark` stands before the words of an item of a list ("- ", "2. "). `level` is that of a heading, and 0 elsewhere;
    `linked` counts the characters that stand in links.
    """

    words: str
    mark: str = ""
    linked: int = 0
    level: int = 0
    is_line: bool = False

    @property
    def is_links(self) -> bool:
        """Tell whether most of it are links."""
        return 2 * self.linked > len(self.words)

    @property
    def unlinked(self) -> int:
        """The characters outside links."""
        return len(self.words) - self.linked


def decode(content: bytes) -> str:
    """Return markup in the encoding that it declares at its head, as `decode_declared` does."""
    found = _DECLARED.search(content, 0, _HEAD_BYTES)
    return decode_declared(content, found[1].decode("ascii") if found else "")


def decode_declared(content: bytes, declared: str) -> str:
    """Return a text in Unicode where its bytes say so, else in the declared encoding, else in a likely one; cleaned.

    Valid UTF-8 is hardly ever anything else, whatever is declared. Raises DocumentUnreadable for what is no text.
    """
    encoding = _encoding(declared)
    if encoding and not _is_utf_8(content):
        try:
            return clean(content.decode(encoding))
        except UnicodeDecodeError:
            pass
    return decoding.decode(content)


def add_markup(markup: str, builder: TextBuilder) -> None:
    """Add all the visible text of a document or fragment to a text.

    Raises DocumentUnreadable when it is nested too deeply to be read whole.
    """
    write(pieces(visible_body(parse(markup))), builder)


def parse(markup: str) -> Any:
    """Return the root of a document or fragment, an element of lxml.html; without words it has an empty body.

    Raises DocumentUnreadable when it is nested too deeply to be read whole.
    """
    from lxml import etree, html

    # This parser knows no entities but those of HTML; their declarations in a document it would take for text.
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False, recover=True
    )
    # An XHTML tag that closes itself stays open in HTML: <title/> would swallow the page.
    closed = _SELF_CLOSED.sub(_closed, _SUBSET.sub(r"\1", markup, count=1)).encode("utf-8", "replace")
    try:
        root = html.document_fromstring(closed, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # there is not one element in it
        root = html.document_fromstring(b"<body></body>", parser=parser)
    if any("xcessive depth" in error.message for error in parser.error_log):
        raise DocumentUnreadable(reason="its elements are nested too deeply")
    return root


def visible_body(root: Any) -> Any:
    """Remove from a document what no visitor sees, as scripts and what its style hides; return its body.

    What a page hides until a click, as an answer below its question, is kept: <details>.
    """
    body = root.find("body")
    body = root if body is None else body
    style = PageStyle(root)
    for element in list(body.iterdescendants()):
        if element.tag in _REPLACED:
            element.tail = f" {element.tail or ''}"
        if element.tag in _REPLACED or element.tag in _UNSEEN or _is_hidden(element) or style.hides(element):
            remove(element)
    return body


def remove(element: Any) -> None:
    """Take an element out of its tree; the text behind it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def holds(element: Any, *names: str) -> bool:
    """Tell whether there is an element with one of the names in an element."""
    return next(element.iterdescendants(*names), None) is not None


def length(element: Any) -> int:
    """Return how many characters stand in an element, blanks around its parts not counted."""
    return sum(len(text.strip()) for text in element.itertext())


def pieces(element: Any) -> Iterator[Piece]:
    """Yield the paragraphs, headings, and lines of lists and tables of an element, in their order."""
    return _Walk(element).pieces()


def write(found: Iterable[Piece], builder: TextBuilder) -> None:
    """Add pieces to a text, in their order."""
    was_line = False
    for piece in found:
        if piece.level:
            builder.heading(piece.words)
        elif piece.is_line and was_line:
            builder.line(piece.mark + piece.words)
        else:
            builder.paragraph(piece.mark + piece.words)
        was_line = piece.is_line


class _Walk:
    """One walk through an element, which gathers the words between the bounds of two blocks into a piece."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self._words: list[str] = []
        self._linked = 0
        self._open = {"a": 0, "pre": 0, "table": 0}
        self._level = 0
        self._lists: list[tuple[int, str]] = []  # the number of the next item, and the form of the numerals or ""
        self._mark = ""

    def pieces(self) -> Iterator[Piece]:
        from lxml import etree

        steps = etree.iterwalk(self._body, events=("start", "end"))
        for event, element in steps:
            name = element.tag if isinstance(element.tag, str) else ""
            if name not in INLINE:
                yield from self._piece()
            if event == "end":
                self._end(element, name)
            elif name == "table" and _is_data(element):
                yield from _rows(element)
                steps.skip_subtree()
            else:
                self._start(element, name)
        yield from self._piece()

    def _start(self, element: Any, name: str) -> None:
        if name in self._open:
            self._open[name] += 1
        elif name in _LISTS:
            self._lists.append((_first_number(element), element.get("type", "1") if name == "ol" else ""))
        elif name == "li":
            self._mark = self._item_mark()
        elif name in HEADINGS:
            self._level = int(name[1])
        elif name == "br":
            self._words.append("\n")
        text = element.text or ""
        is_power = name == "sup" and text.strip().isdecimal()
        self._text(text.translate(_SUPERSCRIPTS) if is_power else text)

    def _end(self, element: Any, name: str) -> None:
        # The end of a table whose inside was skipped finds nothing to close.
        if self._open.get(name):
            self._open[name] -= 1
        elif name in _LISTS:
            self._lists.pop()
            self._mark = ""
        elif name in HEADINGS:
            self._level = 0
        if element is not self._body:
            self._text(element.tail or "")

    def _text(self, text: str) -> None:
        words = _INVISIBLE.sub("", text)
        words = words if self._open["pre"] else _BLANKS.sub(" ", words)
        self._words.append(words)
        if self._open["a"]:
            self._linked += len(words)

    def _piece(self) -> Iterator[Piece]:
        """Yield what was gathered, where that has a visible character."""
        words = "".join(self._words)
        if self._open["pre"]:
            words = words.strip("\n")
        else:
            words = _LINE_BLANKS.sub("\n", re.sub(" {2,}", " ", words))
            words = _EMPTY_LINES.sub("\n\n", words).strip()
        linked, self._linked = self._linked, 0
        self._words.clear()
        if words.strip():
            is_line = bool(self._lists)
            yield Piece(words, self._mark, min(linked, len(words)), 0 if is_line else self._level, is_line)
            self._mark = ""

    def _item_mark(self) -> str:
        indent = "  " * (len(self._lists) - 1)
        number, form = self._lists[-1] if self._lists else (1, "")
        if not form:
            return f"{indent}- "
        self._lists[-1] = (number + 1, form)
        return f"{indent}{numeral(number, form)}. "


def _first_number(element: Any) -> int:
    start = element.get("start") or ""
    return int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 1


def _is_data(table: Any) -> bool:
    """Tell whether a table holds data in its cells, and does not just lay a page out."""
    if table.get("role") in ("presentation", "none") or holds(table, "table", "pre", *HEADINGS):
        return False
    rows = [list(row.iterchildren("td", "th")) for row in table.iter("tr")]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    return all(length(cell) <= _LONGEST_CELL for row in rows for cell in row)


def _rows(table: Any) -> Iterator[Piece]:
    """Yield the caption of a table, and each row as a line; an empty cell keeps its place."""
    for caption in table.iter("caption"):
        yield from pieces(caption)
    for row in table.iter("tr"):
        cells = [list(pieces(cell)) for cell in row.iterchildren("td", "th")]
        words = [_BLANKS.sub(" ", " ".join(piece.words for piece in cell)) for cell in cells]
        if any(words):
            yield Piece(joined(words), linked=sum(piece.linked for cell in cells for piece in cell), is_line=True)


def _encoding(declared: str) -> str:
    """Return how Python names an encoding; "" where it knows none of that name, and for those of Unicode."""
    try:
        encoding = codecs.lookup(declared).name
        b"".decode(encoding)  # some names are no encodings of text
    except (LookupError, ValueError):
        return ""
    if encoding in ("iso8859-1", "ascii"):  # what browsers take these names for
        return "cp1252"
    return "" if encoding.startswith("utf") else encoding


def _is_utf_8(content: bytes) -> bool:
    """Tell whether bytes are UTF-8, a few damaged letters among them allowed."""
    whole = len(_MULTIBYTE.findall(content))
    damaged = len(_MULTIBYTE.sub(b"", content).translate(None, _ASCII))
    return whole > damaged


def _closed(tag: re.Match[str]) -> str:
    name = tag["name"]
    return tag[0] if name.lower() in _VOID else f"<{name}{tag['attributes']}></{name}>"


def _is_hidden(element: Any) -> bool:
    if element.tag == "dialog":
        return element.get("open") is None
    style = (element.get("style") or "").replace(" ", "").lower()
    classes = element.get("class") or ""
    return element.get("hidden") is not None or any((_HIDDEN_STYLE.search(style), _HIDDEN_CLASS.search(classes)))
