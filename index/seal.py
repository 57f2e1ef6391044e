"""The seal of a generation: what it was made by and from, and the hashes that prove it whole."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import CorpusIncomplete, CorpusUnreadable
from index.limits import Limits
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


FORMAT: Literal[2] = 2
"""The layout of a corpus. An earlier one is built again, a later one is refused as foreign."""


class Manifest(BaseModel):
    """The seal of a generation. `built` is the time of the seal: ISO 8601, UTC, to the second."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Literal[2] = FORMAT
    complete: Literal[True] = True
    stamp: str
    built: str
    recipe: Recipe
    folders: tuple[str, ...]
    documents: int
    chunks: int
    rows: str
    files: dict[str, str]


class Source(BaseModel):
    """A file as it was when it was read: SHA-256 of its bytes ("" where they could not be read), and their number.

    `skipped` is why it did not become a document; "" when it did.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    sha256: str
    size: int
    skipped: str = ""


class Sources(BaseModel):
    """The files of the folders by their id, which is that of their document, and the limits they were read with."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    files: dict[str, Source]
    limits: Limits = Limits()

    @property
    def documents(self) -> list[str]:
        """The documents that the files became."""
        return [name for name, source in self.files.items() if not source.skipped]


def read_manifest(corpus: Path, folder: Path) -> Manifest:
    """Return the seal of a generation; raise CorpusIncomplete or CorpusUnreadable."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise CorpusIncomplete(corpus=corpus) from error
    except (OSError, ValidationError) as error:
        raise CorpusUnreadable(corpus=corpus, reason=f"{MANIFEST} is not a manifest") from error


def read_sources(corpus: Path, folder: Path) -> Sources:
    """Return what the files were that a sealed generation was made from; raise CorpusUnreadable."""
    try:
        return Sources.model_validate_json((folder / SOURCES).read_bytes())
    except (OSError, ValidationError) as error:
        raise CorpusUnreadable(corpus=corpus, reason=f"{SOURCES} is not a list of files") from error


def check_seal(corpus: Path, folder: Path, manifest: Manifest) -> set[str]:
    """Compare a generation with its manifest: its files by SHA-256, its rows by their digest.

    Returns which of LEXICON and SPELLING differ: they are derived from the store, and can be derived again. Raises
    CorpusUnreadable, naming it, when anything else differs.
    """
    differing = different_files(folder, manifest)
    derived = {name.partition("/")[0] for name in differing} & {LEXICON, SPELLING}
    _refuse_different(corpus, [name for name in differing if name.partition("/")[0] not in derived])
    _check_rows(corpus, folder, manifest)
    return derived


def check_store(corpus: Path, folder: Path, manifest: Manifest) -> None:
    """Raise CorpusUnreadable when the store of a generation is not what was sealed."""
    _refuse_different(corpus, different_files(folder, manifest, f"{STORE}/"))
    _check_rows(corpus, folder, manifest)


def _refuse_different(corpus: Path, names: list[str]) -> None:
    for name in names:
        raise CorpusUnreadable(corpus=corpus, reason=f"{name} is not what was sealed")


def _check_rows(corpus: Path, folder: Path, manifest: Manifest) -> None:
    try:
        if rows_digest(folder / STORE) != manifest.rows:
            raise CorpusUnreadable(corpus=corpus, reason="the stored texts are not what was sealed")
    except StoreDamaged as error:
        raise CorpusUnreadable(corpus=corpus, reason=str(error)) from error


def different_files(folder: Path, manifest: Manifest, part: str = "") -> list[str]:
    """Return the sealed files, or those of one part, that are not what was sealed, or that are missing."""
    sealed = {name: sha256 for name, sha256 in manifest.files.items() if name.startswith(part)}
    return [name for name, expected in sealed.items() if file_sha256(folder / name) != expected]


def sealed_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file but those that are rewritten in use: the SQLite file, the lock files."""
    return {
        file.relative_to(folder).as_posix(): file_sha256(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.startswith("chroma.sqlite3") and file.suffix != ".lock"
    }


def file_sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, or "" for one that is missing, no regular file, or not to be read."""
    with contextlib.suppress(OSError):
        if file.is_file():  # a pipe would be waited for
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
    return ""
