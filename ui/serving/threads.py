"""How many threads compute for one question, where several are answered at a time.

Two questions that share two cores take longer than two that have one each. Measured on two cores with the seeds, in
questions a second: 3.56 by one thread for each of two questions, 2.23 by two; and one question alone takes 5 % longer
by one thread than by two (`python -m bench.load`, before and after).
"""

from __future__ import annotations

import os
from typing import Final

_LIBRARIES: Final = ("OMP", "MKL", "OPENBLAS", "RAYON")


def share_cores(questions: int) -> None:
    """Have the libraries that compute use the cores of this process for so many questions at a time.

    They read it as they are imported, so that this has to come before; what is set already stays.
    """
    threads = max(1, len(os.sched_getaffinity(0)) // questions)
    for library in _LIBRARIES:
        os.environ.setdefault(f"{library}_NUM_THREADS", str(threads))
