"""Evaluation -> lines for a terminal, to which no control character of a document or of a question gets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui import texts
from ui.reasons import reason
from ui.render import printable
from ui.texts import Text, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.figures import Evaluation, Mistake
    from ui.texts import Language

_INDENT: Final = "    "
_LABEL: Final = 52  # characters, more than the longest label

Row = tuple[Text, float | None, int]
"""A label, a figure, and with how many decimals it is told."""


def evaluation_lines(evaluation: Evaluation, language: Language) -> Iterator[str]:
    """Give the figures in groups, each with how many questions they rest on, then the worst mistakes."""
    counts = evaluation.questions
    yield texts.QUESTIONS_MEASURED.filled(**counts.model_dump()).into(language)
    for heading, rows in _groups(evaluation):
        yield ""
        yield heading.into(language)
        for label, figure, decimals in rows:
            yield f"{_INDENT}{label.into(language):{_LABEL}}{_number(figure, decimals).into(language):>8}"
    if evaluation.worst:
        count = sum(evaluation.mistakes.model_dump().values())
        yield ""
        yield texts.WORST.filled(listed=len(evaluation.worst), count=count).into(language)
    for mistake in evaluation.worst:
        for line in _mistake_lines(mistake):
            yield _INDENT + _one_line(line.into(language))


def _groups(evaluation: Evaluation) -> Sequence[tuple[Text, Sequence[Row]]]:
    """Return the figures under their headings."""
    counts, found, verdict = evaluation.questions, evaluation.retrieval, evaluation.verdict
    short, latency = evaluation.short_answer, evaluation.latency_ms
    return (
        (
            _heading(texts.RETRIEVAL, found.questions),
            (
                (texts.RECALL_AT_1, found.recall_at_1, 3),
                (texts.RECALL_AT.filled(k=5), found.recall_at_5, 3),
                (texts.RECALL_AT.filled(k=10), found.recall_at_10, 3),
                (texts.RECIPROCAL_RANK, found.mean_reciprocal_rank, 3),
                (texts.RECALL_AT_1_READ, found.recall_at_1_read, 3),
            ),
        ),
        (
            _heading(texts.SHORT_ANSWER, short.questions),
            (
                (texts.F1, short.f1, 3),
                (texts.EXACT_MATCH, short.exact_match, 3),
                (texts.BEST_QUOTE_RIGHT, short.best_quote_right, 3),
            ),
        ),
        (
            _heading(texts.VERDICT, counts.answerable + counts.unanswerable),
            (
                (texts.ANSWERABLE_ANSWERED, verdict.answerable_answered, 3),
                (texts.UNANSWERABLE_REFUSED, verdict.unanswerable_refused, 3),
                (texts.PRECISION_OF_ANSWERED, verdict.precision_of_answered, 3),
                (texts.AUROC, verdict.auroc, 3),
                (texts.CALIBRATION_ERROR, verdict.expected_calibration_error, 3),
            ),
        ),
        (texts.LATENCY, ((texts.MEDIAN, latency.median, 0), (texts.PERCENTILE_95, latency.percentile_95, 0))),
    )


def _heading(heading: Text, questions: int) -> Text:
    return heading.filled(count=counted(questions, texts.QUESTION))


def _mistake_lines(mistake: Mistake) -> Iterator[Text]:
    """Give a question with what went wrong, then what was said and what was expected, each with its document."""
    yield texts.MISTAKE.filled(
        place=reason(mistake.place),
        kind=texts.MISTAKES[mistake.kind],
        confidence=_number(mistake.confidence, 2),
        question=mistake.question,
    )
    yield _below(texts.SAID.filled(said=_said(mistake)))
    yield _below(texts.EXPECTED.filled(expected=_expected(mistake)))


def _said(mistake: Mistake) -> Text:
    if mistake.said:
        return texts.WORDS_FROM.filled(words=mistake.said, document=mistake.document)
    return texts.NO_ANSWER_BUT_NEAR.filled(document=mistake.document) if mistake.document else texts.NO_ANSWER


def _expected(mistake: Mistake) -> Text:
    if mistake.expected == []:
        return texts.NO_ANSWER
    either = " / ".join(dict.fromkeys(mistake.expected or ()))
    words = Text(either, either) if either else texts.AN_ANSWER
    document = mistake.expected_document
    return texts.WORDS_FROM.filled(words=words, document=document) if document else words


def _below(text: Text) -> Text:
    return Text(_INDENT + text.fr, _INDENT + text.en)


def _one_line(text: str) -> str:
    """Return a line of which no part, whoever wrote it, begins another line."""
    return printable(text).replace("\n", " ").replace("\t", " ")


def _number(figure: float | None, decimals: int) -> Text:
    """Return a figure as each language writes it, or a dash for none."""
    if figure is None:
        return texts.NOTHING_TO_TELL
    said = f"{figure:.{decimals}f}"
    return Text(said.replace(".", ","), said)
