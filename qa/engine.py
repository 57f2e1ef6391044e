"""From a question to an Answer: the whole way, in one readable function."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from index import sync
from index.dates import days
from index.document import Scope
from index.encode import EMBEDDED, Encoder
from index.errors import CorpusError, DocumentUnknown, InvalidFilter, InvalidHistory, InvalidQuestion
from index.generation import Generation, check_recipe, live, remove_replaced
from index.sentences import sentences
from index.store import passage_id
from qa import quote
from qa.answer import Answer, CorpusInfo, Filters, FullDocument, Quote, Timings, Turn
from qa.expected import explains
from qa.follow_up import TURNS, standalone
from qa.quote import Place
from qa.reader import ReadingModel, TrainedReader
from qa.search import Candidate, search
from qa.sentence_reader import SentenceReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.seal import Recipe
    from qa.reading import Reader, Reading, Span

Stage = Literal["search", "read"]
ReaderKind = Literal["trained", "sentences"]

LONGEST_QUESTION = 2_000
MOST_QUOTES = 20
MOST_PASSAGES = 100
CANDIDATES = 30

PASSAGES_READ = 12
"""How many of the candidates the trained reader reads, by default."""

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

    def __post_init__(self) -> None:
        manifest = self.generation.manifest
        self.info = CorpusInfo(
            stamp=manifest.stamp,
            documents=manifest.documents,
            chunks=manifest.chunks,
            encoder=manifest.recipe.encoder,
            reader=self.reader.name,
        )


class Engine:
    """Answers questions from one corpus; safe to share between threads.

    A corpus that is built anew meanwhile is opened beside the one that answers, and answers from then on, within two
    seconds as a rule; each answer comes from one generation.
    """

    def __init__(self, corpus: Path, encoder: Encoder, recipe: Recipe, reader: Callable[[Generation], Reader]) -> None:
        """`reader` makes the reader of a generation."""
        self._corpus = corpus
        self._encoder = encoder
        self._recipe = recipe
        self._reader = reader
        self._lock = threading.Lock()
        self._taking_up = threading.Lock()
        self._refused: Path | None = None
        self._open = self._opened()
        self._closed = threading.Event()
        self._follower = threading.Thread(target=self._follow, name="follow the corpus", daemon=True)
        self._follower.start()

    @classmethod
    def open(
        cls,
        corpus: Path,
        encoder: str = EMBEDDED,
        device: str | None = None,
        reader: ReaderKind = "trained",
        passages_read: int = PASSAGES_READ,
    ) -> Engine:
        """Open the corpus kept in a folder, and load the models.

        Raises CorpusError (the corpus cannot be used), EncoderUnavailable or ReaderUnavailable.
        """
        recipe = sync.recipe(encoder)
        check_recipe(corpus, recipe)  # before the models are loaded, which takes seconds
        opened = Encoder.open(encoder, device)
        if reader == "sentences":
            return cls(corpus, opened, recipe, lambda generation: SentenceReader(opened, generation.lexicon))
        model = ReadingModel.open(opened)
        return cls(corpus, opened, recipe, lambda _: TrainedReader(model, passages_read))

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
            scope = _scope(corpus.generation, filters or Filters())
            searched = standalone(question, _clean_turns(history))
            plain = corpus.generation.spelling.restore(searched)
            on_stage("search")
            candidates = search(corpus.generation, self._encoder, plain, CANDIDATES, scope)
            found = time.perf_counter()
            on_stage("read")
            reading = corpus.reader.read(plain, candidates)
            read = time.perf_counter()
            answers = reading.confidence >= corpus.reader.threshold
            places = _places(candidates, reading, max_quotes, corpus.reader.threshold)
            quotes, withheld = quote.prove(corpus.generation, places)
            answered = answers and bool(quotes)
            return Answer(
                question=question,
                searched=searched,
                verdict="answered" if answered else "not_found",
                text=short_answer(quotes[0], in_sentences=explains(searched)) if answered else "",
                confidence=round(reading.confidence, 4),
                quotes=quotes if answered else [],
                near=[] if answered else quotes,
                withheld=withheld,
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
            scope = _scope(corpus.generation, filters or Filters())
            found = search(corpus.generation, self._encoder, plain, k, scope)
            places = [Place(c.passage, c.passage.start, c.passage.end, None, None, c.score) for c in found]
            return quote.prove(corpus.generation, places)[0]

    def document(self, document: str) -> FullDocument:
        """Return a whole document; raise DocumentUnknown when the corpus holds none of this name."""
        with self._borrowed() as corpus:
            text = quote.proved_text(corpus.generation, document)
            first = corpus.generation.store.passages([passage_id(document, 0)]).get(passage_id(document, 0))
            if text is None or first is None:
                raise DocumentUnknown(document=document)
            return FullDocument(
                document=document,
                title=first.title,
                date=first.date,
                origin=first.origin,
                sha256=first.sha256,
                text=text,
                author=first.author,
                language=first.language,
            )

    def close(self) -> None:
        """Let go of the corpus."""
        self._closed.set()
        self._follower.join()
        with self._lock:
            retired = self._retire(self._open)
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
                if pointed_at in (self._open.generation.folder, self._refused):
                    return
                fresh = self._opened()
            except CorpusError as error:
                if self._refused != (pointed_at or self._corpus):  # one try, and one line, are enough
                    _log.warning("still answering from the corpus that is open: %s", error)
                self._refused = pointed_at or self._corpus
                return
            with self._lock:
                unused = self._retire(self._open)
                self._open = fresh
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


def clean_question(question: str) -> str:
    """Return the question on one line, NFC, without control and invisible characters.

    Raises InvalidQuestion when it is too long, or no word is left of it.
    """
    if len(question) > LONGEST_QUESTION:
        reason = f"it has {len(question)} characters, and {LONGEST_QUESTION} is the most"
        raise InvalidQuestion(reason=reason)
    clean = _visible(question)
    if not any(character.isalnum() for character in clean):
        raise InvalidQuestion(reason="there is no word in it")
    return clean


def _clean_turns(history: Sequence[Turn]) -> list[Turn]:
    """Return the last turns, cleaned like a question; one without a word is left out, and so is a long answer.

    Raises InvalidHistory for a question that is too long.
    """
    turns = []
    for turn in history[-TURNS:]:
        if len(turn.question) > LONGEST_QUESTION:
            raise InvalidHistory(reason=f"one of its questions has more than {LONGEST_QUESTION} characters")
        with contextlib.suppress(InvalidQuestion):
            answer = _visible(turn.answer) if len(turn.answer) <= LONGEST_QUESTION else ""
            turns.append(Turn(question=clean_question(turn.question), answer=answer))
    return turns


def _visible(text: str) -> str:
    """Return a text on one line, NFC, without control and invisible characters."""
    kept = "".join(_BLANK.get(unicodedata.category(character), character) for character in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


_BLANK = {"Cc": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}

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


def _scope(generation: Generation, filters: Filters) -> Scope:
    """Return the filters as days and documents; raise InvalidFilter for one that means nothing here."""
    first_day = _days("date_from", filters.date_from)[0] if filters.date_from else None
    last_day = _days("date_to", filters.date_to)[1] if filters.date_to else None
    if first_day and last_day and first_day > last_day:
        raise InvalidFilter(name="date_from", value=filters.date_from, reason="it is later than date_to")
    for document in filters.documents:
        if not document.isprintable() or not generation.store.passages([passage_id(document, 0)]):
            raise InvalidFilter(name="documents", value=document, reason="the corpus holds no such document")
    return Scope(first_day, last_day, tuple(dict.fromkeys(filters.documents)))


def _days(name: str, date: str) -> tuple[int, int]:
    try:
        return days(date)
    except ValueError as error:
        raise InvalidFilter(name=name, value=date, reason=str(error)) from error


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
