"""How many questions are answered at a time, and how many wait; one too many is told when to come back."""

from __future__ import annotations

import asyncio
import math
from typing import Final

from ui.errors import ServerBusy, ServerStopping

_FIRST_GUESS: Final = 0.5  # seconds that a question takes, before one was answered
_WEIGHT_OF_THE_LAST: Final = 0.1
_AFTER_A_STOP: Final = 10  # seconds in which a server is started again, as a rule


class Admission:
    """Lets `at_a_time` questions in at once, in the order in which they came, and lets `most_waiting` others wait.

    It belongs to one event loop.
    """

    def __init__(self, at_a_time: int, most_waiting: int, most_seconds: float) -> None:
        """`most_seconds` is the longest that a question waits; one that would wait longer is refused at once."""
        self._places = asyncio.Semaphore(at_a_time)
        self._at_a_time = at_a_time
        self._most_waiting = most_waiting
        self._most_seconds = most_seconds
        self._seconds_each = _FIRST_GUESS
        self._is_closed = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.waiting = 0
        self.working = 0

    @property
    def is_full(self) -> bool:
        """Whether another question would be refused."""
        is_too_long = self.waiting >= self._most_waiting or self._seconds_to_wait > self._most_seconds
        return self._is_closed or (self._places.locked() and is_too_long)

    @property
    def _seconds_to_wait(self) -> float:
        """How long another question would wait, as the last ones went."""
        return self._seconds_each * (self.waiting + 1) / self._at_a_time

    def refusal(self) -> ServerBusy | ServerStopping:
        """Return what another question is told, with the seconds after which it has a chance."""
        if self._is_closed:
            return ServerStopping(seconds=_AFTER_A_STOP)
        return ServerBusy(seconds=max(1, math.ceil(self._seconds_to_wait)))

    async def enter(self) -> None:
        """Wait for a place, which is held until `leave`; raise ServerBusy or ServerStopping."""
        if self.is_full:
            raise self.refusal()
        await self._wait()
        self.working += 1
        self._idle.clear()

    def leave(self, taken: float) -> None:
        """Give a place up that was held for so many seconds."""
        self._seconds_each += _WEIGHT_OF_THE_LAST * (taken - self._seconds_each)
        self.working -= 1
        self._places.release()
        if not self.working:
            self._idle.set()

    async def _wait(self) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(self._most_seconds):
                await self._places.acquire()
        except TimeoutError:
            raise self.refusal() from None
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Let nobody else in; who waits already is still answered."""
        self._is_closed = True

    async def drained(self) -> None:
        """Wait until nobody is waiting or being answered."""
        while self.waiting or self.working:
            await self._idle.wait()
            await asyncio.sleep(0.01)  # whoever waited takes the place that has become free
