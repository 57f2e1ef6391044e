"""The lines of a PDF -> its paragraphs: where one ends, and which of them go on over the end of a page.

A sentence must come out whole to be found and quoted, so lines are joined wherever their geometry does not say that a
paragraph ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from index.formats.pdf_headings import looks_like_heading
from index.formats.pdf_lines import HEADING_SIZE, MARKER, SAME_SIZE, Body, Line, rounded

_INDENT = 0.8  # times the font size
_ROW = 3.0  # times the font size: rows of one table are at most so far from one another
_SURE_ITEM = re.compile(r"[•◦▪▫■□●○✓✔➢➤►▶⇒→]")
_ITEM = re.compile(
    r"(?:[–—-]|[0-9]{1,3}[.)°]|[0-9]{1,2}(?:\.[0-9]{1,2}){1,4}\.?|\(?[a-z][.)]|\(?[ivx]{1,5}\)|[IVX]{1,5}[.)]|[A-Z]\))\s"
    r"|(?:article|annexe|chapitre|titre|section)\s(?:[0-9IVX]|premi|unique)",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.\s?){5}|…\s?…|_{5}")


class Joint(Enum):
    """How something goes on from what is before it."""

    SAME = 0
    LINE = 1
    PARAGRAPH = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, and their joint to what is before: SAME only at the beginning of a page."""

    lines: tuple[Line, ...]
    joint: Joint
    is_heading: bool


def paragraphs(page: list[Line], marked: dict[int, int], body: Body, *, has_outline: bool) -> list[Paragraph]:
    """Put the lines of a page together to paragraphs; `marked` holds where those lie that the outline names."""
    lines = _with_room(page, body)
    joints = [Joint.PARAGRAPH, *(_joint(before, after, body) for before, after in pairwise(lines))]
    for start, end in marked.items():
        joints[start:end] = [Joint.PARAGRAPH, *[Joint.SAME] * (end - start - 1)]
        joints[end : end + 1] = [Joint.PARAGRAPH] * len(joints[end : end + 1])
    starts = [number for number, joint in enumerate(joints[: len(lines)]) if joint is not Joint.SAME]
    found = []
    for start, end in pairwise([*starts, len(lines)]):
        part = tuple(lines[start:end])
        is_apart = joints[start] is Joint.PARAGRAPH
        is_heading = start in marked or (is_apart and looks_like_heading(part, body, has_outline=has_outline))
        found.append(Paragraph(lines=part, joint=joints[start], is_heading=is_heading))
    return found


def _with_room(page: list[Line], body: Body) -> list[Line]:
    """Return the lines with the room that each leaves in its block, or in its column where the block is small."""
    columns: dict[tuple[float, int], float] = {}
    for line in page:
        column = (rounded(line.size), round(line.left / 36))
        columns[column] = max(columns.get(column, line.right), line.right)
    blocks: list[list[Line]] = []
    for line in page:
        if blocks and _is_below(blocks[-1][-1], line, body):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    roomy = []
    for block in blocks:
        widest = max(line.right for line in block)
        for line in block:
            edge = widest if len(block) > 2 else columns[rounded(line.size), round(line.left / 36)]
            roomy.append(replace(line, room=max(0.0, edge - line.right)))
    return roomy


def _is_below(before: Line, after: Line, body: Body) -> bool:
    """Tell whether a line stands right below another one of the same size."""
    drop = before.baseline - after.baseline
    return before.overlaps(after) and before.is_like(after) and 0.3 * before.size < drop <= body.gap(before.size)


def _joint(before: Line, after: Line, body: Body) -> Joint:
    """Tell how a line goes on from the line before it on its page."""
    if not _is_one_style(before, after):
        return Joint.PARAGRAPH
    if not _is_below(before, after, body):
        return _joint_over_gap(before, after)
    if before.is_hyphenated:
        return Joint.SAME
    if _is_row(before) or _is_row(after) or _is_item(before, after):
        return Joint.LINE
    if before.size >= HEADING_SIZE * body.size:
        return Joint.SAME  # a title is broken where its sense allows, and not where the line is full
    return _joint_by_shape(before, after)


def _is_one_style(before: Line, after: Line) -> bool:
    if before.is_aside or after.is_aside or not before.is_like(after):
        return False
    # A bold phrase may fill a line inside of a sentence.
    return before.is_bold == after.is_bold or not (before.is_finished or after.is_opening)


def _joint_over_gap(before: Line, after: Line) -> Joint:
    """Tell how a line goes on behind a gap: a picture, the top of the next column, the next cell of a table."""
    if before.is_level_with(after):
        is_beside = after.left >= before.right and not before.is_hyphenated
        return Joint.SAME if is_beside else Joint.LINE
    is_down = after.baseline < before.baseline
    if is_down and _is_row(before) and _is_row(after) and before.baseline - after.baseline < _ROW * before.size:
        return Joint.LINE
    is_open = _flows(before, after) and not (is_down and (after.is_opening or _is_short(before, after)))
    return Joint.SAME if is_open else Joint.PARAGRAPH


def _is_row(line: Line) -> bool:
    """Tell whether a line is a row of a table or an entry of a table of contents."""
    return line.is_tabular or _LEADERS.search(line.text) is not None


def _is_item(before: Line, after: Line) -> bool:
    """Tell whether a line begins an item of a list: a dash or "1." alone may also come in the middle of a sentence."""
    if _SURE_ITEM.match(after.text):
        return True
    is_moved = abs(after.left - before.left) > _INDENT * after.size
    return _ITEM.match(after.text) is not None and (is_moved or before.is_finished or _is_short(before, after))


def _joint_by_shape(before: Line, after: Line) -> Joint:
    is_ended = before.is_finished and after.is_opening
    is_indented = after.left > before.left + _INDENT * after.size and not MARKER.match(before.text.split(" ")[0])
    if is_ended and (is_indented or _is_short(before, after)):
        return Joint.PARAGRAPH
    if after.is_opening and _is_short(before, after):
        return Joint.LINE
    return Joint.SAME


def _flows(before: Line, after: Line) -> bool:
    """Tell whether a sentence goes on over the end of a column or a page."""
    if _is_row(before) or _is_row(after) or not _is_one_style(before, after) or _is_item(before, after):
        return False
    if before.is_hyphenated:
        return after.text[0].isalnum()
    return not (before.is_finished and after.is_opening) and not (after.is_opening and _is_short(before, after))


def _is_short(before: Line, after: Line) -> bool:
    """Tell whether a line ends although the first word of the next one would have had room on it."""
    return before.room > after.first_width + 0.35 * before.size


def join_pages(pages: list[list[Paragraph]]) -> None:
    """Make the first paragraph of a page go on from the page before where it does.

    Footnotes then come before the paragraph that they stand below, so that its sentence stays whole.
    """
    filled = [page for page in pages if page]
    for page, following in pairwise(filled):
        first = following[0]
        last = next((number for number in reversed(range(len(page))) if not _is_note(page[number], first)), 0)
        is_open = not (page[last].is_heading or first.is_heading) and _flows(page[last].lines[-1], first.lines[0])
        if is_open and (last == len(page) - 1 or page[last].joint is not Joint.SAME):
            page.append(page.pop(last))
            following[0] = replace(first, joint=Joint.SAME)


def _is_note(paragraph: Paragraph, text: Paragraph) -> bool:
    return paragraph.lines[0].size < (1 - SAME_SIZE / 2) * text.lines[0].size
