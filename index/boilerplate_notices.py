"""What a page says to its readers: buttons to share it, invitations, cookies, forms for comments, a legal footer."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from index.boilerplate_page import (
    END_LENGTH,
    FACT,
    FULL_STOP,
    LABEL,
    TEASER,
    TITLE,
    Line,
    Mark,
    Page,
    Where,
    is_content,
)
from index.boilerplate_phrases import CRUMBS, INVITATION, INVITATION_INSIDE, LEGAL, PAGE_LINES, PAGE_SENTENCES, PROMPTS
from index.sentences import sentences, trim

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTICE = 1_500  # characters of questions to the readers
_MOST_PROMPTS = 8  # opening phrases of such questions that are tried, from the end of the text
_MOST_NOTICES = 5  # sentences of a notice about cookies
_MOST_OTHER_COOKIES = 1  # sentences that name cookies and are no notice: with more, the content is about them
_TAGS = re.compile(r"(?:tags?|mots-cles associes|classe sous|classe dans|filed under|tagged)\s?:\s?(?=[^\W\d_])")
_HASHTAGS = re.compile(r"(?:#?\w{2,40}[\s,|·•]{1,3}#){2,30}\w{2,40}")
_SHARE = re.compile(
    r"partage[rz] sur (?=(?:facebook|twitter|x\b|linkedin|whatsapp|pinterest|bluesky|mastodon|threads)).{1,30}"
)
_SHARING = "facebook|twitter|linkedin|whatsapp|instagram|pinterest|copier le lien|par courriel|par e-?mail|imprimer"
_NETWORK = (
    r"(?:(?:partage[rz] (?:sur|par|via) |envoyer (?=par ))?"
    rf"(?:{_SHARING}|x(?![^\W\d_])|youtube|telegram|tiktok|messenger|bluesky|mastodon|threads|reddit|snapchat|tumblr"
    r"|viber|flipboard|(?:par )?e-?mail|par mail|partager|tweeter))"
)
_NETWORKS = re.compile(rf"\b{_NETWORK}(?:[\s|•·/]{{0,4}}{_NETWORK}){{2,30}}")
_KNOWN_NETWORK = re.compile(_SHARING)
_COOKIES = re.compile(
    r"\b(?:nous (?:et nos (?:[0-9]+ )?partenaires )?(?:utilisons|deposons)|en poursuivant|en continuant|vous acceptez"
    r"|(?:ce|notre|nos) sites?(?: web| internet)? (?:utilise|depose|emploie|place)(?:nt)?|en cliquant sur|we use"
    r"|we and our (?:[0-9]+ )?partners|this (?:web)?site uses|by continuing)\b"
)
_CHOICE = re.compile(
    r"\b(?:accepte[rz]|refuse[rz]|choix|preferences|consentement|parametre[rs]|accept|reject|consent)\b"
)
_CHOICES = re.compile(
    rf"(?:vous (?:pouvez|acceptez)|en poursuivant|en continuant|en cliquant|you can|by ).{{0,99}}{_CHOICE.pattern}"
)


def page_lines(page: Page) -> Iterator[Mark]:
    """Find the single lines that only pages have."""
    for line in page.lines:
        if line.end - line.start <= TEASER and (where := _line_place(page, line)):
            yield Mark(line.start, line.end, where)


def _line_place(page: Page, line: Line) -> Where | None:
    words = line.words
    if _SHARE.fullmatch(words):
        return Where.ANYWHERE
    if words.startswith(PAGE_LINES):
        return None if is_content(page.letters(line)) else Where.ANYWHERE
    if INVITATION.match(words):
        return None if FACT.search(words) else Where.OUTSIDE
    is_of_page = CRUMBS.match(words) or _TAGS.match(words) or _HASHTAGS.fullmatch(words)
    return Where.OUTSIDE if is_of_page or LEGAL.match(page.letters(line)) else None


def page_sentences(page: Page) -> Iterator[Mark]:
    """Find the sentences that only pages have, in lines of any length."""
    for phrase in PAGE_SENTENCES:
        for start in page.occurrences(phrase):
            limit = page.lines[page.line_at(start)].end
            stop = FULL_STOP.search(page.folded, start, min(limit, start + TITLE))
            end = stop.end() if stop else min(limit, start + len(phrase))
            if page.text[start].isupper():
                yield Mark(*trim(page.text, start, end), Where.OUTSIDE)


def flattened_footers(page: Page) -> Iterator[Mark]:
    """Find the invitations and the legal line with which the last line of a text ends."""
    if not page.lines:
        return
    last = page.lines[-1]
    found = INVITATION_INSIDE.finditer(page.text, max(last.start, last.end - END_LENGTH), last.end)
    for start, end in pairwise([*(opening.start() for opening in found), last.end]):
        piece = page.folded[start:end].rstrip()
        stop = FULL_STOP.search(piece)
        is_one = len(piece) <= 2 * TITLE and (stop is None or len(piece) - stop.end() <= LABEL)
        if is_one and (LEGAL.match(piece) or INVITATION.match(piece)):
            yield Mark(start, start + len(piece), Where.OUTSIDE)


def networks(page: Page) -> Iterator[Mark]:
    """Find the buttons to share a page: names of networks with nothing between them."""
    for found in _NETWORKS.finditer(page.folded):
        names = found[0]
        around = page.folded[max(0, found.start() - 3) : found.start()].rstrip()[-1:]
        around += page.folded[found.end() : found.end() + 3].lstrip()[:1]
        is_table = any(mark in "|,;:" for mark in around) or "\t" in page.text[found.start() : found.end()]
        if not is_table and page.text[found.start()].isupper() and len(set(_KNOWN_NETWORK.findall(names))) >= 2:
            is_enumeration = "\n" in names and not _SHARE.match(names)
            yield Mark(found.start(), found.end(), Where.OUTSIDE if is_enumeration else Where.ANYWHERE)


def cookie_notices(page: Page) -> Iterator[Mark]:
    """Find the sentences about the cookies of a page, unless its content is about cookies."""
    end, others = 0, 0
    marks: list[Mark] = []
    for mention in page.occurrences("cookie"):
        if mention < end:
            continue
        start, end, is_notice = _notice_around(page, mention)
        if is_notice:
            marks.append(Mark(start, end, Where.OUTSIDE))
        others += not is_notice and page.text[start:end].rstrip().endswith(".")
        if others > _MOST_OTHER_COOKIES or len(marks) > _MOST_NOTICES:
            return
    yield from marks


def _notice_around(page: Page, position: int) -> tuple[int, int, bool]:
    """Return the sentences of a notice around a position; or the sentence there, which is none."""
    line = page.lines[page.line_at(position)]
    begin = max(line.start, position - TEASER)
    text = page.text[begin : min(line.end, position + 2 * TEASER)]
    spans = [(begin + start, begin + end) for start, end in sentences(text) if begin + end > position]
    start, end = spans[0]
    notice = _COOKIES.search(page.folded, start, end)
    if notice is None:
        return start, end, False
    if page.text[notice.start()].isupper():
        start = notice.start()  # what is before it was flattened into it
    if start == line.start and line.end - start <= TEASER and _CHOICE.search(page.folded, end, line.end):
        return start, line.end, True
    for next_start, next_end in spans[1:]:
        if not _CHOICES.match(page.folded, next_start, next_end):
            break
        end = next_end
    return (*trim(page.text, start, end), True)


def reader_prompts(page: Page) -> Iterator[Mark]:
    """Find the questions to the readers below an article."""
    starts = sorted(start for phrase in PROMPTS for start in page.occurrences(phrase))
    for start in starts[-_MOST_PROMPTS:]:
        above = page.text[max(0, start - 9) : start].rstrip()
        end = _questions_end(page.text[start : start + _NOTICE])
        # Questions above it, or too many below it, are those of a form or of an interview.
        if page.text[start].isupper() and end and 2 * end <= start and not above.endswith("?"):
            yield Mark(start, start + end, Where.AFTER)


def _questions_end(text: str) -> int:
    """Return where the questions end with which a text begins, or 0: a text more of questions than of statements."""
    end, questions = 0, 0
    for number, (start, stop) in enumerate(sentences(text), start=1):
        sentence = text[start:stop].rstrip()
        is_prompt = sentence.endswith("?") or "commentaire" in sentence
        questions += is_prompt
        if is_prompt and 2 * questions > number:
            end = start + len(sentence)
        elif number == 1:
            return 0
    return end
