"""From a question to an Answer: the whole way, in one readable function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Self

from qa.answer import Answer, Filters, FullDocument, Quote, Turn

Stage = Literal["search", "read"]


def _silent(_stage: Stage) -> None:
    """Tell nobody."""


class Engine:
    """Answers questions from one corpus; safe to share between threads."""

    @classmethod
    def open(cls, corpus: Path, encoder: str = "embedded", device: str | None = None) -> Self:
        """Open the corpus kept in a folder, and load the models.

        Raises CorpusError (the corpus cannot be used) or EncoderUnavailable.
        """
        raise NotImplementedError

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        max_quotes: int = 5,
        on_stage: Callable[[Stage], None] = _silent,
    ) -> Answer:
        """Answer a question with quotes, or say that the corpus does not answer it.

        `on_stage` is called as each stage begins. Raises InvalidQuestion or InvalidFilter, or CorpusError when the
        corpus was replaced by one that cannot be used.
        """
        raise NotImplementedError

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Quote]:
        """Return the k best passages (whole chunks, best first) for a question, without reading them."""
        raise NotImplementedError

    def document(self, document: str) -> FullDocument:
        """Return a whole document; raise DocumentUnknown when the corpus holds none of this name."""
        raise NotImplementedError
