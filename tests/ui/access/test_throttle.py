from __future__ import annotations

import time

import pytest
from limits.storage import MemoryStorage

from ui.access import throttle as throttle_module
from ui.access.throttle import MOST, Count, Throttle
from ui.errors import LoginTooOften

ONE = Count("name at an address", ("192.0.2.1", "a"))
OTHER = Count("name at an address", ("192.0.2.1", "b"))


def _fill(throttle: Throttle, count: Count) -> None:
    for _ in range(MOST[count.kind]):
        throttle.check([count])
        throttle.add([count])


@pytest.mark.parametrize("kind", MOST)
def test_as_many_may_fail_as_is_said_and_no_more(kind: str) -> None:
    throttle, count = Throttle(), Count(kind, ("x",))  # type: ignore[arg-type]
    _fill(throttle, count)
    with pytest.raises(LoginTooOften) as refused:
        throttle.check([ONE, count] if kind != ONE.kind else [count])
    assert refused.value.details["seconds"] in {58, 59, 60}


def test_failures_of_one_are_not_those_of_another() -> None:
    throttle = Throttle()
    _fill(throttle, ONE)
    throttle.check([OTHER])


def test_who_goes_on_does_not_wait_the_longer_for_it() -> None:
    throttle = Throttle(window=1)
    _fill(throttle, ONE)
    until = time.monotonic() + 0.9
    while time.monotonic() < until:
        throttle.add([ONE])
        time.sleep(0.05)
    time.sleep(0.2)
    throttle.check([ONE])


def test_what_strangers_make_up_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemoryStorage()
    monkeypatch.setattr(throttle_module, "MemoryStorage", lambda: storage)
    throttle = Throttle(window=1)
    for number in range(500):
        throttle.add([Count("name", (f"made up {number}",))])
    assert len(storage.storage) == 500
    time.sleep(1.05)
    throttle.add([ONE])
    time.sleep(0.1)  # it is swept aside
    assert [len(kept) for kept in (storage.storage, storage.expirations)] == [1, 1]
    assert len(storage.locks) + len(storage.events) <= 2
