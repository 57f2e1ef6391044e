"""The named Gradio endpoints: the same Answer that the page and the command line give.

Gradio derives their description from the hints and checks nothing: each request is checked here, strictly, and what is
wrong with it is said in one sentence.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import gradio as gr

from index.errors import InvalidRequest, SourcierError
from qa.answer import Answer, FullDocument, Listing, Quote  # noqa: TC001  Gradio resolves the hints of the endpoints
from ui import texts
from ui.error_texts import sentence
from ui.errors import FeedbackUnwritable
from ui.feedback import FeedbackRequest, record
from ui.languages import language_of
from ui.request import AskRequest, DocumentRequest, DocumentsRequest, SearchRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qa.engine import Engine
    from ui.settings import Settings

_logger = logging.getLogger(__name__)


# Questions are answered a few at a time, whichever queued endpoint they come by; what shows documents does not wait for
# them, nor they for it.
ASKING: Final = "asking"
SHOWING: Final = "showing"


def add_endpoints(blocks: gr.Blocks, engine: Engine, settings: Settings) -> None:
    """Give a page its endpoints: `/ask`, `/search`, `/document`, `/documents`, `/suggestions` and `/feedback`."""
    with blocks:
        for endpoint in _of_questions(engine, settings):
            gr.api(endpoint, api_name=endpoint.__name__, concurrency_id=ASKING)  # type: ignore[attr-defined]
        for endpoint in _of_documents(engine, settings):
            gr.api(endpoint, api_name=endpoint.__name__, concurrency_id=SHOWING)  # type: ignore[attr-defined]
        if settings.collect_feedback:
            gr.api(_feedback(settings), api_name="feedback")  # type: ignore[attr-defined]


def _of_questions(engine: Engine, settings: Settings) -> list[Callable[..., Any]]:
    """Return the endpoints that search and answer."""

    def ask(  # noqa: PLR0913, PLR0917  Gradio makes a field of each argument
        question: str,
        history: list[dict[str, str]] | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        documents: list[str] | None = None,
        max_quotes: int | None = None,
        request: gr.Request | None = None,
    ) -> Answer:
        """Answer a question in French with quotes; the result is an Answer of the contract, version 1.

        Args:
            question: the question.
            history: the turns before it, oldest first, each {"question": ..., "answer": ...}.
            date_from: only documents of this ISO date or later; it may be partial ("2025-07").
            date_to: only documents of this ISO date or earlier; it may be partial.
            documents: only these documents, named as `document` of a quote names them; "notes/" is a whole folder.
            max_quotes: at most so many quotes, 1 to 20.
        """
        fields: dict[str, Any] = {"question": question, "history": history, "date_from": date_from, "date_to": date_to}
        fields |= {"documents": documents, "max_quotes": max_quotes}
        with _errors_in_one_sentence(request, settings):
            answer = AskRequest.read(_given(fields)).answer(engine, settings.max_quotes)
        # As plain JSON: /gradio_api/run would send a model as its Python notation. The hint still describes its fields.
        return cast("Answer", answer.model_dump(mode="json"))

    def search(question: str, k: int = 10, request: gr.Request | None = None) -> list[Quote]:
        """Return the k passages nearest to a question, best first, each a Quote of the contract, version 1.

        Args:
            question: the question.
            k: how many passages, 1 to 100.
        """
        with _errors_in_one_sentence(request, settings):
            wanted = SearchRequest.read({"question": question, "k": k})
            passages = engine.search(wanted.question, wanted.k)
        return cast("list[Quote]", [passage.model_dump(mode="json") for passage in passages])

    return [ask, search]


def _of_documents(engine: Engine, settings: Settings) -> list[Callable[..., Any]]:
    """Return the endpoints that show what there is."""

    def document(document: str, request: gr.Request | None = None) -> FullDocument:
        """Return a whole document: its text, and what is known of it.

        Args:
            document: its name, as `document` of a quote gives it.
        """
        with _errors_in_one_sentence(request, settings):
            found = engine.document(DocumentRequest.read({"document": document}).document)
        return cast("FullDocument", found.model_dump(mode="json"))

    def documents(words: str = "", offset: int = 0, most: int = 50, request: gr.Request | None = None) -> Listing:
        """Return the documents whose title, name, author or date hold some words, by title.

        Args:
            words: what to look for; "" lists them all.
            offset: how many of them to pass over.
            most: how many to return, 1 to 200.
        """
        with _errors_in_one_sentence(request, settings):
            wanted = DocumentsRequest.read({"words": words, "offset": offset, "most": most})
            listing = engine.documents(wanted.words, wanted.offset, wanted.most)
        return cast("Listing", listing.model_dump(mode="json"))

    def suggestions(request: gr.Request | None = None) -> list[str]:
        """Return questions that the corpus answers, to begin with; none while they are being looked for."""
        with _errors_in_one_sentence(request, settings):
            return engine.suggestions()

    return [document, documents, suggestions]


def _feedback(settings: Settings) -> Callable[..., Any]:
    """Return the endpoint that notes what a reader says of an answer."""

    def feedback(  # noqa: PLR0913, PLR0917
        question: str,
        verdict: str,
        shown: str,
        stamp: str,
        searched: str = "",
        answer: str = "",
        quotes: list[dict[str, Any]] | None = None,
        filtered: bool = False,  # noqa: FBT001, FBT002
        comment: str = "",
        request: gr.Request | None = None,
    ) -> dict[str, bool]:
        """Note what a reader says of an answer: this question, with what it leans on, and its quotes.

        Args:
            question: the question.
            verdict: "useful", "wrong_passage", "wrong_answer", "out_of_date" or "missing".
            shown: the verdict of the Answer that was shown.
            stamp: the corpus that answered (`corpus.stamp`).
            searched: the question as it was searched.
            answer: the short answer that was shown.
            quotes: the quotes that were shown, each {"document", "start", "end", "sha256"}.
            filtered: whether only some documents were let answer.
            comment: a remark, at most 500 characters.
        """
        fields: dict[str, Any] = {"question": question, "verdict": verdict, "shown": shown, "stamp": stamp}
        fields |= {"searched": searched, "answer": answer, "quotes": quotes, "filtered": filtered, "comment": comment}
        with _errors_in_one_sentence(request, settings):
            said = FeedbackRequest.read(_given(fields))
            try:
                record(settings.feedback_file, said)
            except FeedbackUnwritable as error:  # its sentence, with the path, is for the administrator
                _logger.error("%s", error)
                raise InvalidRequest(reason=texts.NOT_NOTED) from error
        return {"noted": True}

    return feedback


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that were given: Gradio passes None for the others."""
    return {name: value for name, value in fields.items() if value is not None}


@contextmanager
def _errors_in_one_sentence(request: gr.Request | None, settings: Settings) -> Iterator[None]:
    """Turn an error into what a client may know of it, in the language that it reads."""
    language = language_of(request.headers if request else None, settings.language)
    try:
        yield
    except SourcierError as error:
        raise gr.Error(sentence(error).into(language), print_exception=False) from error
    except Exception as error:
        _logger.exception("a request could not be answered")
        raise gr.Error(texts.UNEXPECTED.into(language), print_exception=False) from error
