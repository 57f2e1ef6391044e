"""Menus: runs of labels at the two ends of a text, one on a line or several beside each other."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from index.boilerplate_page import END_LENGTH, FACT, LABEL, TITLE, Line, Mark, Page, Where, is_content
from index.boilerplate_phrases import CRUMBS, PAGE_LABELS, PAGE_SENTENCES, PLAIN_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator

_END_LINES = 200  # lines at each end of a text in which menus are looked for
_MENU = 3  # points that make labels a menu: one for a common word, two for a label that only pages have
_MOST_BETWEEN = 8  # labels between two that menus have
_COVERED = 0.7  # of the letters of a line: labels beside each other, and not words of a sentence
_HOME = ("accueil", "home", "menu")


def menus(page: Page) -> Iterator[Mark]:
    """Find the runs of labels, at the two ends of a text, of which enough are those of a menu."""
    last = len(page.lines)
    ends = ((0, min(_END_LINES, last)), (max(_END_LINES, last - _END_LINES), last))
    runs = [run for first, stop in ends for run in _label_runs(page, first, stop) if _is_menu(page, run)]
    headings = _headings(page) if runs else frozenset()
    for run in runs:
        first, stop = run[0][0], _menu_end(page, run[-1][0])
        labels = [line.words for line in page.lines[max(0, first - 1) : stop]]
        # A table of contents may have the words of a menu, but they are the headings of the text.
        if 3 * sum(label in headings for label in labels) < len(labels):
            yield Mark(page.lines[first].start, page.lines[stop - 1].end, Where.OUTSIDE)


def _headings(page: Page) -> frozenset[str]:
    """Return the lines that stand before a sentence."""
    return frozenset(line.words for line, below in pairwise(page.lines) if is_content(page.letters(below)))


def _label_runs(page: Page, first: int, stop: int) -> Iterator[list[tuple[int, int]]]:
    """Yield the runs of labels, each with its points, that begin and end with one that menus have."""
    run: list[tuple[int, int]] = []
    for number in range(first, stop):
        points = _points(page, page.lines[number])
        if points:
            run.append((number, points))
        elif run and (not _is_label(page, page.lines[number]) or number - run[-1][0] > _MOST_BETWEEN):
            yield run
            run = []
    if run:
        yield run


def _is_menu(page: Page, run: list[tuple[int, int]]) -> bool:
    first = run[0][0]
    if first and page.text[page.lines[first - 1].end - 1] == ":":  # it is an enumeration
        return False
    total = sum(points for _number, points in run)
    if any(points > 1 for _number, points in run):
        return total >= _MENU
    return total > _MENU and page.lines[first].words in _HOME


def _menu_end(page: Page, last: int) -> int:
    """Return the number of the line after a menu, of which `last` is the last line that only menus have.

    A blank line closes it; where none does, the last labels may be the title of what follows.
    """
    lines = page.lines
    close = last + 1
    while close < len(lines) and not lines[close].is_apart and _is_label(page, lines[close]):
        close += 1
    return close if close < len(lines) and lines[close].is_apart else last + 1


def _is_label(page: Page, line: Line) -> bool:
    raw = page.letters(line)
    return len(raw) <= LABEL and raw[-1] not in ".,;:!?" and not FACT.search(raw)


def _points(page: Page, line: Line) -> int:
    """Return what a line counts toward a menu: as one label, or as several beside each other."""
    if points := _label_points(line.words):
        return points
    raw = page.letters(line)
    if len(raw) > 2 * TITLE:
        return 0
    if CRUMBS.match(raw) or raw.startswith(PAGE_SENTENCES):
        return 2
    if any(mark in raw for mark in ".,;@\t"):
        return 0
    found = [label[0] for label in _labels().finditer(raw) if page.text[line.start + label.start()].isupper()]
    points = sum(map(_label_points, found))
    is_covered = len(found) > 1 and sum(map(len, found)) >= _COVERED * sum(map(str.isalnum, raw))
    return points if is_covered or (points >= _MENU and ":" not in raw) else 0


def _label_points(words: str) -> int:
    return 2 if words in PAGE_LABELS else int(words in PLAIN_LABELS)


@cache
def _labels() -> re.Pattern[str]:
    longest_first = sorted(PAGE_LABELS | PLAIN_LABELS, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?![\w'])")


def flattened_menus(page: Page) -> Iterator[Mark]:
    """Find the menus at the two ends of a text that were flattened into its first or its last line."""
    if not page.lines:
        return
    first, last = page.lines[0], page.lines[-1]
    for begin, end in (
        (first.start, min(first.end, first.start + END_LENGTH)),
        (max(last.start, last.end - END_LENGTH), last.end),
    ):
        for run in _flattened_runs(page, begin, end):
            is_at_end = run[0].start() - begin <= LABEL or end - run[-1].end() <= LABEL
            if is_at_end and sum(_label_points(label[0]) for label in run) > _MENU:
                yield Mark(run[0].start(), run[-1].end(), Where.OUTSIDE)


def _flattened_runs(page: Page, begin: int, end: int) -> Iterator[list[re.Match[str]]]:
    """Yield the runs of labels with a capital that follow each other without a sentence between them."""
    run: list[re.Match[str]] = []
    for label in _labels().finditer(page.folded, begin, end):
        if not page.text[label.start()].isupper():
            continue
        between = page.folded[run[-1].end() : label.start()] if run else ""
        if len(between) > 2 * LABEL or any(mark in between for mark in ".,;:!?\t"):
            yield run
            run = []
        run.append(label)
    if run:
        yield run
