"""The trial of a sealed generation by a process of its own: can Chroma and Tantivy read it, and do they find all?

Started by `index.trial`: what is damaged may end the process that reads it by a signal. Copies are opened, because
both libraries write into what they open; they lie in a folder of the parent's, who removes what is left of them.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from index import hnsw, seal
from index.errors import StoreDamaged
from index.layout import LEXICON, SPELLING, STORE
from index.lexicon import Lexicon
from index.rows import read_rows
from index.spelling import Spelling
from index.store import Store
from index.store_files import copy_store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.passage import Passage

_PROBES = 64  # passages that must find themselves


def main() -> None:
    """Try the parts of a generation, which the command names, and print for each of them what is wrong, or ""."""
    tempfile.tempdir, folder, *parts = sys.argv[2:]
    chunks = seal.read_manifest(Path(folder), Path(folder)).chunks
    for part in parts:
        print(json.dumps([part, trouble(part, Path(folder), chunks)]), flush=True)  # noqa: T201  # to the parent


def trouble(part: str, folder: Path, chunks: int) -> str:
    """Return what is wrong with the store, the lexicon or the spellings of a generation with so many chunks, or ""."""
    trials: dict[str, Callable[[Path, int], str]] = {
        STORE: _try_store,
        LEXICON: _try_lexicon,
        SPELLING: _try_spelling,
    }
    try:
        return trials[part](folder, chunks)
    except OSError as error:
        return error.strerror or type(error).__name__
    except StoreDamaged as error:
        return str(error)
    except BaseException as error:  # noqa: BLE001  # a panic of Rust is no Exception; whatever it is, is what was asked
        return type(error).__name__


def _try_store(folder: Path, chunks: int) -> str:
    with tempfile.TemporaryDirectory(prefix="sourcier-doctor-") as aside:
        copy = Path(aside) / STORE
        copy_store(folder / STORE, copy)
        held = sum(len(graph) - graph.deleted for graph in hnsw.graphs(copy))
        if held != chunks:
            return f"{held} vectors instead of {chunks}"
        store = Store.open(copy)
        try:
            if len(store) != chunks:
                return f"{len(store)} passages instead of {chunks}"
            return _lost(store, read_rows(copy).passages)
        finally:
            store.close()


def _lost(store: Store, passages: Sequence[Passage]) -> str:
    """Return how many of a sample of passages do not find themselves, or ""."""
    sample = [passage.id for passage in passages[:: max(1, len(passages) // _PROBES)]]
    found = store.passages(sample)
    vectors = store.vectors(sample)
    lost = 0
    for passage in passages[:: max(1, len(passages) // _PROBES)]:
        vector = vectors.get(passage.id)
        nearest = 0.0 if vector is None else max(store.nearest(vector, 1).values(), default=0.0)
        lost += nearest < 0.999 or found.get(passage.id) != passage
    return f"{lost} of {len(sample)} passages do not find themselves" if lost else ""


def _try_lexicon(folder: Path, chunks: int) -> str:
    with tempfile.TemporaryDirectory(prefix="sourcier-doctor-") as aside:
        copy = shutil.copytree(folder / LEXICON, Path(aside) / LEXICON, copy_function=shutil.copyfile)
        entries = len(Lexicon.open(copy))
        return "" if entries == chunks else f"{entries} entries instead of {chunks}"


def _try_spelling(folder: Path, _chunks: int) -> str:
    Spelling.load(folder / SPELLING)
    return ""


if __name__ == "__main__":
    main()
