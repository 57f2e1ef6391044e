"""From a question to an Answer: the whole way, in one readable function."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Literal

from index import sync
from index.document import Scope
from index.encode import EMBEDDED, Encoder
from index.errors import CorpusMissing, InvalidFilter
from index.generation import check_recipe
from index.lock import holder
from index.originals import Digests, original
from qa import quote
from qa.agreement import agreement
from qa.answer import Answer, Filters, Listing, Quote, Timings
from qa.copies import search_varied
from qa.expected import explains
from qa.follow_up import standalone
from qa.full_document import full_document
from qa.live_corpus import AWAITED, LiveCorpus
from qa.near import with_missing
from qa.places import places_to_quote
from qa.question import clean_question, clean_turns
from qa.quote import Place
from qa.reader import ReadingModel, TrainedReader
from qa.scope import scope_of
from qa.search import search
from qa.sentence_reader import SentenceReader
from qa.short_answer import short_answer
from qa.suggestions import passages_to_look_at, suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.errors import CorpusError
    from index.generation import Generation
    from index.seal import Recipe
    from qa.answer import CorpusInfo, FullDocument, Turn
    from qa.reading import Reader

Stage = Literal["search", "read"]
ReaderKind = Literal["trained", "sentences"]

MOST_QUOTES = 20
MOST_PASSAGES = 100
MOST_LISTED = 200
MOST_FOLDERS = 2_000
CANDIDATES = 30

PASSAGES_READ = 12
"""How many of the candidates the trained reader reads, by default."""


def _silent(_stage: Stage) -> None:
    """Tell nobody."""


class Engine:
    """Answers questions from one corpus; safe to share between threads.

    A corpus that is built anew meanwhile is opened beside the one that answers, and answers from then on, within two
    seconds as a rule; each answer comes from one generation.
    """

    def __init__(
        self,
        corpus: Path,
        encoder: Encoder,
        recipe: Recipe,
        reader: Callable[[Generation], Reader],
        *,
        wait: bool = False,
    ) -> None:
        """`reader` makes the reader of a generation. `wait` is as in `open`."""
        self._encoder = encoder
        self._digests = Digests()
        self._live = LiveCorpus(corpus, recipe, reader, wait=wait)

    @classmethod
    def open(  # noqa: PLR0913
        cls,
        corpus: Path,
        encoder: str = EMBEDDED,
        device: str | None = None,
        reader: ReaderKind = "trained",
        passages_read: int = PASSAGES_READ,
        *,
        wait: bool = False,
    ) -> Engine:
        """Open the corpus kept in a folder, and load the models.

        Raises CorpusError (the corpus cannot be used), EncoderUnavailable or ReaderUnavailable. With `wait`, a corpus
        that is not there yet is no error: it is taken up once it is, and until then each question raises CorpusMissing,
        CorpusIncomplete or CorpusOutdated.
        """
        recipe = sync.recipe(encoder)
        with contextlib.suppress(*(AWAITED if wait else ())):
            check_recipe(corpus, recipe)  # before the models are loaded, which takes seconds
        opened = Encoder.open(encoder, device)
        if reader == "sentences":
            kind: Callable[[Generation], Reader] = lambda generation: SentenceReader(opened, generation.lexicon)  # noqa: E731
        else:
            model = ReadingModel.open(opened)
            kind = lambda _: TrainedReader(model, passages_read)  # noqa: E731
        return cls(corpus, opened, recipe, kind, wait=wait)

    @property
    def missing(self) -> CorpusError | None:
        """Why there is no corpus to answer from; None when there is one."""
        return self._live.missing

    @property
    def corpus(self) -> CorpusInfo | None:
        """Which corpus answers; None when there is none."""
        return self._live.info

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        max_quotes: int = 5,
        on_stage: Callable[[Stage], None] = _silent,
    ) -> Answer:
        """Answer a question with quotes, or say that the corpus does not answer it.

        `on_stage` is called as each stage begins. Raises InvalidQuestion, InvalidHistory or InvalidFilter.
        """
        began = time.perf_counter()
        question = clean_question(question)
        _check_bound("max_quotes", max_quotes, MOST_QUOTES)
        with self._live.borrowed() as corpus:
            scope = scope_of(filters or Filters(), corpus.generation.store, corpus.catalogue)
            searched = standalone(question, clean_turns(history))
            plain = corpus.generation.spelling.restore(searched)
            on_stage("search")
            candidates = search_varied(corpus.generation, self._encoder, plain, CANDIDATES, scope)
            found = time.perf_counter()
            on_stage("read")
            reading = corpus.reader.read(plain, candidates)
            read = time.perf_counter()
            answers = reading.confidence >= corpus.reader.threshold
            places = places_to_quote(candidates, reading, max_quotes, corpus.reader.threshold)
            quotes, withheld = quote.prove(corpus.generation, places)
            answered = answers and bool(quotes)
            said = agreement(searched, quotes if answered else [])
            return Answer(
                question=question,
                searched=searched,
                verdict="answered" if answered else "not_found",
                text=short_answer(quotes[0], in_sentences=explains(searched)) if answered else "",
                confidence=round(reading.confidence, 4),
                quotes=_grouped(quotes, said.groups) if answered else [],
                near=[] if answered else [with_missing(near, searched) for near in quotes],
                withheld=withheld,
                opposed=list(said.opposed),
                nothing_in_scope=scope != Scope() and not candidates,
                corpus=corpus.info,
                timings_ms=_timings(began, found, read),
            )

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Quote]:
        """Return the k best passages (whole chunks, best first) for a question, without reading them.

        Raises InvalidQuestion or InvalidFilter.
        """
        question = clean_question(question)
        _check_bound("k", k, MOST_PASSAGES)
        with self._live.borrowed() as corpus:
            plain = corpus.generation.spelling.restore(question)
            scope = scope_of(filters or Filters(), corpus.generation.store, corpus.catalogue)
            found = search(corpus.generation, self._encoder, plain, k, scope)
            places = [Place(c.passage, c.passage.start, c.passage.end, None, None, c.score) for c in found]
            return quote.prove(corpus.generation, places)[0]

    def document(self, document: str) -> FullDocument:
        """Return a whole document; raise DocumentUnknown when the corpus holds none of this name."""
        with self._live.borrowed() as corpus:
            return full_document(corpus.generation, document)

    def documents(self, words: str = "", offset: int = 0, most: int = MOST_LISTED) -> Listing:
        """Return the documents whose title, name, author or date hold some words, by title, `most` from `offset` on.

        Raises InvalidFilter.
        """
        _check_bound("most", most, MOST_LISTED)
        if offset < 0:
            raise InvalidFilter(name="offset", value=offset, reason="it is below 0")
        with self._live.borrowed() as corpus:
            found = corpus.catalogue.matching(words)
            return Listing(
                total=len(corpus.catalogue.entries),
                found=len(found),
                documents=found[offset : offset + most],
                folders=list(corpus.catalogue.folders[:MOST_FOLDERS]),
                corpus=corpus.info,
                updating=bool(holder(self._live.folder)),
            )

    def original(self, document: str) -> Path:
        """Return the file that a document was made from; raise DocumentUnknown or OriginalGone."""
        with self._live.borrowed() as corpus:
            return original(corpus.generation, document, self._digests)

    def suggestions(self) -> list[str]:
        """Return questions that the corpus answers, drawn from it; none while they are being looked for.

        They are when they are first wanted, which takes some seconds.
        """
        with self._live.borrowed() as corpus:
            if corpus.suggested is None and corpus.suggesting.acquire(blocking=False):
                try:
                    if corpus.suggested is None:  # it may have been found since
                        passages = passages_to_look_at(corpus.catalogue.entries, corpus.generation.store)
                        corpus.suggested = suggestions(passages, self._ask_until_closed)
                finally:
                    corpus.suggesting.release()
            return corpus.suggested or []

    def take_up(self) -> None:
        """Answer from the generation that the pointer names now; go on with the old one where it cannot be opened."""
        self._live.take_up()

    def close(self) -> None:
        """Let go of the corpus."""
        self._live.close()

    def _ask_until_closed(self, question: str) -> Answer:
        if self._live.is_closed:
            raise CorpusMissing(corpus=self._live.folder)
        return self.ask(question)


def _grouped(quotes: Sequence[Quote], groups: Sequence[int]) -> list[Quote]:
    return [found.model_copy(update={"group": group}) for found, group in zip(quotes, groups, strict=True)]


def _check_bound(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise InvalidFilter(name=name, value=value, reason=f"it must be from 1 to {most}")


def _timings(began: float, found: float, read: float) -> Timings:
    now = time.perf_counter()
    return Timings(
        search=round(1000 * (found - began), 1),
        read=round(1000 * (read - found), 1),
        total=round(1000 * (now - began), 1),
    )
