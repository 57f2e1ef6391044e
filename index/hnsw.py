"""The graph of vectors as Chroma's hnswlib writes it to disk: what was deleted, or never meant, is overwritten there.

Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small World
graphs", 2018. To delete an element only marks it: its vector stays, and searches still walk over it. Layout, of
hnswlib's `saveIndex` behind a version number of four bytes: `header.bin` tells how many elements there are and where
the parts of one lie; `data_level0.bin` holds the elements one after another, each with its links on the lowest level
(how many, the mark of deletion, then the numbers of its neighbours), its vector in float32, and its label;
`length.bin` holds a number in float32 for each. Both go on to the places that are not taken yet, which hnswlib never
sets: it writes there whatever the memory held before, a text that was removed as well.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_HEADER = struct.Struct("<4xQQQQQQ")  # offset of level 0, places, elements, element size, label's and vector's offset
_DELETED_BYTE = 2  # of an element: its links' count takes two bytes, the mark follows


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph on disk; nobody else may have it open while it is changed."""

    folder: Path
    elements: NDArray[np.uint8]
    vector: slice

    def __len__(self) -> int:
        return len(self.elements)

    @property
    def deleted(self) -> int:
        """How many of its elements are marked as deleted."""
        return int(self._marks().sum())

    def erase_deleted(self) -> None:
        """Overwrite the vector of each deleted element by that of a neighbour that lives.

        So the graph stays as easy to walk as it was, and what the vector said is gone.
        """
        marks = self._marks()
        living = np.flatnonzero(~marks)
        for number in np.flatnonzero(marks):
            near = [neighbour for neighbour in self._neighbours(int(number)) if not marks[neighbour]]
            if near or len(living):
                self.elements[number, self.vector] = self.elements[near[0] if near else living[0], self.vector]
            else:
                self.elements[number, self.vector] = 0
        with (self.folder / _LEVEL_0).open("r+b") as file:  # places beyond the last element may follow
            self.elements.tofile(file)

    def erase_unused(self) -> None:
        """Set the places that no element has taken yet to zero."""
        for name, used in ((_LEVEL_0, self.elements.nbytes), (_LENGTHS, 4 * len(self))):
            with (self.folder / name).open("r+b") as file:
                whole = file.seek(0, os.SEEK_END)
                file.truncate(used)
                file.truncate(whole)

    def _marks(self) -> NDArray[np.bool_]:
        marks: NDArray[np.bool_] = (self.elements[:, _DELETED_BYTE] & 1).astype(bool)
        return marks

    def _neighbours(self, number: int) -> list[int]:
        links = self.elements[number, : self.vector.start].tobytes()
        (count,) = struct.unpack_from("<H", links)
        return [link for link in struct.unpack_from(f"<{count}I", links, 4) if link < len(self)]


_LEVEL_0 = "data_level0.bin"
_LENGTHS = "length.bin"


def graphs(store: Path) -> list[Graph]:
    """Return the graphs of a closed store: one for each collection that has vectors.

    Raises ValueError where a file does not have the layout above.
    """
    return [_graph(file.parent) for file in sorted(store.glob("*/header.bin"))]


def _graph(folder: Path) -> Graph:
    header = (folder / "header.bin").read_bytes()
    if len(header) < _HEADER.size:
        raise ValueError("header.bin is too short")
    _level_0, _places, count, size, label, vector = _HEADER.unpack_from(header)
    content = np.fromfile(folder / _LEVEL_0, dtype=np.uint8, count=count * size)
    if not 0 < vector < label < size or len(content) != count * size:
        raise ValueError(f"{_LEVEL_0} does not have the size that header.bin tells")
    return Graph(folder, content.reshape(count, size), slice(vector, label))
