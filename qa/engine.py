"""From a question to an Answer: the whole way, in one readable function."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from index import sync
from index.encode import EMBEDDED, Encoder
from index.errors import (
    CorpusError,
    CorpusIncomplete,
    CorpusMissing,
    CorpusOutdated,
    DocumentUnknown,
    InvalidFilter,
)
from index.generation import Generation, check_recipe, live, remove_replaced
from index.originals import original
from index.sentences import sentences
from index.status import writer_of
from index.store import passage_id
from qa import quote
from qa.agreement import agreement
from qa.answer import Answer, CorpusInfo, Filters, FullDocument, Listing, Quote, Timings, Turn
from qa.catalogue import Catalogue
from qa.copies import search_varied
from qa.expected import explains
from qa.follow_up import standalone
from qa.near import with_missing
from qa.question import clean_question, clean_turns
from qa.quote import Place
from qa.reader import ReadingModel, TrainedReader
from qa.scope import scope_of
from qa.search import Candidate, search
from qa.sentence_reader import SentenceReader
from qa.suggestions import PASSAGES as MOST_SAMPLED
from qa.suggestions import sample, suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.seal import Recipe
    from index.store import Passage
    from qa.reading import Reader, Reading, Span

Stage = Literal["search", "read"]
ReaderKind = Literal["trained", "sentences"]

MOST_QUOTES = 20
MOST_PASSAGES = 100
MOST_LISTED = 200
MOST_FOLDERS = 2_000
CANDIDATES = 30

PASSAGES_READ = 12
"""How many of the candidates the trained reader reads, by default."""

_AWAITED = (CorpusMissing, CorpusIncomplete, CorpusOutdated)
"""What is mended by indexing, and needs no other setting."""

_LOOK_EVERY = 0.5  # seconds; to look is to read one small file

_log = logging.getLogger(__name__)


def _silent(_stage: Stage) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class _OpenCorpus:
    """A generation with its reader, and how many questions are being answered from it."""

    generation: Generation
    reader: Reader
    users: int = 0
    retired: bool = False
    info: CorpusInfo = field(init=False)
    catalogue: Catalogue = field(init=False)
    suggesting: threading.Lock = field(default_factory=threading.Lock)
    suggested: list[str] | None = None

    def __post_init__(self) -> None:
        manifest = self.generation.manifest
        self.info = CorpusInfo(
            stamp=manifest.stamp,
            documents=manifest.documents,
            chunks=manifest.chunks,
            encoder=manifest.recipe.encoder,
            reader=self.reader.name,
            built=manifest.built,
        )
        self.catalogue = Catalogue(self.generation.store)


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
        self._corpus = corpus
        self._encoder = encoder
        self._recipe = recipe
        self._reader = reader
        self._lock = threading.Lock()
        self._taking_up = threading.Lock()
        self._refused: Path | None = None
        self._missing: CorpusError | None = None  # why there is nothing to answer from
        self._open: _OpenCorpus | None = None
        try:
            self._open = self._opened()
        except _AWAITED as error:
            if not wait:
                raise
            self._missing = error
        self._closed = threading.Event()
        self._follower = threading.Thread(target=self._follow, name="follow the corpus", daemon=True)
        self._follower.start()

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
        with contextlib.suppress(*(_AWAITED if wait else ())):
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
        with self._lock:
            return self._missing

    @property
    def corpus(self) -> CorpusInfo | None:
        """Which corpus answers; None when there is none."""
        with self._lock:
            return self._open.info if self._open else None

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
        with self._borrowed() as corpus:
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
            places = _places(candidates, reading, max_quotes, corpus.reader.threshold)
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
                corpus=corpus.info,
                timings_ms=_timings(began, found, read),
            )

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Quote]:
        """Return the k best passages (whole chunks, best first) for a question, without reading them.

        Raises InvalidQuestion or InvalidFilter.
        """
        question = clean_question(question)
        _check_bound("k", k, MOST_PASSAGES)
        with self._borrowed() as corpus:
            plain = corpus.generation.spelling.restore(question)
            scope = scope_of(filters or Filters(), corpus.generation.store, corpus.catalogue)
            found = search(corpus.generation, self._encoder, plain, k, scope)
            places = [Place(c.passage, c.passage.start, c.passage.end, None, None, c.score) for c in found]
            return quote.prove(corpus.generation, places)[0]

    def document(self, document: str) -> FullDocument:
        """Return a whole document; raise DocumentUnknown when the corpus holds none of this name."""
        with self._borrowed() as corpus:
            passages = corpus.generation.store.document(document)
            text = quote.proved(passages)
            if text is None:
                raise DocumentUnknown(document=document)
            first = passages[0]
            return FullDocument(
                document=document,
                title=first.title,
                date=first.date,
                origin=first.origin,
                sha256=first.sha256,
                text=text,
                author=first.author,
                language=first.language,
                pages=_pages(passages),
            )

    def documents(self, words: str = "", offset: int = 0, most: int = MOST_LISTED) -> Listing:
        """Return the documents whose title, name, author or date hold some words, by title, `most` from `offset` on.

        Raises InvalidFilter.
        """
        _check_bound("most", most, MOST_LISTED)
        if offset < 0:
            raise InvalidFilter(name="offset", value=offset, reason="it is below 0")
        with self._borrowed() as corpus:
            found = corpus.catalogue.matching(words)
            return Listing(
                total=len(corpus.catalogue.entries),
                found=len(found),
                documents=found[offset : offset + most],
                folders=list(corpus.catalogue.folders[:MOST_FOLDERS]),
                corpus=corpus.info,
                updating=bool(writer_of(self._corpus)),
            )

    def original(self, document: str) -> Path:
        """Return the file that a document was made from; raise DocumentUnknown or OriginalGone."""
        with self._borrowed() as corpus:
            return original(corpus.generation, document)

    def suggestions(self) -> list[str]:
        """Return questions that the corpus answers, drawn from it; none while they are being looked for.

        They are when they are first wanted, which takes some seconds.
        """
        with self._borrowed() as corpus:
            if corpus.suggested is None and corpus.suggesting.acquire(blocking=False):
                try:
                    if corpus.suggested is None:  # it may have been found since
                        corpus.suggested = suggestions(_some_passages(corpus), self._ask_until_closed)
                finally:
                    corpus.suggesting.release()
            return corpus.suggested or []

    def _ask_until_closed(self, question: str) -> Answer:
        if self._closed.is_set():
            raise CorpusMissing(corpus=self._corpus)
        return self.ask(question)

    def close(self) -> None:
        """Let go of the corpus."""
        self._closed.set()
        self._follower.join()
        if (corpus := self._open) is not None:
            with corpus.suggesting:  # a process that ends while a model is at work in one of its threads is aborted
                pass
        with self._lock:
            retired = self._retire(self._open) if self._open else None
        if retired:
            retired.generation.close()

    def _follow(self) -> None:
        """Take up each new generation, until closed."""
        while not self._closed.wait(_LOOK_EVERY):
            try:
                self.take_up()
                remove_replaced(self._corpus)
            except Exception:  # noqa: BLE001 - the thread must live on: the next generation may be well
                _log.exception("the corpus was not followed")

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[_OpenCorpus]:
        """Give the live generation for one answer, and keep it open until that answer is done."""
        with self._lock:
            if self._open is None:
                raise self._missing or CorpusMissing(corpus=self._corpus)
            corpus = self._open
            corpus.users += 1
        try:
            yield corpus
        finally:
            with self._lock:
                corpus.users -= 1
                unused = corpus.retired and not corpus.users
            if unused:
                corpus.generation.close()

    def take_up(self) -> None:
        """Open the generation that the pointer names now, if it is another; go on with the old one where that fails.

        Questions are answered from the old one until the new one is open.
        """
        with self._taking_up:
            pointed_at = None
            try:
                pointed_at = live(self._corpus)
                if pointed_at in (self._open and self._open.generation.folder, self._refused):
                    return
                fresh = self._opened()
            except CorpusError as error:
                if self._open is None:
                    self._missing = error
                elif self._refused != (pointed_at or self._corpus):  # one try, and one line, are enough
                    _log.warning("still answering from the corpus that is open: %s", error)
                self._refused = pointed_at or self._corpus
                return
            with self._lock:
                unused = self._retire(self._open) if self._open else None
                self._open, self._missing = fresh, None
            if unused:
                unused.generation.close()

    def _retire(self, corpus: _OpenCorpus) -> _OpenCorpus | None:
        """Mark a corpus as no longer needed; return it when it is to be closed at once."""
        is_first = not corpus.retired
        corpus.retired = True
        return corpus if is_first and not corpus.users else None

    def _opened(self) -> _OpenCorpus:
        generation = Generation.open(self._corpus, self._recipe)
        return _OpenCorpus(generation, self._reader(generation))


_SHORT_ANSWER = 320


def short_answer(best: Quote, *, in_sentences: bool = False) -> str:
    """Return the highlighted words of the best quote, on one line, cut after a word when they are too many.

    `in_sentences` widens them to the sentence or sentences that they lie in.
    """
    start, end = (0, len(best.text))
    if best.answer_start is not None and best.answer_end is not None:
        start, end = best.answer_start - best.start, best.answer_end - best.start
    if in_sentences:
        around = [(first, last) for first, last in sentences(best.text) if first < end and start < last]
        start, end = around[0][0], around[-1][1]
    line = " ".join(best.text[start:end].split())
    if len(line) <= _SHORT_ANSWER:
        return line
    return f"{line[:_SHORT_ANSWER].rpartition(' ')[0]}…"


def _places(candidates: Sequence[Candidate], reading: Reading, most: int, threshold: float) -> list[Place]:
    """Return the places to quote, one a passage, the best first.

    When the question is answered, these are the first and whatever else answers it (at least half as likely as the
    first), with the words to highlight; when not, what came nearest, with none.
    """
    answers = reading.confidence >= threshold
    least = max(threshold, reading.confidence / 2)
    best: dict[int, Span] = {}
    for span in reading.spans:
        best.setdefault(span.candidate, span)
    chosen = [
        (number, span)
        for place, (number, span) in enumerate(best.items())
        if not answers or place == 0 or reading.relevance[number] >= least
    ]
    return [_place(candidates[number], span, highlighted=answers) for number, span in chosen[:most]]


def _place(candidate: Candidate, span: Span, *, highlighted: bool) -> Place:
    start, end = quote.with_context(candidate.passage, span.start, span.end)
    if not highlighted:
        return Place(candidate.passage, start, end, None, None, span.score)
    if span.answer_start is None or span.answer_end is None:
        return Place(candidate.passage, start, end, span.start, span.end, span.score)
    return Place(candidate.passage, start, end, span.answer_start, span.answer_end, span.score)


def _grouped(quotes: Sequence[Quote], groups: Sequence[int]) -> list[Quote]:
    return [found.model_copy(update={"group": group}) for found, group in zip(quotes, groups, strict=True)]


def _pages(passages: Sequence[Passage]) -> list[int]:
    """Return where each page of a document begins; [] for one without pages."""
    pages: list[int] = []
    for passage in passages:
        pages += [passage.start] * (passage.page - len(pages))  # those that begin where the passage does
        pages += passage.page_breaks
    return pages


def _some_passages(corpus: _OpenCorpus) -> list[Passage]:
    """Return the beginnings of some documents, which are the same each time: of a small corpus, all of it."""
    passages = {entry.document: entry.passages for entry in corpus.catalogue.entries}
    names = sample(passages)
    each = max(5, MOST_SAMPLED // max(1, len(names)))
    ids = [passage_id(name, number) for name in names for number in range(min(passages[name], each))]
    return list(corpus.generation.store.passages(ids).values())


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
