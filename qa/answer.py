"""The contract, version 1: what the page, the API and the command line all give, and what they take.

A field may be added; none is renamed or removed without a new version.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Literal["1"] = "1"

_UPDATED = "since when the corpus holds its file as it is, ISO 8601, UTC; empty where that is not known"


class Contract(BaseModel):
    """A value of the contract: immutable, with no field beyond those that are declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Quote(Contract):
    """A passage of a document, letter for letter: `text` is the document's text from `start` to `end`.

    Positions are code points in the document whose UTF-8 text has `sha256`. `answer_start` and `answer_end` bound the
    words to highlight, in the document too, or are null. `score` grows with relevance, and compares within one answer.
    `page` is that of the answer, or of the beginning of the quote, from 1; null for a format without pages. `section`
    is the nearest heading above, or "". Quotes whose answers say the same have the same `group`, from 1, the best
    first. `missing` are the words of the question that one which only comes near has neither in it nor in its title.
    """

    n: int = Field(ge=1, description="the number shown, from 1")
    document: str = Field(description="path below the corpus root")
    title: str
    date: str = Field(description="ISO 8601, may be partial, may be empty")
    origin: str = Field(description="URL or file")
    sha256: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    answer_start: int | None = None
    answer_end: int | None = None
    score: float
    author: str = ""
    page: int | None = None
    section: str = ""
    group: int = 1
    missing: list[str] = []


class CorpusInfo(Contract):
    """Which corpus answered, and what read it."""

    stamp: str
    documents: int
    chunks: int
    encoder: str
    reader: str
    built: str = Field(default="", description="when it was last brought up to date, ISO 8601, UTC")


class Timings(Contract):
    """How long the stages took, in milliseconds."""

    search: float
    read: float
    total: float


class Answer(Contract):
    """An answer with its proof, or the statement that the corpus does not answer.

    `text` is a short French answer, "" when nothing was found; `confidence` (0 to 1) is the calibrated probability that
    the short answer is right. `near` holds the closest passages when nothing answers. `withheld` counts quotes that did
    not match their document and were not shown. `opposed` are the groups of quotes that contradict each other.
    `nothing_in_scope` tells why nothing was found: no document lies within the filters.
    """

    schema_version: Literal["1"] = Field(default=SCHEMA, alias="schema")
    question: str
    searched: str = Field(description="the question as it was searched, standing alone")
    verdict: Literal["answered", "not_found"]
    text: str
    confidence: float = Field(ge=0, le=1)
    quotes: list[Quote]
    near: list[Quote]
    withheld: int = 0
    opposed: list[int] = []
    nothing_in_scope: bool = False
    corpus: CorpusInfo
    timings_ms: Timings

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Turn(Contract):
    """One turn of the conversation before the question."""

    question: str
    answer: str = ""


class Filters(Contract):
    """Which documents may answer. Dates are ISO 8601 and may be partial; both ends are included.

    A name in `documents` that ends with "/" stands for all documents below that folder.
    """

    date_from: str | None = None
    date_to: str | None = None
    documents: tuple[str, ...] = ()


class FullDocument(Contract):
    """A whole document, for the viewer."""

    document: str
    title: str
    date: str
    origin: str
    sha256: str
    text: str
    author: str = ""
    language: str = Field(default="", description="ISO 639-1")
    pages: list[int] = Field(default=[], description="where each page begins; empty for a format without pages")
    updated: str = Field(default="", description=_UPDATED)


class Entry(Contract):
    """A document as a list names it."""

    document: str
    title: str
    date: str
    author: str = ""
    language: str = ""
    passages: int
    updated: str = Field(default="", description=_UPDATED)


class Listing(Contract):
    """A page of the list of documents: `found` of `total` match what was looked for, `documents` are some of these.

    `updating` tells that the corpus is being brought up to date; it answers from the state of `corpus` until then.
    """

    total: int
    found: int
    documents: list[Entry]
    folders: list[str]
    corpus: CorpusInfo
    updating: bool
