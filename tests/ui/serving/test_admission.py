from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ui.errors import ServerBusy, ServerStopping
from ui.serving.admission import Admission

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 10))


async def settled() -> None:
    """Let every task go as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_so_many_are_let_in_and_the_next_ones_follow_in_the_order_in_which_they_came() -> None:
    async def work() -> None:
        admission = Admission(2, 10, 60)
        entered: list[int] = []

        async def ask(number: int) -> None:
            await admission.enter()
            entered.append(number)

        tasks = [asyncio.create_task(ask(number)) for number in range(5)]
        await settled()
        assert (entered, admission.working, admission.waiting) == ([0, 1], 2, 3)
        admission.leave(0.1)
        await settled()
        assert entered == [0, 1, 2]
        admission.leave(0.1)
        admission.leave(0.1)
        await asyncio.gather(*tasks)
        assert entered == [0, 1, 2, 3, 4]

    run(work())


def test_one_too_many_is_refused_at_once_with_the_time_to_come_again() -> None:
    async def work() -> None:
        admission = Admission(1, 2, 600)
        await admission.enter()
        waiting = [asyncio.create_task(admission.enter()) for _ in range(2)]
        await settled()
        with pytest.raises(ServerBusy) as refused:
            await admission.enter()
        assert refused.value.details["seconds"] == _seconds(admission)
        for task in waiting:
            task.cancel()

    run(work())


def test_who_would_wait_longer_than_anybody_may_is_refused_at_once() -> None:
    async def work() -> None:
        admission = Admission(1, 1000, 5)
        for _ in range(60):  # each took ten seconds
            await admission.enter()
            admission.leave(10)
        await admission.enter()
        with pytest.raises(ServerBusy):
            await admission.enter()

    run(work())


def test_who_has_waited_as_long_as_anybody_may_is_told_that_the_server_is_busy() -> None:
    async def work() -> None:
        admission = Admission(1, 10, 0.6)
        await admission.enter()
        with pytest.raises(ServerBusy):
            await admission.enter()
        assert (admission.working, admission.waiting) == (1, 0)

    run(work())


def test_who_goes_away_while_waiting_leaves_the_place_to_the_next() -> None:
    async def work() -> None:
        admission = Admission(1, 10, 60)
        await admission.enter()
        gone, stays = (asyncio.create_task(admission.enter()) for _ in range(2))
        await settled()
        gone.cancel()
        await settled()
        assert admission.waiting == 1
        admission.leave(0.1)
        await stays
        assert (admission.working, admission.waiting) == (1, 0)

    run(work())


def test_once_closed_nobody_is_let_in_and_who_waits_is_still_answered() -> None:
    async def work() -> None:
        admission = Admission(1, 10, 60)
        await admission.enter()
        waits = asyncio.create_task(admission.enter())
        await settled()
        admission.close()
        with pytest.raises(ServerStopping):
            await admission.enter()
        drained = asyncio.create_task(admission.drained())
        admission.leave(0.1)
        await waits
        await settled()
        assert not drained.done()
        admission.leave(0.1)
        await drained

    run(work())


def _seconds(admission: Admission) -> int:
    """Return after how many seconds who is refused is to come again."""
    seconds = admission.refusal().details["seconds"]
    assert isinstance(seconds, int)
    return seconds


def test_the_time_to_come_again_follows_how_long_questions_take() -> None:
    async def work() -> None:
        admission = Admission(1, 0, 10_000)
        await admission.enter()
        quick = _seconds(admission)
        admission.leave(100)
        await admission.enter()
        assert _seconds(admission) > quick

    run(work())
