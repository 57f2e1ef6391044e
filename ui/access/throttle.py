"""How often somebody may fail to get in.

Failures are counted from the first one on, until its window has passed. A moving window would be finer, but `limits`
keeps what it knows of one for ever, and names and addresses are what strangers make up.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ui.errors import LoginTooOften

if TYPE_CHECKING:
    from collections.abc import Iterable

Counted = Literal["name at an address", "address", "name", "keys of an address"]

# Within a window. Whole offices share an address, and mistype now and then; a stranger gets no further by 20 than by 5.
MOST: Final[dict[Counted, int]] = {"name at an address": 5, "address": 20, "name": 30, "keys of an address": 5}
WINDOW: Final = 60  # seconds


@dataclass(frozen=True, slots=True)
class Count:
    """What failures are counted of: the kind, and which one it is."""

    kind: Counted
    of: tuple[str, ...]


class Throttle:
    """Counts failures; each process counts its own. `window` is in seconds."""

    def __init__(self, window: int = WINDOW) -> None:
        self._limits = {kind: RateLimitItemPerSecond(most, window) for kind, most in MOST.items()}
        self._failures = FixedWindowRateLimiter(MemoryStorage())

    def check(self, counts: Iterable[Count]) -> None:
        """Raise LoginTooOften, with the seconds to wait, when one of these has failed as often as it may."""
        until = [self._until(count) for count in counts if self._is_full(count)]
        if until:
            raise LoginTooOften(seconds=max(1, math.ceil(max(until) - time.time())))

    def add(self, counts: Iterable[Count]) -> None:
        """Count a failure of each of these; one that may fail no more does not wait the longer for it."""
        for count in counts:
            self._failures.hit(self._limits[count.kind], count.kind, *count.of)

    def _is_full(self, count: Count) -> bool:
        return not self._failures.test(self._limits[count.kind], count.kind, *count.of)

    def _until(self, count: Count) -> float:
        return self._failures.get_window_stats(self._limits[count.kind], count.kind, *count.of).reset_time
