"""The seal of a generation: what it was made by and from, and the hashes that prove it whole."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import CorpusIncomplete, CorpusUnreadable
from index.store import StoreDamaged, rows_digest

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"
SOURCES = "sources.json"
STORE = "store"
LEXICON = "lexicon"
SPELLING = "spelling.json"


class Recipe(BaseModel):
    """What made the vectors and the chunks; a corpus made by another recipe is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    encoder: str
    splitting: str
    text: str
    lexicon: str

    def __str__(self) -> str:
        return f"encoder {self.encoder}, splitting {self.splitting}, text {self.text}, lexicon {self.lexicon}"


class Manifest(BaseModel):
    """The seal of a generation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Literal[1] = 1
    complete: Literal[True] = True
    stamp: str
    recipe: Recipe
    folders: tuple[str, ...]
    documents: int
    chunks: int
    rows: str
    files: dict[str, str]


class Sources(BaseModel):
    """What each file of the folders was when it was read: SHA-256 of its bytes, and why it was skipped, if it was."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    files: dict[str, str]
    skipped: dict[str, str]


def read_manifest(corpus: Path, folder: Path) -> Manifest:
    """Return the seal of a generation; raise CorpusIncomplete or CorpusUnreadable."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise CorpusIncomplete(corpus=corpus) from error
    except (OSError, ValidationError) as error:
        raise CorpusUnreadable(corpus=corpus, reason=f"{MANIFEST} is not a manifest") from error


def read_sources(folder: Path) -> Sources:
    """Return what the files were that a sealed generation was made from."""
    return Sources.model_validate_json((folder / SOURCES).read_bytes())


def check_seal(corpus: Path, folder: Path, manifest: Manifest) -> set[str]:
    """Compare a generation with its manifest: its files by SHA-256, its rows by their digest.

    Returns which of LEXICON and SPELLING differ: they are derived from the store, and can be derived again. Raises
    CorpusUnreadable, naming it, when anything else differs.
    """
    derived = set()
    for name, expected in manifest.files.items():
        if file_sha256(folder / name) == expected:
            continue
        part = name.partition("/")[0]
        if part not in (LEXICON, SPELLING):
            raise CorpusUnreadable(corpus=corpus, reason=f"{name} is not what was sealed")
        derived.add(part)
    try:
        if rows_digest(folder / STORE) != manifest.rows:
            raise CorpusUnreadable(corpus=corpus, reason="the stored texts are not what was sealed")
    except StoreDamaged as error:
        raise CorpusUnreadable(corpus=corpus, reason=str(error)) from error
    return derived


def sealed_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file but those that are rewritten in use: the SQLite file, the lock files."""
    return {
        file.relative_to(folder).as_posix(): file_sha256(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.startswith("chroma.sqlite3") and file.suffix != ".lock"
    }


def file_sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, or "" for one that is missing, no regular file, or not to be read."""
    if not file.is_file():  # a pipe would be waited for
        return ""
    with contextlib.suppress(OSError), file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
    return ""
