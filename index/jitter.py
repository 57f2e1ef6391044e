"""Vectors set a hair aside, so that no two are equal, and set back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_HAIR = 1e-3
"""How far each vector, of length 1, is set aside in a direction that its passage's name decides: so no two are equal.
Equal vectors become each other's only neighbours, and the graph falls to pieces: of one passage 3,000 times among 1,000
others, 882 were not found by their own vector; so far apart, and with 32 neighbours, all were."""


def set_aside(vectors: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.float32]:
    """Return unit vectors [rows, width], each a hair off the given one, in the direction of its name."""
    moved = vectors + _HAIR * _directions(names, vectors.shape[1])
    unit: NDArray[np.float32] = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return unit


def set_back(vectors: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.float32]:
    """Return the unit vectors of which `set_aside` made these: v = t w - h a, with t such that its length is 1."""
    directions = _directions(names, vectors.shape[1])
    along = _HAIR * np.sum(vectors * directions, axis=1, keepdims=True)
    back = (along + np.sqrt(along**2 - _HAIR**2 + 1)) * vectors - _HAIR * directions
    unit: NDArray[np.float32] = back.astype(np.float32)
    return unit


def _directions(names: Sequence[str], width: int) -> NDArray[np.float64]:
    """Return the direction of each name, a unit vector: the same wherever and whenever it is asked for."""
    drawn = b"".join(hashlib.shake_128(name.encode("utf-8", "surrogatepass")).digest(width) for name in names)
    aside = np.frombuffer(drawn, dtype=np.uint8).reshape(len(names), width) - 127.5
    directions: NDArray[np.float64] = aside / np.linalg.norm(aside, axis=1, keepdims=True)
    return directions
