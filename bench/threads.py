"""How many questions a second are answered, by threads for each and by questions at a time: `python -m bench.threads`.

Each number of threads has a process of its own, for the libraries that compute read it as they are imported.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_QUESTIONS = _ROOT / "bench" / "questions.txt"
_AT_A_TIME = (1, 2)


def main() -> None:
    """Print a table; with a corpus as the argument, measure here."""
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as work:
        corpus = str(Path(work) / "corpus")
        index = [sys.executable, "-m", "ui.cli", "index", str(_ROOT / "seeds"), "--corpus", corpus]
        subprocess.run(index, cwd=_ROOT, capture_output=True, check=True)
        print("| threads for each | at a time | questions a second |\n|---|---|---|", flush=True)
        for threads in dict.fromkeys((1, len(os.sched_getaffinity(0)))):
            environment = os.environ | {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
            subprocess.run([sys.executable, "-m", "bench.threads", corpus], cwd=_ROOT, env=environment, check=True)


def measure(corpus: Path) -> None:
    """Print what this process answers."""
    from qa.engine import Engine

    questions = [question for question in _QUESTIONS.read_text(encoding="utf-8").splitlines() if question]
    engine = Engine.open(corpus)
    engine.ask(questions[0])
    for at_a_time in _AT_A_TIME:
        began = time.perf_counter()
        with ThreadPoolExecutor(at_a_time) as threads:
            list(threads.map(engine.ask, questions))
        seconds = time.perf_counter() - began
        print(f"| {os.environ['OMP_NUM_THREADS']} | {at_a_time} | {len(questions) / seconds:.2f} |", flush=True)
    engine.close()


if __name__ == "__main__":
    main()
