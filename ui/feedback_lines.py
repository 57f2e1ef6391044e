"""What readers said -> lines for a terminal, to which no control character of theirs gets through."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from ui import feedback_texts, index_texts, texts
from ui.render import printable
from ui.status_lines import built_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ui.feedback import Feedback
    from ui.texts import Language, Text

_INDENT: Final = "    "


def feedback_lines(feedbacks: Sequence[Feedback], language: Language) -> Iterator[str]:
    """Give how many feedbacks there are of each verdict, then each of them, of which there is at least one.

    They are given oldest first, and told newest first: when, the verdict and the question, then what was shown, with
    the document of the first quote, then the comment.
    """
    counts: Counter[str] = Counter(feedback.verdict for feedback in feedbacks)
    kinds = [
        index_texts.SIGN.filled(what=said, value=counts[verdict]).into(language)
        for verdict, said in feedback_texts.VERDICTS.items()
        if counts[verdict]
    ]
    yield feedback_texts.COUNTED.filled(count=len(feedbacks), kinds=", ".join(kinds)).into(language)
    for feedback in reversed(feedbacks):
        yield ""
        yield from _lines(feedback, language)


def _lines(feedback: Feedback, language: Language) -> Iterator[str]:
    said = feedback_texts.SAID_OF.filled(
        time=built_in_words(feedback.time, None, language),
        verdict=feedback_texts.VERDICTS[feedback.verdict],
        question=_flat(feedback.question),
    )
    yield said.into(language)
    yield _INDENT + _shown(feedback).into(language)
    if comment := _flat(feedback.comment):
        yield _INDENT + feedback_texts.COMMENT.filled(comment=comment).into(language)


def _shown(feedback: Feedback) -> Text:
    """Return what the reader was shown: the short answer, or that there was none, with the first document."""
    document = _flat(feedback.quotes[0].document) if feedback.quotes else ""
    if feedback.shown == "answered":
        answer = _flat(feedback.answer)
        return texts.SAID.filled(said=texts.WORDS_FROM.filled(words=answer, document=document) if document else answer)
    return texts.NO_ANSWER_BUT_NEAR.filled(document=document) if document else texts.NO_ANSWER


def _flat(text: str) -> str:
    """Return what a reader wrote on one line, so that no part of it passes for a line of ours."""
    return " ".join(printable(text).split())
