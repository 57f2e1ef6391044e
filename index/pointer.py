"""The pointer of a corpus: which generation is live."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.disk import flush
from index.errors import CorpusError, CorpusForeign, CorpusIncomplete, CorpusMissing, CorpusOutdated, CorpusUnreadable
from index.layout import FORMAT, GENERATIONS, POINTER, WRITER_LOCK


class _Pointer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    format: int
    generation: str = Field(pattern=r"^[0-9A-Za-z-]+$")


def live(corpus: Path) -> Path:
    """Return the folder of the live generation.

    Raises CorpusMissing, CorpusIncomplete, CorpusForeign, CorpusOutdated or CorpusUnreadable.
    """
    pointer = corpus / POINTER
    try:
        known = _Pointer.model_validate_json(pointer.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise unpointed(corpus) from None
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
    return corpus / GENERATIONS / known.generation


def unpointed(corpus: Path) -> CorpusError:
    """Return what is the matter with a folder in which there is no pointer."""
    if not corpus.exists():
        return CorpusMissing(corpus=corpus)
    if not corpus.is_dir():
        return CorpusForeign(corpus=corpus, found="a file")
    if (corpus / GENERATIONS).is_dir() and any((corpus / GENERATIONS).iterdir()):
        return CorpusIncomplete(corpus=corpus)
    if any(file.name != WRITER_LOCK and not (file.name == GENERATIONS and file.is_dir()) for file in corpus.iterdir()):
        return CorpusForeign(corpus=corpus, found="files of something else")
    return CorpusMissing(corpus=corpus)


def point_at(corpus: Path, stamp: str) -> None:
    """Make a generation the live one, in one step; for the writer only."""
    fresh = corpus / f"{POINTER}.new"
    fresh.write_text(json.dumps({"format": FORMAT, "generation": stamp}), encoding="utf-8")
    flush(fresh)
    if (corpus / POINTER).is_dir() and not (corpus / POINTER).is_symlink():
        shutil.rmtree(corpus / POINTER)  # nothing of ours: a folder is not replaced by a file
    os.replace(fresh, corpus / POINTER)  # noqa: PTH105 - the name of the promise
    flush(corpus)
