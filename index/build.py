"""The making of a generation: what stays is copied, what is new is read, and only text never encoded is encoded."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from index import retry, seal
from index.disk import NO_SPACE, has_hardly_any_space
from index.draft import Draft
from index.errors import (
    CorpusUnreadable,
    CorpusUnwritable,
    DocumentUnreadable,
    FolderUnusable,
    NoDocument,
    StoreDamaged,
    StoreUnwritable,
)
from index.layout import STORE
from index.lease import remove_unread
from index.passage import encoded_hash
from index.seal import Source, Sources
from index.skipped import Skipped, by_reason
from index.store import Store
from index.store_files import removed_share

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

        `before` tells the files that the live one was made from. A document whose file cannot be read for a reason that
        may pass stays as it is there. Raises CorpusUnreadable when it is damaged, FolderUnusable when no document would
        be left, CorpusUnwritable.
        """
        if live is not None:
            seal.check_store(self.corpus, live, seal.read_manifest(self.corpus, live))
            remove_unread(self.corpus)  # left by one who was stopped at the swap, and perhaps in the way
        kept = Sources(files=changes.kept).documents
        gone = [name for name in before.documents if name not in changes.kept]
        to_read = {file.id for file in changes.to_read}
        with contextlib.ExitStack() as opened, self._refused():
            if changes.to_read:
                self.parser.start()
            draft = Draft(self.corpus, live if self._copies(live, kept, gone) else None)
            opened.push(lambda kind, *_: draft.discard() if kind else None)
            old = self._old_store(live, changes, opened)
            if draft.is_copy:
                draft.remove([name for name in gone if name not in to_read])
            elif old:
                draft.store.take_over(old, kept)
            outcomes = _outcomes(self.parser, changes.to_read)
            former = {name: source for name, source in before.files.items() if name in to_read}
            filling = _Filling(draft, old, former)
            read = self._fill(filling, _batches(outcomes, filling), len(changes.to_read))
            read = _dated(read, before, changes.moved)
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
            if has_hardly_any_space(self.corpus):
                raise CorpusUnwritable(corpus=self.corpus, reason=_why_unwritable(error, self.corpus)) from error
            raise CorpusUnreadable(corpus=self.corpus, reason=str(error)) from error
        except (OSError, StoreUnwritable) as error:
            raise CorpusUnwritable(corpus=self.corpus, reason=_why_unwritable(error, self.corpus)) from error

    def _copies(self, live: Path | None, kept: list[str], gone: list[str]) -> bool:
        """Tell whether the store is best made from a copy of the live one."""
        if live is None or not kept:
            return False
        try:
            taken = removed_share(live / STORE)
        except ValueError:  # another version of Chroma wrote it: what is removed could not be erased
            return False
        return taken + len(gone) / (len(kept) + len(gone)) <= MOST_REMOVED

    def _old_store(self, live: Path | None, changes: Changes, opened: contextlib.ExitStack) -> Store | None:
        """Open the store from which vectors can be taken over."""
        if live is None or not changes.vectors_stay:
            return None
        old = Store.open(live / STORE)
        opened.callback(old.close)
        return old

    def _fill(self, filling: _Filling, batches: Iterator[_Batch], total: int) -> dict[str, Source]:
        """Add what files became to the draft, in place of what they were before. Return what each file was."""
        sources: dict[str, Source] = {}
        self.on_progress(0, total)
        for documents, seen in batches:
            filling.make_room(seen)
            if documents:
                self._add(documents, filling.stores)
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
        folder = ", ".join(map(str, self.folders))
        if not sources.files:
            raise FolderUnusable(folder=folder, reason="it holds no file")
        if not sources.documents:
            skipped = [Skipped(name, source.skipped) for name, source in sorted(sources.files.items())]
            reason = "no file in it is a text that can be read"
            raise NoDocument(folder=folder, reason=reason, skipped=by_reason(skipped))


@dataclass(frozen=True, slots=True)
class _Filling:
    """A draft that is being filled, the live store where vectors can be taken over, and what was known of the files."""

    draft: Draft
    old: Store | None
    former: dict[str, Source]

    @property
    def stores(self) -> list[Store]:
        return [self.draft.store, *([self.old] if self.old else [])]

    def make_room(self, seen: dict[str, Source]) -> None:
        """Take out of the draft what files were before that have been read; what could not be read stays in it."""
        documents = [name for name in seen if name in self.former and not self.former[name].skipped]
        stays = [name for name in documents if seen[name].unread and not seen[name].skipped]
        if self.draft.is_copy:
            self.draft.remove([name for name in documents if name not in stays])
        elif self.old:
            self.draft.store.take_over(self.old, stays)

    def unread(self, file: File, reason: str) -> Source:
        """Return what a file is that could not be read: the document that it was where that may pass, else none."""
        if not retry.may_pass(reason):
            return Source(sha256=file.sha256, size=file.size, skipped=reason)
        former = self.former.get(file.id)
        unread = retry.failed(file, reason, former)
        if self.old and former and not former.skipped and retry.is_there(reason):
            return former.model_copy(update={"unread": unread})
        return Source(sha256=file.sha256, size=file.size, skipped=reason, unread=unread)


_Outcome = tuple["File", "Parsed | DocumentUnreadable"]
_Batch = tuple["list[Parsed]", "dict[str, Source]"]


def without_vain_tries(parser: Parser, changes: Changes) -> Changes:
    """Try the files again that could not be read; those that can be read now, or fail otherwise, are among the changes.

    So that a file that fails each time costs a try each time, and no new generation.
    """
    succeeded = [
        file
        for file, outcome in _outcomes(parser, changes.retried)
        if not isinstance(outcome, DocumentUnreadable) or str(outcome) != retry.reason_of(changes.kept[file.id])
    ]
    names = {file.id for file in succeeded}
    return replace(
        changes,
        to_read=(*changes.to_read, *succeeded),
        kept={name: source for name, source in changes.kept.items() if name not in names},
    )


def _outcomes(parser: Parser, files: Sequence[File]) -> Iterator[_Outcome]:
    for file in files:
        try:
            if file.excluded:
                raise DocumentUnreadable(reason=file.excluded)
            yield file, parser.parse(file.path, file.root, file.prefix)
        except DocumentUnreadable as error:
            yield file, error


def _batches(outcomes: Iterator[_Outcome], filling: _Filling) -> Iterator[_Batch]:
    """Group whole documents until a group has enough chunks to encode at once, each with what its files were."""
    batch: list[Parsed] = []
    seen: dict[str, Source] = {}
    size = 0
    for file, outcome in outcomes:
        if isinstance(outcome, DocumentUnreadable):
            seen[file.id] = filling.unread(file, str(outcome))
        else:
            seen[file.id] = Source(sha256=outcome.sha256, size=outcome.size, incomplete=outcome.incomplete)
            batch.append(outcome)
            size += len(outcome.chunks)
        if size >= _ENCODED_AT_ONCE or len(seen) >= _ENCODED_AT_ONCE:
            yield batch, seen
            batch, seen, size = [], {}, 0
    if seen:
        yield batch, seen


def _dated(read: dict[str, Source], before: Sources, moved: Sequence[tuple[str, str]]) -> dict[str, Source]:
    """Return the files that were read with since when the corpus holds them: what has not changed keeps its moment."""
    now = seal.moment()
    old_names = {new: old for old, new in moved}
    dated = {}
    for name, source in read.items():
        known = before.files.get(old_names.get(name, name))
        dated[name] = source.model_copy(update={"updated": _since(source, known, now)})
    return dated


def _since(source: Source, known: Source | None, now: str) -> str:
    if source.skipped:
        return ""
    if known is None or known.skipped or known.sha256 not in {"", source.sha256}:  # "" where a repair lost what it was
        return now
    return known.updated


def _why_unwritable(error: Exception, corpus: Path) -> str:
    """Return the reason in plain words: Chroma names its own inner workings when the disk is full."""
    if has_hardly_any_space(corpus):
        return NO_SPACE
    return getattr(error, "strerror", None) or str(error)
