"""`sourcier feedback`: what readers said of the answers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CorpusError
from ui import feedback_texts, texts
from ui.commands.console import ANSWERED, print_lines, say
from ui.index_lines import one_line
from ui.texts import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ui.feedback import Feedback
    from ui.settings import Settings


def feedback(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show what readers said of the answers, newest first, or make a question set of it."""
    from ui.feedback import json_line, read, since
    from ui.feedback_lines import feedback_lines

    file = settings.feedback_file
    kept = read(file)
    if kept.unreadable:
        numbers = ", ".join(map(str, kept.unreadable))
        say(feedback_texts.UNREADABLE.filled(file=file, numbers=numbers), settings)
    found = kept.feedbacks if arguments.since is None else since(kept.feedbacks, arguments.since)
    if arguments.export is not None:
        _export(found, arguments.export, settings)
    elif arguments.json:
        print_lines(map(json_line, reversed(found)))
    elif found:
        print_lines(feedback_lines(found, settings.language))
    else:
        none = feedback_texts.NO_FEEDBACK_SINCE if kept.feedbacks else feedback_texts.NO_FEEDBACK
        print(one_line(none.filled(file=file, date=arguments.since).into(settings.language)))
    return ANSWERED


def _export(feedbacks: Sequence[Feedback], target: str, settings: Settings) -> None:
    """Write what readers said as a question set, into a new file or to standard output."""
    from index.pointer import live
    from index.seal import read_sources
    from ui.feedback import question_set_lines, write_question_set

    documents = None
    with suppress(CorpusError):  # what readers said outlives the corpus
        documents = frozenset(read_sources(settings.corpus, live(settings.corpus)).documents)
    lines = list(question_set_lines(feedbacks, documents))
    if not lines:
        say(feedback_texts.NOTHING_TO_EXPORT, settings)
    elif target == "-":
        print_lines(lines)
    else:
        write_question_set(Path(target), lines)
        say(feedback_texts.EXPORTED.filled(questions=counted(len(lines), texts.QUESTION), file=target), settings)
