"""What keeps other programs of the same user from reading the server's secrets out of its process."""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import Final

_log = logging.getLogger(__name__)

_PR_SET_DUMPABLE: Final = 4  # prctl(2)


def shield() -> None:
    """Have the kernel keep the environment and the memory of this process from every other one, but of root.

    The files of a process below /proc are otherwise open to all programs of its user. One of them is the process that
    reads documents, which a hostile document may take over, and some settings in the environment are secrets. There is
    no core dump either then, and no debugger for who is not root. Programs that this process starts are not shielded:
    each has to shield itself. Does nothing where there is no Linux.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        _log.warning("other programs of this user can read this process (errno %d)", ctypes.get_errno())
