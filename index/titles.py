"""What the head of a text tells of it: its title, and the address from which it came."""

from __future__ import annotations

import re

from index import dates
from index.sentences import sentences

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'«»]+", re.IGNORECASE)

_HEAD_LENGTH = 120
_TOLD_LENGTH = 200  # a title that the document names as such is only cut to keep it out of the way
_CLAUSE_START = 40  # a title cut before this says too little
_PAGE_LINE = 400  # no title and no lead is so long a line: a web page was flattened into it
_LINE_READ = 10 * _PAGE_LINE  # of a line that may be the whole file

_ORIGIN_LINE = re.compile(
    r"(?:url|source|lien|origine?)\s{0,3}:\s{0,3}<?(?P<address>https?://[^\s<>\"'«»]+)", re.IGNORECASE
)
_COUNTER = re.compile(r"[0-9]{1,3}\s(?=(?P<next>[^\W\d_]))")
_CLAUSE = re.compile(r"\s?[,;]\s|\s[:–—|]\s")
_BLOCK_MARKS = re.compile(r"\A(?:[#>*+-]{1,6}\s+)+")
_MARKDOWN_LINK = re.compile(r"!?\[(?P<words>[^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_MARKDOWN_EMPHASIS = re.compile(r"(?<!\w)(?P<marks>\*{1,3}|_{1,3}|`)(?=\S)(?P<words>[^*_`]+)(?P=marks)(?!\w)")


def head_title(text: str) -> str:
    """Return the first line of the head that reads like a title, shortened to one; "" where there is none."""
    candidates = [line for line in (_title_candidate(line[:_LINE_READ]) for line in dates.head(text)) if line]
    if not candidates:
        return ""
    # A site prints its motto in guillemets above the title; a text whose only short line is quoted has it for title.
    has_title_below = len(candidates) > 1 and len(candidates[1]) <= _TOLD_LENGTH
    line = candidates[1] if has_title_below and _is_quoted(candidates[0]) else candidates[0]
    if len(line) <= _HEAD_LENGTH:
        return line
    opening = line[: 2 * _PAGE_LINE]
    counter = _COUNTER.match(line) if len(line) > _PAGE_LINE else None
    if counter and counter["next"].isupper():
        # It counts shares or comments, and was beside the title before the page was flattened.
        opening = opening[counter.end() :]
    start, end = sentences(opening)[0]
    return shortened(opening[start:end].strip().removesuffix("."), _HEAD_LENGTH)


def head_origin(text: str) -> str:
    """Return the web address that a line of the head gives as the origin of the text, or ""."""
    for line in dates.head(text):
        if found := _ORIGIN_LINE.match(line):
            return found["address"].rstrip(".,;:!?)]")
    return ""


def stem_title(stem: str) -> str:
    """Return a file's name without its suffix as words: "_" and "-" are blanks."""
    return " ".join(re.sub(r"[_-]+", " ", stem).split()) or stem


def shortened(title: str, longest: int = _TOLD_LENGTH) -> str:
    """Cut a title of more than `longest` characters after a clause, or else after a word."""
    if len(title) <= longest:
        return title
    cuts = [found.start() for found in _CLAUSE.finditer(title, 0, longest + 1) if found.start() >= _CLAUSE_START]
    for cut in reversed(cuts):
        clause = title[:cut].rstrip()
        if clause.count("«") == clause.count("»") and clause.count("(") == clause.count(")"):
            return clause
    words, blank, _rest = title[:longest].rpartition(" ")
    return (words if blank else title[: longest - 1]).rstrip(" ,;:–—|") + "…"


def without_marks(words: str) -> str:
    """Return the words without Markdown links and emphasis."""
    return _MARKDOWN_EMPHASIS.sub(r"\g<words>", _MARKDOWN_LINK.sub(r"\g<words>", words))


def _title_candidate(line: str) -> str:
    """Return what a line of the head offers as a title: the line without its tag and marks, or ""."""
    if dates.line_date(line) or _ORIGIN_LINE.match(line) or WEB_ADDRESS.fullmatch(line):
        return ""
    words = " ".join(without_marks(_BLOCK_MARKS.sub("", dates.strip_tag(line))).split())
    return words if any(character.isalnum() for character in words) else ""


def _is_quoted(line: str) -> bool:
    return line.startswith("«") and line.endswith("»") and line.count("«") == 1
