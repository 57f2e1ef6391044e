"""Which failures to read a file may pass, and when it is tried again.

A document that goes because a network drive answered too late, or because another program took the memory, would be
missed until somebody edits its file. So what may pass is tried again, and meanwhile the former text stays.
"""

from __future__ import annotations

import calendar
import re
import time
from typing import TYPE_CHECKING

from index import seal
from index.seal import Unread

if TYPE_CHECKING:
    from index.limits import Limits
    from index.scan import File
    from index.seal import Source

VANISHED = "it has vanished"
KILLED = "the process that read it was killed, perhaps for want of memory"

_MAY_PASS = (VANISHED, KILLED, "permission denied", "it cannot be read (")
_TOO_SLOW = re.compile(r"it takes more than [\d.e+]+ seconds to read")

_PATIENCE = 20  # times as long as a file may take; so a bomb costs a twentieth of the time at most, and soon much less
_MOST_TRIES = 8
"""Of a file that takes too long, at the next look, then after 20 minutes, 40, 80 and so on (of 60 seconds each): a
machine that is overloaded for a day is outlasted, and a bomb costs eight minutes in all."""


def may_pass(reason: str) -> bool:
    """Tell whether a file that cannot be read for this reason may be read later, though it does not change."""
    return reason.startswith(_MAY_PASS) or _is_too_slow(reason)


def is_there(reason: str) -> bool:
    """Tell whether a file that cannot be read for this reason still lies in its folder."""
    return reason != VANISHED


def failed(file: File, reason: str, before: Source | None) -> Unread:
    """Return what is noted of a try to read a file that failed, after what was known of it."""
    last = before.unread if before else None
    is_again = last is not None and (last.sha256, last.size, last.reason) == (file.sha256, file.size, reason)
    tries = last.tries + 1 if last and is_again else 1
    return Unread(sha256=file.sha256, size=file.size, reason=reason, tries=tries, at=seal.moment())


def reason_of(source: Source) -> str:
    """Return why a file could not be read the last time; "" where it could."""
    return source.unread.reason if source.unread else source.skipped


def is_free(source: Source) -> bool:
    """Tell whether a file that could not be read is tried at each look: that it fails again needs no noting."""
    return may_pass(reason_of(source)) and not _is_too_slow(reason_of(source))


def is_due(source: Source, limits: Limits) -> bool:
    """Tell whether a file that took too long is to be tried again now; a clock that went back makes it due."""
    last = source.unread
    if not _is_too_slow(reason_of(source)):
        return False
    if last is None or last.tries <= 1:
        return True
    if last.tries >= _MOST_TRIES:
        return False
    wait = _PATIENCE * limits.seconds * 2 ** (last.tries - 2)
    return not 0 <= _seconds(seal.moment()) - _seconds(last.at) < wait


def _is_too_slow(reason: str) -> bool:
    return bool(_TOO_SLOW.fullmatch(reason))


def _seconds(moment: str) -> int:
    return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ")) if moment else 0
