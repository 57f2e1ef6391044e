from __future__ import annotations

import os

import pytest

from ui.serving import threads


@pytest.mark.parametrize(("cores", "processes", "each"), [(8, 2, "4"), (2, 2, "1"), (1, 4, "1"), (8, 3, "2")])
def test_the_cores_are_shared_among_the_processes(
    monkeypatch: pytest.MonkeyPatch, cores: int, processes: int, each: str
) -> None:
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    threads.share_cores(processes)
    assert os.environ["OMP_NUM_THREADS"] == each


def test_what_an_administrator_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"OMP_NUM_THREADS": "7"})
    threads.share_cores(2)
    assert os.environ["OMP_NUM_THREADS"] == "7"
