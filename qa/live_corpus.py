"""The corpus that answers: one generation at a time, and the next one as soon as it is open."""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import CorpusError, CorpusIncomplete, CorpusMissing, CorpusOutdated
from index.generation import Generation
from index.lease import remove_replaced
from index.pointer import live
from qa.answer import CorpusInfo
from qa.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index.seal import Recipe
    from qa.reading import Reader

AWAITED = (CorpusMissing, CorpusIncomplete, CorpusOutdated)
"""What is mended by indexing, and needs no other setting."""

_LOOK_EVERY = 0.5  # seconds; to look is to read one small file

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class OpenCorpus:
    """A generation with its reader, and how many questions are being answered from it.

    `suggested` are the questions to offer once they are found, which one thread at a time looks for, with `suggesting`.
    """

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
        self.catalogue = Catalogue(self.generation)


class LiveCorpus:
    """Gives the generation that the pointer of a folder names, open; safe to share between threads.

    One that is built anew is opened beside the one that answers, and answers from then on; the old one is closed after
    its last answer.
    """

    def __init__(
        self, folder: Path, recipe: Recipe, reader: Callable[[Generation], Reader], *, wait: bool = False
    ) -> None:
        """Open the corpus of a folder, and follow it until closed; `reader` makes the reader of a generation.

        Raises CorpusError. With `wait`, what is AWAITED is not raised, but kept in `missing`.
        """
        self.folder = folder
        self._recipe = recipe
        self._reader = reader
        self._lock = threading.Lock()
        self._taking_up = threading.Lock()
        self._refused: Path | None = None
        self._missing: CorpusError | None = None  # why there is nothing to answer from
        self._open: OpenCorpus | None = None
        try:
            self._open = self._opened()
        except AWAITED as error:
            if not wait:
                raise
            self._missing = error
        self._closed = threading.Event()
        self._follower = threading.Thread(target=self._follow, name="follow the corpus", daemon=True)
        self._follower.start()

    @property
    def missing(self) -> CorpusError | None:
        """Why there is no corpus to answer from; None when there is one."""
        with self._lock:
            return self._missing

    @property
    def info(self) -> CorpusInfo | None:
        """Which corpus answers; None when there is none."""
        with self._lock:
            return self._open.info if self._open else None

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed.is_set()

    @contextlib.contextmanager
    def borrowed(self) -> Iterator[OpenCorpus]:
        """Give the live generation for one answer, and keep it open until that answer is done.

        Raises what is `missing` when there is none.
        """
        with self._lock:
            if self._open is None:
                raise self._missing or CorpusMissing(corpus=self.folder)
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
                pointed_at = live(self.folder)
                if pointed_at in (self._open and self._open.generation.folder, self._refused):
                    return
                fresh = self._opened()
            except CorpusError as error:
                if self._open is None:
                    self._missing = error
                elif self._refused != (pointed_at or self.folder):  # one try, and one line, are enough
                    _log.warning("still answering from the corpus that is open: %s", error)
                self._refused = pointed_at or self.folder
                return
            with self._lock:
                unused = self._retire(self._open) if self._open else None
                self._open, self._missing = fresh, None
            if unused:
                unused.generation.close()

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
                remove_replaced(self.folder)
            except Exception:  # noqa: BLE001 - the thread must live on: the next generation may be well
                _log.exception("the corpus was not followed")

    def _retire(self, corpus: OpenCorpus) -> OpenCorpus | None:
        """Mark a corpus as no longer needed; return it when it is to be closed at once."""
        is_first = not corpus.retired
        corpus.retired = True
        return corpus if is_first and not corpus.users else None

    def _opened(self) -> OpenCorpus:
        generation = Generation.open(self.folder, self._recipe)
        return OpenCorpus(generation, self._reader(generation))
