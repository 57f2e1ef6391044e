"""The named Gradio endpoints: the same Answer that the page and the command line give.

Gradio derives their description from the hints and checks nothing: each request is checked here, strictly, and what is
wrong with it is said in one sentence.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import gradio as gr

from index.errors import SourcierError
from qa.answer import Answer, Quote  # noqa: TC001  Gradio resolves the hints of the endpoints
from ui import texts
from ui.chat import ASKING
from ui.error_texts import sentence
from ui.request import AskRequest, SearchRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.engine import Engine
    from ui.settings import Settings
    from ui.texts import Language

_logger = logging.getLogger(__name__)


def add_endpoints(blocks: gr.Blocks, engine: Engine, settings: Settings) -> None:
    """Give a page its endpoints: `/ask` and `/search`."""

    def ask(  # noqa: PLR0913, PLR0917  Gradio makes a field of each argument
        question: str,
        history: list[dict[str, str]] | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        documents: list[str] | None = None,
        max_quotes: int | None = None,
    ) -> Answer:
        """Answer a question in French with quotes; the result is an Answer of the contract, version 1.

        Args:
            question: the question.
            history: the turns before it, oldest first, each {"question": ..., "answer": ...}.
            date_from: only documents of this ISO date or later; it may be partial ("2025-07").
            date_to: only documents of this ISO date or earlier; it may be partial.
            documents: only these documents, named as `document` of a quote names them.
            max_quotes: at most so many quotes, 1 to 20.
        """
        fields: dict[str, Any] = {"question": question, "history": history, "date_from": date_from, "date_to": date_to}
        fields |= {"documents": documents, "max_quotes": max_quotes}
        with _errors_in_one_sentence(settings.language):
            answer = AskRequest.read(_given(fields)).answer(engine, settings.max_quotes)
        # As plain JSON: /gradio_api/run would send a model as its Python notation. The hint still describes its fields.
        return cast("Answer", answer.model_dump(mode="json"))

    def search(question: str, k: int = 10) -> list[Quote]:
        """Return the k passages nearest to a question, best first, each a Quote of the contract, version 1.

        Args:
            question: the question.
            k: how many passages, 1 to 100.
        """
        with _errors_in_one_sentence(settings.language):
            request = SearchRequest.read({"question": question, "k": k})
            passages = engine.search(request.question, request.k)
        return cast("list[Quote]", [passage.model_dump(mode="json") for passage in passages])

    with blocks:
        gr.api(ask, api_name="ask", concurrency_id=ASKING)  # type: ignore[attr-defined]
        gr.api(search, api_name="search", concurrency_id=ASKING)  # type: ignore[attr-defined]


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that were given: Gradio passes None for the others."""
    return {name: value for name, value in fields.items() if value is not None}


@contextmanager
def _errors_in_one_sentence(language: Language) -> Iterator[None]:
    """Turn an error into what a client may know of it."""
    try:
        yield
    except SourcierError as error:
        raise gr.Error(sentence(error).into(language), print_exception=False) from error
    except Exception as error:
        _logger.exception("a request could not be answered")
        raise gr.Error(texts.UNEXPECTED.into(language), print_exception=False) from error
