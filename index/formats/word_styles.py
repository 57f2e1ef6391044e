"""What the styles and the numbering of a Word document say of a paragraph: heading, hidden, and the mark before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.formats.numerals import numeral

if TYPE_CHECKING:
    from collections.abc import Iterator

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"

_HEADING = re.compile(r"(?:heading|titre)\s?[1-9]", re.IGNORECASE)
_TITLE = re.compile(r"title|titre", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|tm)\s?[1-9]|table of figures", re.IGNORECASE)
_LEVELS = 9  # outline levels 0 to 8 are headings, 9 is body text (ECMA-376, part 1, 17.3.1.20)
_PLACE = re.compile(r"%(?P<level>[1-9])")
_SMALLEST = 3  # half points: 1.5 points; nobody reads type that is smaller
_FORMS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says itself; None where it leaves the word to the style that it is based on."""

    name: str
    parent: str
    level: int | None
    is_hidden: bool | None
    is_white: bool | None
    numbering: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Point:
    """A level of a numbering: how its number is written, in which words ("%1.%2."), and from where it counts."""

    form: str
    words: str
    start: int


class Styles:
    """The styles of a document, by their ids; names are those of the format ("heading 1"), in whatever language."""

    def __init__(self, root: Any | None) -> None:
        found = () if root is None else root.iter(f"{W}style")
        self._styles = {element.get(f"{W}styleId", ""): _style(element) for element in found}

    def is_heading(self, paragraph: Any) -> bool:
        """Tell whether a paragraph is a heading: by its own outline level, or by its style."""
        level = number(paragraph.find(f"{W}pPr/{W}outlineLvl"))
        for style in self._chain(paragraph):
            if level is None:
                level = style.level
            if _HEADING.fullmatch(style.name):
                return level is None or level < _LEVELS
        return self.is_title(paragraph) if level is None else level < _LEVELS

    def is_title(self, paragraph: Any) -> bool:
        """Tell whether a paragraph is the title of the document."""
        return any(_TITLE.fullmatch(style.name) for style in self._chain(paragraph))

    def is_contents(self, paragraph: Any) -> bool:
        """Tell whether a paragraph is a line of a table of contents: the headings again, with page numbers."""
        return any(_CONTENTS.fullmatch(style.name) for style in self._chain(paragraph))

    def is_hidden(self, paragraph: Any) -> bool:
        """Tell whether the style of a paragraph hides its words."""
        return next((style.is_hidden for style in self._chain(paragraph) if style.is_hidden is not None), False)

    def is_run_hidden(self, run: Any, inherited: bool) -> bool:  # noqa: FBT001 - it stands beside what it belongs to
        """Tell whether a run is hidden: by itself, by its style, or else as its paragraph is."""
        own = _hidden(run)
        if own is not None:
            return own
        return next((style.is_hidden for style in self._of_run(run) if style.is_hidden is not None), inherited)

    def is_white(self, run: Any) -> bool:
        """Tell whether a run is white on the white of the page, by its own colour or that of its character style.

        In a table, a text box or before a shading, it may stand on another colour.
        """
        own = _is_white(run)
        white = next((style.is_white for style in self._of_run(run) if style.is_white is not None), False)
        return (white if own is None else own) and not _is_on_colour(run)

    def _of_run(self, run: Any) -> Iterator[Style]:
        named = run.find(f"{W}rPr/{W}rStyle")
        return self._ancestors("" if named is None else named.get(VAL, ""))

    def numbering(self, paragraph: Any) -> tuple[str, int] | None:
        """Return the numbering of a paragraph and its level in it, or None when it is no point of a list."""
        own = _numbering(paragraph)
        found = own or next((style.numbering for style in self._chain(paragraph) if style.numbering), None)
        return found if found and found[0] != "0" else None  # "0" takes the numbering of the style away

    def _chain(self, paragraph: Any) -> Iterator[Style]:
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        return self._ancestors("" if named is None else named.get(VAL, ""))

    def _ancestors(self, name: str) -> Iterator[Style]:
        if name and name not in self._styles:
            yield Style(name, "", None, None, None, None)  # some programs name styles and define none
        met = set()
        while name in self._styles and name not in met:
            met.add(name)
            yield self._styles[name]
            name = self._styles[name].parent


class Numbering:
    """The numberings of a document, and how far each has counted."""

    def __init__(self, root: Any | None) -> None:
        numberings = () if root is None else root.iter(f"{W}abstractNum")
        uses = [] if root is None else list(root.iter(f"{W}num"))
        self._points = {element.get(f"{W}abstractNumId", ""): _points(element) for element in numberings}
        self._uses = {use.get(f"{W}numId", ""): _value(use.find(f"{W}abstractNumId")) for use in uses}
        self._restarts = {
            (use.get(f"{W}numId", ""), int(override.get(f"{W}ilvl", "0"))): number(override.find(f"{W}startOverride"))
            for use in uses
            for override in use.iter(f"{W}lvlOverride")
        }
        self._counts: dict[str, dict[int, int]] = {}

    def mark(self, use: str, level: int) -> str:
        """Count one more point of a level, and return its mark: "-", "3.", "Article 3"; "" where none is defined."""
        numbering = self._uses.get(use, "")
        points = self._points.get(numbering, {})
        if level not in points:
            return ""
        counts = self._counts.setdefault(numbering, {})
        restart = self._restarts.pop((use, level), None)
        first = points[level].start if restart is None else restart
        counts[level] = counts[level] + 1 if level in counts and restart is None else first
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if points[level].form == "bullet":
            return "-"
        return _PLACE.sub(lambda place: self._numeral(points, counts, int(place["level"]) - 1), points[level].words)

    @staticmethod
    def _numeral(points: dict[int, Point], counts: dict[int, int], level: int) -> str:
        point = points.get(level)
        return "" if point is None else numeral(counts.get(level, point.start), _FORMS.get(point.form, "1"))


def switch(element: Any | None) -> bool | None:
    """Return what an element that switches something says: on, off, or None when it is not there."""
    return None if element is None else element.get(VAL, "1") in ("1", "true", "on")


def number(element: Any | None) -> int | None:
    """Return the whole number that an element holds, or None."""
    words = _value(element)
    return int(words) if words.isdecimal() else None


def _value(element: Any | None) -> str:
    return "" if element is None else str(element.get(VAL, ""))


def _style(element: Any) -> Style:
    return Style(
        name=_value(element.find(f"{W}name")),
        parent=_value(element.find(f"{W}basedOn")),
        level=number(element.find(f"{W}pPr/{W}outlineLvl")),
        is_hidden=_hidden(element),
        is_white=_is_white(element),
        numbering=_numbering(element),
    )


def _hidden(element: Any) -> bool | None:
    """Tell whether a run or a style hides its words: as hidden text, or by type too small to be seen."""
    size = number(element.find(f"{W}rPr/{W}sz"))
    return True if size is not None and size <= _SMALLEST else switch(element.find(f"{W}rPr/{W}vanish"))


def _is_white(element: Any) -> bool | None:
    colour = _value(element.find(f"{W}rPr/{W}color")).upper()
    return colour == "FFFFFF" if colour else None


def _is_on_colour(run: Any) -> bool:
    """Tell whether something around a run may give it another ground than that of the page."""
    if any(run.find(f"{W}rPr/{W}{name}") is not None for name in ("shd", "highlight")):
        return True
    for around in run.iterancestors():
        if around.tag in (f"{W}tc", f"{W}txbxContent") or around.find(f"{W}pPr/{W}shd") is not None:
            return True
        if around.tag == f"{W}p" and around.find(f"{W}pPr/{W}pStyle") is not None:
            return True  # a style may shade its paragraphs
        if around.tag == f"{W}document" and around.find(f"{W}background") is not None:
            return True
    return False


def _numbering(element: Any) -> tuple[str, int] | None:
    use = _value(element.find(f"{W}pPr/{W}numPr/{W}numId"))
    return (use, number(element.find(f"{W}pPr/{W}numPr/{W}ilvl")) or 0) if use else None


def _points(numbering: Any) -> dict[int, Point]:
    return {
        int(level.get(f"{W}ilvl", "0")): Point(
            form=_value(level.find(f"{W}numFmt")),
            words=_value(level.find(f"{W}lvlText")),
            start=number(level.find(f"{W}start")) or 0,
        )
        for level in numbering.iter(f"{W}lvl")
    }
