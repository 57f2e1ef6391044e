"""One generation -> all that is wrong with it, from what proves the rest to what is derived from it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index import seal, split
from index.diagnosis import OWNERS, Finding
from index.errors import CorpusError, CorpusIncomplete, StoreDamaged
from index.layout import LEASE, MANIFEST, SOURCES, SQLITE, STORE
from index.rejoin import by_document, is_whole, rejoined
from index.rows import read_rows
from index.trial import tried

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.diagnosis import Code
    from index.rows import Rows
    from index.seal import Manifest

_ROWS = f"{STORE}/{SQLITE}"


@dataclass(slots=True)
class Patient:
    """A generation, and all that is wrong with it. `rows` are there once they are proved."""

    folder: Path
    findings: list[Finding]
    manifest: Manifest | None = None
    rows: Rows | None = None

    @property
    def is_usable(self) -> bool:
        """Whether it is whole, or can be mended."""
        return all(finding.is_mendable for finding in self.findings)


def examine_generation(corpus: Path, folder: Path) -> Patient:
    """Examine one generation, from what proves the rest to what is derived from it; it is held meanwhile."""
    patient = Patient(folder, [])
    with _held(folder):
        if forbidden := _forbidden(folder):
            patient.findings.append(Finding("forbidden", forbidden, "person"))
            return patient
        patient.findings += _examine_seal(corpus, patient)
        if patient.manifest is not None:
            patient.findings += _examine_files(corpus, folder, patient.manifest)
            patient.findings += _examine_rows(patient, patient.manifest)
            if patient.is_usable:
                patient.findings += tried(folder, {finding.code for finding in patient.findings})
            patient.findings = _reconsidered(patient, patient.manifest)
    return patient


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep a generation from being removed meanwhile, where it can be held at all."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            if (folder / LEASE).is_file():
                lease = held.enter_context((folder / LEASE).open(encoding="utf-8"))
                fcntl.flock(lease, fcntl.LOCK_SH)
        yield


def _forbidden(folder: Path) -> str:
    """Return the first path of a generation that this user may not read, or ""."""
    for path in [folder, *sorted(folder.rglob("*"))]:
        needed = os.R_OK | os.X_OK if path.is_dir() else os.R_OK
        if path.exists() and not os.access(path, needed):
            return path.relative_to(folder.parent).as_posix()
    return ""


def _examine_seal(corpus: Path, patient: Patient) -> list[Finding]:
    """Read the manifest; without one that is this generation's own, nothing else is looked at."""
    try:
        manifest = seal.read_manifest(corpus, patient.folder)
    except CorpusIncomplete:
        return [Finding("manifest", MANIFEST, "index", "it is missing")]
    except CorpusError as error:
        return [Finding("manifest", MANIFEST, "index", str(error.details["reason"]))]
    patient.manifest = manifest
    return [] if (patient.folder / LEASE).is_file() else [Finding("lease", LEASE, "derive")]


def _examine_files(corpus: Path, folder: Path, manifest: Manifest) -> list[Finding]:
    """Return one finding for each part whose files are not those that were sealed."""
    findings: dict[Code, Finding] = {}
    for name in seal.different_files(folder, manifest):
        code, cure = OWNERS.get(name.partition("/")[0], ("manifest", "index"))
        state = "it has changed" if (folder / name).is_file() else "it is missing"
        findings.setdefault(code, Finding(code, name, cure, state))
    try:
        seal.read_sources(corpus, folder)
    except CorpusError:
        findings.setdefault("sources", Finding("sources", SOURCES, "compare", "it cannot be read"))
    return list(findings.values())


def _examine_rows(patient: Patient, manifest: Manifest) -> list[Finding]:
    """Read the rows, and keep them when their digest proves them; every document must be whole."""
    try:
        rows = read_rows(patient.folder / STORE)
    except StoreDamaged as error:
        return [Finding("texts", _ROWS, "index", str(error))]
    if rows.digest != manifest.rows or len(rows.passages) != manifest.chunks:
        return [Finding("texts", _ROWS, "index", "its rows have changed")]
    patient.rows = rows
    torn = sum(not is_whole(passages) for passages in by_document(rows.passages))
    return [Finding("texts", _ROWS, "index", f"{torn} documents are not whole")] if torn else []


def _reconsidered(patient: Patient, manifest: Manifest) -> list[Finding]:
    """Return the findings; where it cannot be proved what was encoded, vectors can only be made by `index`."""
    if all(finding.cure != "encode" for finding in patient.findings):
        return patient.findings
    same_rules = manifest.recipe.splitting == split.fingerprint()
    if same_rules and patient.rows and rejoined(patient.rows.passages) is not None:
        return patient.findings
    return [replace(found, cure="index") if found.cure == "encode" else found for found in patient.findings]
