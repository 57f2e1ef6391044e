"""The seal of a generation: what it was made by and from, and the hashes that prove it whole."""

from __future__ import annotations

import contextlib
import hashlib
import time
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import CorpusIncomplete, CorpusUnreadable, StoreDamaged
from index.layout import FORMAT, LEXICON, MANIFEST, PARTIAL, SOURCES, SPELLING, SQLITE, STORE
from index.limits import Limits
from index.rows import rows_digest

if TYPE_CHECKING:
    from pathlib import Path


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


_MOMENT = r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$"


class Unread(BaseModel):
    """The last try to read a file, where it failed for a reason that may pass.

    `sha256` and `size` are those of the file then, as in Source; `tries` counts the tries of these bytes in a row, and
    `at` is when the last one was: ISO 8601, UTC, to the second.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    sha256: str
    size: int
    reason: str
    tries: int = 1
    at: str = Field(default="", pattern=_MOMENT)


class Source(BaseModel):
    """A file as it was when it was read: SHA-256 of its bytes ("" where they could not be read), and their number.

    `skipped` is why it did not become a document; "" when it did. `updated` is since when the corpus holds the document
    of these bytes: ISO 8601, UTC, to the second; "" where that is not known, as in a corpus of before it was noted.
    `incomplete` is why not all of the file is in the document; "" where it is. With `unread`, the file could not be
    read the last time: if this is a document, it is that of what the file was before.
    """

    # The date of the file itself would not do: a copy sets it anew, and clocks go back.
    model_config = ConfigDict(frozen=True, extra="forbid")
    sha256: str
    size: int
    skipped: str = ""
    updated: str = Field(default="", pattern=_MOMENT)
    incomplete: str = ""
    unread: Unread | None = None

    @property
    def seen(self) -> tuple[str, int]:
        """The SHA-256 and the size of the file when it was last looked at."""
        last = self.unread or self
        return last.sha256, last.size


class Sources(BaseModel):
    """The files of the folders by their id, which is that of their document, and the limits they were read with."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    files: dict[str, Source]
    limits: Limits = Limits()

    @property
    def documents(self) -> list[str]:
        """The documents that the files became."""
        return [name for name, source in self.files.items() if not source.skipped]


def moment() -> str:
    """Return what time it is: ISO 8601, UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def read_manifest(corpus: Path, folder: Path) -> Manifest:
    """Return the seal of a generation; raise CorpusIncomplete, or CorpusUnreadable, also for another generation's.

    A whole generation that was put in the place of another proves itself: only its stamp tells that it is not this one.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise CorpusIncomplete(corpus=corpus) from error
    except (OSError, ValidationError) as error:
        raise CorpusUnreadable(corpus=corpus, reason=f"{MANIFEST} is not a manifest") from error
    if manifest.stamp != folder.name.removesuffix(PARTIAL):
        raise CorpusUnreadable(corpus=corpus, reason=f"{MANIFEST} is another generation's")
    return manifest


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
        if file.is_file() and not file.name.startswith(SQLITE) and file.suffix != ".lock"
    }


def file_sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, or "" for one that is missing, no regular file, or not to be read."""
    with contextlib.suppress(OSError):
        if file.is_file():  # a pipe would be waited for
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
    return ""
