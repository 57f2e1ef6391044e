"""The command line: what each command of `sourcier` does, and its exit status.

Nothing heavy is imported until a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from index.errors import CorpusError, InvalidRequest, SourcierError
from ui import index_texts, texts
from ui.parser import build_parser
from ui.progress import progress_bar, shown_by

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType

    from index.encode import LazyEncoder
    from qa.engine import Engine
    from ui.feedback import Feedback
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
        commands = {
            "chat": chat,
            "serve": serve,
            "index": index,
            "status": status,
            "doctor": doctor,
            "ask": ask,
            "measure": measure,
            "feedback": feedback,
            "user": user,
            "key": key,
        }
        return commands[arguments.command](arguments, settings)
    except SourcierError as error:
        from ui.error_texts import sentence
        from ui.render import printable

        print(printable(sentence(error).both(language)), file=sys.stderr)
        return NO_CORPUS if isinstance(error, CorpusError) else USAGE


def chat(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Open the chat page, and serve it until told to stop; a corpus that is not there yet is waited for."""
    return _serve(settings)


def serve(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve the page and the API to others, until told to stop, and write a log in JSON on standard error."""
    from ui.serving.logs import log_to

    log_to(log_questions=settings.log_questions)
    return _serve(settings)


def _serve(settings: Settings) -> int:
    """Serve whoever the settings let in."""
    from ui import server
    from ui.access.check import check_access
    from ui.error_texts import sentence
    from ui.render import printable

    check_access(settings)
    with server.reserve(settings.host, settings.port) as listener:
        print(texts.LOADING.into(settings.language), file=sys.stderr)
        with closing(_open_to_serve(settings)) as engine:
            if engine.missing:
                print(printable(sentence(engine.missing).both(settings.language)), file=sys.stderr)
            server.serve(engine, settings, listener)
    return ANSWERED


def index(arguments: argparse.Namespace, settings: Settings) -> int:
    """Bring the corpus up to date with folders, once or again and again, or say what would be done."""
    from index import sync
    from ui import index_lines

    folders = [Path(folder) for folder in arguments.folders]
    if arguments.watch:
        return _watch(folders, settings)
    if arguments.dry_run:
        changes = sync.preview(folders, settings.corpus, settings.encoder, settings.limits)
        _print(index_lines.preview_lines(changes, settings.language))
        return ANSWERED
    with progress_bar(index_texts.PROGRESS, index_texts.PROGRESS_UNIT, settings.language) as bar:
        report = sync.synchronise(folders, settings.corpus, _encoder(settings), shown_by(bar), settings.limits)
    _print(index_lines.report_lines(report, settings.language))
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
        watch = Watch(folders, settings.corpus, _encoder(settings), settings.limits, shown_by(bar))
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
        _print(status_lines(found, settings.corpus, settings.language, all_skipped=arguments.skipped))
    return ANSWERED


def doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """Look for damage in the corpus, and mend it when asked to."""
    from index.doctor import examine, repair
    from ui.doctor_lines import diagnosis_json, diagnosis_lines

    if arguments.repair:
        with progress_bar(index_texts.REPAIRING, index_texts.REPAIRING_UNIT, settings.language) as bar:
            diagnosis = repair(settings.corpus, _encoder(settings), shown_by(bar))
    else:
        diagnosis = examine(settings.corpus)
    if arguments.json:
        print(diagnosis_json(diagnosis))
    else:
        _print(diagnosis_lines(diagnosis, settings.language))
    return ANSWERED if diagnosis.is_whole else NO_CORPUS


def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer one question, or those of standard input."""
    if arguments.question == "-":
        return _ask_each_line(arguments, settings)

    from ui.doors.request import AskRequest
    from ui.terminal import answer_lines

    fields = {"date_from": arguments.date_from, "date_to": arguments.date_to, "documents": arguments.documents or []}
    request = AskRequest.read({"question": arguments.question, **fields})
    with closing(_open(settings)) as engine:
        answer = request.answer(engine, settings.max_quotes)
    if arguments.json:
        print(answer.model_dump_json())
    else:
        bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        _print(answer_lines(answer, settings.language, bold=bold))
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
        progress_bar(texts.MEASURING, texts.MEASURING_UNIT, settings.language) as bar,
    ):
        evaluation = measured(questions, engine, shown_by(bar))
    if arguments.json:
        print(evaluation.model_dump_json())
    else:
        _print(evaluation_lines(evaluation, settings.language))
    return ANSWERED


def feedback(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show what readers said of the answers, newest first, or make a question set of it."""
    from ui import feedback_texts
    from ui.feedback import json_line, read, since
    from ui.feedback_lines import feedback_lines
    from ui.index_lines import one_line

    file = settings.feedback_file
    kept = read(file)
    if kept.unreadable:
        numbers = ", ".join(map(str, kept.unreadable))
        _say(feedback_texts.UNREADABLE.filled(file=file, numbers=numbers), settings)
    found = kept.feedbacks if arguments.since is None else since(kept.feedbacks, arguments.since)
    if arguments.export is not None:
        _export(found, arguments.export, settings)
    elif arguments.json:
        _print(map(json_line, reversed(found)))
    elif found:
        _print(feedback_lines(found, settings.language))
    else:
        none = feedback_texts.NO_FEEDBACK_SINCE if kept.feedbacks else feedback_texts.NO_FEEDBACK
        print(one_line(none.filled(file=file, date=arguments.since).into(settings.language)))
    return ANSWERED


def user(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add, list or remove the users who have a password."""
    from ui.access import commands

    return commands.user(arguments, settings)


def key(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add, list or revoke API keys."""
    from ui.access import commands

    return commands.key(arguments, settings)


def _export(feedbacks: Sequence[Feedback], target: str, settings: Settings) -> None:
    """Write what readers said as a question set, into a new file or to standard output."""
    from index.generation import live
    from index.seal import read_sources
    from ui import feedback_texts
    from ui.feedback import question_set_lines, write_question_set
    from ui.texts import counted

    documents = None
    with suppress(CorpusError):  # what readers said outlives the corpus
        documents = frozenset(read_sources(settings.corpus, live(settings.corpus)).documents)
    lines = list(question_set_lines(feedbacks, documents))
    if not lines:
        _say(feedback_texts.NOTHING_TO_EXPORT, settings)
    elif target == "-":
        _print(lines)
    else:
        write_question_set(Path(target), lines)
        _say(feedback_texts.EXPORTED.filled(questions=counted(len(lines), texts.QUESTION), file=target), settings)


def _say(said: Text, settings: Settings) -> None:
    """Tell the person at the terminal something that is no part of what the command puts out."""
    from ui.index_lines import one_line

    print(one_line(said.into(settings.language)), file=sys.stderr)


def _open(settings: Settings) -> Engine:
    """Open the corpus and load the models."""
    return _opening(settings)()


def _open_to_serve(settings: Settings) -> Engine:
    """Open the corpus, or wait for one, and load the models, in as many processes as are set."""
    opening = _opening(settings, wait=True)
    if settings.workers == 1:
        return opening()

    from ui.serving.pool import EnginePool

    return cast("Engine", EnginePool(opening, settings))  # whatever the doors ask of an engine, it answers


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


def _encoder(settings: Settings) -> LazyEncoder:
    """Return the encoder, which is loaded when it is needed."""
    from index.encode import LazyEncoder

    return LazyEncoder(settings.encoder, settings.device)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
