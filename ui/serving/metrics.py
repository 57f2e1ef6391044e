"""What the server measures of itself, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answer import Answer


class Metrics:
    """The measurements of one server."""

    def answered(self, door: str, answer: Answer) -> None:
        """Count an answer, with the time that its stages took."""

    def searched(self, door: str) -> None:
        """Count a search."""
