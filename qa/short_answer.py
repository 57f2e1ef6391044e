"""The best quote -> the one line that is said above the quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.sentences import sentences

if TYPE_CHECKING:
    from qa.answer import Quote

_LONGEST = 320  # characters


def short_answer(best: Quote, *, in_sentences: bool = False) -> str:
    """Return the highlighted words of the best quote, on one line, cut after a word when they are too many.

    `in_sentences` widens them to the sentence or sentences that they lie in.
    """
    start, end = (0, len(best.text))
    if best.answer_start is not None and best.answer_end is not None:
        start, end = best.answer_start - best.start, best.answer_end - best.start
    if in_sentences:
        around = [(first, last) for first, last in sentences(best.text) if first < end and start < last]
        start, end = around[0][0], around[-1][1]
    line = " ".join(best.text[start:end].split())
    if len(line) <= _LONGEST:
        return line
    return f"{line[:_LONGEST].rpartition(' ')[0]}…"
