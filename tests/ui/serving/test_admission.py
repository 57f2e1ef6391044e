from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ui.errors import ServerBusy, ServerStopping, TooManyWaiting, Unavailable
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


def test_so_many_are_let_in_and_those_of_one_person_follow_in_the_order_in_which_they_came() -> None:
    async def work() -> None:
        admission = Admission(2, 10, 60)
        entered: list[int] = []

        async def ask(number: int) -> None:
            await admission.enter("lea")
            entered.append(number)

        tasks = [asyncio.create_task(ask(number)) for number in range(5)]
        await settled()
        assert (entered, admission.working, admission.waiting) == ([0, 1], 2, 3)
        admission.leave("lea", 0.1)
        await settled()
        assert entered == [0, 1, 2]
        admission.leave("lea", 0.1)
        admission.leave("lea", 0.1)
        await asyncio.gather(*tasks)
        assert entered == [0, 1, 2, 3, 4]

    run(work())


def test_one_too_many_is_refused_at_once_with_the_time_to_come_again() -> None:
    async def work() -> None:
        admission = Admission(1, 2, 600)
        await admission.enter("lea")
        waiting = [asyncio.create_task(admission.enter("lea")) for _ in range(2)]
        await settled()
        with pytest.raises(ServerBusy) as refused:
            await admission.enter("lea")
        assert refused.value.details["seconds"] == _seconds(admission)
        for task in waiting:
            task.cancel()

    run(work())


def test_who_would_wait_longer_than_anybody_may_is_refused_at_once() -> None:
    async def work() -> None:
        admission = Admission(1, 1000, 5)
        for _ in range(60):  # each took ten seconds
            await admission.enter("lea")
            admission.leave("lea", 10)
        await admission.enter("lea")
        with pytest.raises(ServerBusy):
            await admission.enter("lea")

    run(work())


def test_who_has_waited_as_long_as_anybody_may_is_told_that_the_server_is_busy() -> None:
    async def work() -> None:
        admission = Admission(1, 10, 0.6)
        await admission.enter("lea")
        with pytest.raises(ServerBusy):
            await admission.enter("lea")
        assert (admission.working, admission.waiting) == (1, 0)

    run(work())


def test_who_goes_away_while_waiting_leaves_the_place_to_the_next() -> None:
    async def work() -> None:
        admission = Admission(1, 10, 60)
        await admission.enter("lea")
        gone, stays = (asyncio.create_task(admission.enter("lea")) for _ in range(2))
        await settled()
        gone.cancel()
        await settled()
        assert admission.waiting == 1
        admission.leave("lea", 0.1)
        await stays
        assert (admission.working, admission.waiting) == (1, 0)

    run(work())


def test_once_closed_nobody_is_let_in_and_who_waits_is_still_answered() -> None:
    async def work() -> None:
        admission = Admission(1, 10, 60)
        await admission.enter("lea")
        waits = asyncio.create_task(admission.enter("lea"))
        await settled()
        admission.close()
        with pytest.raises(ServerStopping):
            await admission.enter("lea")
        drained = asyncio.create_task(admission.drained())
        admission.leave("lea", 0.1)
        await waits
        await settled()
        assert not drained.done()
        admission.leave("lea", 0.1)
        await drained

    run(work())


def _seconds(admission: Admission) -> int:
    """Return after how many seconds who is refused is to come again."""
    seconds = admission.refusal("lea").details["seconds"]
    assert isinstance(seconds, int)
    return seconds


def test_the_time_to_come_again_follows_how_long_questions_take() -> None:
    async def work() -> None:
        admission = Admission(1, 0, 10_000)
        await admission.enter("lea")
        quick = _seconds(admission)
        admission.leave("lea", 100)
        await admission.enter("lea")
        assert _seconds(admission) > quick

    run(work())


# --- in fairness among persons


class Queue:
    """Questions of some persons before an admission, and the names in the order in which they were let in."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.let_in: list[str] = []
        self.refused: list[Unavailable] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def ask(self, person: str, questions: int = 1) -> None:
        self._tasks += [asyncio.create_task(self._enter(person)) for _ in range(questions)]
        await settled()

    async def _enter(self, person: str) -> None:
        try:
            await self.admission.enter(person)
        except Unavailable as refused:
            self.refused.append(refused)
        else:
            self.let_in.append(person)

    async def end(self, *persons: str) -> None:
        """End a question of each; whoever is next comes in."""
        for person in persons:
            self.admission.leave(person, 0.5)
            await settled()

    async def gone(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def test_who_asks_one_question_is_next_however_many_another_has_waiting() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 64, 60))
        await queue.ask("ada", 31)
        await queue.ask("bob")
        await queue.end("ada")
        assert queue.let_in == ["ada", "bob"]
        await queue.end("bob")
        assert queue.let_in == ["ada", "bob", "ada"]
        await queue.gone()

    run(work())


def test_those_who_wait_are_let_in_one_question_of_each_in_turn() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 64, 60))
        for person in ("ada", "bob", "cleo"):
            await queue.ask(person, 3)
        for person in ("ada", "bob", "cleo") * 2:
            await queue.end(person)
        assert queue.let_in == ["ada", "bob", "cleo"] * 2 + ["ada"]
        await queue.gone()

    run(work())


def test_who_has_all_places_gives_the_next_ones_to_those_who_have_none() -> None:
    async def work() -> None:
        queue = Queue(Admission(2, 64, 60))
        await queue.ask("ada", 20)
        await queue.ask("bob")
        await queue.ask("cleo")
        await queue.end("ada", "ada")
        assert queue.let_in == ["ada", "ada", "bob", "cleo"]
        await queue.gone()

    run(work())


def test_who_has_a_question_at_work_waits_for_those_who_have_none() -> None:
    async def work() -> None:
        queue = Queue(Admission(2, 64, 60))
        for person in ("ada", "bob") * 2:
            await queue.ask(person)
        await queue.end("bob")
        assert queue.let_in == ["ada", "bob", "bob"]
        await queue.gone()

    run(work())


def test_who_comes_again_and_again_does_not_keep_back_who_waits() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 64, 60))
        await queue.ask("new 0")
        await queue.ask("ada")
        for number in range(1, 4):
            await queue.ask(f"new {number}")
        await queue.end("new 0")
        assert queue.let_in[-1] == "ada"
        await queue.gone()

    run(work())


def test_one_person_alone_may_have_all_places_to_wait() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 8, 60))
        await queue.ask("everybody behind a proxy", 9)
        assert (queue.admission.waiting, queue.refused) == (8, [])
        await queue.ask("everybody behind a proxy")
        assert [type(refused) for refused in queue.refused] == [ServerBusy]
        await queue.gone()

    run(work())


def test_who_has_the_most_waiting_loses_the_last_to_somebody_who_finds_no_place() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 8, 60))
        await queue.ask("ada", 9)
        await queue.ask("bob")
        (lost,) = queue.refused
        assert isinstance(lost, TooManyWaiting)
        assert (lost.details["waiting"], queue.admission.waiting) == (7, 8)
        await queue.end("ada")
        assert queue.let_in == ["ada", "bob"]
        await queue.gone()

    run(work())


def test_nobody_loses_a_place_to_somebody_who_then_has_more() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 4, 60))
        await queue.ask("ada", 3)
        await queue.ask("bob", 2)
        await queue.ask("bob")
        assert [type(refused) for refused in queue.refused] == [TooManyWaiting]
        await queue.end("ada", "bob", "ada", "bob")
        assert queue.let_in == ["ada", "bob", "ada", "bob", "ada"]
        await queue.gone()

    run(work())


def test_where_everybody_waits_with_one_question_the_next_one_is_told_that_the_server_is_busy() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 2, 60))
        for person in ("ada", "bob", "cleo", "dan"):
            await queue.ask(person)
        (refused,) = queue.refused
        assert isinstance(refused, ServerBusy)
        assert refused.details["seconds"] == 2  # behind two others, at half a second each
        await queue.gone()

    run(work())


@pytest.mark.parametrize(("at_a_time", "seconds"), [(1, 20), (4, 5)])
def test_who_has_many_waiting_is_told_a_time_that_counts_the_turns_of_others_between(
    at_a_time: int, seconds: int
) -> None:
    async def work() -> None:
        queue = Queue(Admission(at_a_time, 1000, seconds))
        await queue.ask("bob", at_a_time)
        await queue.ask("bob", 20)
        await queue.ask("ada", 100)
        # Half a second each: of ada's, the twentieth comes behind nineteen of hers and twenty of bob's.
        assert queue.admission.waiting == 20 + 20
        assert {type(refused) for refused in queue.refused} == {TooManyWaiting}
        await queue.gone()

    run(work())


def test_who_has_none_waiting_is_let_in_where_another_has_as_many_as_can_be_answered_in_time() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 1000, 5))
        await queue.ask("ada", 100)
        assert queue.admission.waiting == 10
        await queue.ask("bob")
        assert queue.admission.waiting == 11
        await queue.gone()

    run(work())


def test_a_turn_that_comes_as_its_asker_goes_away_is_given_to_the_next() -> None:
    async def work() -> None:
        admission = Admission(1, 8, 60)
        await admission.enter("ada")
        goes, stays = (asyncio.create_task(admission.enter(person)) for person in ("bob", "cleo"))
        await settled()
        admission.leave("ada", 0.1)  # it is bob's turn, who has not been told yet
        goes.cancel()
        await stays
        assert (admission.working, admission.waiting) == (1, 0)

    run(work())


def test_nothing_is_kept_of_those_who_have_gone() -> None:
    async def work() -> None:
        queue = Queue(Admission(1, 8, 60))
        for person in ("ada", "bob", "cleo"):
            await queue.ask(person, 2)
        await queue.gone()
        await queue.end("ada")
        assert not vars(queue.admission)["_askers"]

    run(work())
