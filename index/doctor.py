"""A corpus -> what is wrong with it, and whether it can be mended from what is left; and the mending.

Nothing is believed that is not proved: files by their sealed hashes, rows by their digest, and that Chroma and Tantivy
can read them by a process of its own. Nothing is mended in place: what is made again becomes a new sealed generation,
or the pointer moves to another one that is whole.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index import encode, generation, lexicon, seal, split
from index.document import Chunk, Document, text_sha256
from index.errors import (
    CorpusError,
    CorpusForeign,
    CorpusMismatch,
    CorpusMissing,
    CorpusOutdated,
    CorpusUnwritable,
)
from index.seal import Source, Sources
from index.store import StoreDamaged, StoreUnwritable, encoded_hash, read_rows
from index.sync import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from index.encode import LazyEncoder
    from index.seal import Manifest
    from index.store import Passage, Rows, Store

Code = Literal[
    "pointer",
    "foreign",
    "outdated",
    "manifest",
    "lease",
    "texts",
    "vectors",
    "lexicon",
    "spelling",
    "sources",
    "forbidden",
    "space",
    "leftover",
    "writer",
    "readonly",
]
"""What is wrong. The last four keep nobody from being answered."""

Cure = Literal["none", "point", "derive", "encode", "compare", "remove", "index", "person"]
"""How it is mended: not at all, as nothing is wrong; by `repair`, which points at another generation, derives a part
from the rest, encodes the texts again, has the next `index` compare every file, or removes what nobody reads; by
`sourcier index FOLDER`; or by a person alone: permissions, space, another place."""

_SENTENCES: dict[Code, str] = {
    "pointer": "{part} does not tell which generation is live.",
    "foreign": "The folder holds {detail}, not a corpus of this version.",
    "outdated": "The corpus was made by an earlier version ({detail}).",
    "manifest": "{part} is not the seal of this generation ({detail}): nothing proves what is in it.",
    "lease": "{part} is missing: nobody can open this generation.",
    "texts": "The stored texts are not what was sealed ({part}: {detail}).",
    "vectors": "The vectors are not what was sealed, or cannot be searched ({part}: {detail}).",
    "lexicon": "The lexicon is not what was sealed, or cannot be read ({part}: {detail}).",
    "spelling": "The spellings are not what was sealed, or cannot be read ({part}: {detail}).",
    "sources": "{part} does not tell any more what the files were ({detail}).",
    "forbidden": "{part} may not be read by this user.",
    "space": "There is too little space in {part} ({detail}).",
    "leftover": "{part} is not the live generation ({detail}).",
    "writer": "The corpus is being written ({detail}).",
    "readonly": "This user may not write {part}: questions are answered, but `sourcier index` cannot work.",
}
_REMEDIES: dict[Cure, str] = {
    "none": "Nothing has to be done.",
    "point": "A repair makes another generation, which is kept still, the live one.",
    "derive": "A repair makes it again from the stored texts.",
    "encode": "A repair encodes the stored texts again.",
    "compare": "After a repair, the next `sourcier index` reads every file again.",
    "remove": "A repair removes it.",
    "index": "It must be made again: `sourcier index FOLDER`.",
    "person": "Mend that yourself, or name another place with --corpus.",
}
_HARMLESS: tuple[Code, ...] = ("space", "leftover", "writer", "readonly")
_REPAIRED: tuple[Cure, ...] = ("point", "derive", "encode", "compare", "remove")

_POINTER = "current.json"
_GENERATIONS = "generations"
_STAMP = re.compile(rf"\d{{8}}T\d{{6}}Z-[0-9a-f]+({re.escape('.partial')})?")
_LOCK = "writer.lock"
_LEASE = "lease.lock"
_PARTIAL = ".partial"
_SQLITE = f"{seal.STORE}/chroma.sqlite3"
_OWNERS: dict[str, tuple[Code, Cure]] = {
    seal.STORE: ("vectors", "encode"),
    seal.LEXICON: ("lexicon", "derive"),
    seal.SPELLING: ("spelling", "derive"),
    seal.SOURCES: ("sources", "compare"),
}
"""What a sealed file belongs to, by the first part of its path; the SQLite file is not sealed as a file."""

_ENCODED_AT_ONCE = 512  # passages
_SPARE_BYTES = 10_000_000  # beside a copy of the live generation
_TRIAL = "index.doctor_child"
_TRIAL_SECONDS = 600.0  # to copy and to search; 50,000 passages take some seconds
_START = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "runpy.run_module(sys.argv.pop(2), run_name='__main__')"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth telling: what kind, the part or file that it is about, how it is mended.

    `part` is a path below the corpus or below the generation; `detail` is a few English words, or "".
    """

    code: Code
    part: str
    cure: Cure
    detail: str = ""

    @property
    def is_harmless(self) -> bool:
        """Whether questions are answered all the same."""
        return self.code in _HARMLESS

    @property
    def is_mendable(self) -> bool:
        """Whether `repair` mends it."""
        return self.cure in _REPAIRED

    def __str__(self) -> str:
        return f"{_SENTENCES[self.code].format(part=self.part, detail=self.detail)} {_REMEDIES[self.cure]}"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of a corpus. `stamp` is the live generation's, or ""; the counts are those of its seal, or 0.

    `folders` are those that it was made from, or () where that is not known: what `sourcier index` has to be given.
    """

    corpus: Path
    stamp: str
    documents: int
    chunks: int
    folders: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether questions are answered from this corpus, and rightly."""
        return all(finding.is_harmless for finding in self.findings)

    @property
    def is_mendable(self) -> bool:
        """Whether `repair` has something to do."""
        return any(finding.is_mendable for finding in self.findings)

    @property
    def must_be_indexed(self) -> bool:
        """Whether only `sourcier index` makes the corpus whole."""
        return any(finding.cure == "index" for finding in self.findings)


def examine(corpus: Path) -> Diagnosis:
    """Return what is wrong with a corpus, and what else is worth telling; never fails for a damage, writes nothing.

    The live generation is read once, and its store and lexicon are copied to the folder for temporary files. Raises
    CorpusMissing when there is nothing at all.
    """
    diagnosis = _examine(corpus)
    for _attempt in range(3):  # a generation may be replaced, and removed, while it is looked at
        if diagnosis.is_whole or _stamp(_pointed(corpus)[0]) == diagnosis.stamp:
            break
        diagnosis = _examine(corpus)
    return diagnosis


def repair(corpus: Path, encoder: LazyEncoder, on_progress: Callable[[int, int], None] = silent) -> Diagnosis:
    """Mend, as the only writer, what can be mended from what is left, and return what is wrong then.

    A corpus in which there is nothing to mend is left as it is. The encoder is loaded only if vectors have to be made
    again, and must then be the corpus's own; `on_progress` gets the passages encoded, and their number.

    Raises CorpusMissing, CorpusLocked, CorpusUnwritable, CorpusMismatch (another encoder), EncoderUnavailable.
    """
    diagnosis = examine(corpus)
    if not diagnosis.is_mendable:
        return diagnosis
    with generation.writer(corpus):  # removes what an earlier writer left unfinished
        if chosen := _chosen(corpus):
            if chosen.findings:
                _renew(corpus, chosen, encoder, on_progress)
            elif chosen.folder.name != diagnosis.stamp:
                generation.point_at(corpus, chosen.folder.name)
            generation.remove_unread(corpus)
            _remove_unheld(corpus)
    return examine(corpus)


# --- one generation


@dataclass(slots=True)
class _Patient:
    """A generation, and all that is wrong with it. `rows` are there once they are proved."""

    folder: Path
    findings: list[Finding]
    manifest: Manifest | None = None
    rows: Rows | None = None

    @property
    def is_usable(self) -> bool:
        """Whether it is whole, or can be mended."""
        return all(finding.is_mendable for finding in self.findings)


def _patient(corpus: Path, folder: Path) -> _Patient:
    """Examine one generation, from what proves the rest to what is derived from it; it is held meanwhile."""
    patient = _Patient(folder, [])
    with _held(folder):
        if forbidden := _forbidden(folder):
            patient.findings.append(Finding("forbidden", forbidden, "person"))
            return patient
        patient.findings += _examine_seal(corpus, patient)
        if patient.manifest is not None:
            patient.findings += _examine_files(corpus, folder, patient.manifest)
            patient.findings += _examine_rows(patient, patient.manifest)
            if patient.is_usable:
                patient.findings += _tried(folder, {finding.code for finding in patient.findings})
            patient.findings = _reconsidered(patient, patient.manifest)
    return patient


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep a generation from being removed meanwhile, where it can be held at all."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            if (folder / _LEASE).is_file():
                lease = held.enter_context((folder / _LEASE).open(encoding="utf-8"))
                fcntl.flock(lease, fcntl.LOCK_SH)
        yield


def _forbidden(folder: Path) -> str:
    """Return the first path of a generation that this user may not read, or ""."""
    for path in [folder, *sorted(folder.rglob("*"))]:
        needed = os.R_OK | os.X_OK if path.is_dir() else os.R_OK
        if path.exists() and not os.access(path, needed):
            return path.relative_to(folder.parent).as_posix()
    return ""


def _examine_seal(corpus: Path, patient: _Patient) -> list[Finding]:
    """Read the manifest; without one that is this generation's own, nothing else is looked at."""
    try:
        manifest = seal.read_manifest(corpus, patient.folder)
    except CorpusError:
        state = "it cannot be read" if (patient.folder / seal.MANIFEST).exists() else "it is missing"
        return [Finding("manifest", seal.MANIFEST, "index", state)]
    if manifest.stamp != patient.folder.name:
        return [Finding("manifest", seal.MANIFEST, "index", "it is another's")]
    patient.manifest = manifest
    return [] if (patient.folder / _LEASE).is_file() else [Finding("lease", _LEASE, "derive")]


def _examine_files(corpus: Path, folder: Path, manifest: Manifest) -> list[Finding]:
    """Return one finding for each part whose files are not those that were sealed."""
    findings: dict[Code, Finding] = {}
    for name in seal.different_files(folder, manifest):
        code, cure = _OWNERS.get(name.partition("/")[0], ("manifest", "index"))
        state = "it has changed" if (folder / name).is_file() else "it is missing"
        findings.setdefault(code, Finding(code, name, cure, state))
    try:
        seal.read_sources(corpus, folder)
    except CorpusError:
        findings.setdefault("sources", Finding("sources", seal.SOURCES, "compare", "it cannot be read"))
    return list(findings.values())


def _examine_rows(patient: _Patient, manifest: Manifest) -> list[Finding]:
    """Read the rows, and keep them when their digest proves them; every document must be whole."""
    try:
        rows = read_rows(patient.folder / seal.STORE)
    except StoreDamaged as error:
        return [Finding("texts", _SQLITE, "index", str(error))]
    if rows.digest != manifest.rows or len(rows.passages) != manifest.chunks:
        return [Finding("texts", _SQLITE, "index", "its rows have changed")]
    patient.rows = rows
    torn = sum(not _is_whole(passages) for passages in _by_document(rows.passages))
    return [Finding("texts", _SQLITE, "index", f"{torn} documents are not whole")] if torn else []


def _is_whole(passages: Sequence[Passage]) -> bool:
    """Tell whether these are all the passages of a document, and joined have the hash of its text."""
    numbers = [passage.number for passage in passages]
    return numbers == list(range(passages[0].count)) and text_sha256(_joined(passages)) == passages[0].sha256


def _joined(passages: Iterable[Passage]) -> str:
    return "".join(passage.text for passage in passages)


def _by_document(passages: Iterable[Passage]) -> list[list[Passage]]:
    """Return the passages of each document in their order, the documents in that of the store."""
    documents: dict[str, list[Passage]] = {}
    for passage in passages:
        documents.setdefault(passage.document, []).append(passage)
    return [sorted(found, key=lambda passage: passage.number) for found in documents.values()]


def _reconsidered(patient: _Patient, manifest: Manifest) -> list[Finding]:
    """Return the findings; where it cannot be proved what was encoded, vectors can only be made by `index`."""
    if all(finding.cure != "encode" for finding in patient.findings):
        return patient.findings
    same_rules = manifest.recipe.splitting == split.fingerprint()
    if same_rules and patient.rows and _remade(patient.rows.passages) is not None:
        return patient.findings
    return [replace(found, cure="index") if found.cure == "encode" else found for found in patient.findings]


# --- the trial, in a process of its own


def _tried(folder: Path, wrong: set[Code]) -> list[Finding]:
    """Return what another process finds wrong when it opens the parts that are what was sealed."""
    parts = [part for part in (seal.STORE, seal.LEXICON, seal.SPELLING) if _OWNERS[part][0] not in wrong]
    told, ending = _trial(folder, parts)
    findings = []
    for part in parts:
        code, cure = _OWNERS[part]
        trouble = told.get(part, ending)
        if trouble == os.strerror(errno.ENOSPC):
            findings.append(Finding("space", tempfile.gettempdir(), "person", "no copy of the corpus fits into it"))
        elif trouble:
            findings.append(Finding(code, part, cure, trouble))
        if part not in told:
            break  # what would have come next was not tried
    return findings


def _trial(folder: Path, parts: Sequence[str]) -> tuple[dict[str, str], str]:
    """Return what is wrong with each part that was tried, "" for nothing; and how the process ended."""
    paths = json.dumps([os.path.abspath(path) for path in sys.path])  # noqa: PTH100  # "" is the working directory
    command = [sys.executable, "-P", "-c", _START, paths, _TRIAL, str(folder.absolute()), *parts]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_TRIAL_SECONDS)  # noqa: S603  # ours
    except subprocess.TimeoutExpired as error:
        said, how = error.stdout or b"", "was stopped"
    else:
        said, status = done.stdout, done.returncode
        how = f"ended by {signal.Signals(-status).name}" if status < 0 else f"ended with exit status {status}"
    return dict(json.loads(line) for line in said.splitlines()), f"the process that read it {how}"


# --- the corpus as a whole


def _examine(corpus: Path) -> Diagnosis:
    if not corpus.exists():
        raise CorpusMissing(corpus=corpus)
    if not os.access(corpus, os.R_OK | os.X_OK):
        return Diagnosis(corpus, "", 0, 0, (), (Finding("forbidden", ".", "person"),))
    live, pointer = _pointed(corpus)
    if pointer and pointer.code in {"foreign", "outdated"}:
        return Diagnosis(corpus, "", 0, 0, (), (pointer,))
    patient = _patient(corpus, live) if live else _Patient(corpus, [pointer] if pointer else [])
    findings = patient.findings
    if not patient.is_usable and _best_other(corpus, live):
        findings = [replace(found, cure="point") if found.cure == "index" else found for found in findings]
    known = patient.manifest
    return Diagnosis(
        corpus=corpus,
        stamp=_stamp(live),
        documents=known.documents if known else 0,
        chunks=known.chunks if known else 0,
        folders=_folders(corpus, known),
        findings=(*findings, *_surroundings(corpus, live, is_kept=not patient.is_usable)),
    )


def _stamp(live: Path | None) -> str:
    return live.name if live else ""


def _pointed(corpus: Path) -> tuple[Path | None, Finding | None]:
    """Return the folder of the live generation, or what is wrong with the pointer. Raises CorpusMissing."""
    try:
        live = generation.live(corpus)
    except CorpusMissing:
        raise
    except CorpusForeign as error:
        return None, Finding("foreign", ".", "person", str(error.details["found"]))
    except CorpusOutdated as error:
        return None, Finding("outdated", _POINTER, "index", f"format {error.details['format']}")
    except CorpusError:  # never finished, or damaged
        return None, Finding("pointer", _POINTER, "index")
    return (live, None) if live.is_dir() else (None, Finding("pointer", _POINTER, "index"))


def _others(corpus: Path, live: Path | None) -> list[Path]:
    """Return the generations beside the live one, finished or not, the newest first; no links, and nothing else."""
    with contextlib.suppress(OSError):
        beside = sorted((path for path in (corpus / _GENERATIONS).iterdir() if path != live), reverse=True)
        return [path for path in beside if _STAMP.fullmatch(path.name) and path.is_dir() and not path.is_symlink()]
    return []


def _best_other(corpus: Path, live: Path | None) -> _Patient | None:
    """Return the newest other generation that is whole, else the newest that can be mended."""
    folders = [path for path in _others(corpus, live) if path.suffix != _PARTIAL]
    patients = [patient for patient in (_patient(corpus, folder) for folder in folders) if patient.is_usable]
    return next((patient for patient in patients if not patient.findings), patients[0] if patients else None)


def _folders(corpus: Path, known: Manifest | None) -> tuple[str, ...]:
    """Return the folders that the corpus was made from, by its seal or by that of another generation."""
    if known is not None:
        return known.folders
    for folder in _others(corpus, None):
        with contextlib.suppress(CorpusError):
            return seal.read_manifest(corpus, folder).folders
    return ()


def _surroundings(corpus: Path, live: Path | None, *, is_kept: bool) -> list[Finding]:
    """Return what is worth telling beside damages; other generations are kept where the live one is not usable."""
    findings = []
    if holder := _holder(corpus):
        findings.append(Finding("writer", _LOCK, "none", holder))
    findings += [_leftover(path, is_kept=is_kept or bool(holder)) for path in _others(corpus, live)]
    if not os.access(corpus, os.W_OK):
        findings.append(Finding("readonly", ".", "none"))
    free, needed = shutil.disk_usage(corpus).free, _SPARE_BYTES + (_size(live) if live else 0)
    if free < needed:
        findings.append(Finding("space", ".", "person", f"{free // 10**6} MB free, {needed // 10**6} MB needed"))
    return findings


def _holder(corpus: Path) -> str:
    """Return who writes the corpus, or ""."""
    with contextlib.suppress(OSError), (corpus / _LOCK).open(encoding="utf-8", errors="replace") as lock:
        return "" if _is_free(lock.fileno()) else lock.read().strip() or "another process"
    return ""


def _leftover(path: Path, *, is_kept: bool) -> Finding:
    part = f"{_GENERATIONS}/{path.name}"
    if path.suffix == _PARTIAL:
        return Finding("leftover", part, "none" if is_kept else "remove", "it was not finished")
    with contextlib.suppress(OSError), (path / _LEASE).open(encoding="utf-8") as lease:
        if not _is_free(lease.fileno()):
            return Finding("leftover", part, "none", "it is still read")
    return Finding("leftover", part, "none" if is_kept else "remove", "it is not read")


def _is_free(file: int) -> bool:
    """Tell whether nobody holds a lock file."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True


def _size(folder: Path) -> int:
    sizes = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            sizes += path.stat().st_size
    return sizes


# --- the mending


def _chosen(corpus: Path) -> _Patient | None:
    """Return the live generation where it is whole or can be mended, else the best other one, or None."""
    live, pointer = _pointed(corpus)
    if pointer and pointer.code != "pointer":
        return None
    patient = _patient(corpus, live) if live else None
    if patient is None or not patient.is_usable:
        return _best_other(corpus, live)
    return patient


def _renew(corpus: Path, patient: _Patient, encoder: LazyEncoder, on_progress: Callable[[int, int], None]) -> None:
    """Publish a new generation from what of another one is proved; all derived parts are made again."""
    manifest, rows = patient.manifest, patient.rows
    if manifest is None or rows is None:
        raise RuntimeError("a generation without proved rows was to be mended")
    codes = {finding.code for finding in patient.findings}
    sources = _to_compare(rows) if "sources" in codes else seal.read_sources(corpus, patient.folder)
    recipe = manifest.recipe.model_copy(update={"lexicon": lexicon.FINGERPRINT})
    try:
        with contextlib.ExitStack() as undo:
            if "vectors" in codes:
                _check_encoder(corpus, manifest, encoder)
                draft = generation.Draft(corpus)
                undo.callback(draft.discard)
                _encode_again(draft.store, rows.passages, encoder, on_progress)
            else:
                draft = generation.Draft(corpus, patient.folder)
                undo.callback(draft.discard)
            draft.publish(recipe, [Path(folder) for folder in manifest.folders], sources)
            undo.pop_all()
    except (OSError, StoreUnwritable) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CorpusUnwritable(corpus=corpus, reason=reason) from error


def _to_compare(rows: Rows) -> Sources:
    """Return sources that no file is the same as, so that each is read again."""
    return Sources(files={passage.document: Source(sha256="", size=0) for passage in rows.passages})


def _check_encoder(corpus: Path, manifest: Manifest, encoder: LazyEncoder) -> None:
    ours = manifest.recipe.model_copy(update={"encoder": encode.fingerprint(encoder.name)})
    if ours != manifest.recipe:
        raise CorpusMismatch(corpus=corpus, theirs=manifest.recipe, ours=ours)


_Piece = tuple[Document, list[Chunk]]


def _encode_again(
    store: Store, passages: Sequence[Passage], encoder: LazyEncoder, on_progress: Callable[[int, int], None]
) -> None:
    """Fill an empty store with passages and with vectors of what was encoded of them."""
    pieces = _remade(passages)
    if pieces is None:
        raise RuntimeError("passages were to be encoded whose encoded text is not proved")
    done = 0
    on_progress(done, len(passages))
    for batch in _batches(pieces):
        texts = [chunk.encoded for _, chunks in batch for chunk in chunks]
        store.add_all(batch, encoder.open().encode_passages(texts))
        done += len(texts)
        on_progress(done, len(passages))
    if list(store) != [passage for found in _by_document(passages) for passage in found]:
        raise RuntimeError("the passages that were stored are not those that were read")


def _batches(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Group whole documents until a group has enough chunks to encode at once."""
    batch: list[_Piece] = []
    for piece in pieces:
        batch.append(piece)
        if sum(len(chunks) for _, chunks in batch) >= _ENCODED_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _remade(passages: Sequence[Passage]) -> list[_Piece] | None:
    """Return the documents with their chunks as they were when they were encoded; None where one is not proved so."""
    pieces = [_remade_one(found) for found in _by_document(passages)]
    proved = [piece for piece in pieces if piece is not None]
    return proved if len(proved) == len(pieces) else None


def _remade_one(passages: Sequence[Passage]) -> _Piece | None:
    """Return one document; that its title was read by the encoder, or was not, is told by the hashes."""
    first = passages[0]
    document = Document(
        id=first.document,
        text=_joined(passages),
        title=first.title,
        date=first.date,
        origin=first.origin,
        author=first.author,
        language=first.language,
    )
    places = [(passage.heading, passage.start, passage.end) for passage in passages]
    for is_title_told in (True, False):
        document = replace(document, is_title_told=is_title_told)
        texts = split.encoded_texts(document, places)
        if [encoded_hash(text) for text in texts] == [passage.encoded for passage in passages]:
            return document, [_chunk(passage, text) for passage, text in zip(passages, texts, strict=True)]
    return None


def _chunk(passage: Passage, encoded: str) -> Chunk:
    return Chunk(
        document=passage.document,
        number=passage.number,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        heading=passage.heading,
        encoded=encoded,
        page=passage.page,
        page_breaks=passage.page_breaks,
        is_boilerplate=passage.is_boilerplate,
    )


def _remove_unheld(corpus: Path) -> None:
    """Remove, as the writer, the generations beside the live one that nobody can hold, since their lease is no file."""
    for path in _others(corpus, generation.live(corpus)):
        if not (path / _LEASE).is_file():
            shutil.rmtree(path, ignore_errors=True)
