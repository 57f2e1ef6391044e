"""What a command leaves at the terminal: its lines, what is said beside them, and its exit status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from ui.index_lines import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.settings import Settings
    from ui.texts import Text

ANSWERED: Final = 0
NOT_FOUND: Final = 1
USAGE: Final = 2
NO_CORPUS: Final = 3
# As a shell reports them: 128 and the number of the signal.
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
TERMINATED: Final = 143


def print_lines(lines: Iterable[str]) -> None:
    """Print what the command puts out, each line as it comes."""
    for line in lines:
        print(line)


def say(said: Text, settings: Settings) -> None:
    """Tell the person at the terminal something that is no part of what the command puts out."""
    print(one_line(said.into(settings.language)), file=sys.stderr)
