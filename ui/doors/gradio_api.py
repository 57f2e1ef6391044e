"""The Gradio door: named endpoints that give the same Answer as every other door.

Gradio derives their description from the hints and checks nothing: each request is checked by the service, strictly,
and what is wrong with it is said in one sentence. Gradio's own queue lets everything through: how many questions are
answered at a time, and how many wait, is one number for all doors.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, cast

import gradio as gr

from qa.answer import Answer, FullDocument, Listing, Quote  # noqa: TC001  Gradio resolves the hints of the endpoints
from ui import door_texts as texts
from ui.access.person import person_of
from ui.doors.problems import problem_of, problems_told
from ui.errors import MalformedRequest
from ui.languages import language_of
from ui.serving.logs import request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradio.block_function import BlockFunction

    from ui.doors.problems import Problem
    from ui.doors.service import Service
    from ui.texts import Language

problems_met: ContextVar[list[Problem] | None] = ContextVar("problems_met", default=None)
"""What went wrong in the call at hand, for who answers it in the form of all doors; None where Gradio answers."""


_OF_FILES: Final = frozenset({"path", "url", "meta"})


class CheckedBlocks(gr.Blocks):
    """A page whose endpoints refuse what Gradio would do harm with, before it does anything with it.

    Too few values, it would write into the log. Whatever looks like one of its files, it would fetch from wherever the
    value says.
    """

    def __init__(self, language: Language, **options: Any) -> None:
        super().__init__(**options)
        self._language = language

    def validate_inputs(self, block_fn: BlockFunction, inputs: list[Any]) -> None:
        """Raise what Gradio tells a client, for fewer values than an endpoint has fields, and for a file in one."""
        if len(inputs) < len(block_fn.inputs) or _holds_a_file(inputs):
            raise _told(MalformedRequest(reason=texts.MALFORMED), self._language)


def _holds_a_file(inputs: list[Any]) -> bool:
    """Tell whether there is, at any depth, what Gradio takes for a file; no endpoint has fields of these names."""
    left: list[Any] = [inputs]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if not _OF_FILES.isdisjoint(value):
                return True
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return False


def add_endpoints(blocks: gr.Blocks, service: Service) -> None:
    """Give a page its endpoints: `/ask`, `/search`, `/document`, `/documents`, `/suggestions` and `/feedback`."""
    endpoints = [*_of_questions(service), *_of_documents(service)]
    if service.settings.collect_feedback:
        endpoints.append(_feedback(service))
    with blocks:
        for endpoint in endpoints:
            gr.api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)  # type: ignore[attr-defined]


def _of_questions(service: Service) -> list[Callable[..., Any]]:
    """Return the endpoints that search and answer."""

    async def ask(  # noqa: PLR0913, PLR0917  Gradio makes a field of each argument
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
        with _errors_in_one_sentence(request, service):
            answer = await service.ask("gradio", _person(request), fields)
        # As plain JSON: /gradio_api/run would send a model as its Python notation. The hint still describes its fields.
        return cast("Answer", answer.model_dump(mode="json"))

    async def search(question: str, k: int = 10, request: gr.Request | None = None) -> list[Quote]:
        """Return the k passages nearest to a question, best first, each a Quote of the contract, version 1.

        Args:
            question: the question.
            k: how many passages, 1 to 100.
        """
        with _errors_in_one_sentence(request, service):
            passages = await service.search("gradio", _person(request), {"question": question, "k": k})
        return cast("list[Quote]", [passage.model_dump(mode="json") for passage in passages])

    return [ask, search]


def _of_documents(service: Service) -> list[Callable[..., Any]]:
    """Return the endpoints that show what there is."""

    async def document(document: str, request: gr.Request | None = None) -> FullDocument:
        """Return a whole document: its text, and what is known of it.

        Args:
            document: its name, as `document` of a quote gives it.
        """
        with _errors_in_one_sentence(request, service):
            found = await service.document({"document": document})
        return cast("FullDocument", found.model_dump(mode="json"))

    async def documents(words: str = "", offset: int = 0, most: int = 50, request: gr.Request | None = None) -> Listing:
        """Return the documents whose title, name, author or date hold some words, by title.

        Args:
            words: what to look for; "" lists them all.
            offset: how many of them to pass over.
            most: how many to return, 1 to 200.
        """
        with _errors_in_one_sentence(request, service):
            listing = await service.documents({"words": words, "offset": offset, "most": most})
        return cast("Listing", listing.model_dump(mode="json"))

    async def suggestions(request: gr.Request | None = None) -> list[str]:
        """Return questions that the corpus answers, to begin with; none while they are being looked for."""
        with _errors_in_one_sentence(request, service):
            return await service.suggestions()

    return [document, documents, suggestions]


def _feedback(service: Service) -> Callable[..., Any]:
    """Return the endpoint that notes what a reader says of an answer."""

    async def feedback(  # noqa: PLR0913, PLR0917
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
        with _errors_in_one_sentence(request, service):
            await service.feedback(fields)
        return {"noted": True}

    return feedback


def _person(request: gr.Request | None) -> str:
    """Return the name of who makes a call; Gradio's queue keeps the request that began it."""
    asked = request.request if request else None
    return person_of(asked.scope).name if asked else ""


@contextmanager
def _errors_in_one_sentence(request: gr.Request | None, service: Service) -> Iterator[None]:
    """Turn an error into what a client may know of it, in the language that it reads."""
    # Gradio's queue works beside the requests: the log is to name the one that began this all the same.
    named = request_id.set(getattr(getattr(request, "state", None), "request_id", "") or request_id.get())
    try:
        yield
    except Exception as error:
        if problems_told.get() is None:
            service.failed(error)
        language = language_of(request.headers if request else None, service.settings.language)
        raise _told(error, language) from error
    finally:
        request_id.reset(named)


def _told(error: Exception, language: Language) -> gr.Error:
    """Return what Gradio is to tell a client of an error."""
    problem = problem_of(error)
    if (met := problems_met.get()) is not None:
        met.append(problem)
    return gr.Error(problem.message.into(language), print_exception=False)
