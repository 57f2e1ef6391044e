"""A corpus on disk: built aside, verified, sealed, then pointed at; never written to while live.

corpus/
    current.json            the pointer: which generation is live; replaced by one os.replace
    writer.lock             held by the one process that writes; tells its holder
    generations/STAMP/      one whole corpus
        manifest.json       the seal, written last
        sources.json        what each file was when it was read
        lease.lock          held, shared, by every process that reads this generation
        store/              Chroma
        lexicon/            Tantivy, derived from the store
        spelling.json       how the corpus writes its words, derived from the store
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import secrets
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.document import text_sha256
from index.errors import (
    CorpusError,
    CorpusForeign,
    CorpusIncomplete,
    CorpusLocked,
    CorpusMismatch,
    CorpusMissing,
    CorpusOutdated,
    CorpusUnreadable,
    CorpusUnwritable,
)
from index.lexicon import Lexicon
from index.seal import (
    FORMAT,
    LEXICON,
    MANIFEST,
    SOURCES,
    SPELLING,
    STORE,
    Manifest,
    Recipe,
    Sources,
    check_seal,
    different_files,
    read_manifest,
    sealed_files,
)
from index.spelling import Spelling
from index.store import Passage, Store, StoreDamaged, copy_store, erase_removed, erase_unused, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_POINTER = "current.json"
_GENERATIONS = "generations"
_PARTIAL = ".partial"
_PATIENCE = 1.0  # seconds
_HARDLY_ANY_SPACE = 1_000_000  # bytes
NO_SPACE = "there is no space left on the disk"
_PROBES = 64  # passages that are looked for by their own vectors before a generation is sealed
_LEAST_FOUND = 0.9  # of these; a graph that is well misses one of a thousand, one in pieces most

_log = logging.getLogger(__name__)


class _Pointer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    format: int
    generation: str = Field(pattern=r"^[0-9A-Za-z-]+$")


class Generation:
    """One sealed corpus, open for reading. It is kept on disk until `close`, whatever is built meanwhile."""

    def __init__(self, folder: Path, manifest: Manifest, store: Store, lease: _Lease, damaged: set[str]) -> None:
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
        folder, lease = _leased(corpus)
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

    def close(self) -> None:
        """Let go of the generation; it is removed when it has been replaced, and nobody else reads it."""
        self.store.close()
        self._lease.release()
        remove_replaced(self.folder.parents[1])


class _Lease:
    """Keeps a generation from being removed while it is read, and holds a private copy of it where it needs one."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.copy: tempfile.TemporaryDirectory[str] | None = None

    def release(self) -> None:
        self._file.close()
        if self.copy is not None:
            self.copy.cleanup()


def check_recipe(corpus: Path, recipe: Recipe) -> None:
    """Refuse a corpus that was made by another recipe, without opening it.

    Raises CorpusMismatch, and what `live` and `read_manifest` raise.
    """
    _refuse_other_recipe(corpus, read_manifest(corpus, live(corpus)), recipe)


def _refuse_other_recipe(corpus: Path, manifest: Manifest, recipe: Recipe) -> None:
    if manifest.recipe != recipe:
        raise CorpusMismatch(corpus=corpus, theirs=manifest.recipe, ours=recipe)


def live(corpus: Path) -> Path:
    """Return the folder of the live generation.

    Raises CorpusMissing, CorpusIncomplete, CorpusForeign or CorpusUnreadable.
    """
    pointer = corpus / _POINTER
    try:
        known = _Pointer.model_validate_json(pointer.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise _without_pointer(corpus) from None
    except OSError as error:
        raise CorpusUnreadable(corpus=corpus, reason=f"{pointer.name}: {error.strerror}") from error
    except ValidationError as error:
        raise CorpusUnreadable(corpus=corpus, reason=f"{pointer.name} is not a pointer") from error
    if known.format < FORMAT:
        raise CorpusOutdated(corpus=corpus, format=known.format)
    if known.format != FORMAT:
        raise CorpusForeign(corpus=corpus, found=f"a corpus of format {known.format}")
    if Path(known.generation).name != known.generation:
        raise CorpusUnreadable(corpus=corpus, reason=f"{pointer.name} points outside")
    return corpus / _GENERATIONS / known.generation


def _without_pointer(corpus: Path) -> CorpusError:
    if not corpus.exists():
        return CorpusMissing(corpus=corpus)
    if not corpus.is_dir():
        return CorpusForeign(corpus=corpus, found="a file")
    if (corpus / _GENERATIONS).is_dir():
        return CorpusIncomplete(corpus=corpus)
    if any(file.name != "writer.lock" for file in corpus.iterdir()):
        return CorpusForeign(corpus=corpus, found="files of something else")
    return CorpusMissing(corpus=corpus)


class Draft:
    """A generation that is being built aside. Nobody reads it before `publish`."""

    def __init__(self, corpus: Path, based_on: Path | None = None) -> None:
        """Begin with an empty store, or with a copy of that of the live generation, whose folder is `based_on`.

        Raises CorpusIncomplete or CorpusUnreadable when what was copied is not what was sealed, StoreUnwritable.
        """
        self.stamp = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}"
        self._corpus = corpus
        self._folder = corpus / _GENERATIONS / f"{self.stamp}{_PARTIAL}"
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
        (self._folder / "lease.lock").touch()
        (self._folder / SOURCES).write_text(sources.model_dump_json(), encoding="utf-8")
        manifest = Manifest(
            stamp=self.stamp,
            built=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            recipe=recipe,
            folders=tuple(str(folder.resolve()) for folder in folders),
            documents=len(sources.documents),
            chunks=len(rows.passages),
            rows=rows.digest,
            files=sealed_files(self._folder),
        )
        (self._folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        _flush(self._folder)
        self._folder.rename(self._corpus / _GENERATIONS / self.stamp)
        point_at(self._corpus, self.stamp)
        remove_unread(self._corpus)
        return manifest

    def discard(self) -> None:
        """Remove what was built."""
        self.store.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _verify(self, passages: list[Passage], documents: list[str]) -> None:
        """Check what was written as a reader would see it: every document whole, and a sample that finds itself."""
        whole = _whole_documents(passages) == set(documents)
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


def _whole_documents(passages: list[Passage]) -> set[str]:
    """Return the documents whose passages are all there, in their places, and joined have the text's SHA-256."""
    pieces: dict[str, dict[int, Passage]] = {}
    for passage in passages:
        pieces.setdefault(passage.document, {})[passage.number] = passage
    whole = set()
    for document, by_number in pieces.items():
        first = next(iter(by_number.values()))
        ordered = [by_number[number] for number in sorted(by_number)]
        text = "".join(passage.text for passage in ordered)
        if len(ordered) == first.count and text_sha256(text) == first.sha256:
            whole.add(document)
    return whole


def _not_read_back(corpus: Path) -> CorpusUnreadable:
    return CorpusUnreadable(corpus=corpus, reason="what was written does not read back")


@contextlib.contextmanager
def writer(corpus: Path) -> Iterator[None]:
    """Be the only writer of a corpus; the folder is made if need be. A dead writer holds nothing.

    Raises CorpusLocked, naming the holder, and CorpusForeign rather than write among files of something else.
    """
    with _writer_lock(corpus) as lock:
        if not _taken(lock):
            lock.seek(0)
            raise CorpusLocked(corpus=corpus, holder=lock.read().decode("utf-8", "replace") or "another process")
        try:
            lock.truncate(0)
            lock.write(f"process {os.getpid()} since {time.strftime('%H:%M:%S')}".encode())
        except OSError as error:
            raise CorpusUnwritable(corpus=corpus, reason=error.strerror) from error
        for leftover in (corpus / _GENERATIONS).glob(f"*{_PARTIAL}"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def _writer_lock(corpus: Path) -> IO[bytes]:
    """Open the file of the lock, and make the folder if need be; raise CorpusForeign or CorpusUnwritable."""
    try:
        state = _without_pointer(corpus) if not (corpus / _POINTER).exists() else None
        if isinstance(state, CorpusForeign):
            raise state
        corpus.mkdir(parents=True, exist_ok=True)
        return (corpus / "writer.lock").open("a+b", buffering=0)  # what could not be written would be tried again
    except OSError as error:
        raise CorpusUnwritable(corpus=corpus, reason=error.strerror) from error


def _taken(lock: IO[bytes]) -> bool:
    """Take the lock of the writer; a reader that removes what was replaced holds it for a moment."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_PATIENCE / 20)
        else:
            return True


def remove_unread(corpus: Path) -> None:
    """Remove every generation but the live one, unless somebody reads it. For the writer only."""
    kept = live(corpus)
    for folder in (corpus / _GENERATIONS).iterdir():
        if folder == kept:
            continue
        with contextlib.suppress(OSError), (folder / "lease.lock").open("a") as lease:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


def remove_replaced(corpus: Path) -> None:
    """Remove the generations that were replaced and that nobody reads, unless a writer is at work, who does it then."""
    with contextlib.suppress(OSError, CorpusError):
        if len(list((corpus / _GENERATIONS).iterdir())) > 1:
            with (corpus / "writer.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove_unread(corpus)


def _leased(corpus: Path) -> tuple[Path, _Lease]:
    """Return the live generation's folder, and hold it: it may have been swapped and removed in between."""
    for _attempt in range(10):
        folder = live(corpus)
        try:
            file = (folder / "lease.lock").open(encoding="utf-8")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CorpusUnreadable(corpus=corpus, reason=f"{folder.name}: {error.strerror}") from error
        fcntl.flock(file, fcntl.LOCK_SH)
        if (folder / "lease.lock").exists():
            return folder, _Lease(file)
        file.close()
    if folder.is_dir():
        raise CorpusIncomplete(corpus=corpus)
    raise CorpusUnreadable(corpus=corpus, reason=f"the generation {folder.name} is missing")


def _open_store(corpus: Path, folder: Path, lease: _Lease) -> Store:
    """Open the store in place, or, since Chroma writes into what it opens, a private copy where that is forbidden."""
    if not os.access(folder, os.W_OK) or not os.access(folder / "chroma.sqlite3", os.W_OK):
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


def has_hardly_any_space(corpus: Path) -> bool:
    """Tell whether the disk of a corpus is as good as full: Chroma, which writes files anew, does not say so itself."""
    largest = 0
    for file in corpus.rglob("*"):
        with contextlib.suppress(OSError):  # it has just been removed
            largest = max(largest, file.stat().st_size)
    return shutil.disk_usage(corpus).free < _HARDLY_ANY_SPACE + largest


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


def point_at(corpus: Path, stamp: str) -> None:
    """Make a generation the live one, in one step; for the writer only."""
    fresh = corpus / f"{_POINTER}.new"
    fresh.write_text(json.dumps({"format": FORMAT, "generation": stamp}), encoding="utf-8")
    _flush_one(fresh)
    if (corpus / _POINTER).is_dir() and not (corpus / _POINTER).is_symlink():
        shutil.rmtree(corpus / _POINTER)  # nothing of ours: a folder is not replaced by a file
    os.replace(fresh, corpus / _POINTER)  # noqa: PTH105 - the name of the promise
    _flush_one(corpus)


def _flush(folder: Path) -> None:
    """Have the disk hold a whole folder before anything points at it."""
    for path in [*folder.rglob("*"), folder]:
        _flush_one(path)


def _flush_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
