"""A document -> the file that it was made from, as long as that is still the same file."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import DocumentUnknown, OriginalGone
from index.load import document_id
from index.seal import file_sha256, read_sources

if TYPE_CHECKING:
    from index.generation import Generation


def original(generation: Generation, document: str) -> Path:
    """Return the path of a document's file, whose bytes are those that were read.

    Raises DocumentUnknown, or OriginalGone when the file was moved, removed or changed since.
    """
    corpus = generation.folder.parents[1]
    source = read_sources(corpus, generation.folder).files.get(document)
    if source is None or source.skipped:
        raise DocumentUnknown(document=document)
    several = len(generation.manifest.folders) > 1
    for folder in map(Path, generation.manifest.folders):
        prefix = f"{document_id(folder, folder.parent)}/" if several else ""
        path = _named(folder, document.removeprefix(prefix))
        if document.startswith(prefix) and file_sha256(path) == source.sha256:
            return path
    raise OriginalGone(document=document)


def _named(folder: Path, name: str) -> Path:
    """Return the path below a folder whose name in documents is this: on disk, its accents may be encoded otherwise."""
    path = folder
    for part in name.split("/"):
        found = path / part
        if not found.exists():
            with contextlib.suppress(OSError):
                found = next((entry for entry in path.iterdir() if document_id(entry, path) == part), found)
        path = found
    return path
