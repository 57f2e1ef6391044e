"""How many threads compute in each of several processes that answer.

Within one process the questions share the threads: measured on two cores with the seeds, in questions a second, one
question at a time takes both (2.41 against 1.69 with one), and two at a time hardly care (2.91 against 3.03), by
`python -m bench.threads`.
"""

from __future__ import annotations

import os
from typing import Final

_LIBRARIES: Final = ("OMP", "MKL", "OPENBLAS", "RAYON")


def share_cores(processes: int) -> None:
    """Have the libraries that compute in this process use its share of the cores, as one of so many.

    They read it as they are imported, so that this has to come before; what is set already stays.
    """
    threads = max(1, len(os.sched_getaffinity(0)) // processes)
    for library in _LIBRARIES:
        os.environ.setdefault(f"{library}_NUM_THREADS", str(threads))
