"""A bar on standard error that shows how far a command has come, when a person may look at it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tqdm import tqdm

    from ui.texts import Language, Text


def progress_bar(doing: Text, unit: Text, language: Language) -> tqdm[Any]:
    """Return a bar with rate and time left."""
    from tqdm import tqdm

    return tqdm(
        desc=doing.into(language),
        unit=unit.into(language),
        total=0,
        disable=None,  # unless standard error is a terminal
        leave=False,
        bar_format="{desc} {percentage:3.0f} % |{bar}| {n_fmt}/{total_fmt} [{elapsed} < {remaining}, {rate_fmt}]",
    )


def shown_by(bar: tqdm[Any]) -> Callable[[int, int], None]:
    """Return what tells the bar how much is done, of how much."""
    return partial(_show, bar)


def _show(bar: tqdm[Any], done: int, total: int) -> None:
    if bar.total != total or done < bar.n:
        bar.reset(total)  # the rate leaves out the loading of the models
    bar.update(done - bar.n)
