"""The settings -> what a command works with: the engine, in one process or in several, or the encoder alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.encode import LazyEncoder
    from qa.engine import Engine
    from ui.settings import Settings


def open_engine(settings: Settings) -> Engine:
    """Open the corpus and load the models; raises what Engine.open raises."""
    return _opening(settings)()


def open_to_serve(settings: Settings) -> Engine:
    """Open the corpus, or wait for one, and load the models, in as many processes as are set.

    Raises what Engine.open raises, but for a corpus that is waited for, and WorkerEnded.
    """
    opening = _opening(settings, wait=True)
    if settings.workers == 1:
        return opening()

    from ui.serving.pool import EnginePool

    return cast("Engine", EnginePool(opening, settings))  # whatever the doors ask of an engine, it answers


def lazy_encoder(settings: Settings) -> LazyEncoder:
    """Return the encoder, which is loaded when it is needed."""
    from index.encode import LazyEncoder

    return LazyEncoder(settings.encoder, settings.device)


def _opening(settings: Settings, *, wait: bool = False) -> Callable[[], Engine]:
    from qa.engine import Engine

    return partial(
        Engine.open,
        settings.corpus,
        encoder=settings.encoder,
        device=settings.device,
        reader=settings.reader,
        passages_read=settings.passages_read,
        wait=wait,
    )
