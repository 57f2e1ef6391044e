"""Document -> Chunks that partition its text exactly: joined again, they are the text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from index.document import Chunk, Document
from index.sentences import sentences, trim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_text_splitters import RecursiveCharacterTextSplitter

CHUNK_SIZE = 800
"""Characters. On the development questions of PIAF, fused R@5 is 0.902 at 600, 0.911 at 800 and 0.906 at 1,000. To
repeat: another value here, then `python -m bench --split development --only quality`."""
NEIGHBOUR = 160  # characters of whole sentences, at most, that the encoder reads on each side of a chunk
_VERSION = 3  # raise it when a rule here, or one for sentences, moves a boundary or changes what is encoded

_TINY = 80  # a piece shorter than this says too little to be found by itself
_STRETCH = 1.25
_HEADING_SHARE = 0.4  # a heading this near to the beginning of a chunk is the heading of most of it

# White space is matched possessively and from its first character only: a run of blanks is then looked at once.
_NO_BREAK = "\u00a0\u202f"
_NOT_ABBREVIATED = "".join(
    rf"(?<!\b{word}\.)" for word in ("M", "MM", "Mme", "Mlle", "Dr", "Pr", "Me", "St", "[A-Z]", "p", "cf", "art", "n°")
)
_SENTENCE_END = (
    rf"(?:(?<=[.!?…])|(?<=[.!?…][»”\")])|(?<=[.!?…][ {_NO_BREAK}]»)){_NOT_ABBREVIATED}[ \t]++(?![a-zà-ÿ{_NO_BREAK}])"
)
_GLUED_END = rf"(?<=[a-zà-ÿA-Z0-9») {_NO_BREAK}][.!?…])(?=[A-ZÀ-ÞŒ][a-zà-ÿœ'’])"
_SEPARATORS = [
    rf"\n[^\S\n]*+\n[^\S{_NO_BREAK}]*+",
    rf"\n[^\S{_NO_BREAK}]*+",
    f"{_SENTENCE_END}|{_GLUED_END}",
    rf"(?<=[;:])[ \t]++(?![{_NO_BREAK}])",
    rf"(?<=,)[ \t]++(?![{_NO_BREAK}])",
    rf"(?<![«\s]){_NOT_ABBREVIATED}[ \t]++(?![?!:;»%€{_NO_BREAK}])",
    rf"[ \t](?![{_NO_BREAK}])",
    # Anywhere but beside a no-break space, and not between a letter and the mark that combines with it.
    rf"(?<=[^{_NO_BREAK}])(?=[^{_NO_BREAK}\u0300-\u036f\u200d\ufe0f])",
    "",
]


def split(document: Document, chunk_size: int = CHUNK_SIZE) -> list[Chunk]:
    """Return the chunks of a document: they partition its text, so that joined they are the text; none for "".

    Cuts are made at headings and where boilerplate begins and ends, then at paragraphs, else lines, sentences, clauses,
    words; beside a no-break space only where nothing else is left. A chunk is white space only if the document is.
    Without the white space at its ends, a chunk is at most 1.25 * `chunk_size` long: what is beyond `chunk_size` is a
    tiny piece that would have stood alone.
    """
    text = document.text
    pieces = _join_tiny(_join_blank(_pieces(document, chunk_size)), int(chunk_size * _STRETCH))
    spans = pairwise(accumulate(map(len, pieces), initial=0))
    begins = [start for start, _end in sentences(text)] + [len(text)]
    chunks = []
    for number, (start, end) in enumerate(spans):
        heading = _heading(document, start, end)
        chunks.append(
            Chunk(
                document=document.id,
                number=number,
                start=start,
                end=end,
                text=text[start:end],
                heading=heading,
                encoded=_encoded(document, heading, start, end, begins),
                page=bisect_right(document.pages, start),
                page_breaks=document.pages[bisect_right(document.pages, start) : bisect_left(document.pages, end)],
                is_boilerplate=_is_boilerplate(document, start, end),
            )
        )
    return chunks


def encoded_texts(document: Document, places: Iterable[tuple[str, int, int]]) -> list[str]:
    """Return what the encoder reads of chunks that were made before, each told by its heading, its start and its end.

    Where the document and the rules are the same, so are the texts.
    """
    begins = [start for start, _end in sentences(document.text)] + [len(document.text)]
    return [_encoded(document, heading, start, end, begins) for heading, start, end in places]


def fingerprint() -> str:
    """Name the way of splitting and of adding surroundings: a corpus with another one was split otherwise."""
    return f"split-{_VERSION}-{CHUNK_SIZE}-{NEIGHBOUR}"


@lru_cache(maxsize=4)
def _splitter(chunk_size: int) -> RecursiveCharacterTextSplitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=chunk_size,
        chunk_overlap=0,
        strip_whitespace=False,
    )


def _pieces(document: Document, chunk_size: int) -> list[str]:
    """Return the text in pieces, none of which goes on over a heading."""
    text = document.text
    aside = (border for stretch in document.boilerplate for border in (stretch.start, stretch.end))
    borders = sorted({0, len(text), *(heading.start for heading in document.headings), *aside})
    splitter = _splitter(chunk_size)
    pieces = [piece for start, end in pairwise(borders) for piece in splitter.split_text(text[start:end])]
    if "".join(pieces) != text:
        raise RuntimeError("langchain-text-splitters lost or changed text: this version of it cannot be used")
    return pieces


def _join_blank(pieces: list[str]) -> list[str]:
    """Join each piece of mere white space to the piece before it, or to the one after it at the very beginning."""
    joined: list[str] = []
    for piece in pieces:
        if joined and (piece.isspace() or joined[-1].isspace()):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _join_tiny(pieces: list[str], longest: int) -> list[str]:
    """Join tiny pieces to a neighbour where it stays within `longest`.

    A piece that ends like a sentence goes with what was before it, any other one, as a heading, with what comes.
    """
    joined: list[str] = []
    for piece in pieces:
        previous = joined[-1] if joined else ""
        is_near = _is_tiny(previous) or (_is_tiny(piece) and _ends_sentence(piece))
        if previous and is_near and len(previous) + len(piece) <= longest:
            joined[-1] += piece
        else:
            joined.append(piece)
    if len(joined) > 1 and _is_tiny(joined[-1]) and len(joined[-2]) + len(joined[-1]) <= longest:
        joined[-2:] = [joined[-2] + joined[-1]]
    return joined


def _is_tiny(piece: str) -> bool:
    return len(piece.strip()) < _TINY


def _ends_sentence(piece: str) -> bool:
    return piece.rstrip(' \n\t\u00a0\u202f»”")').endswith((".", "!", "?", "…"))


def _heading(document: Document, start: int, end: int) -> str:
    """Return the nearest heading above a chunk, or in its first part, or ""."""
    last = start + _HEADING_SHARE * (end - start)
    number = bisect_right(document.headings, last, key=lambda heading: heading.start)
    return document.headings[number - 1].text if number else ""


def _is_boilerplate(document: Document, start: int, end: int) -> bool:
    """Tell whether more than half of a chunk belongs to the page."""
    covered = sum(max(0, min(end, aside.end) - max(start, aside.start)) for aside in document.boilerplate)
    return covered > (end - start) / 2


def _encoded(document: Document, heading: str, start: int, end: int, begins: list[int]) -> str:
    """Return what the encoder reads of a chunk: title, heading, and the chunk between its neighbouring sentences.

    Titles are set off by a colon, and not repeated where the chunk has them. On the development questions of PIAF, R@5
    of the vectors alone is 0.852 so, 0.839 with a line break, and 0.825 where the title comes twice (to repeat: see
    CHUNK_SIZE).

    Neighbours are whole sentences, or the rest of a sentence that the chunk's border cuts, as many as fit in
    `NEIGHBOUR` characters on each side; one that does not fit is left out.
    """
    text = document.text
    before = min(begins[bisect_left(begins, start - NEIGHBOUR)], start)
    after = max(begins[bisect_right(begins, end + NEIGHBOUR) - 1], end)
    own = text[slice(*trim(text, start, end))]
    told = document.title if document.is_title_told else ""
    titles = [title for title in dict.fromkeys((told, heading)) if title]
    for title in titles:
        before_break, line_break, rest = own.partition(f"{title}\n")
        own = f"{before_break}{title} : {rest.lstrip()}" if line_break else own
    said = " ".join(part for part in (_one_line(text[before:start]), own, _one_line(text[end:after])) if part)
    return " : ".join([*(title for title in titles if title not in own), said])


def _one_line(words: str) -> str:
    return " ".join(words.split())
