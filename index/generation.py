"""A corpus open for reading: a sealed generation, which is never written to while it is live."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.disk import NO_SPACE, has_hardly_any_space
from index.errors import CorpusUnreadable, CorpusUnwritable, StoreDamaged
from index.layout import LEXICON, SPELLING, SQLITE, STORE
from index.lease import leased, remove_replaced
from index.lexicon import Lexicon
from index.mismatch import mismatch
from index.pointer import live
from index.seal import check_seal, read_manifest, read_sources
from index.spelling import Spelling
from index.store import Store

if TYPE_CHECKING:
    from index.lease import Lease
    from index.seal import Manifest, Recipe

_log = logging.getLogger(__name__)


class Generation:
    """One sealed corpus, open for reading. It is kept on disk until `close`, whatever is built meanwhile."""

    def __init__(self, folder: Path, manifest: Manifest, store: Store, lease: Lease, damaged: set[str]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.store = store
        self.lexicon = _lexicon(folder / LEXICON, store, damaged=LEXICON in damaged)
        self.spelling = _spelling(folder / SPELLING, store, damaged=SPELLING in damaged)
        self._lease = lease

    @classmethod
    def open(cls, corpus: Path, recipe: Recipe | None = None) -> Generation:
        """Open the live generation of a corpus, after checking its seal.

        With a recipe, one made by another is refused. Raises CorpusMissing, CorpusIncomplete, CorpusForeign,
        CorpusUnreadable or CorpusMismatch.
        """
        folder, lease = leased(corpus)
        with contextlib.ExitStack() as undo:
            undo.callback(lease.release)
            manifest = read_manifest(corpus, folder)
            if recipe is not None:
                _refuse_other_recipe(corpus, manifest, recipe)
            damaged = check_seal(corpus, folder, manifest)
            store = _open_store(corpus, folder / STORE, lease)
            undo.callback(store.close)
            if len(store) != manifest.chunks:
                raise CorpusUnreadable(corpus=corpus, reason=f"{len(store)} chunks instead of {manifest.chunks}")
            opened = cls(folder, manifest, store, lease, damaged)
            undo.pop_all()
            return opened

    @cached_property
    def updated(self) -> dict[str, str]:
        """Since when the corpus holds each document as it is: ISO 8601, UTC; one where that is not known is left out.

        It is read when it is first wanted. Where that fails, nothing is known: documents are shown all the same.
        """
        try:
            files = read_sources(self.folder.parents[1], self.folder).files
        except CorpusUnreadable as error:
            _log.warning("since when the documents are as they are is not known: %s", error)
            return {}
        return {name: source.updated for name, source in files.items() if source.updated}

    def close(self) -> None:
        """Let go of the generation; it is removed when it has been replaced, and nobody else reads it."""
        self.store.close()
        self._lease.release()
        remove_replaced(self.folder.parents[1])


def check_recipe(corpus: Path, recipe: Recipe) -> None:
    """Refuse a corpus that was made by another recipe, without opening it.

    Raises CorpusMismatch, and what `live` and `read_manifest` raise.
    """
    _refuse_other_recipe(corpus, read_manifest(corpus, live(corpus)), recipe)


def _refuse_other_recipe(corpus: Path, manifest: Manifest, recipe: Recipe) -> None:
    if error := mismatch(corpus, manifest.recipe, recipe):
        raise error


def _open_store(corpus: Path, folder: Path, lease: Lease) -> Store:
    """Open the store in place, or, since Chroma writes into what it opens, a private copy where that is forbidden."""
    if not os.access(folder, os.W_OK) or not os.access(folder / SQLITE, os.W_OK):
        lease.copy = tempfile.TemporaryDirectory(prefix="sourcier-store-")
        try:
            folder = Path(shutil.copytree(folder, Path(lease.copy.name) / STORE, copy_function=shutil.copyfile))
        except OSError as error:
            reason = "there is no room for a private copy of a corpus that is read-only"
            raise CorpusUnwritable(corpus=tempfile.gettempdir(), reason=reason) from error
        folder.chmod(0o700)
    try:
        return Store.open(folder)
    except StoreDamaged as error:
        if has_hardly_any_space(corpus):
            raise CorpusUnwritable(corpus=corpus, reason=NO_SPACE) from error
        raise CorpusUnreadable(corpus=corpus, reason=f"Chroma cannot open it: {error}") from error


def _lexicon(folder: Path, store: Store, *, damaged: bool) -> Lexicon:
    """Open the lexicon, or derive it again, in memory, where it is damaged or cannot be opened.

    Tantivy locks what it opens by a file of its own, which a read-only disk does not allow.
    """
    state = "is not what was sealed"
    if not damaged:
        try:
            return Lexicon.open(folder)
        except ValueError as error:
            state = f"cannot be opened ({error})"
    _log.warning("the lexicon %s, and was rebuilt from the store", state)
    return Lexicon.build(store)


def _spelling(file: Path, store: Store, *, damaged: bool) -> Spelling:
    """Read the spellings, or learn them again where they are damaged."""
    if damaged:
        _log.warning("the spellings are not what was sealed, and were learnt from the store")
        return Spelling.learn(store)
    return Spelling.load(file)
