"""The making of a generation: what stays is copied, what is new is read, and only text never encoded is encoded."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from index import generation, seal
from index.errors import CorpusUnreadable, CorpusUnwritable, DocumentUnreadable, FolderUnusable
from index.seal import Source, Sources
from index.store import Store, StoreDamaged, StoreUnwritable, encoded_hash, removed_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.changes import Changes
    from index.encode import LazyEncoder
    from index.parsing import Parsed, Parser
    from index.scan import File
    from index.seal import Manifest, Recipe

MOST_REMOVED = 0.3
"""Share of the places in the graph of vectors that may be taken up by what was removed; beyond it, the store is written
afresh: searches walk over what was removed, and its place on the disk is not used again."""

_ENCODED_AT_ONCE = 512  # chunks; enough to batch by length, little enough for a bar that moves
_FOR_NOW = ("it has vanished", "permission denied", "it cannot be read (")  # a file skipped for these is tried again


@dataclass(slots=True)
class Tally:
    """Of the chunks that were read: how many were encoded, and how many have a vector that was there already."""

    encoded: int = 0
    taken_over: int = 0


@dataclass(frozen=True, slots=True)
class Build:
    """Makes one generation of a corpus, and publishes it. For the writer only.

    `on_progress` gets the files done and the files to be read.
    """

    corpus: Path
    folders: Sequence[Path]
    encoder: LazyEncoder
    recipe: Recipe
    parser: Parser
    on_progress: Callable[[int, int], None]
    tally: Tally = field(default_factory=Tally)

    def run(self, live: Path | None, before: Sources, changes: Changes) -> tuple[Manifest, Sources]:
        """Bring the changes into a new generation, based on the live one where what is in that can stay.

        `before` tells the files that the live one was made from. Raises CorpusUnreadable when it is damaged,
        FolderUnusable when no document would be left, CorpusUnwritable.
        """
        if live is not None:
            seal.check_store(self.corpus, live, seal.read_manifest(self.corpus, live))
            generation.remove_unread(self.corpus)  # left by one who was stopped at the swap, and perhaps in the way
        kept = Sources(files=changes.kept).documents
        gone = [name for name in before.documents if name not in changes.kept]
        with contextlib.ExitStack() as opened, self._refused():
            if changes.to_read:
                self.parser.start()
            draft = generation.Draft(self.corpus, live if self._copies(live, kept, gone) else None)
            opened.push(lambda kind, *_: draft.discard() if kind else None)
            old = self._old_store(live, changes, opened)
            if draft.is_copy:
                draft.remove(gone)
            elif old:
                draft.store.take_over(old, kept)
            stores = [draft.store, *([old] if old else [])]
            read = self._fill(stores, _batches(_outcomes(self.parser, changes.to_read)), len(changes.to_read))
            sources = Sources(files=changes.kept | read, limits=self.parser.limits)
            self._refuse_nothing(sources)
            return draft.publish(self.recipe, self.folders, sources), sources

    @contextlib.contextmanager
    def _refused(self) -> Iterator[None]:
        """Raise CorpusUnwritable for whatever a disk raises that cannot be written, and CorpusUnreadable for damage.

        That must be told before the draft is discarded: then, there is space again.
        """
        try:
            yield
        except StoreDamaged as error:  # Chroma writes into what it opens
            if generation.has_hardly_any_space(self.corpus):
                raise CorpusUnwritable(corpus=self.corpus, reason=_why_unwritable(error, self.corpus)) from error
            raise CorpusUnreadable(corpus=self.corpus, reason=str(error)) from error
        except (OSError, StoreUnwritable) as error:
            raise CorpusUnwritable(corpus=self.corpus, reason=_why_unwritable(error, self.corpus)) from error

    def _copies(self, live: Path | None, kept: list[str], gone: list[str]) -> bool:
        """Tell whether the store is best made from a copy of the live one."""
        if live is None or not kept:
            return False
        try:
            taken = removed_share(live / seal.STORE)
        except ValueError:  # another version of Chroma wrote it: what is removed could not be erased
            return False
        return taken + len(gone) / (len(kept) + len(gone)) <= MOST_REMOVED

    def _old_store(self, live: Path | None, changes: Changes, opened: contextlib.ExitStack) -> Store | None:
        """Open the store from which vectors can be taken over."""
        if live is None or not changes.vectors_stay:
            return None
        old = Store.open(live / seal.STORE)
        opened.callback(old.close)
        return old

    def _fill(self, stores: Sequence[Store], batches: Iterator[_Batch], total: int) -> dict[str, Source]:
        """Add what files became to the first store; vectors are taken over from any. Return what each file was."""
        sources: dict[str, Source] = {}
        self.on_progress(0, total)
        for documents, seen in batches:
            if documents:
                self._add(documents, stores)
            sources |= seen
            self.on_progress(len(sources), total)
        return sources

    def _add(self, documents: Sequence[Parsed], stores: Sequence[Store]) -> None:
        """Add documents to the first store with their vectors; only what no store knows is encoded."""
        chunks = [chunk for parsed in documents for chunk in parsed.chunks]
        texts = {encoded_hash(chunk.encoded): chunk.encoded for chunk in chunks}
        vectors = stores[0].encoded_before(texts)
        for store in stores[1:]:
            vectors |= store.encoded_before(text for text in texts if text not in vectors)
        fresh = [text for text in texts if text not in vectors]
        if fresh:
            encoded = self.encoder.open().encode_passages([texts[text] for text in fresh])
            vectors |= dict(zip(fresh, encoded, strict=True))
        self.tally.encoded += len(fresh)
        self.tally.taken_over += len(chunks) - len(fresh)
        in_order = np.stack([vectors[encoded_hash(chunk.encoded)] for chunk in chunks])
        stores[0].add_all([(parsed.document, parsed.chunks) for parsed in documents], in_order)

    def _refuse_nothing(self, sources: Sources) -> None:
        """Raise FolderUnusable when there is no document: a folder that is not mounted looks empty."""
        if not sources.documents:
            reason = "no file in it is a text that can be read" if sources.files else "it holds no file"
            raise FolderUnusable(folder=", ".join(map(str, self.folders)), reason=reason)


_Outcome = tuple["File", "Parsed | DocumentUnreadable"]
_Batch = tuple["list[Parsed]", "dict[str, Source]"]


def _outcomes(parser: Parser, files: Sequence[File]) -> Iterator[_Outcome]:
    for file in files:
        try:
            if file.excluded:
                raise DocumentUnreadable(reason=file.excluded)
            yield file, parser.parse(file.path, file.root, file.prefix)
        except DocumentUnreadable as error:
            yield file, error


def _batches(outcomes: Iterator[_Outcome]) -> Iterator[_Batch]:
    """Group whole documents until a group has enough chunks to encode at once, each with what its files were."""
    batch: list[Parsed] = []
    seen: dict[str, Source] = {}
    size = 0
    for file, outcome in outcomes:
        if isinstance(outcome, DocumentUnreadable):
            reason = str(outcome)
            sha256 = "" if reason.startswith(_FOR_NOW) else file.sha256
            seen[file.id] = Source(sha256=sha256, size=file.size, skipped=reason)
        else:
            seen[file.id] = Source(sha256=outcome.sha256, size=outcome.size)
            batch.append(outcome)
            size += len(outcome.chunks)
        if size >= _ENCODED_AT_ONCE or len(seen) >= _ENCODED_AT_ONCE:
            yield batch, seen
            batch, seen, size = [], {}, 0
    if seen:
        yield batch, seen


def _why_unwritable(error: Exception, corpus: Path) -> str:
    """Return the reason in plain words: Chroma names its own inner workings when the disk is full."""
    if generation.has_hardly_any_space(corpus):
        return generation.NO_SPACE
    return getattr(error, "strerror", None) or str(error)
