"""What runs at the edges of the pages of a PDF and belongs to the sheet: running titles, page numbers, watermarks.

A line runs when it is found again at its height on the pages around, with the same words or with a number that counts
the pages, and when the text leaves a margin to it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise, product
from statistics import median
from typing import TYPE_CHECKING

from index.formats.pdf_lines import HEADING_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.formats.pdf_lines import Body, Line

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


def without_running(pages: list[list[Line]], body: Body) -> list[list[Line]]:
    """Return the pages without the lines that run at the top or the bottom of three pages or more."""
    left_out: list[set[Line]] = [set() for _ in pages]
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


def _edge(page: list[Line], *, is_top: bool) -> list[Line]:
    """Return the outermost lines of a page, from the outside to the inside, and as many more to compare them with."""
    upright = [line for line in page if not line.is_aside]
    return sorted(upright, key=lambda line: line.baseline, reverse=is_top)[: 2 * _EDGE]


def _may_run(line: Line, body: Body) -> bool:
    """Tell whether a line may be a running one: no large title, and no end of a sentence that began before."""
    is_end = line.text[0].islower() and line.is_finished
    return line.size <= HEADING_SIZE * body.size and not is_end


def _recurring(edges: list[list[Line]]) -> list[set[Line]]:
    """Return for each page the lines that are found again on the next or the next but one, on three pages or more."""
    places: defaultdict[tuple[str, int, int, float], dict[int, Line]] = defaultdict(dict)
    for number, edge in enumerate(edges):
        for line in edge[:_EDGE]:
            for key, height in product(_running_keys(line, number), _heights(line)):
                places[*key, height][number] = line
    recurring: list[set[Line]] = [set() for _ in edges]
    for (words, *_), lines in places.items():
        for run in _runs(sorted(lines)):
            for number in run if len(run) >= _FEWEST_PAGES else ():
                if words or _PAGE_NUMBER.fullmatch(lines[number].text):
                    recurring[number].add(lines[number])
    return recurring


def _running_keys(line: Line, page: int) -> Iterator[tuple[str, int, int]]:
    """Yield what is the same on all the pages where a line runs: its words, or those around a number of the page."""
    yield line.text, -1, 0
    roman = _ROMAN_LINE.fullmatch(line.text)
    if roman:
        yield "i", 0, _roman(roman["number"].lower()) - page
    for place, number in enumerate(_NUMBER.finditer(line.text)):
        if len(number[0]) <= 5 and not _COUNTED.search(line.text, 0, number.start()):
            yield _masked(line), place, int(number[0]) - page
            yield "", 0, int(number[0]) - page  # a page number that stands alone here and beside a title there


def _heights(line: Line) -> tuple[float, float]:
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


def _masked(line: Line) -> str:
    return _NUMBER.sub("#", line.text)


def _roman(number: str) -> int:
    values = [_ROMAN[letter] for letter in number]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _peeled(edge: list[Line], running: set[Line]) -> list[Line]:
    """Return the running lines that have only running ones, or others on their own height, outside of them."""
    peeled: list[Line] = []
    outermost: Line | None = None
    for line in edge:
        if line in running:
            if outermost is not None and not line.is_level_with(outermost):
                break
            peeled.append(line)
        elif outermost is None:
            outermost = line
    return peeled


def _attached(edges: list[list[Line]], running: list[set[Line]]) -> set[str]:
    """Return the running lines that stand as near to the text as its own lines: the head of a table, a form."""
    ratios: defaultdict[str, list[float]] = defaultdict(list)
    for edge, lines in zip(edges, running, strict=True):
        peeled = _peeled(edge, lines)
        if not peeled or _PAGE_NUMBER.fullmatch(peeled[-1].text):
            continue
        levels = [peeled[-1]]
        for line in edge:
            if line not in peeled and line.overlaps(peeled[-1]) and not line.is_level_with(levels[-1]):
                levels.append(line)
        drops = [abs(one.baseline - other.baseline) for one, other in pairwise(levels)]
        if len(drops) >= 2:
            ratios[_masked(peeled[-1])].append(drops[0] / max(drops[1:_EDGE]))
    return {words for words, found in ratios.items() if median(found) <= _DETACHED}
