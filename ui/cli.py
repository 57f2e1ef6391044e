"""The command line: which command is run, and with which exit status it ends.

Nothing heavy is imported until a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from index.errors import CorpusError, SourcierError
from ui.commands.console import ANSWERED, INTERRUPTED, NO_CORPUS, PIPE_CLOSED, USAGE
from ui.parser import build_parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from ui.settings import Settings
    from ui.texts import Language

    Command = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # JSON is UTF-8 whatever the locale, and no locale makes a quote unprintable.
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        try:
            status = _run(build_parser().parse_args(arguments))
        except SystemExit as stop:  # argparse ends by itself, after help and after an error of use
            status = USAGE if stop.code else ANSWERED
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output once more as it ends, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return status


def _run(arguments: argparse.Namespace) -> int:
    """Load the settings and run the command that was named; an error becomes one sentence in each language."""
    from ui.settings import Settings, load_settings

    language: Language = "fr"
    try:
        given = {name: value for name, value in vars(arguments).items() if name in Settings.model_fields}
        settings = load_settings(**given)
        language = settings.language
        return _commands()[arguments.command](arguments, settings)
    except SourcierError as error:
        from ui.error_texts import sentence
        from ui.render import printable

        print(printable(sentence(error).both(language)), file=sys.stderr)
        return NO_CORPUS if isinstance(error, CorpusError) else USAGE


def _commands() -> dict[str, Command]:
    """Return what each command does, by its name."""
    from ui.access import commands as access
    from ui.commands import corpus, feedback, questions, serving

    return {
        "chat": serving.chat,
        "serve": serving.serve,
        "index": corpus.index,
        "status": corpus.status,
        "doctor": corpus.doctor,
        "ask": questions.ask,
        "measure": questions.measure,
        "feedback": feedback.feedback,
        "user": access.user,
        "key": access.key,
    }


if __name__ == "__main__":
    sys.exit(main())
