"""Stores that are made by hand, and what lies in their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index import hnsw
from index.document import Chunk, Document

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.store import Store

WIDTH = 8


def document(name: str, text: str = "Un texte.", date: str = "") -> Document:
    return Document(id=name, text=text, title=f"Le titre de {name}", date=date, origin=f"https://exemple.fr/{name}")


def chunks(whole: Document, size: int) -> list[Chunk]:
    starts = range(0, len(whole.text), size)
    texts = [whole.text[start : start + size] for start in starts]
    return [
        Chunk(whole.id, number, start, start + len(text), text, f"Point {number}", f"contexte {text}")
        for number, (start, text) in enumerate(zip(starts, texts, strict=True))
    ]


def vectors(count: int) -> NDArray[np.float32]:
    """Unit vectors that are all different."""
    raw = np.random.default_rng(count).normal(size=(count, WIDTH))
    unit: NDArray[np.float32] = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    return unit


def add(store: Store, whole: Document, size: int = 4) -> NDArray[np.float32]:
    pieces = chunks(whole, size)
    made = vectors(len(pieces))
    store.add(whole, pieces, made)
    return made


def stored_vectors(folder: Path) -> NDArray[np.float32]:
    """Every vector that the file of vectors holds, those that were deleted too."""
    (graph,) = hnsw.graphs(folder)
    return np.ascontiguousarray(graph.elements[:, graph.vector]).view(np.float32)
