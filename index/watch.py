"""Folders -> a corpus that stays true to them: a synchronisation after each burst of changes, until told to stop."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CorpusLocked, SourcierError
from index.left_out import is_file_left_out, is_folder_left_out
from index.limits import Limits
from index.sync import Report, recorded_folders, silent, synchronise

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from index.encode import LazyEncoder

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """When to synchronise, in seconds.

    A burst of changes has ended when nothing changed for `settled`, and is cut off after `gathered`. All is compared
    every `compared`, since events can be lost: a network drive sends none. A corpus that another process was writing
    is tried again after `locked`.
    """

    settled: float = 1.0
    gathered: float = 10.0
    compared: float = 600.0
    locked: float = 30.0


@dataclass(slots=True)
class Watch:
    """Keeps a corpus true to folders; with none named, to those that it was made from.

    The encoder stays loaded. `on_progress` gets the files done and the files to be read.
    """

    folders: Sequence[Path]
    corpus: Path
    encoder: LazyEncoder
    limits: Limits = field(default_factory=Limits)
    on_progress: Callable[[int, int], None] = silent
    pace: Pace = field(default_factory=Pace)
    _is_due: bool = field(default=True, init=False)
    _compare_at: float = field(default=0.0, init=False)  # monotonic seconds
    _told: str | None = field(default=None, init=False)  # the last error, "" when all was well, None before the first

    def outcomes(self, stop: threading.Event) -> Iterator[Report | SourcierError]:
        """Synchronise at once and after each burst of changes, until `stop` is set; yield what there is to tell.

        That is the first report, each report of something done, each error that is not the one before, and the report
        after an error. No error of a synchronisation ends this: it is tried again at the next change. A folder that
        vanishes may come back. Raises what `recorded_folders` raises when no folder is named.
        """
        # A folder may be named from the working directory, or through a link that is turned elsewhere.
        self.folders = [folder.absolute() for folder in self.folders or recorded_folders(self.corpus)]
        while not stop.is_set():
            places = _places(self.folders)
            for paths in _bursts([folder for folder in self.folders if places[folder]], stop, self.pace):
                if _places(self.folders) != places:  # another folder has that name now, and nothing is heard of it
                    self._is_due = True
                    break
                self._is_due = self._is_due or any(_matters(path, self.folders, self.corpus) for path in paths)
                if self._is_due or time.monotonic() >= self._compare_at:
                    outcome = self._synchronise()
                    if outcome is not None:
                        yield outcome

    def _synchronise(self) -> Report | SourcierError | None:
        """Synchronise; return what came of it if it is worth telling."""
        self._is_due = False
        outcome: Report | SourcierError
        try:
            outcome = synchronise(self.folders, self.corpus, self.encoder, self.on_progress, self.limits)
            said, is_told = "", not outcome.unchanged
        except SourcierError as error:
            outcome, said, is_told = error, str(error), False
        wait = self.pace.locked if isinstance(outcome, CorpusLocked) else self.pace.compared
        self._compare_at = time.monotonic() + wait
        is_told = is_told or said != self._told
        self._told = said
        return outcome if is_told else None


def _bursts(folders: Sequence[Path], stop: threading.Event, pace: Pace) -> Iterator[list[str]]:
    """Yield the paths that changed, burst by burst, and nothing at all from time to time, until `stop` is set."""
    import watchfiles

    try:
        for changes in watchfiles.watch(
            *folders,
            watch_filter=None,
            step=_milliseconds(pace.settled),
            debounce=_milliseconds(pace.gathered),
            rust_timeout=_milliseconds(pace.settled),
            yield_on_timeout=True,
            stop_event=stop,
            ignore_permission_denied=True,
        ):
            yield [path for _kind, path in changes]
    except (OSError, RuntimeError) as error:  # it vanished just now, or the system watches no more folders than so many
        _log.warning("changes are not heard of, and are looked for instead: %s", error)
    while not stop.wait(pace.settled):
        yield []


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _places(folders: Sequence[Path]) -> dict[Path, tuple[int, int] | None]:
    """Return what tells each folder from another that takes its name; None for one that is not there."""
    places: dict[Path, tuple[int, int] | None] = {}
    for folder in folders:
        try:
            found = folder.stat()
            places[folder] = (found.st_dev, found.st_ino)
        except OSError:
            places[folder] = None
    return places


def _matters(path: str, folders: Sequence[Path], corpus: Path) -> bool:
    """Tell whether a path may be that of a document: its name is not left out, and it is not of the corpus."""
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(corpus)):
        return False
    below = [Path(path).relative_to(folder) for folder in folders if Path(path).is_relative_to(folder)]
    return not below or not all(map(_is_left_out, below))


def _is_left_out(place: Path) -> bool:
    return is_file_left_out(place.name) or any(map(is_folder_left_out, place.parts))
