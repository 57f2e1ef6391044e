"""Do the passages of several questions, read together, take less time than one question's after the other's?

`python -m bench.batches` prints the time as a ratio to reading question by question, as the reader does.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from index.document import Scope
from index.embedded import embeddings
from index.encode import Encoder
from index.generation import Generation
from index.sync import recipe, synchronise
from qa.engine import PASSAGES_READ
from qa.reader import TOKENS_AT_A_TIME, WEIGHTS, text_of
from qa.search import search
from qa.window import Windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.embedded import Embeddings
    from qa.network import Network
    from qa.window import Window

_ROOT = Path(__file__).parents[1]
_QUESTIONS = _ROOT / "bench" / "questions.txt"
_TOGETHER = (1, 2, 4)
_ASKED = 8
_AT_A_TIME = (TOKENS_AT_A_TIME, 4 * TOKENS_AT_A_TIME)
_ROUNDS = 3


def main() -> None:
    """Print a table: questions read together, tokens at a time, and the time against one question at a time."""
    from qa import network

    encoder = Encoder.open()
    shared = embeddings(encoder.model)
    model = network.load(WEIGHTS, shared.words.dtype, encoder.device)
    asked = _windows(encoder, shared)
    ways = [(together, most) for most in _AT_A_TIME for together in _TOGETHER]
    seconds: dict[tuple[int, int], list[float]] = {way: [] for way in ways}
    for _ in range(_ROUNDS + 1):
        for way in ways:
            seconds[way].append(_seconds(model, shared, asked, *way))
    best = {way: statistics.median(each[1:]) for way, each in seconds.items()}  # the first round warms up
    print("| questions together | tokens at a time | time |\n|---|---|---|")
    for (together, most), median in best.items():
        print(f"| {together} | {most} | {median / best[ways[0]]:.2f} |")


def _windows(encoder: Encoder, shared: Embeddings) -> list[list[Window]]:
    """Return what is read of each question: the windows of its best passages of the seeds."""
    questions = [question for question in _QUESTIONS.read_text(encoding="utf-8").splitlines() if question]
    questions = questions[:_ASKED]
    windows = Windows(shared.tokenizer)
    with tempfile.TemporaryDirectory() as work:
        corpus = Path(work) / "corpus"
        synchronise([_ROOT / "seeds"], corpus)
        generation = Generation.open(corpus, recipe())
        found = [search(generation, encoder, question, PASSAGES_READ, Scope()) for question in questions]
        generation.close()
    return [
        windows.of(question, [text_of(candidate.passage)[0] for candidate in candidates])
        for question, candidates in zip(questions, found, strict=True)
    ]


def _seconds(model: Network, shared: Embeddings, asked: Sequence[list[Window]], together: int, most: int) -> float:
    import torch

    from qa.network import batches, forward

    began = time.perf_counter()
    for first in range(0, len(asked), together):
        windows = [window for one in asked[first : first + together] for window in one]
        for batch in batches([len(window.ids) for window in windows], most):
            with torch.inference_mode():
                forward(model, shared, [windows[number] for number in batch])
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
