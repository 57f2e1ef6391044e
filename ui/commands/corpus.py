"""`sourcier index`, `status` and `doctor`: the corpus is made true to its folders, looked at, and mended."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SourcierError
from ui import index_texts
from ui.commands.console import ANSWERED, NO_CORPUS, TERMINATED, print_lines
from ui.commands.opening import lazy_encoder
from ui.progress import progress_bar, shown_by

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from types import FrameType

    from ui.settings import Settings


def index(arguments: argparse.Namespace, settings: Settings) -> int:
    """Bring the corpus up to date with folders, once or again and again, or say what would be done."""
    from index import sync
    from ui import index_lines

    folders = [Path(folder) for folder in arguments.folders]
    if arguments.watch:
        return _watch(folders, settings)
    if arguments.dry_run:
        changes = sync.preview(folders, settings.corpus, settings.encoder, settings.limits)
        print_lines(index_lines.preview_lines(changes, settings.language))
        return ANSWERED
    with progress_bar(index_texts.PROGRESS, index_texts.PROGRESS_UNIT, settings.language) as bar:
        report = sync.synchronise(folders, settings.corpus, lazy_encoder(settings), shown_by(bar), settings.limits)
    print_lines(index_lines.report_lines(report, settings.language))
    return ANSWERED


def _watch(folders: list[Path], settings: Settings) -> int:
    """Bring the corpus up to date with each change of the folders, until told to stop."""
    from index.watch import Watch
    from ui.watch_lines import outcome_lines

    print(index_texts.WATCHING.into(settings.language), file=sys.stderr, flush=True)
    stop = threading.Event()
    with (
        _stopped_by_termination(stop),
        progress_bar(index_texts.PROGRESS, index_texts.PROGRESS_UNIT, settings.language) as bar,
    ):
        watch = Watch(folders, settings.corpus, lazy_encoder(settings), settings.limits, shown_by(bar))
        for number, outcome in enumerate(watch.outcomes(stop)):
            bar.clear()
            stream = sys.stderr if isinstance(outcome, SourcierError) else sys.stdout
            for line in outcome_lines(outcome, datetime.now().astimezone(), settings.language, is_first=not number):
                print(line, file=stream, flush=True)
    return ANSWERED


@contextmanager
def _stopped_by_termination(stop: threading.Event) -> Iterator[None]:
    """End what is inside at once, and well, on SIGTERM: a synchronisation that is interrupted leaves nothing behind."""

    def terminate(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except KeyboardInterrupt:
        if not stop.is_set():
            raise
    finally:
        signal.signal(signal.SIGTERM, before)


def status(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say how the corpus stands."""
    from index.status import status as status_of
    from ui.status_lines import status_json, status_lines

    found = status_of(settings.corpus, settings.encoder, settings.limits)
    if arguments.json:
        print(status_json(found))
    else:
        print_lines(status_lines(found, settings.corpus, settings.language, all_skipped=arguments.skipped))
    return ANSWERED


def doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """Look for damage in the corpus, and mend it when asked to."""
    stop = threading.Event()
    with _stopped_by_termination(stop):  # so that no copy of the corpus is left
        found = _examined(arguments, settings)
    return TERMINATED if stop.is_set() else found


def _examined(arguments: argparse.Namespace, settings: Settings) -> int:
    from index.doctor import examine
    from index.repair import repair
    from ui.doctor_lines import diagnosis_json, diagnosis_lines

    if arguments.repair:
        with progress_bar(index_texts.REPAIRING, index_texts.REPAIRING_UNIT, settings.language) as bar:
            diagnosis = repair(settings.corpus, lazy_encoder(settings), shown_by(bar))
    else:
        diagnosis = examine(settings.corpus)
    if arguments.json:
        print(diagnosis_json(diagnosis))
    else:
        print_lines(diagnosis_lines(diagnosis, settings.language))
    return ANSWERED if diagnosis.is_whole else NO_CORPUS
