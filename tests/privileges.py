"""Root is refused nothing: what lets it through is given up here, for tests of what is forbidden."""

from __future__ import annotations

import ctypes
import os
import sys

_PR_CAPBSET_READ, _PR_CAPBSET_DROP = 23, 24
_PRIVILEGES = (1, 2, 3)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER


def privileges() -> list[int]:
    """Return what lets this process through to files that are forbidden to their owner."""
    if os.geteuid():
        return []
    system = ctypes.CDLL(None)
    return [privilege for privilege in _PRIVILEGES if system.prctl(_PR_CAPBSET_READ, privilege, 0, 0, 0) == 1]


def give_up_privileges() -> None:
    """Start this program again as a root that is refused what its files forbid it; others are already."""
    if held := privileges():
        system = ctypes.CDLL(None)
        if any(system.prctl(_PR_CAPBSET_DROP, privilege, 0, 0, 0) for privilege in held):
            sys.exit("privileges cannot be given up")
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606
