"""How many questions are answered at a time, and how many wait, in fairness among those who ask.

Whoever has the fewest questions at work is next, and among equals, whoever waits longest since a question of theirs
ended: who asks one waits for one of each other, however many the others have waiting.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ui.errors import ServerBusy, ServerStopping, TooManyWaiting

if TYPE_CHECKING:
    from index.errors import SourcierError

_FIRST_GUESS: Final = 0.5  # seconds that a question takes, before one was answered
_WEIGHT_OF_THE_LAST: Final = 0.1
_AFTER_A_STOP: Final = 10  # seconds in which a server is started again, as a rule


@dataclass(slots=True)
class _Asker:
    """The questions of one person: how many are at work, and the turns that wait, the oldest first.

    A turn is given True once it has come, and False once it was lost to somebody else.
    """

    working: int = 0
    turns: deque[asyncio.Future[bool]] = field(default_factory=deque)


class Admission:
    """Lets `at_a_time` questions in at once, and lets `most_waiting` others wait, one of each person in turn.

    Where all places to wait are taken, whoever has the most of them loses the last one to somebody who has at least two
    fewer. So one person alone may have all of them, as all readers together do whom a proxy gives one address, and yet
    keeps nobody else out. It belongs to one event loop.
    """

    def __init__(self, at_a_time: int, most_waiting: int, most_seconds: float) -> None:
        """`most_seconds` is the longest that a question waits; one that would wait longer is refused at once."""
        self._at_a_time = at_a_time
        self._most_waiting = most_waiting
        self._most_seconds = most_seconds
        self._seconds_each = _FIRST_GUESS
        self._is_closed = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._askers: dict[str, _Asker] = {}  # in the order in which a question of theirs ended, or they came
        self.working = 0

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return sum(len(asker.turns) for asker in self._askers.values())

    def refusal(self, person: str = "") -> SourcierError:
        """Return what another question of a person is told, with the seconds after which it has a chance."""
        if self._is_closed:
            return ServerStopping(seconds=_AFTER_A_STOP)
        theirs = self._waiting_of(person)
        if 0 < theirs < self.waiting:
            return TooManyWaiting(waiting=theirs, seconds=_whole(self._seconds_to_wait(person, 1)))
        return ServerBusy(seconds=_whole(self._seconds_to_wait(person, theirs + 1)))

    async def enter(self, person: str) -> None:
        """Wait for a place, which is held until `leave`; raise ServerBusy, TooManyWaiting or ServerStopping."""
        if not self._finds_a_place(person):
            raise self.refusal(person)
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._askers.setdefault(person, _Asker()).turns.append(turn)
        self._let_in()
        try:
            async with asyncio.timeout(self._most_seconds):
                has_come = await turn
        except TimeoutError:
            self._give_up(person, turn)
            raise self.refusal(person) from None
        except asyncio.CancelledError:
            self._give_up(person, turn)
            raise
        if not has_come:
            raise self.refusal(person)

    def leave(self, person: str, taken: float) -> None:
        """Give up a place that a person held for so many seconds."""
        self._seconds_each += _WEIGHT_OF_THE_LAST * (taken - self._seconds_each)
        self._release(person)

    def close(self) -> None:
        """Let nobody else in; who waits already is still answered."""
        self._is_closed = True

    async def drained(self) -> None:
        """Wait until nobody is waiting or being answered."""
        while self.waiting or self.working:
            await self._idle.wait()
            await asyncio.sleep(0.01)  # whoever gives up a turn is still noted for a moment

    def _finds_a_place(self, person: str) -> bool:
        """Tell whether another question may come in, if need be in the place of one of whoever has the most waiting."""
        if self._is_closed:
            return False
        if self.working < self._at_a_time:
            return True
        theirs = self._waiting_of(person)
        if self._seconds_to_wait(person, theirs + 1) > self._most_seconds:
            return False
        return self.waiting < self._most_waiting or self._has_made_room(theirs)

    def _has_made_room(self, theirs: int) -> bool:
        """Take a turn from whoever has the most, for one who has so many; tell whether there was one to take."""
        most = max(self._askers.values(), key=lambda asker: len(asker.turns))
        if len(most.turns) < theirs + 2:
            return False
        lost = most.turns.pop()
        if not lost.done():
            lost.set_result(False)
        return True

    def _let_in(self) -> None:
        """Give the places that are free to those whose turn has come."""
        while self.working < self._at_a_time:
            waiting = [asker for asker in self._askers.values() if asker.turns]
            if not waiting:
                break
            asker = min(waiting, key=lambda asker: asker.working)  # of equals, the first
            turn = asker.turns.popleft()
            if not turn.done():
                turn.set_result(True)
                asker.working += 1
                self.working += 1
                self._idle.clear()

    def _release(self, person: str) -> None:
        """Free a place of a person, who stands behind all others now."""
        asker = self._askers.pop(person)
        asker.working -= 1
        self.working -= 1
        if asker.turns or asker.working:
            self._askers[person] = asker
        self._let_in()
        if not self.working:
            self._idle.set()

    def _give_up(self, person: str, turn: asyncio.Future[bool]) -> None:
        """Forget a turn that nobody waits for any more."""
        if turn.done() and not turn.cancelled():
            if turn.result():  # it came just then
                self._release(person)
            return
        turn.cancel()
        if asker := self._askers.get(person):
            with suppress(ValueError):  # its place was free, or taken, in the same moment
                asker.turns.remove(turn)
            if not (asker.turns or asker.working):
                del self._askers[person]

    def _waiting_of(self, person: str) -> int:
        return len(self._askers[person].turns) if person in self._askers else 0

    def _seconds_to_wait(self, person: str, nth: int) -> float:
        """Return how long the nth question of a person waits at most, as the last ones went and if nobody else comes.

        Before it come the first ones of the person, and as many of everybody else, as far as they have so many.
        """
        others = (len(asker.turns) for name, asker in self._askers.items() if name != person)
        before = nth - 1 + sum(min(count, nth) for count in others)
        return self._seconds_each * (before + 1) / self._at_a_time


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))
