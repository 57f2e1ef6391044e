"""The REST door: plain JSON below /api/v1, with an OpenAPI description of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from qa.answer import Answer, FullDocument, Listing, Quote
from ui.access.person import person_of
from ui.doors.problems import ANY_DOOR, ASKING, READING, problems
from ui.doors.request import AskRequest, SearchRequest  # noqa: TC001  FastAPI resolves the hints of its routes
from ui.doors.stream import AS_EVENTS, EVENT_STREAM, answer_events, event_stream, while_there
from ui.feedback import FeedbackRequest  # noqa: TC001
from ui.languages import language_of

if TYPE_CHECKING:
    from ui.doors.service import Service

PREFIX: Final = "/api/v1"


class Noted(BaseModel):
    """What was said is kept."""

    noted: Literal[True] = True


def rest_router(service: Service) -> APIRouter:
    """Return the routes; each gives what the Gradio endpoint of the same name does."""
    routes = APIRouter(prefix=PREFIX, responses=problems(*ANY_DOOR))
    _add_questions(routes, service)
    _add_documents(routes, service)
    if service.settings.collect_feedback:
        _add_feedback(routes, service)
    return routes


def _add_questions(routes: APIRouter, service: Service) -> None:
    @routes.post("/ask", response_model=Answer, responses=problems(*ASKING) | {200: AS_EVENTS}, tags=["Questions"])
    async def ask(wanted: Annotated[AskRequest, Body()], request: Request) -> Response:
        """Answer a question with quotes.

        With `Accept: text/event-stream` it comes as events: `waiting` and `working` tell how far it is, and `answer` or
        `error` is the last.
        """
        fields = wanted.model_dump(exclude_unset=True)
        if EVENT_STREAM in request.headers.get("accept", ""):
            language = language_of(request.headers, service.settings.language)
            return event_stream(answer_events(service, "rest", person_of(request.scope).name, fields, language))
        answer = await while_there(request, service.ask("rest", person_of(request.scope).name, fields))
        return JSONResponse(answer.model_dump(mode="json"))

    @routes.post("/search", response_model=list[Quote], responses=problems(*ASKING), tags=["Questions"])
    async def search(wanted: Annotated[SearchRequest, Body()], request: Request) -> Response:
        """Return the k passages nearest to a question, best first, without reading them."""
        fields = wanted.model_dump(exclude_unset=True)
        passages = await while_there(request, service.search("rest", person_of(request.scope).name, fields))
        return JSONResponse([passage.model_dump(mode="json") for passage in passages])


def _add_documents(routes: APIRouter, service: Service) -> None:
    @routes.get("/document", response_model=FullDocument, responses=problems(404, *READING), tags=["Documents"])
    async def document(
        document: Annotated[str, Query(description="its name, as `document` of a quote gives it")],
    ) -> Response:
        """Return a whole document."""
        return JSONResponse((await service.document({"document": document})).model_dump(mode="json"))

    @routes.get("/documents", response_model=Listing, responses=problems(*READING), tags=["Documents"])
    async def documents(
        words: Annotated[str, Query(max_length=200, description="what to look for; none lists them all")] = "",
        offset: Annotated[int, Query(ge=0, le=10**9, description="how many of them to pass over")] = 0,
        most: Annotated[int, Query(ge=1, le=200, description="how many to return")] = 50,
    ) -> Response:
        """Return the documents whose title, name, author or date hold some words, by title."""
        listing = await service.documents({"words": words, "offset": offset, "most": most})
        return JSONResponse(listing.model_dump(mode="json"))

    @routes.get("/suggestions", response_model=list[str], responses=problems(503), tags=["Questions"])
    async def suggestions() -> Response:
        """Return questions that the corpus answers, to begin with; none while they are being looked for."""
        return JSONResponse(await service.suggestions())


def _add_feedback(routes: APIRouter, service: Service) -> None:
    @routes.post("/feedback", responses=problems(400, 413, 422), tags=["Feedback"])
    async def feedback(wanted: Annotated[FeedbackRequest, Body()]) -> Noted:
        """Note what a reader says of an answer."""
        await service.feedback(wanted.model_dump(exclude_unset=True))
        return Noted()
