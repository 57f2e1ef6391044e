"""Questions to offer to somebody who does not know what to ask, drawn from the documents themselves.

Some stand there already (« Comment renouveler un passeport ? »); the others are made of a title or of a sentence.
Whether the corpus answers is for the engine to say.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from index.passage import passage_id
from index.spelling import fold
from qa.suggestion_rules import Kind, made_of
from qa.suggestion_wording import WORD, is_well_formed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from index.passage import Passage
    from index.store import Store
    from qa.answer import Answer, Entry

DOCUMENTS = 400
"""How many documents are looked at: those whose names have the smallest hashes, which spreads them evenly, and changes
little when a corpus grows."""

PASSAGES = 2_000
"""How many passages are looked at in all: the first five of 400 documents, more of each where there are fewer."""

SURE = 0.5
"""How probable it must be that the corpus answers a question whose answer is not known beforehand."""

_TEMPLATE = 3  # a question that stands in so many documents is part of a form, and says nothing without its page


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, the document that it was drawn from, and what it was made of.

    `answer` is what an answer must hold where the rule that made the question knows it, or "".
    """

    question: str
    document: str
    kind: Kind
    answer: str = ""


def suggestions(passages: Iterable[Passage], ask: Callable[[str], Answer], most: int = 6, tries: int = 20) -> list[str]:
    """Return at most `most` questions that are answered, and rightly as far as can be told.

    Each has a quote from the document that it was drawn from, and the answer holds what the document says there. `ask`
    answers a question; it is called at most `tries` times, for an answer costs about half a second.
    """
    found: list[str] = []
    for candidate in candidates(passages, tries):
        if len(found) >= most:
            break
        if _is_answered(candidate, ask(candidate.question)):
            found.append(candidate.question)
    return found


def _is_answered(candidate: Suggestion, answer: Answer) -> bool:
    if answer.verdict != "answered" or all(quote.document != candidate.document for quote in answer.quotes):
        return False
    if not candidate.answer:
        return answer.confidence >= SURE
    return set(WORD.findall(fold(candidate.answer))) <= set(WORD.findall(fold(answer.text)))


def candidates(passages: Iterable[Passage], most: int = 60) -> list[Suggestion]:
    """Return at most `most` different questions, the best first, always the same for the same corpus.

    No document has a second one before each document that gives any has its first. What is looked at is bounded by
    DOCUMENTS and PASSAGES; boilerplate, and what is told not to be French, is left out.
    """
    drawn = [sorted(_drawn(document), key=lambda one: one.kind) for document in _sample(passages)]
    standing = Counter(chain.from_iterable({one.question for one in document} for document in drawn))
    waiting = [[one for one in document if not _is_of_a_form(one, standing)] for document in drawn]
    chosen: dict[str, Suggestion] = {}
    while any(waiting) and len(chosen) < most:
        turn: dict[str, Suggestion] = {}
        for document in waiting:
            document[:] = [one for one in document if one.question not in chosen and one.question not in turn]
            if document:
                turn[document[0].question] = document[0]
        chosen.update((one.question, one) for one in _mixed(turn.values()))
    return list(chosen.values())[:most]


def sample(documents: Iterable[str]) -> list[str]:
    """Return the names of the documents that `candidates` looks at, in the order in which it does.

    Given these only, it looks at the same ones, bar those without French content: no large corpus need be read whole.
    """
    return heapq.nsmallest(
        DOCUMENTS, set(documents), key=lambda name: hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    )


def passages_to_look_at(entries: Sequence[Entry], store: Store) -> list[Passage]:
    """Return the beginnings of the documents that `candidates` looks at: of a small corpus, all of it."""
    passages = {entry.document: entry.passages for entry in entries}
    names = sample(passages)
    each = max(5, PASSAGES // max(1, len(names)))
    ids = [passage_id(name, number) for name in names for number in range(min(passages[name], each))]
    return list(store.passages(ids).values())


def _sample(passages: Iterable[Passage]) -> list[list[Passage]]:
    """Return the first passages of each document of the sample."""
    documents: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if not passage.is_boilerplate and passage.language in ("", "fr"):
            documents[passage.document].append(passage)
    names = sample(documents)
    each = PASSAGES // max(len(names), 1)
    return [sorted(documents[name], key=lambda passage: passage.number)[:each] for name in names]


def _is_of_a_form(one: Suggestion, standing: Counter[str]) -> bool:
    return one.kind in (Kind.HEADING, Kind.IN_TEXT) and standing[one.question] >= _TEMPLATE


def _mixed(turn: Iterable[Suggestion]) -> list[Suggestion]:
    """Return the questions of one turn so that their kinds alternate, best first; acronyms come last."""
    by_kind: dict[Kind, list[Suggestion]] = defaultdict(list)
    for one in turn:
        by_kind[one.kind].append(one)
    dull = by_kind.pop(Kind.ACRONYM, [])
    rows = [*zip_longest(*(by_kind[kind] for kind in sorted(by_kind))), dull]
    return [one for row in rows for one in row if one]


def _drawn(document: list[Passage]) -> Iterator[Suggestion]:
    """Yield the well-formed questions that can be made of a document's passages."""
    for passage in document:
        for made in made_of(passage):
            if is_well_formed(made.question):
                yield Suggestion(f"{made.question}\u00a0?", passage.document, made.kind, made.answer)
