"""A corpus -> what is wrong with it, and whether it can be mended from what is left.

Nothing is believed that is not proved: files by their sealed hashes, rows by their digest, and that Chroma and Tantivy
can read them by a process of its own.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from index import pointer, seal
from index.diagnosis import Diagnosis, Finding
from index.errors import CorpusError, CorpusForeign, CorpusMissing, CorpusOutdated
from index.layout import GENERATIONS, PARTIAL, POINTER, WRITER_LOCK
from index.lease import is_read
from index.lock import holder
from index.patient import Patient, examine_generation

if TYPE_CHECKING:
    from pathlib import Path

    from index.seal import Manifest

_STAMP = re.compile(rf"\d{{8}}T\d{{6}}Z-[0-9a-f]+({re.escape(PARTIAL)})?")
_SPARE_BYTES = 10_000_000  # beside a copy of the live generation


def examine(corpus: Path) -> Diagnosis:
    """Return what is wrong with a corpus, and what else is worth telling; never fails for a damage, writes nothing.

    The live generation is read once, and its store and lexicon are copied to the folder for temporary files. Raises
    CorpusMissing when there is nothing at all.
    """
    diagnosis = _examine(corpus)
    for _attempt in range(3):  # a generation may be replaced, and removed, while it is looked at
        if diagnosis.is_whole or _stamp(follow_pointer(corpus)[0]) == diagnosis.stamp:
            break
        diagnosis = _examine(corpus)
    return diagnosis


def _examine(corpus: Path) -> Diagnosis:
    if not corpus.exists():
        raise CorpusMissing(corpus=corpus)
    if not os.access(corpus, os.R_OK | os.X_OK):
        return Diagnosis(corpus, "", None, None, (), (Finding("forbidden", ".", "person"),))
    live, lost = follow_pointer(corpus)
    if lost and lost.code in {"foreign", "outdated"}:
        return Diagnosis(corpus, "", None, None, (), (lost,))
    patient = examine_generation(corpus, live) if live else Patient(corpus, [lost] if lost else [])
    findings = patient.findings
    if not patient.is_usable and best_other(corpus, live):
        findings = [replace(found, cure="point") if found.cure == "index" else found for found in findings]
    known = patient.manifest
    return Diagnosis(
        corpus=corpus,
        stamp=_stamp(live),
        documents=known.documents if known else None,
        chunks=known.chunks if known else None,
        folders=_folders(corpus, known),
        findings=(*findings, *_surroundings(corpus, live, is_kept=not patient.is_usable)),
    )


def _stamp(live: Path | None) -> str:
    return live.name if live else ""


def follow_pointer(corpus: Path) -> tuple[Path | None, Finding | None]:
    """Return the folder of the live generation, or what is wrong with the pointer. Raises CorpusMissing."""
    try:
        live = pointer.live(corpus)
    except CorpusMissing:
        raise
    except CorpusForeign as error:
        return None, Finding("foreign", ".", "person", str(error.details["found"]))
    except CorpusOutdated as error:
        return None, Finding("outdated", POINTER, "index", f"format {error.details['format']}")
    except CorpusError:  # never finished, or damaged
        return None, Finding("pointer", POINTER, "index")
    return (live, None) if live.is_dir() else (None, Finding("pointer", POINTER, "index"))


def other_generations(corpus: Path, live: Path | None) -> list[Path]:
    """Return the generations beside the live one, finished or not, the newest first; no links, and nothing else."""
    with contextlib.suppress(OSError):
        beside = sorted((path for path in (corpus / GENERATIONS).iterdir() if path != live), reverse=True)
        return [path for path in beside if _STAMP.fullmatch(path.name) and path.is_dir() and not path.is_symlink()]
    return []


def best_other(corpus: Path, live: Path | None) -> Patient | None:
    """Return the newest other generation that is whole, else the newest that can be mended."""
    folders = [path for path in other_generations(corpus, live) if path.suffix != PARTIAL]
    patients = [patient for patient in (examine_generation(corpus, folder) for folder in folders) if patient.is_usable]
    return next((patient for patient in patients if not patient.findings), patients[0] if patients else None)


def _folders(corpus: Path, known: Manifest | None) -> tuple[str, ...]:
    """Return the folders that the corpus was made from, by its seal or by that of another generation."""
    if known is not None:
        return known.folders
    for folder in other_generations(corpus, None):
        with contextlib.suppress(CorpusError):
            return seal.read_manifest(corpus, folder).folders
    return ()


def _surroundings(corpus: Path, live: Path | None, *, is_kept: bool) -> list[Finding]:
    """Return what is worth telling beside damages; other generations are kept where the live one is not usable."""
    findings = []
    if somebody := holder(corpus):
        findings.append(Finding("writer", WRITER_LOCK, "none", somebody))
    findings += [_leftover(path, is_kept=is_kept or bool(somebody)) for path in other_generations(corpus, live)]
    if not os.access(corpus, os.W_OK):
        findings.append(Finding("readonly", ".", "none"))
    free, needed = shutil.disk_usage(corpus).free, _SPARE_BYTES + (_size(live) if live else 0)
    if free < needed:
        findings.append(Finding("space", ".", "person", f"{free // 10**6} MB free, {needed // 10**6} MB needed"))
    return findings


def _leftover(path: Path, *, is_kept: bool) -> Finding:
    part = f"{GENERATIONS}/{path.name}"
    if path.suffix == PARTIAL:
        return Finding("leftover", part, "none" if is_kept else "remove", "it was not finished")
    if is_read(path):
        return Finding("leftover", part, "none", "it is still read")
    return Finding("leftover", part, "none" if is_kept else "remove", "it is not read")


def _size(folder: Path) -> int:
    sizes = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            sizes += path.stat().st_size
    return sizes
