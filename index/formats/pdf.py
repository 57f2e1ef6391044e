"""PDF -> Reading, by PDFium: its characters in their own order, put together to lines, paragraphs and headings.

A PDF knows glyphs at places and no sentences. A sentence must come out whole to be found and quoted, so lines are
joined wherever their geometry does not say that a paragraph ends; and what belongs to the sheet and not to the text,
as page numbers and running titles, is left out.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import groupby, islice, pairwise, product
from math import atan2, hypot, pi
from statistics import median
from typing import TYPE_CHECKING, Any

from index.errors import DocumentUnreadable
from index.formats.reading import Reading, TextBuilder, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from index.limits import Limits

_LINE = re.compile(r"[^\r\n\x02\ufffe]*[\x02\ufffe]?")
_WORD = re.compile(r"[^ \t\r\n\x02\ufffe]+")
_HYPHEN = ("\x02", "\ufffe")  # PDFium's marks for a hyphen at the end of a line, hard or soft
_UNDECODED = re.compile(r"[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]")
_MOST_UNDECODED = 1 / 3
_SYMBOL_BULLET = re.compile(r"\A(?:[\uf020-\uf0ff]|\ufffd(?=\s))")  # of Symbol or Wingdings, known or not
_BOLD = re.compile(rb"bold|black|heavy|gras|demi(?!l)|cmbx|sfbx|[-,]bd", re.IGNORECASE)
_BOLD_WEIGHT = 650

_SLANT = 0.1  # of a quarter turn: text that is turned by more from the edges of the page is slanted
_SAME_SIZE = 0.12  # share by which the sizes of two lines of one paragraph may differ: superscripts, rounding
_HEADING_SIZE = 1.15  # times the size of the body
_GAP = 1.25  # times the usual distance of baselines: more than this ends a paragraph
_COMMON = 0.2  # share of the distances that makes one usual: half of them may be those between paragraphs
_CELL_GAP = 2.5  # blank of so many times the font size: two cells of a table, or a tabulator
_INDENT = 0.8  # times the font size
_ROW = 3.0  # times the font size: rows of one table are at most so far from one another

_MOST_HEADING = 200
_MOST_BOLD_HEADING = 120
_MOST_BOOKMARKS = 10_000

_EDGE = 6  # lines from the top or the bottom of a page among which running ones are looked for
_FEWEST_PAGES = 3
_SAME_HEIGHT = 8.0  # points: a running line hardly moves from page to page, and a repeated sentence does
_DETACHED = 1.2  # times the distances of the text's own outermost lines: nearer is no margin
_NUMBER = re.compile(r"[0-9]+")
_PAGE_NUMBER = re.compile(
    r"\W{0,9}(?:page|p\.)?\W{0,9}[0-9]{1,5}(?:\s?(?:/|sur|de|of)\s?[0-9]{1,5})?\W{0,9}", re.IGNORECASE
)
_ROMAN_LINE = re.compile(r"[\s–—|.-]*(?P<number>[ivxlc]{1,7})[\s–—|.-]*", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_COUNTED = re.compile(
    r"\b(?:articles?|art\.|annexe|appendice|chapitre|partie|titre|section|livre|tome|tableau|figure|fiche|lot|question"
    r"|exercice|étape|phase|séance|cas|point|module|leçon|jour|num[ée]ro|n[°ºo])\s*$",
    re.IGNORECASE,
)

_CLOSERS = " \u00a0\u202f»”\"’')]*"
_SURE_ITEM = re.compile(r"[•◦▪▫■□●○✓✔➢➤►▶⇒→]")
_ITEM = re.compile(
    r"(?:[–—-]|[0-9]{1,3}[.)°]|[0-9]{1,2}(?:\.[0-9]{1,2}){1,4}\.?|\(?[a-z][.)]|\(?[ivx]{1,5}\)|[IVX]{1,5}[.)]|[A-Z]\))\s"
    r"|(?:article|annexe|chapitre|titre|section)\s(?:[0-9IVX]|premi|unique)",
    re.IGNORECASE,
)
_MARKER = re.compile(r"[•◦▪▫■□●○✓✔➢➤►▶⇒→–—-]|\(?[0-9A-Za-z.]{1,7}[.)°-]")
_LEADERS = re.compile(r"(?:\.\s?){5}|…\s?…|_{5}")
_NUMBERING = re.compile(
    r"(?:(?:chapitre|partie|titre|section|annexe|article)\s+)?(?:[0-9]+(?:\.[0-9]+)*|[ivxlc]+|[a-z])(?:\s*[.):–—-]+|\s)\s*",
    re.IGNORECASE,
)

_LAST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*\Z")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENS = "-\u2010\u2011\u00ad"
# What comes before and behind a hyphen that is part of the word, at a line end as elsewhere. The pronouns are held to
# the verb forms that they follow, because "servi-ce" and "mer-ci" are words that were only broken.
_COMPOUND = re.compile(
    r".*[td]-(?:ils?|elles?|on)|.*t-ce|sera-ce|.*[sxi]-(?:je|tu)"
    r"|.*(?:ez|ons)-(?:vous|nous|moi|lui|leur|l[ae]s?|y|en)|(?:êtes|sommes)-[nv]ous"
    r"|(?:celui|celles?|ceux|mois|fois|jours?|temps|années?|semaine)-ci|(?!voi-).*-là|.*-mêmes?|.*-être"
    r"|à-.*|.*-à-.*|.*-(?:de|du|la|le|les|en|sur|t)-.*|au-(?:dessus|dessous|delà|devant|près)"
    r"|ci-(?:après|dessus|dessous|contre|devant|joint.*|inclus.*|annexé.*)"
    r"|sous-(?!cri|trac|traire|trait$|trayant).*|non-(?!obstant).*"
    r"|(?:vice|avant|après|arrière|quasi|demi|semi|porte|chef|quelques|grands?|hauts?|nord|sud)-.*"
    r"|(?:franco|anglo|germano|italo|hispano|luso|russo|sino|gréco|afro)-.*",
    re.IGNORECASE,
)

_PDF_DATE = re.compile(r"\s*(?:D:)?(?P<year>[0-9]{4})(?P<month>[0-9]{2})?(?P<day>[0-9]{2})?")
_FIRST_YEAR = 1990  # before PDF: a clock that was never set
_LANGUAGE = re.compile(r"(?P<code>[A-Za-z]{2})(?:[-_].*)?")
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|office)\b.*|.*\.(?:docx?|pdf|od[tspg]|xlsx?|pptx?|indd|rtf|tex|dvi|qxd|pub"
    r"|pages|html?|txt|tmp|eps|ai|wpd|cdr)|untitled.*|sans[ -](?:titre|nom).*|\(?anonymous\)?|document ?[0-9]*"
    r"|pr[ée]sentation powerpoint|powerpoint presentation|diapositive ?[0-9]*|slide ?[0-9]*|\W*",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"\(?anonymous\)?|anonyme|\(?unspecified\)?|unknown|inconnu|user|utilisateur|\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word on a page: where it stands, in points along and across the direction in which it runs.

    `quarter` counts the quarter turns of that direction, and is -1 for a slanted one. `at` is its first character.
    """

    text: str
    at: int
    left: float
    right: float
    baseline: float
    size: float
    quarter: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page. One that runs in another direction than the page, as a watermark does, `is_aside`.

    `text` is without the hyphen at its end where it `is_hyphenated`. `first_width` is the width of its first word,
    `room` what is left between its end and the edge of its column; all in points.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    first_width: float
    is_bold: bool
    is_tabular: bool
    is_hyphenated: bool
    is_aside: bool
    room: float = 0.0


class _Joint(Enum):
    """How something goes on from what is before it."""

    SAME = 0
    LINE = 1
    PARAGRAPH = 2


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines that belong together, and their joint to what is before: SAME only at the beginning of a page."""

    lines: tuple[_Line, ...]
    joint: _Joint
    is_heading: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph in words, without the hyphen at its end where it `is_hyphenated`."""

    text: str
    joint: _Joint
    is_heading: bool
    is_hyphenated: bool


@dataclass(frozen=True, slots=True)
class _Body:
    """What is usual in a document: the size of its type, whether it is bold, the distances of baselines by size."""

    size: float
    is_bold: bool
    pitches: tuple[tuple[float, float], ...]

    def gap(self, size: float) -> float:
        """The distance of baselines beyond which a paragraph has ended, in points."""
        return _GAP * next((pitch for known, pitch in self.pitches if known == _rounded(size)), 1.2 * size)


@dataclass(frozen=True, slots=True)
class _Bookmark:
    """An entry of the outline: its words as a key, and its page."""

    key: str
    page: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What the file tells of itself."""

    title: str
    author: str
    date: str
    language: str


def read(content: bytes, limits: Limits) -> Reading:
    """Read a PDF: its text in whole paragraphs, its headings, the offset of each page, and what it tells of itself.

    The order is that in which the file draws its text, which keeps columns apart. Running headers and footers are left
    out, words broken at a line end are joined, and a page without text stays as an empty page. Raises
    DocumentUnreadable for a file that is damaged, encrypted or too long, for a scan without a text layer, and for a
    text layer that has no Unicode behind its glyphs.
    """
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        with PdfDocument(content) as document:
            with suppress(PdfiumError):  # a broken form: the pages have their text yet
                document.init_forms()
            if len(document) > limits.pages:
                raise DocumentUnreadable(reason=f"it has more than {limits.pages} pages")
            pages = _pages(document)
            bookmarks = _bookmarks(document)
            told = _told(document)
    except PdfiumError as error:
        is_locked = error.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}
        raise DocumentUnreadable(reason="it is encrypted" if is_locked else "it is damaged") from error
    return _reading(pages, bookmarks, told)


def _reading(pages: list[list[_Line]], bookmarks: list[_Bookmark], told: _Told) -> Reading:
    body = _body(pages)
    pages = _without_running(pages, body)
    marked = _marked(pages, bookmarks)
    has_outline = any(marked)
    paragraphs = [
        _paragraphs(page, marks, body, has_outline=has_outline) for page, marks in zip(pages, marked, strict=True)
    ]
    _join_pages(paragraphs)
    return _composed(_pieces(paragraphs, _vocabulary(pages)), told)


# What PDFium tells: characters, then words, then lines.


def _pages(document: Any) -> list[list[_Line]]:
    """Return the lines of each page in the order in which they are drawn; a page that cannot be loaded has none."""
    from pypdfium2 import PdfiumError

    pages: list[list[_Line]] = []
    loaded = seen = undecoded = 0
    has_image = False
    for number in range(len(document)):
        try:
            lines, characters, is_picture = _page(document, number)
        except PdfiumError:  # one page out of many: the others can be found and quoted
            pages.append([])
            continue
        pages.append(lines)
        loaded += 1
        seen += len("".join(characters.split()))
        undecoded += len(_UNDECODED.findall(characters))
        has_image = has_image or is_picture
    if pages and not loaded:
        raise DocumentUnreadable(reason="it is damaged")
    if undecoded > _MOST_UNDECODED * seen:
        raise DocumentUnreadable(reason="its text layer cannot be decoded")
    if has_image and not any(pages):
        raise DocumentUnreadable(reason="it is a scan without a text layer")
    return pages


def _page(document: Any, number: int) -> tuple[list[_Line], str, bool]:
    """Return the lines of a page, its characters, and whether it has images and no text."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    _show_fields(document, number)
    with closing(document[number]) as page, closing(page.get_textpage()) as textpage:
        characters = _characters(textpage)
        lines = _lines(textpage.raw, characters)
        is_picture = not lines and any(True for _ in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3))
    return lines, characters, is_picture


def _show_fields(document: Any, number: int) -> None:
    """Make what a form was filled in with part of its page."""
    from pypdfium2 import PdfiumError

    if document.formenv:
        with closing(document[number]) as page, suppress(PdfiumError):  # a broken field: the page has its text yet
            page.flatten()


def _characters(textpage: Any) -> str:
    """Return the characters of a page; one that the font does not tell is U+FFFD, and never a wrong letter."""
    from pypdfium2.raw import FPDFText_GetUnicode, FPDFText_HasUnicodeMapError

    raw = textpage.raw
    return "".join(
        [
            "\ufffd" if FPDFText_HasUnicodeMapError(raw, at) == 1 else chr(FPDFText_GetUnicode(raw, at))
            for at in range(textpage.count_chars())
        ]
    )


def _lines(textpage: Any, characters: str) -> list[_Line]:
    glyphs = _Glyphs(textpage)
    rows: list[tuple[list[_Word], bool]] = []
    lengths: Counter[int] = Counter()
    for found in _LINE.finditer(characters):
        words = [
            word for part in _WORD.finditer(characters, *found.span()) for word in glyphs.words(part[0], part.start())
        ]
        for quarter, row in groupby(words, key=lambda word: word.quarter):
            rows.append((list(row), False))
            lengths[quarter] += sum(len(word.text) for word in rows[-1][0])
        if words and found[0].endswith(_HYPHEN):
            rows[-1] = (rows[-1][0], True)
    upright = max(lengths, key=lengths.__getitem__, default=0)
    lines = [glyphs.line(words, upright, is_hyphenated=is_hyphenated) for words, is_hyphenated in rows]
    return [line for line in lines if line.text]


class _Glyphs:
    """Asks PDFium where the characters of one page stand."""

    def __init__(self, textpage: Any) -> None:
        from ctypes import c_double, create_string_buffer

        from pypdfium2 import raw

        self._textpage = textpage
        self._raw: Any = raw
        self._corners = tuple(c_double() for _ in range(4))
        self._origin = (c_double(), c_double())
        self._matrix = raw.FS_MATRIX()
        self._name = create_string_buffer(128)

    def words(self, text: str, at: int) -> Iterator[_Word]:
        """Yield what stands without a blank from a character on: one word, or several that run in other directions."""
        end = at + len(text)
        if self._quarter(at) == self._quarter(end - 1):
            yield self._word(text, at)
            return
        for _quarter, places in groupby(range(at, end), key=self._quarter):
            part = list(places)
            yield self._word(text[part[0] - at : part[-1] - at + 1], part[0])

    def _word(self, text: str, at: int) -> _Word:
        quarter = self._quarter(at)
        size = self._raw.FPDFText_GetFontSize(self._textpage, at) * hypot(self._matrix.c, self._matrix.d)
        self._raw.FPDFText_GetCharOrigin(self._textpage, at, *self._origin)
        left, baseline = _turned(self._origin[0].value, self._origin[1].value, quarter)
        right = self._end(at + len(text) - 1, quarter)
        return _Word(text=text, at=at, left=left, right=right, baseline=baseline, size=size, quarter=quarter)

    def _quarter(self, at: int) -> int:
        self._raw.FPDFText_GetMatrix(self._textpage, at, self._matrix)
        if self._matrix.b == 0 and self._matrix.a > 0:
            return 0
        turns = atan2(self._matrix.b, self._matrix.a) * 2 / pi
        return round(turns) % 4 if abs(turns - round(turns)) < _SLANT else -1

    def line(self, words: list[_Word], upright: int, *, is_hyphenated: bool) -> _Line:
        """Return words as a line, on a page whose lines make `upright` quarter turns."""
        first = words[0]
        long = max(words, key=lambda word: len(word.text))
        text = _written(" ".join(word.text for word in words))
        if len(text) > 2 and text[-1] in _HYPHENS and text[-2].isalpha():
            text, is_hyphenated = text[:-1], True
        gaps = pairwise(words[1:] if _MARKER.fullmatch(first.text) else words)
        return _Line(
            text=text,
            left=first.left,
            right=words[-1].right,
            baseline=long.baseline,
            size=long.size,
            first_width=first.right - first.left,
            is_bold=all(self._is_bold(word.at) for word in {first, words[len(words) // 2], words[-1]}),
            is_tabular=any(after.left - before.right > _CELL_GAP * long.size for before, after in gaps),
            is_hyphenated=is_hyphenated,
            is_aside=first.quarter != upright,
        )

    def _end(self, at: int, quarter: int) -> float:
        left, right, bottom, top = self._corners
        self._raw.FPDFText_GetCharBox(self._textpage, at, left, right, bottom, top)
        corners = ((left.value, bottom.value), (right.value, top.value))
        return max(_turned(x, y, quarter)[0] for x, y in corners) if quarter > 0 else right.value

    def _is_bold(self, at: int) -> bool:
        self._raw.FPDFText_GetFontInfo(self._textpage, at, self._name, len(self._name), None)
        is_heavy = self._raw.FPDFText_GetFontWeight(self._textpage, at) >= _BOLD_WEIGHT
        return is_heavy or _BOLD.search(self._name.value) is not None


def _turned(x: float, y: float, quarter: int) -> tuple[float, float]:
    """Return a place as it is along and across text that runs in the direction of so many quarter turns."""
    if quarter <= 0:
        return x, y
    return ((y, -x), (-x, -y), (-y, x))[quarter - 1]


def _written(text: str) -> str:
    """Return a text with a bullet of a symbol font as a bullet, and with surrogates paired."""
    if not text.isascii():
        text = _SYMBOL_BULLET.sub("•", text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _bookmarks(document: Any) -> list[_Bookmark]:
    """Return the entries of the outline that lead to a page of the document."""
    from pypdfium2 import PdfiumError

    found = []
    try:
        for bookmark in islice(document.get_toc(), _MOST_BOOKMARKS):
            destination = bookmark.get_dest()
            page = destination.get_index() if destination else None
            key = _key(bookmark.get_title())
            if key and page is not None:
                found.append(_Bookmark(key=key, page=page))
    except (PdfiumError, UnicodeDecodeError):  # a broken outline: what was read of it still holds
        pass
    return found


def _told(document: Any) -> _Told:
    title = one_line(_value(document, "Title"))
    author = one_line(_value(document, "Author"))
    return _Told(
        title="" if _NO_TITLE.fullmatch(title) else title,
        author="" if _NO_AUTHOR.fullmatch(author) else author,
        date=_day(_value(document, "CreationDate")) or _day(_value(document, "ModDate")),
        language=_language(document),
    )


def _value(document: Any, name: str) -> str:
    try:
        return str(document.get_metadata_value(name))
    except UnicodeDecodeError:
        return ""


def _day(value: str) -> str:
    """Return the day of a PDF date, "D:20250702103000+02'00'", in ISO 8601, or ""."""
    found = _PDF_DATE.match(value)
    if found is None or int(found["year"]) < _FIRST_YEAR:
        return ""
    try:
        day = date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
    except ValueError:
        return ""
    return day.isoformat()[: 10 if found["day"] else 7 if found["month"] else 4]


def _language(document: Any) -> str:
    from ctypes import c_ushort

    from pypdfium2.raw import FPDFCatalog_GetLanguage

    buffer = (c_ushort * 32)()
    length = FPDFCatalog_GetLanguage(document, buffer, 64)  # bytes, two of them for the NUL at the end
    told = bytes(buffer)[: max(0, length - 2)].decode("utf-16-le", "replace") if length <= 64 else ""
    found = _LANGUAGE.fullmatch(told.strip())
    return found["code"].lower() if found else ""


# What is usual in the document.


def _body(pages: list[list[_Line]]) -> _Body:
    sizes: Counter[float] = Counter()
    weights: Counter[bool] = Counter()
    drops: defaultdict[float, list[float]] = defaultdict(list)
    for page in pages:
        for line in page:
            sizes[_rounded(line.size)] += len(line.text)
            weights[line.is_bold] += len(line.text)
        for before, after in pairwise(page):
            drop = before.baseline - after.baseline
            if _is_like(before, after) and 0.8 * before.size <= drop <= 2.2 * before.size:
                drops[_rounded(before.size)].append(drop)
    pitches = ((size, _pitch(sorted(found))) for size, found in drops.items() if len(found) >= 5)
    return _Body(
        size=max(sizes, key=sizes.__getitem__, default=0.0),
        is_bold=weights[True] > weights[False],
        pitches=tuple(pitches),
    )


def _pitch(drops: Sequence[float]) -> float:
    """Return the smallest common distance of baselines, of some in order."""
    for number, drop in enumerate(drops):
        if bisect_left(drops, drop + 0.6) - number >= _COMMON * len(drops):
            return drop + 0.3
    return drops[0]


def _rounded(size: float) -> float:
    return round(2 * size) / 2


def _is_like(one: _Line, other: _Line) -> bool:
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


# What belongs to the sheet and not to the text.


def _without_running(pages: list[list[_Line]], body: _Body) -> list[list[_Line]]:
    """Return the pages without the lines that run at the top or the bottom of three pages or more."""
    left_out: list[set[_Line]] = [set() for _ in pages]
    for is_top in (True, False):
        edges = [_edge(page, is_top=is_top) for page in pages]
        running = _recurring([[line for line in edge if _may_run(line, body)] for edge in edges])
        attached = _attached(edges, running)
        while attached:
            running = [{line for line in lines if _masked(line) not in attached} for lines in running]
            attached = _attached(edges, running)
        for number, (edge, lines) in enumerate(zip(edges, running, strict=True)):
            left_out[number].update(_peeled(edge, lines))
    for number, lines in enumerate(_recurring([[line for line in page if line.is_aside] for page in pages])):
        left_out[number].update(lines)
    cleared = [[line for line in page if line not in left] for page, left in zip(pages, left_out, strict=True)]
    return cleared if any(cleared) else pages


def _edge(page: list[_Line], *, is_top: bool) -> list[_Line]:
    """Return the outermost lines of a page, from the outside to the inside, and as many more to compare them with."""
    upright = [line for line in page if not line.is_aside]
    return sorted(upright, key=lambda line: line.baseline, reverse=is_top)[: 2 * _EDGE]


def _may_run(line: _Line, body: _Body) -> bool:
    """Tell whether a line may be a running one: no large title, and no end of a sentence that began before."""
    is_end = line.text[0].islower() and _is_finished(line)
    return line.size <= _HEADING_SIZE * body.size and not is_end


def _recurring(edges: list[list[_Line]]) -> list[set[_Line]]:
    """Return for each page the lines that are found again on the next or the next but one, on three pages or more."""
    places: defaultdict[tuple[str, int, int, float], dict[int, _Line]] = defaultdict(dict)
    for number, edge in enumerate(edges):
        for line in edge[:_EDGE]:
            for key, height in product(_running_keys(line, number), _heights(line)):
                places[*key, height][number] = line
    recurring: list[set[_Line]] = [set() for _ in edges]
    for (words, *_), lines in places.items():
        for run in _runs(sorted(lines)):
            for number in run if len(run) >= _FEWEST_PAGES else ():
                if words or _PAGE_NUMBER.fullmatch(lines[number].text):
                    recurring[number].add(lines[number])
    return recurring


def _running_keys(line: _Line, page: int) -> Iterator[tuple[str, int, int]]:
    """Yield what is the same on all the pages where a line runs: its words, or those around a number of the page."""
    yield line.text, -1, 0
    roman = _ROMAN_LINE.fullmatch(line.text)
    if roman:
        yield "i", 0, _roman(roman["number"].lower()) - page
    for place, number in enumerate(_NUMBER.finditer(line.text)):
        if len(number[0]) <= 5 and not _COUNTED.search(line.text, 0, number.start()):
            yield _masked(line), place, int(number[0]) - page
            yield "", 0, int(number[0]) - page  # a page number that stands alone here and beside a title there


def _heights(line: _Line) -> tuple[float, float]:
    """Return the bands in which a line lies, of two sets that overlap: lines on one height have one in common."""
    band = line.baseline / _SAME_HEIGHT
    return round(band), round(band + 0.5) - 0.5


def _runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Yield the pages of each run without a hole of two: left and right pages may have lines of their own."""
    run: list[int] = []
    for number in numbers:
        if run and number - run[-1] > 2:
            yield run
            run = []
        run.append(number)
    yield run


def _masked(line: _Line) -> str:
    return _NUMBER.sub("#", line.text)


def _roman(number: str) -> int:
    values = [_ROMAN[letter] for letter in number]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _peeled(edge: list[_Line], running: set[_Line]) -> list[_Line]:
    """Return the running lines that have only running ones, or others on their own height, outside of them."""
    peeled: list[_Line] = []
    outermost: _Line | None = None
    for line in edge:
        if line in running:
            if outermost is not None and not _is_level(line, outermost):
                break
            peeled.append(line)
        elif outermost is None:
            outermost = line
    return peeled


def _attached(edges: list[list[_Line]], running: list[set[_Line]]) -> set[str]:
    """Return the running lines that stand as near to the text as its own lines: the head of a table, a form."""
    ratios: defaultdict[str, list[float]] = defaultdict(list)
    for edge, lines in zip(edges, running, strict=True):
        peeled = _peeled(edge, lines)
        if not peeled or _PAGE_NUMBER.fullmatch(peeled[-1].text):
            continue
        levels = [peeled[-1]]
        for line in edge:
            if line not in peeled and _is_over(line, peeled[-1]) and not _is_level(line, levels[-1]):
                levels.append(line)
        drops = [abs(one.baseline - other.baseline) for one, other in pairwise(levels)]
        if len(drops) >= 2:
            ratios[_masked(peeled[-1])].append(drops[0] / max(drops[1:_EDGE]))
    return {words for words, found in ratios.items() if median(found) <= _DETACHED}


def _is_level(one: _Line, other: _Line) -> bool:
    return abs(one.baseline - other.baseline) <= 0.3 * max(one.size, other.size)


# Lines to paragraphs.


def _marked(pages: list[list[_Line]], bookmarks: list[_Bookmark]) -> list[dict[int, int]]:
    """Return for each page where headings of the outline lie: the line where one begins, the line behind its end."""
    keys: defaultdict[int, set[str]] = defaultdict(set)
    for bookmark in bookmarks:
        keys[bookmark.page].add(bookmark.key)
    return [_marked_lines(page, keys[number]) for number, page in enumerate(pages)]


def _marked_lines(page: list[_Line], keys: set[str]) -> dict[int, int]:
    marked: dict[int, int] = {}
    behind = 0
    for start in range(len(page) if keys else 0):
        for end in range(start + 1, min(start + 4, len(page) + 1)):
            words = " ".join(line.text for line in page[start:end])
            is_worded = any(map(str.isalpha, page[start].text))
            if (
                is_worded
                and start >= behind
                and not {_key(words), _key(_NUMBERING.sub("", words, count=1))}.isdisjoint(keys)
            ):
                marked[start] = behind = end
    return marked


def _key(words: str) -> str:
    """Return the letters and digits of words, by which an entry of the outline is known in the text."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words).casefold()))


def _paragraphs(page: list[_Line], marked: dict[int, int], body: _Body, *, has_outline: bool) -> list[_Paragraph]:
    lines = _with_room(page, body)
    joints = [_Joint.PARAGRAPH, *(_joint(before, after, body) for before, after in pairwise(lines))]
    for start, end in marked.items():
        joints[start:end] = [_Joint.PARAGRAPH, *[_Joint.SAME] * (end - start - 1)]
        joints[end : end + 1] = [_Joint.PARAGRAPH] * len(joints[end : end + 1])
    starts = [number for number, joint in enumerate(joints[: len(lines)]) if joint is not _Joint.SAME]
    paragraphs = []
    for start, end in pairwise([*starts, len(lines)]):
        part = tuple(lines[start:end])
        is_heading = start in marked or _looks_like_heading(part, joints[start], body, has_outline=has_outline)
        paragraphs.append(_Paragraph(lines=part, joint=joints[start], is_heading=is_heading))
    return paragraphs


def _with_room(page: list[_Line], body: _Body) -> list[_Line]:
    """Return the lines with the room that each leaves in its block, or in its column where the block is small."""
    columns: dict[tuple[float, int], float] = {}
    for line in page:
        column = (_rounded(line.size), round(line.left / 36))
        columns[column] = max(columns.get(column, line.right), line.right)
    blocks: list[list[_Line]] = []
    for line in page:
        if blocks and _is_below(blocks[-1][-1], line, body):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    roomy = []
    for block in blocks:
        widest = max(line.right for line in block)
        for line in block:
            edge = widest if len(block) > 2 else columns[_rounded(line.size), round(line.left / 36)]
            roomy.append(replace(line, room=max(0.0, edge - line.right)))
    return roomy


def _is_below(before: _Line, after: _Line, body: _Body) -> bool:
    """Tell whether a line stands right below another one of the same size."""
    drop = before.baseline - after.baseline
    return _is_over(before, after) and _is_like(before, after) and 0.3 * before.size < drop <= body.gap(before.size)


def _is_over(one: _Line, other: _Line) -> bool:
    return one.left < other.right and other.left < one.right


def _joint(before: _Line, after: _Line, body: _Body) -> _Joint:
    """Tell how a line goes on from the line before it on its page."""
    if not _is_one_style(before, after):
        return _Joint.PARAGRAPH
    if not _is_below(before, after, body):
        return _joint_over_gap(before, after)
    if before.is_hyphenated:
        return _Joint.SAME
    if _is_row(before) or _is_row(after) or _is_item(before, after):
        return _Joint.LINE
    if before.size >= _HEADING_SIZE * body.size:
        return _Joint.SAME  # a title is broken where its sense allows, and not where the line is full
    return _joint_by_shape(before, after)


def _is_one_style(before: _Line, after: _Line) -> bool:
    if before.is_aside or after.is_aside or not _is_like(before, after):
        return False
    # A bold phrase may fill a line inside of a sentence.
    return before.is_bold == after.is_bold or not (_is_finished(before) or _is_opening(after))


def _joint_over_gap(before: _Line, after: _Line) -> _Joint:
    """Tell how a line goes on behind a gap: a picture, the top of the next column, the next cell of a table."""
    if _is_level(before, after):
        is_beside = after.left >= before.right and not before.is_hyphenated
        return _Joint.SAME if is_beside else _Joint.LINE
    is_down = after.baseline < before.baseline
    if is_down and _is_row(before) and _is_row(after) and before.baseline - after.baseline < _ROW * before.size:
        return _Joint.LINE
    is_open = _flows(before, after) and not (is_down and (_is_opening(after) or _is_short(before, after)))
    return _Joint.SAME if is_open else _Joint.PARAGRAPH


def _is_row(line: _Line) -> bool:
    """Tell whether a line is a row of a table or an entry of a table of contents."""
    return line.is_tabular or _LEADERS.search(line.text) is not None


def _is_item(before: _Line, after: _Line) -> bool:
    """Tell whether a line begins an item of a list: a dash or "1." alone may also come in the middle of a sentence."""
    if _SURE_ITEM.match(after.text):
        return True
    is_moved = abs(after.left - before.left) > _INDENT * after.size
    return _ITEM.match(after.text) is not None and (is_moved or _is_finished(before) or _is_short(before, after))


def _joint_by_shape(before: _Line, after: _Line) -> _Joint:
    is_ended = _is_finished(before) and _is_opening(after)
    is_indented = after.left > before.left + _INDENT * after.size and not _MARKER.match(before.text.split(" ")[0])
    if is_ended and (is_indented or _is_short(before, after)):
        return _Joint.PARAGRAPH
    if _is_opening(after) and _is_short(before, after):
        return _Joint.LINE
    return _Joint.SAME


def _flows(before: _Line, after: _Line) -> bool:
    """Tell whether a sentence goes on over the end of a column or a page."""
    if _is_row(before) or _is_row(after) or not _is_one_style(before, after) or _is_item(before, after):
        return False
    if before.is_hyphenated:
        return after.text[0].isalnum()
    return not (_is_finished(before) and _is_opening(after)) and not (_is_opening(after) and _is_short(before, after))


def _is_finished(line: _Line) -> bool:
    return not line.is_hyphenated and line.text.rstrip(_CLOSERS).endswith((".", "!", "?", "…", ":", ";"))


def _is_opening(line: _Line) -> bool:
    """Tell whether a line may begin a sentence."""
    first = next(filter(str.isalnum, line.text), "")
    return not first.islower()


def _is_short(before: _Line, after: _Line) -> bool:
    """Tell whether a line ends although the first word of the next one would have had room on it."""
    return before.room > after.first_width + 0.35 * before.size


def _looks_like_heading(lines: Sequence[_Line], joint: _Joint, body: _Body, *, has_outline: bool) -> bool:
    text = " ".join(line.text for line in lines)
    is_apart = joint is _Joint.PARAGRAPH and not any(line.is_aside or line.is_hyphenated for line in lines)
    if not is_apart or sum(map(str.isalpha, text)) < 3 or text.endswith((",", ";")):
        return False
    if lines[0].size >= _HEADING_SIZE * body.size:
        return len(lines) <= 4 and len(text) <= _MOST_HEADING
    # Bold words are headings where nothing better tells them.
    is_bold = not has_outline and not body.is_bold and all(line.is_bold and not line.is_tabular for line in lines)
    is_title = len(text) <= _MOST_BOLD_HEADING and not _is_finished(lines[-1]) and _is_opening(lines[0])
    return is_bold and is_title and len(lines) <= 2


# Paragraphs to text.


def _join_pages(pages: list[list[_Paragraph]]) -> None:
    """Make the first paragraph of a page go on from the page before where it does.

    Footnotes then come before the paragraph that they stand below, so that its sentence stays whole.
    """
    filled = [page for page in pages if page]
    for page, following in pairwise(filled):
        first = following[0]
        last = next((number for number in reversed(range(len(page))) if not _is_note(page[number], first)), 0)
        is_open = not (page[last].is_heading or first.is_heading) and _flows(page[last].lines[-1], first.lines[0])
        if is_open and (last == len(page) - 1 or page[last].joint is not _Joint.SAME):
            page.append(page.pop(last))
            following[0] = replace(first, joint=_Joint.SAME)


def _is_note(paragraph: _Paragraph, text: _Paragraph) -> bool:
    return paragraph.lines[0].size < (1 - _SAME_SIZE / 2) * text.lines[0].size


def _vocabulary(pages: Iterable[Iterable[_Line]]) -> Counter[str]:
    """Count the words of a document, compounds as one word."""
    words: Counter[str] = Counter()
    for page in pages:
        for line in page:
            words.update(_FIRST_WORD.findall(line.text.casefold()))
    return words


def _pieces(pages: list[list[_Paragraph]], vocabulary: Counter[str]) -> list[list[_Piece]]:
    pieces = [[_piece(paragraph, vocabulary) for paragraph in page] for page in pages]
    for page, following in pairwise([page for page in pieces if page]):
        if following[0].joint is _Joint.SAME and page[-1].is_hyphenated:  # the broken word stays on the first page
            word, _blank, rest = following[0].text.partition(" ")
            page[-1] = replace(page[-1], text=_mended(page[-1].text, word, vocabulary), is_hyphenated=False)
            following[0] = replace(following[0], text=rest)
    return pieces


def _piece(paragraph: _Paragraph, vocabulary: Counter[str]) -> _Piece:
    lines = paragraph.lines
    text = lines[0].text
    for before, after in pairwise(lines):
        text = _mended(text, after.text, vocabulary) if before.is_hyphenated else f"{text} {after.text}"
    return _Piece(
        text=text, joint=paragraph.joint, is_heading=paragraph.is_heading, is_hyphenated=lines[-1].is_hyphenated
    )


def _mended(before: str, after: str, vocabulary: Counter[str]) -> str:
    """Join a word that was broken at a hyphen, and keep the hyphen where it is part of the word.

    The document's own words decide; where they do not tell, the rules of French.
    """
    first, second = _LAST_WORD.search(before[-60:]), _FIRST_WORD.match(after)
    if first is None or second is None or second[0][0].isupper():
        return f"{before}-{after}"
    whole, compound = first[0] + second[0], f"{first[0]}-{second[0]}"
    lead = vocabulary[compound.casefold()] - vocabulary[whole.casefold()]
    keeps_hyphen = lead > 0 or (lead == 0 and _COMPOUND.fullmatch(compound) is not None)
    return f"{before}-{after}" if keeps_hyphen else before + after


def _composed(pages: list[list[_Piece]], told: _Told) -> Reading:
    builder = TextBuilder()
    for page in pages:
        builder.page()
        for piece in page:
            text = f"{piece.text}-" if piece.is_hyphenated else piece.text
            _add(builder, piece)(text)
    return builder.reading(title=told.title, author=told.author, date=told.date, language=told.language)


def _add(builder: TextBuilder, piece: _Piece) -> Callable[[str], None]:
    if piece.is_heading:
        return builder.heading
    return {
        _Joint.SAME: builder.continuation,
        _Joint.LINE: builder.line,
        _Joint.PARAGRAPH: builder.paragraph,
    }[piece.joint]
