"""What setting vectors aside promises: no two are equal, each stays a hair from what it was, and can be set back."""

from __future__ import annotations

import numpy as np
import pytest

from index.jitter import set_aside, set_back
from tests.index.stores import vectors

NAMES = ["a.txt#0", "a.txt#1", "b.txt#0", "été.txt#0", "un\udce9.txt#0"]


def test_equal_vectors_are_set_aside_to_different_places_a_hair_off() -> None:
    same = np.tile(vectors(1), (len(NAMES), 1))
    aside = set_aside(same, NAMES)

    assert len(np.unique(aside, axis=0)) == len(NAMES)
    assert np.abs(aside - same).max() <= 1e-3
    assert np.linalg.norm(aside, axis=1) == pytest.approx(np.ones(len(NAMES)), abs=1e-6)


def test_where_a_vector_is_set_aside_to_depends_on_its_name_alone() -> None:
    rows = vectors(len(NAMES))
    assert np.array_equal(set_aside(rows[2:3], NAMES[2:3]), set_aside(rows, NAMES)[2:3])


def test_what_was_set_aside_is_set_back() -> None:
    rows = vectors(len(NAMES))
    assert set_back(set_aside(rows, NAMES), NAMES) == pytest.approx(rows, abs=1e-6)
