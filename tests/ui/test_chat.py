from __future__ import annotations

import pytest

from ui.chat import read_place


@pytest.mark.parametrize(
    ("place", "read"),
    [
        ("#doc=a.txt&start=3&end=9", ("a.txt", 3, 9)),
        ("#doc=%C3%A9t%C3%A9+%26+hiver.txt&start=0&end=1", ("été & hiver.txt", 0, 1)),
        ("#doc=a.txt", ("a.txt", 0, 0)),
        ("#doc=a.txt&start=-3&end=x", ("a.txt", 0, 0)),
        ("#doc=a.txt&start=²&end=1", ("a.txt", 0, 1)),
        ("#doc=a.txt&start=" + "9" * 5000, ("a.txt", 0, 0)),
        ("", ("", 0, 0)),
        ("#", ("", 0, 0)),
        ("#elsewhere", ("", 0, 0)),
    ],
)
def test_place_is_read_from_a_link(place: str, read: tuple[str, int, int]) -> None:
    assert read_place(place) == read
