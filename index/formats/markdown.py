"""Markdown -> Reading: the text stays as it was written, marks and front matter included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from index import dates, titles
from index.document import Heading
from index.formats.decoding import decode
from index.formats.language import from_tag
from index.formats.plain import lines
from index.formats.reading import Reading, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.limits import Limits

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<block>(?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+|\Z)")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})")
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{3,})[ \t]*\Z")
_BLOCK = re.compile(r"\s*(?:[-*+>|#]|[0-9]{1,3}[.)]\s|$)")


def read(content: bytes, limits: Limits) -> Reading:  # noqa: ARG001 - text is no larger than its file
    """Read Markdown: front matter (YAML) and headings are understood, the text is kept with all its marks.

    Raises DocumentUnreadable for what is no text.
    """
    text = decode(content)
    told, body = _front_matter(text)
    levelled = list(_headings(text, body))
    first = next((heading.text for level, heading in levelled if level == 1), "")
    return Reading(
        text=text,
        title=one_line(told.get("title", "")) or first or titles.head_title(text[body:]),
        author=one_line(_first(told, "author", "auteur", "autrice", "authors")),
        date=dates.parse(told.get("date", "")),
        language=from_tag(_first(told, "lang", "langue", "language")),
        origin=next((told[name] for name in ("url", "source", "origin") if _is_address(told.get(name, ""))), ""),
        headings=tuple(heading for _level, heading in levelled),
    )


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


def _first(told: dict[str, str], *names: str) -> str:
    return next((told[name] for name in names if told.get(name)), "")


def _is_address(value: str) -> bool:
    return titles.WEB_ADDRESS.fullmatch(value) is not None


def _headings(text: str, body: int) -> Iterator[tuple[int, Heading]]:
    """Yield the headings outside fenced code, "#" and underlined ones, each with its level."""
    fence = ""
    previous, previous_start = "", body
    for start, line in lines(text, body):
        mark = _FENCE.match(line)
        if mark and (not fence or mark["marks"].startswith(fence)):
            fence = "" if fence else mark["marks"]
            line = ""  # noqa: PLW2901 - the fence itself is no line of text
        if not fence:
            level, words, offset = _heading(line, previous)
            if words:
                yield level, Heading(start=previous_start if offset else start, text=words)
        previous, previous_start = ("" if fence else line), start


def _heading(line: str, previous: str) -> tuple[int, str, int]:
    """Return level, words and how many lines above the heading begins; level 0 and "" where the line makes none."""
    if found := _HEADING.match(line):
        words = line[found.end() :].rstrip()
        unclosed = words.rstrip("#")
        words = unclosed if not unclosed or unclosed[-1].isspace() else words
        return len(found["marks"]), _heading_words(words), 0
    if _UNDERLINE.match(line) and not _BLOCK.match(previous):
        return (1 if "=" in line else 2), _heading_words(previous), 1
    return 0, "", 0


def _heading_words(words: str) -> str:
    return titles.shortened(one_line(titles.without_marks(words)))
