"""A generation in the making: built aside, verified, sealed, then pointed at."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from typing import TYPE_CHECKING

from index.disk import flush_all
from index.errors import CorpusUnreadable, CorpusUnwritable, StoreDamaged
from index.layout import GENERATIONS, LEASE, LEXICON, MANIFEST, PARTIAL, SOURCES, SPELLING, STORE
from index.lease import remove_unread
from index.lexicon import Lexicon
from index.pointer import point_at
from index.rejoin import by_document, is_whole
from index.rows import read_rows
from index.seal import Manifest, different_files, moment, read_manifest, sealed_files
from index.spelling import Spelling
from index.store import Store
from index.store_files import copy_store, erase_removed, erase_unused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.passage import Passage
    from index.seal import Recipe, Sources

_PROBES = 64  # passages that are looked for by their own vectors before a generation is sealed
_LEAST_FOUND = 0.9  # of these; a graph that is well misses one of a thousand, one in pieces most


class Draft:
    """A generation that is being built aside. Nobody reads it before `publish`."""

    def __init__(self, corpus: Path, based_on: Path | None = None) -> None:
        """Begin with an empty store, or with a copy of that of the live generation, whose folder is `based_on`.

        Raises CorpusIncomplete or CorpusUnreadable when what was copied is not what was sealed, StoreUnwritable.
        """
        self.stamp = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}"
        self._corpus = corpus
        self._folder = corpus / GENERATIONS / f"{self.stamp}{PARTIAL}"
        self._has_removed = False
        self.is_copy = based_on is not None
        self._folder.mkdir(parents=True)
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, self._folder, ignore_errors=True)
            if based_on is None:
                (self._folder / STORE).mkdir()
                self.store = Store.create(self._folder / STORE)
            else:
                self.store = _copied(corpus, based_on, self._folder)
            undo.pop_all()

    def remove(self, documents: Sequence[str]) -> None:
        """Take documents out; nothing of them is left in the files once this is published."""
        self.store.remove(documents)
        self._has_removed = self._has_removed or bool(documents)

    def publish(self, recipe: Recipe, folders: Sequence[Path], sources: Sources) -> Manifest:
        """Derive the lexicon, verify, seal, and make this generation the live one; the old ones go when unread.

        Raises CorpusUnreadable when what was written does not read back, and leaves the live generation as it is.
        """
        self.store.close()
        if self._has_removed:
            erase_removed(self._folder / STORE)
        erase_unused(self._folder / STORE)
        try:
            rows = read_rows(self._folder / STORE)
        except StoreDamaged as error:
            raise _not_read_back(self._corpus) from error
        self._verify(rows.passages, sources.documents)
        try:
            Lexicon.build(rows.passages, self._folder / LEXICON)
        except ValueError as error:  # what Tantivy says of a full disk
            raise CorpusUnwritable(corpus=self._corpus, reason=str(error)) from error
        Spelling.learn(rows.passages).save(self._folder / SPELLING)
        (self._folder / LEASE).touch()
        (self._folder / SOURCES).write_text(sources.model_dump_json(), encoding="utf-8")
        manifest = Manifest(
            stamp=self.stamp,
            built=moment(),
            recipe=recipe,
            folders=tuple(str(folder.resolve()) for folder in folders),
            documents=len(sources.documents),
            chunks=len(rows.passages),
            rows=rows.digest,
            files=sealed_files(self._folder),
        )
        (self._folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        flush_all(self._folder)
        self._folder.rename(self._corpus / GENERATIONS / self.stamp)
        point_at(self._corpus, self.stamp)
        remove_unread(self._corpus)
        return manifest

    def discard(self) -> None:
        """Remove what was built."""
        self.store.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _verify(self, passages: list[Passage], documents: list[str]) -> None:
        """Check what was written as a reader would see it: every document whole, and a sample that finds itself."""
        whole = {found[0].document for found in by_document(passages) if is_whole(found)} == set(documents)
        try:
            store = Store.open(self._folder / STORE)
        except StoreDamaged as error:
            raise _not_read_back(self._corpus) from error
        try:
            probes = [passage.id for passage in passages[:: max(1, len(passages) // _PROBES)]]
            whole = whole and len(store) == len(passages) and store.share_found(probes) >= _LEAST_FOUND
        finally:
            store.close()
        if not whole:
            raise _not_read_back(self._corpus)


def _copied(corpus: Path, live_folder: Path, folder: Path) -> Store:
    """Copy the store of a live generation, check the copied files against the seal, and open it."""
    manifest = read_manifest(corpus, live_folder)
    try:
        copy_store(live_folder / STORE, folder / STORE)
        if different := different_files(folder, manifest, f"{STORE}/"):
            raise CorpusUnreadable(corpus=corpus, reason=f"{different[0]} is not what was sealed")
        return Store.open(folder / STORE)
    except StoreDamaged as error:
        raise CorpusUnreadable(corpus=corpus, reason=str(error)) from error


def _not_read_back(corpus: Path) -> CorpusUnreadable:
    return CorpusUnreadable(corpus=corpus, reason="what was written does not read back")
