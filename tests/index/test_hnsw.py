"""What is promised of the graph on disk: its layout is checked, and only what was deleted is overwritten."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import hnsw
from index.document import Chunk, Document
from index.passage import passage_id
from index.store import Store
from index.store_files import erase_unused

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


def test_the_places_that_no_element_has_taken_are_zero(folder: Path) -> None:
    """hnswlib never sets them: what the memory held before would be on the disk."""
    (before,) = hnsw.graphs(folder)
    used = {"data_level0.bin": before.elements.nbytes, "length.bin": 4 * COUNT}
    files = {name: before.folder / name for name in used}
    sizes = {name: file.stat().st_size for name, file in files.items()}
    for name, file in files.items():
        assert sizes[name] > used[name], "no place is left over"
        file.write_bytes(file.read_bytes()[: used[name]] + b"\xff" * (sizes[name] - used[name]))
    before.erase_unused()
    (after,) = hnsw.graphs(folder)

    assert (after.elements == before.elements).all()
    for name, file in files.items():
        content = file.read_bytes()
        assert (len(content), set(content[used[name] :])) == (sizes[name], {0})


def test_a_store_whose_unused_places_were_erased_takes_more(folder: Path) -> None:
    erase_unused(folder)
    store = Store.open(folder)
    vector = np.full((1, 8), 8**-0.5, dtype=np.float32)
    store.add(Document("neuf.txt", "deux", "", "", ""), [Chunk("neuf.txt", 0, 0, 4, "deux", "", "")], vector)

    assert list(store.nearest(vector[0], 1)) == ["neuf.txt#0"]
    assert len(store) == COUNT - 10 + 1
    store.close()
