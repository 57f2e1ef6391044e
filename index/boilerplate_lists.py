"""Lists of other articles: the titles that a set phrase opens, on lines of their own or flattened into a long one."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from index.boilerplate_page import EDGES, ELLIPSES, FACT, FULL_STOP, TEASER, TITLE, Line, Mark, Page, Where, is_content
from index.boilerplate_phrases import FURTHER_READING, INVITATION_INSIDE, NEIGHBOURS, OPENINGS
from index.boilerplate_titles import (
    DATE,
    SEPARATORS,
    are_titles,
    begins_title,
    ends_inside_sentence,
    has_link_sign,
    is_date,
    is_host,
    is_link,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_BULLET = 8  # characters before the first word of a line
_LONGEST_LIST = 60  # lines of titles after one opening phrase
# What a list of sources has, and a list of other articles seldom has.
_SOURCE = re.compile(
    r"\b(?:art(?:icles?|\.) ?[lrd]?\.? ?[0-9]|n[°o] ?[0-9]|isbn|doi|et al|p(?:p|ages?)?\. ?[0-9]|ed\.|editions)"
    r"|\A(?:decret|arrete|loi|directive|reglement|circulaire|norme|iso|code|convention|rapport|guide|notice|formulaire"
    r"|cerfa|fiche|annexe|brochure|these|manuel|plaquette)\b|https?:|www\.|\([12][0-9]{3}\)"
)


def other_articles(page: Page) -> Iterator[Mark]:
    """Find the titles that a set phrase opens, on lines of their own or flattened into a long one."""
    openings = _openings(page)
    begin = 0
    for (start, end), (limit, _end) in pairwise([*openings, (len(page.text), 0)]):
        if start >= begin and (mark := _titles_after(page, start, end, limit)):
            yield mark
            begin = mark.end


def _openings(page: Page) -> list[tuple[int, int]]:
    """Return where the opening phrases stand, the longest where one holds another."""
    found = [
        (start, -(start + len(phrase)))
        for phrase in OPENINGS
        for start in page.occurrences(phrase)
        if _is_opening(page, start, start + len(phrase))
    ]
    kept: list[tuple[int, int]] = []
    for start, negative_end in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, -negative_end))
    return kept


def _is_opening(page: Page, start: int, end: int) -> bool:
    """Tell whether a phrase stands by itself: at the beginning of a line, or between other pieces of a flattened page.

    Pages are flattened with and without a blank between their pieces, so that a capital may be glued to a word.
    """
    after = page.text[end : end + 1]
    if after.isalnum() and not after.isupper():
        return False
    if page.text[start].isupper() or _begins_line(page, start):
        return True
    # Links to the neighbouring articles are often in small letters: between the end of a sentence and a capital.
    above = page.text[max(0, start - 3) : start].rstrip()[-1:]
    return page.folded[start:end] in NEIGHBOURS and above in ".!?…" and page.text[end + 1 : end + 2].isupper()


def _begins_line(page: Page, start: int) -> bool:
    line = page.lines[page.line_at(start)]
    return start - line.start <= _LONGEST_BULLET and not page.folded[line.start : start].strip(EDGES)


def _titles_after(page: Page, start: int, end: int, limit: int) -> Mark | None:
    number = page.line_at(start)
    line = page.lines[number]
    if not _begins_line(page, start) or line.end - end > TITLE:
        return _flattened_titles(page, start, end, min(limit, line.end))
    phrase = page.folded[start:end]
    if page.folded[end : line.end].strip(EDGES + "?!"):
        return _title_beside(page, number, end, phrase) if phrase not in FURTHER_READING else None
    return _titles_below(page, number, phrase)


def _title_beside(page: Page, number: int, end: int, phrase: str) -> Mark | None:
    """Find « À lire aussi : Le titre d'un autre article », alone on its line; one of several may be a short title."""
    line = page.lines[number]
    around = page.lines[max(0, number - 1) : number] + page.lines[number + 1 : number + 2]
    is_one_of_several = any(other.words.startswith(phrase) for other in around)
    title = page.text[end : line.end].lstrip(SEPARATORS)
    is_closed = title.endswith((".", ";", ",", ":")) and not title.endswith(ELLIPSES)
    if not begins_title(title) or is_closed or (title.count(" ") < 2 and not is_one_of_several):
        return None
    return None if FACT.search(page.folded, end, line.end) else Mark(line.start, line.end)


def _titles_below(page: Page, number: int, phrase: str) -> Mark | None:
    """Find the titles below a line that is nothing but an opening phrase."""
    lines = page.lines
    end = _list_end(page, number)
    links = [line.words for line in lines[number + 1 : end]]
    if not links:
        is_last = number + 1 == len(lines) or lines[number + 1].words in OPENINGS
        return Mark(lines[number].start, lines[number].end, Where.AFTER) if is_last else None
    where = Where.ANYWHERE
    if phrase in FURTHER_READING:
        sources = sum(_SOURCE.search(words) is not None and not is_host(words) for words in links)
        if 2 * sources >= len(links):
            return None
        where = Where.AFTER if are_titles(page, lines[number + 1 : end]) else Where.AFTER_ON_PAGE
    title = end - 1
    while title > number and is_date(lines[title].words):
        title -= 1
    return Mark(lines[number].start, lines[end - 1].end, where, lines[title - 1].end if where is Where.ANYWHERE else 0)


def _list_end(page: Page, number: int) -> int:
    """Return the number of the line after the last title of the list that the line `number` opens."""
    lines = page.lines
    first = number + 1
    most = first + (1 if lines[number].words in NEIGHBOURS else _LONGEST_LIST)
    end = first
    while end < min(most, len(lines)) and is_link(page, lines[end]):
        end += 1
    if first < end < len(lines) and page.text[lines[end].start].islower():
        end -= 1  # the sentence goes on in the next line
    end = _same_layout_end(page, first, end)
    if end == first or end == len(lines) or not _follows_heading(page, lines[end]):
        return end
    # What looks like the last title may be the heading of what follows.
    last, following = lines[end - 1], lines[end]
    is_introduced = end == first + 1 and page.text[lines[number].end - 1] == ":"
    is_heading = (last.is_apart or not following.is_apart) and not has_link_sign(page, last) and not is_introduced
    return end - 1 if is_heading else end


def _follows_heading(page: Page, line: Line) -> bool:
    return is_content(page.letters(line)) or FACT.search(line.words) is not None


def _same_layout_end(page: Page, first: int, end: int) -> int:
    """Return where a list ends that goes on over blank lines only in blocks of one size, or with dates."""
    lines = page.lines
    starts = [first, *(number for number in range(first + 1, end) if lines[number].is_apart), end]
    size = 0
    for start, stop in pairwise(starts):
        has_sign = any(has_link_sign(page, line) for line in lines[start:stop])
        if size and stop - start != size and not has_sign:
            return start
        size = stop - start
    return end


def _flattened_titles(page: Page, start: int, end: int, limit: int) -> Mark | None:
    """Find the titles after a phrase in a long line: each with its date, or all that is left of the line."""
    phrase = page.folded[start:end]
    limit = _invitation_start(page, end, limit)
    last, count = _dated_titles_end(page, end, limit)
    if count >= 2:
        return Mark(start, last)
    if phrase in FURTHER_READING or limit - end > TEASER or FULL_STOP.search(page.folded, end, limit):
        return None
    return Mark(start, limit, Where.AFTER) if begins_title(page.text[end:limit]) else None


def _invitation_start(page: Page, begin: int, end: int) -> int:
    """Return where an invitation or a legal line begins in a part of a line, or its end."""
    found = INVITATION_INSIDE.search(page.text, begin, min(end, begin + 2 * TEASER))
    return found.start() if found else end


def _dated_titles_end(page: Page, begin: int, limit: int) -> tuple[int, int]:
    """Return where a chain of titles with dates after them ends, and how many they are."""
    end, count = begin, 0
    while found := DATE.search(page.folded, end, min(limit, end + TITLE)):
        title = page.folded[end : found.start()].rstrip()
        following = page.text[found.end() : min(limit, found.end() + 4)].strip(SEPARATORS)
        if (following and not begins_title(following)) or ends_inside_sentence(title) or FULL_STOP.search(title):
            break
        end, count = found.end(), count + 1
    return end, count


def hosts(page: Page) -> Iterator[Mark]:
    """Find the bare lists of web sites below the content: three lines or more, under no heading of their own."""
    lines = page.lines
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and is_host(lines[end].words):
            end += 1
        is_headed = start == 0 or not page.letters(lines[start - 1]).endswith((".", "…", "!", "?", "»"))
        if end - start >= 3 and not is_headed:
            yield Mark(lines[start].start, lines[end - 1].end, Where.AFTER)
        start = max(end, start + 1)
