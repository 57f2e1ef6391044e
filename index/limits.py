"""How much one file may cost before it is given up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take at most.

    `megabytes` (10^6 bytes) bounds the file, and ten times as much what it may be unpacked to; `pages` those of a PDF
    or the slides of a presentation; `seconds` the time by the clock; `memory` (10^6 bytes) the address space of the
    process that reads it, libraries included.
    """

    megabytes: int = 100
    pages: int = 5_000
    seconds: float = 60.0
    memory: int = 2_000

    @property
    def bytes(self) -> int:
        """The largest file, in bytes."""
        return self.megabytes * 1_000_000

    @property
    def unpacked_bytes(self) -> int:
        """What an archive may be unpacked to, in bytes."""
        return 10 * self.bytes
