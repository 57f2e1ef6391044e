"""The mending of a corpus, from what is left of it and proved.

Nothing is mended in place: what is made again becomes a new sealed generation, or the pointer moves to another one that
is whole.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from index import encode, lexicon, seal
from index.doctor import best_other, examine, follow_pointer, other_generations
from index.draft import Draft
from index.errors import CorpusUnwritable, StoreUnwritable
from index.layout import LEASE
from index.lease import remove_unread
from index.lock import writer
from index.mismatch import mismatch
from index.patient import examine_generation
from index.pointer import live, point_at
from index.rejoin import by_document, rejoined
from index.seal import Source, Sources
from index.sync import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from index.diagnosis import Diagnosis
    from index.encode import LazyEncoder
    from index.passage import Passage
    from index.patient import Patient
    from index.rejoin import Piece
    from index.rows import Rows
    from index.seal import Manifest
    from index.store import Store

_ENCODED_AT_ONCE = 512  # passages


def repair(corpus: Path, encoder: LazyEncoder, on_progress: Callable[[int, int], None] = silent) -> Diagnosis:
    """Mend, as the only writer, what can be mended from what is left, and return what is wrong then.

    A corpus in which there is nothing to mend is left as it is. The encoder is loaded only if vectors have to be made
    again, and must then be the corpus's own; `on_progress` gets the passages encoded, and their number.

    Raises CorpusMissing, CorpusLocked, CorpusUnwritable, CorpusMismatch (another encoder), EncoderUnavailable.
    """
    diagnosis = examine(corpus)
    if not diagnosis.is_mendable:
        return diagnosis
    with writer(corpus):  # removes what an earlier writer left unfinished
        if chosen := _chosen(corpus):
            if chosen.findings:
                _renew(corpus, chosen, encoder, on_progress)
            elif chosen.folder.name != diagnosis.stamp:
                point_at(corpus, chosen.folder.name)
            remove_unread(corpus)
            _remove_unheld(corpus)
    return examine(corpus)


def _chosen(corpus: Path) -> Patient | None:
    """Return the live generation where it is whole or can be mended, else the best other one, or None."""
    folder, lost = follow_pointer(corpus)
    if lost and lost.code != "pointer":
        return None
    patient = examine_generation(corpus, folder) if folder else None
    if patient is None or not patient.is_usable:
        return best_other(corpus, folder)
    return patient


def _renew(corpus: Path, patient: Patient, encoder: LazyEncoder, on_progress: Callable[[int, int], None]) -> None:
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
                draft = Draft(corpus)
                undo.callback(draft.discard)
                _encode_again(draft.store, rows.passages, encoder, on_progress)
            else:
                draft = Draft(corpus, patient.folder)
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
    if error := mismatch(corpus, manifest.recipe, ours):
        raise error


def _encode_again(
    store: Store, passages: Sequence[Passage], encoder: LazyEncoder, on_progress: Callable[[int, int], None]
) -> None:
    """Fill an empty store with passages and with vectors of what was encoded of them."""
    pieces = rejoined(passages)
    if pieces is None:
        raise RuntimeError("passages were to be encoded whose encoded text is not proved")
    done = 0
    on_progress(done, len(passages))
    for batch in _batches(pieces):
        texts = [chunk.encoded for _, chunks in batch for chunk in chunks]
        store.add_all(batch, encoder.open().encode_passages(texts))
        done += len(texts)
        on_progress(done, len(passages))
    if list(store) != [passage for found in by_document(passages) for passage in found]:
        raise RuntimeError("the passages that were stored are not those that were read")


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Group whole documents until a group has enough chunks to encode at once."""
    batch: list[Piece] = []
    for piece in pieces:
        batch.append(piece)
        if sum(len(chunks) for _, chunks in batch) >= _ENCODED_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _remove_unheld(corpus: Path) -> None:
    """Remove, as the writer, the generations beside the live one that nobody can hold: no lease, or a forbidden one."""
    for path in other_generations(corpus, live(corpus)):
        if not (path / LEASE).is_file() or not os.access(path / LEASE, os.R_OK):
            shutil.rmtree(path, ignore_errors=True)
