"""Folder -> corpus: what is there, what was skipped and why, and nothing to do is done at once."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from index import encode, generation, lexicon, load, seal, split
from index.errors import (
    CorpusError,
    CorpusForeign,
    CorpusMissing,
    CorpusUnwritable,
    DocumentUnreadable,
    FolderUnusable,
)
from index.generation import Draft
from index.seal import Manifest, Recipe, Sources
from index.store import StoreUnwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.document import Chunk, Document

TEXT_FORMAT = "nfc-1"
"""Names what `load` does to a text: changes with it."""

_HARDLY_ANY_SPACE = 1_000_000  # bytes
_ENCODED_AT_ONCE = 512  # chunks; enough to batch by length, little enough for a bar that moves


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that did not become a document, and one clear reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a synchronisation did; `unchanged` says that the corpus was up to date and nothing was written."""

    stamp: str
    documents: int
    chunks: int
    skipped: tuple[Skipped, ...]
    seconds: float
    unchanged: bool


@dataclass(frozen=True, slots=True)
class _File:
    """A file below a folder: `id` is its path below the folder, behind the folder's name when there are several."""

    id: str
    path: Path
    root: Path
    prefix: str


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def recipe(encoder: str = encode.EMBEDDED) -> Recipe:
    """Return what makes vectors and chunks now, with this encoder. Loads nothing. Raises EncoderUnavailable."""
    return Recipe(
        encoder=encode.fingerprint(encoder),
        splitting=split.fingerprint(),
        text=TEXT_FORMAT,
        lexicon=lexicon.FINGERPRINT,
    )


def synchronise(
    folders: Sequence[Path],
    corpus: Path,
    encoder: str = encode.EMBEDDED,
    device: str | None = None,
    on_progress: Callable[[int, int], None] = _silent,
) -> Report:
    """Make the corpus true to the folders; with none named, to those that it was made from.

    When any file, or what makes the vectors, has changed, the corpus is built anew aside and swapped in; the old one
    answers until then. `on_progress` gets the chunks done and the chunks in all. Raises FolderUnusable,
    EncoderUnavailable, CorpusMissing (no folder named and no corpus), CorpusLocked, CorpusForeign.
    """
    began = time.monotonic()
    wanted = recipe(encoder)
    folders = folders or _recorded_folders(corpus)
    _check_folders(folders)
    with generation.writer(corpus):
        files = list(_files(folders, corpus))
        hashes = {file.id: seal.file_sha256(file.path) for file in files}
        sealed = _up_to_date(corpus, wanted, hashes, folders)
        if sealed is not None:
            manifest, sources = sealed
        else:
            documents, skipped = _load(files)
            if not documents:
                reason = "no file in it is a text that can be read" if files else "it holds no file"
                raise FolderUnusable(folder=", ".join(map(str, folders)), reason=reason)
            sources = Sources(files=hashes, skipped=skipped)
            model = encode.Encoder.open(encoder, device)
            draft = Draft(corpus)
            try:
                _fill(draft, documents, model, on_progress)
                manifest = draft.publish(wanted, list(folders), len(documents), sources)
            except BaseException as error:
                draft.discard()
                if isinstance(error, OSError | StoreUnwritable):
                    raise CorpusUnwritable(corpus=corpus, reason=_why_unwritable(error, corpus)) from error
                raise
        return Report(
            stamp=manifest.stamp,
            documents=manifest.documents,
            chunks=manifest.chunks,
            skipped=tuple(Skipped(*pair) for pair in sorted(sources.skipped.items())),
            seconds=time.monotonic() - began,
            unchanged=sealed is not None,
        )


def _fill(
    draft: Draft, documents: Sequence[Document], model: encode.Encoder, on_progress: Callable[[int, int], None]
) -> None:
    """Split and encode the documents into a draft."""
    pieces = [(document, split.split(document)) for document in documents]
    total = sum(len(chunks) for _, chunks in pieces)
    done = 0
    on_progress(done, total)
    for batch in _batches(pieces):
        vectors = model.encode_passages([chunk.encoded for _, chunks in batch for chunk in chunks])
        draft.store.add_all(batch, vectors)
        done += len(vectors)
        on_progress(done, total)


def _batches(pieces: list[tuple[Document, list[Chunk]]]) -> Iterator[list[tuple[Document, list[Chunk]]]]:
    """Group whole documents until a group has enough chunks to encode at once."""
    batch: list[tuple[Document, list[Chunk]]] = []
    size = 0
    for document, chunks in pieces:
        batch.append((document, chunks))
        size += len(chunks)
        if size >= _ENCODED_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _recorded_folders(corpus: Path) -> list[Path]:
    folder = generation.live(corpus)
    recorded = [Path(name) for name in seal.read_manifest(corpus, folder).folders]
    if not recorded:
        raise CorpusMissing(corpus=corpus)
    return recorded


def _up_to_date(
    corpus: Path, wanted: Recipe, hashes: dict[str, str], folders: Sequence[Path]
) -> tuple[Manifest, Sources] | None:
    """Return the live generation's seal when it is whole and made from just this; None when it must be built."""
    try:
        live = generation.live(corpus)
        manifest = seal.read_manifest(corpus, live)
        sources = seal.read_sources(live)
        recorded = tuple(str(folder.resolve()) for folder in folders)
        if manifest.recipe != wanted or sources.files != hashes or manifest.folders != recorded:
            return None
        seal.check_seal(corpus, live, manifest)
    except CorpusForeign:
        raise
    except (CorpusError, OSError, ValidationError):
        return None
    return manifest, sources


def _files(folders: Sequence[Path], corpus: Path) -> Iterator[_File]:
    """Yield every file below the folders in a fixed order; what is hidden and the corpus itself are left out."""
    for folder in folders:
        prefix = f"{folder.resolve().name}/" if len(folders) > 1 else ""
        closed: list[OSError] = []
        for root, names, files in os.walk(folder, onerror=closed.append):
            names[:] = sorted(n for n in names if not n.startswith(".") and not _same(Path(root, n), corpus))
            links = [name for name in names if Path(root, name).is_symlink()]
            for name in [*links, *sorted(files)]:
                if not name.startswith("."):
                    yield _file(Path(root, name), folder, prefix)
        for error in closed:
            yield _file(Path(error.filename), folder, prefix)


def _file(path: Path, folder: Path, prefix: str) -> _File:
    return _File(_readable(prefix + path.relative_to(folder).as_posix()), path, folder, prefix)


def _check_folders(folders: Sequence[Path]) -> None:
    """Raise FolderUnusable for the first folder that cannot be indexed."""
    for folder in folders:
        if folder.exists() and not folder.is_dir():
            raise FolderUnusable(folder=folder, reason="it is a file, not a folder")
        if not folder.is_dir():
            raise FolderUnusable(folder=folder, reason="there is no such folder")
        if not os.access(folder, os.R_OK | os.X_OK):
            raise FolderUnusable(folder=folder, reason="it may not be read")
    if len({folder.resolve().name for folder in folders}) < len(folders):
        raise FolderUnusable(folder=", ".join(map(str, folders)), reason="two of them have the same name")


def _why_unwritable(error: Exception, corpus: Path) -> str:
    """Return the reason in plain words: Chroma names its own inner workings when the disk is full."""
    if shutil.disk_usage(corpus).free < _HARDLY_ANY_SPACE:
        return "there is no space left on the disk"
    return getattr(error, "strerror", None) or str(error)


def _readable(name: str) -> str:
    """Return a file's name with "?" for what is not UTF-8 in it, so that it can be printed and sealed."""
    return name.encode("utf-8", "replace").decode()


def _load(files: Sequence[_File]) -> tuple[list[Document], dict[str, str]]:
    """Return the documents, and why each of the other files is none."""
    documents: dict[str, Document] = {}
    skipped: dict[str, str] = {}
    for file in files:
        if file.path.is_dir():
            skipped[file.id] = "it is a folder that is a link, or that may not be read"
            continue
        try:
            document = load.load(file.path, file.root, file.prefix)
        except DocumentUnreadable as error:
            skipped[file.id] = str(error)
            continue
        # Two names may differ only in how their accents are encoded; the store would drop the second without a word.
        if documents.setdefault(document.id, document) is not document:
            skipped[f"{file.id} (2)"] = "another file has the same name"
    return list(documents.values()), skipped


def _same(path: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.samefile(other)
    return False
