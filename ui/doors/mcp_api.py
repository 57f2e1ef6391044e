"""The MCP door: tools for programs that let a language model look things up (https://modelcontextprotocol.io).

Streamable HTTP without sessions, answered as JSON. A tool gives what the REST endpoint of its name does, as structured
content, and the same as a text. What a model sends is checked by the service, as strictly as at every other door.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel
from starlette.routing import Route

from qa.answer import Answer, FullDocument, Quote
from ui import door_texts as texts
from ui.access.person import person_of
from ui.doors.links import root_of
from ui.doors.problems import problem_of
from ui.doors.prose import answer_in_prose, passages_in_prose
from ui.doors.request import AskRequest, DocumentRequest, SearchRequest
from ui.doors.stream import Gone, while_there
from ui.languages import language_of
from ui.release import release

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from mcp.server.context import ServerRequestContext
    from mcp_types import CallToolRequestParams, PaginatedRequestParams
    from starlette.requests import Request
    from starlette.routing import Match
    from starlette.types import Receive, Scope, Send

    from ui.doors.service import Service
    from ui.texts import Language

PATH: Final = "/mcp"

_INSTRUCTIONS: Final = (
    "Sourcier answers questions in French from the documents of its owner, and proves each answer with quotes. Say "
    "nothing that a quote does not say, name the document of each, and where the verdict is not_found, say that the "
    "documents hold no answer."
)
_LONGEST_NAME: Final = 100
_READS_ONLY: Final = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class Passages(BaseModel):
    """What a search gives, best first; the content of a tool is an object."""

    passages: list[Quote]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a tool found: for programs, and as a text for models."""

    structured: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who calls a tool: their name, the address of the page for them, and what they read."""

    person: str
    root: str
    language: Language


class McpDoor:
    """The endpoint, as an ASGI app that answers while `running`."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._sessions: StreamableHTTPSessionManager | None = None
        self._calls: dict[str, Callable[[dict[str, Any], _Asker], Coroutine[Any, Any, _Found]]] = {
            "ask": self._ask,
            "search": self._search,
            "document": self._document,
        }

    @asynccontextmanager
    async def running(self, _app: object) -> AsyncIterator[None]:
        """Answer for as long as this lasts: the lifespan of the app that it is mounted in."""
        sessions = StreamableHTTPSessionManager(
            self._server(),
            json_response=True,
            stateless=True,
            # Which names the server is addressed by, and from which pages, the locks before all doors have checked.
            security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=1000 * self._service.settings.max_body_kilobytes,
        )
        async with sessions.run():
            self._sessions = sessions
            try:
                yield
            finally:
                self._sessions = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._sessions is None:
            raise RuntimeError("the MCP door is called outside of `running`")
        await self._sessions.handle_request(scope, receive, send)

    def route(self) -> Route:
        """Return the route at which it answers."""
        return _NotedRoute(PATH, self, methods=["POST"])

    def _server(self) -> Server[Any]:
        server: Server[Any] = Server(
            "sourcier",
            title="Sourcier",
            version=release(),
            instructions=_INSTRUCTIONS,
            on_list_tools=self._list,
            on_call_tool=self._call,
        )
        server.middleware.clear()  # it would send traces wherever a variable of OpenTelemetry says
        return server

    async def _list(self, _context: ServerRequestContext[Any], _page: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=_tools())

    async def _call(self, context: ServerRequestContext[Any], called: CallToolRequestParams) -> CallToolResult:
        """Call a tool; every error is one of the tool, in the form that all doors give it, for a model to read."""
        request = cast("Request", context.request)  # over HTTP there is one
        language = language_of(request.headers, self._service.settings.language)
        asker = _Asker(person_of(request.scope).name, root_of(request, self._service.settings), language)
        call = self._calls.get(called.name)
        if call is None:
            refusal = texts.NO_SUCH_TOOL.filled(name=called.name[:_LONGEST_NAME], tools=", ".join(self._calls))
            raise MCPError(code=INVALID_PARAMS, message=refusal.into(language))
        try:
            found = await while_there(request, call(called.arguments or {}, asker))
        except Gone:
            return CallToolResult(content=[], is_error=True)  # nobody reads it
        except Exception as error:  # noqa: BLE001  a model is told of every error as the result of its call
            problem = problem_of(error)
            said = TextContent(text=f"{problem.message.into(language)} {problem.action.into(language)}")
            return CallToolResult(content=[said], structured_content=problem.body(language), is_error=True)
        return CallToolResult(content=[TextContent(text=found.text)], structured_content=found.structured)

    async def _ask(self, fields: dict[str, Any], asker: _Asker) -> _Found:
        answer = await self._service.ask("mcp", asker.person, fields)
        return _Found(answer.model_dump(mode="json"), answer_in_prose(answer, asker.root, asker.language).text)

    async def _search(self, fields: dict[str, Any], asker: _Asker) -> _Found:
        passages = await self._service.search("mcp", asker.person, fields)
        found = Passages(passages=passages)
        return _Found(found.model_dump(mode="json"), passages_in_prose(passages, asker.root, asker.language).text)

    async def _document(self, fields: dict[str, Any], _asker: _Asker) -> _Found:
        document = await self._service.document(fields)
        return _Found(document.model_dump(mode="json"), document.text)


class _NotedRoute(Route):
    """A route that is noted on the request, as FastAPI does for its own alone: requests are measured by their route."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether it is for a request."""
        match, found = super().matches(scope)
        return match, {**found, "route": self}


def _tools() -> list[Tool]:
    """Return the tools, as they are described to a model."""
    return [
        _tool(
            "ask",
            "Poser une question aux documents",
            "Answer a question in French with quotes from the documents, or say that they hold no answer.",
            AskRequest,
            Answer,
        ),
        _tool(
            "search",
            "Chercher des passages",
            "Return the passages of the documents that are nearest to a question, best first, without reading them.",
            SearchRequest,
            Passages,
        ),
        _tool(
            "document",
            "Lire un document",
            "Return a whole document: its text, and what is known of it.",
            DocumentRequest,
            FullDocument,
        ),
    ]


def _tool(name: str, title: str, description: str, takes: type[BaseModel], gives: type[BaseModel]) -> Tool:
    return Tool(
        name=name,
        title=title,
        description=description,
        input_schema=takes.model_json_schema(),
        output_schema=gives.model_json_schema(mode="serialization"),
        annotations=_READS_ONLY,
    )
