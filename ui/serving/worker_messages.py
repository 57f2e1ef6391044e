"""What passes between the front and a worker: what it is to do, the calls, what they give, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.errors import CorpusError
    from qa.answer import CorpusInfo
    from qa.engine import Engine
    from ui.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is to do; `opening` opens its engine."""

    opening: Callable[[], Engine]
    settings: Settings
    is_logging: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A method of the engine to be called, for the request of this id."""

    number: int
    request: str
    method: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What the call of a number gave, or what it raised."""

    number: int
    found: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class State:
    """How the engine of a worker stands."""

    missing: CorpusError | None
    corpus: CorpusInfo | None

    @property
    def seen(self) -> tuple[str, CorpusInfo | None]:
        """What changes when it stands otherwise."""
        return repr(self.missing), self.corpus


@dataclass(frozen=True, slots=True)
class Usage:
    """What the process of a worker has taken: memory in bytes (0 where the system does not tell), processors in s."""

    memory: int
    processor: float
