"""The command line: `sourcier chat`, `sourcier index`, `sourcier ask`, `sourcier measure`.

Nothing heavy is imported until a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.errors import CorpusError, InvalidRequest, SourcierError
from ui import texts
from ui.parser import build_parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tqdm import tqdm

    from qa.engine import Engine
    from ui.settings import Settings
    from ui.texts import Language, Text

ANSWERED: Final = 0
NOT_FOUND: Final = 1
USAGE: Final = 2
NO_CORPUS: Final = 3
# As a shell reports them: 128 and the number of the signal.
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


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
        commands = {"chat": chat, "index": index, "ask": ask, "measure": measure}
        return commands[arguments.command](arguments, settings)
    except SourcierError as error:
        from ui.error_texts import sentence
        from ui.render import printable

        print(printable(sentence(error).both(language)), file=sys.stderr)
        return NO_CORPUS if isinstance(error, CorpusError) else USAGE


def chat(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Open the chat page, and serve it until told to stop."""
    from ui.server import reserve, serve

    with reserve(settings.host, settings.port) as listener:
        print(texts.LOADING.into(settings.language), file=sys.stderr)
        with closing(_open(settings)) as engine:
            serve(engine, settings, listener)
    return ANSWERED


def index(arguments: argparse.Namespace, settings: Settings) -> int:
    """Bring the corpus up to date with folders, and say what was done."""
    from index.sync import synchronise
    from ui.terminal import report_lines

    with _progress_bar(texts.PROGRESS, texts.PROGRESS_UNIT, settings.language) as bar:
        report = synchronise(
            [Path(folder) for folder in arguments.folders],
            settings.corpus,
            encoder=settings.encoder,
            device=settings.device,
            on_progress=partial(_show, bar),
        )
    for line in report_lines(report, settings.language):
        print(line)
    return ANSWERED


def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer one question, or those of standard input."""
    if arguments.question == "-":
        return _ask_each_line(arguments, settings)

    from ui.request import AskRequest
    from ui.terminal import answer_lines

    fields = {"date_from": arguments.date_from, "date_to": arguments.date_to, "documents": arguments.documents or []}
    request = AskRequest.read({"question": arguments.question, **fields})
    with closing(_open(settings)) as engine:
        answer = request.answer(engine, settings.max_quotes)
    if arguments.json:
        print(answer.model_dump_json())
    else:
        bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        for line in answer_lines(answer, settings.language, bold=bold):
            print(line)
    return ANSWERED if answer.verdict == "answered" else NOT_FOUND


def _ask_each_line(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer the questions of standard input, each as its line comes."""
    from ui.batch import answers

    if not arguments.json:
        raise InvalidRequest(reason=texts.STDIN_WITHOUT_JSON)
    if arguments.date_from or arguments.date_to or arguments.documents:
        raise InvalidRequest(reason=texts.STDIN_WITH_FILTERS)
    status = ANSWERED
    with closing(_open(settings)) as engine:
        for line, is_answer in answers(sys.stdin.buffer, engine, settings):
            print(line, flush=True)
            status = status if is_answer else USAGE
    return status


def measure(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure the corpus on a file of questions."""
    from qa.evaluation import measure as measured
    from qa.question_set import QuestionSet
    from ui.measure_lines import evaluation_lines

    questions = QuestionSet.read(Path(arguments.question_set))
    with (
        closing(_open(settings)) as engine,
        _progress_bar(texts.MEASURING, texts.MEASURING_UNIT, settings.language) as bar,
    ):
        evaluation = measured(questions, engine, partial(_show, bar))
    if arguments.json:
        print(evaluation.model_dump_json())
    else:
        for line in evaluation_lines(evaluation, settings.language):
            print(line)
    return ANSWERED


def _open(settings: Settings) -> Engine:
    """Open the corpus and load the models."""
    from qa.engine import Engine

    return Engine.open(
        settings.corpus,
        encoder=settings.encoder,
        device=settings.device,
        reader=settings.reader,
        passages_read=settings.passages_read,
    )


def _progress_bar(doing: Text, unit: Text, language: Language) -> tqdm[Any]:
    """Return a bar with rate and time left, on standard error when a person may look at it."""
    from tqdm import tqdm

    return tqdm(
        desc=doing.into(language),
        unit=unit.into(language),
        total=0,
        disable=None,  # unless standard error is a terminal
        leave=False,
        bar_format="{desc} {percentage:3.0f} % |{bar}| {n_fmt}/{total_fmt} [{elapsed} < {remaining}, {rate_fmt}]",
    )


def _show(bar: tqdm[Any], done: int, total: int) -> None:
    """Show how far a command has come."""
    if bar.total != total:
        bar.reset(total)  # the rate leaves out the loading of the models
    bar.update(done - bar.n)


if __name__ == "__main__":
    sys.exit(main())
