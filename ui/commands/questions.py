"""`sourcier ask` and `sourcier measure`: questions, and how well a set of them is answered."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InvalidRequest
from ui import texts
from ui.commands.console import ANSWERED, NOT_FOUND, USAGE, print_lines
from ui.commands.opening import open_engine
from ui.progress import progress_bar, shown_by

if TYPE_CHECKING:
    import argparse

    from ui.settings import Settings


def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer one question, or those of standard input."""
    if arguments.question == "-":
        return _ask_each_line(arguments, settings)

    from ui.doors.request import AskRequest
    from ui.terminal import answer_lines

    fields = {"date_from": arguments.date_from, "date_to": arguments.date_to, "documents": arguments.documents or []}
    request = AskRequest.read({"question": arguments.question, **fields})
    with closing(open_engine(settings)) as engine:
        answer = request.answer(engine, settings.max_quotes)
    if arguments.json:
        print(answer.model_dump_json())
    else:
        bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        print_lines(answer_lines(answer, settings.language, bold=bold))
    return ANSWERED if answer.verdict == "answered" else NOT_FOUND


def _ask_each_line(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer the questions of standard input, each as its line comes."""
    from ui.batch import answers

    if not arguments.json:
        raise InvalidRequest(reason=texts.STDIN_WITHOUT_JSON)
    if arguments.date_from or arguments.date_to or arguments.documents:
        raise InvalidRequest(reason=texts.STDIN_WITH_FILTERS)
    status = ANSWERED
    with closing(open_engine(settings)) as engine:
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
        closing(open_engine(settings)) as engine,
        progress_bar(texts.MEASURING, texts.MEASURING_UNIT, settings.language) as bar,
    ):
        evaluation = measured(questions, engine, shown_by(bar))
    if arguments.json:
        print(evaluation.model_dump_json())
    else:
        print_lines(evaluation_lines(evaluation, settings.language))
    return ANSWERED
