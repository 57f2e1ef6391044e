"""What is promised of the graph on disk: its layout is checked, and only what was deleted is overwritten."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import hnsw
from index.document import Chunk, Document
from index.store import Store, passage_id

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 50


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store of COUNT passages, of which the first ten were removed."""
    folder = tmp_path_factory.mktemp("graph")
    store = Store.create(folder)
    raw = np.random.default_rng(3).normal(size=(COUNT, 8))
    unit = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    for number in range(COUNT):
        name = f"{number}.txt"
        store.add(Document(name, "un", "", "", ""), [Chunk(name, 0, 0, 2, "un", "", "")], unit[number : number + 1])
    store.remove([f"{number}.txt" for number in range(10)])
    store.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "store")


def test_the_elements_and_the_deleted_ones_are_counted(folder: Path) -> None:
    (graph,) = hnsw.graphs(folder)
    assert (len(graph), graph.deleted) == (COUNT, 10)


def test_only_the_vectors_of_deleted_elements_change(folder: Path) -> None:
    (before,) = hnsw.graphs(folder)
    before.elements.flags.writeable = False
    (graph,) = hnsw.graphs(folder)
    graph.erase_deleted()
    (after,) = hnsw.graphs(folder)
    changed = np.flatnonzero((before.elements != after.elements).any(axis=1))

    assert len(changed) == 10
    different = (before.elements != after.elements).any(axis=0)
    assert not different[: graph.vector.start].any()
    assert not different[graph.vector.stop :].any()


def test_each_deleted_vector_becomes_that_of_a_living_one(folder: Path) -> None:
    opened = Store.open(folder)
    living = opened.vectors([passage_id(f"{number}.txt", 0) for number in range(10, COUNT)])
    opened.close()
    (graph,) = hnsw.graphs(folder)
    graph.erase_deleted()
    held = np.ascontiguousarray(graph.elements[:, graph.vector]).view(np.float32)

    assert (held @ np.stack(list(living.values())).T).max(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_where_nothing_lives_the_vectors_become_zero(folder: Path) -> None:
    opened = Store.open(folder)
    opened.remove([f"{number}.txt" for number in range(10, COUNT)])
    opened.close()
    for graph in hnsw.graphs(folder):
        graph.erase_deleted()

    assert not any(graph.elements[:, graph.vector].any() for graph in hnsw.graphs(folder))


@pytest.mark.parametrize("name", ["header.bin", "data_level0.bin"])
def test_a_file_of_another_layout_is_refused(folder: Path, name: str) -> None:
    file = next(folder.glob(f"*/{name}"))
    file.write_bytes(file.read_bytes()[:37])
    with pytest.raises(ValueError, match=r"header\.bin"):
        hnsw.graphs(folder)
