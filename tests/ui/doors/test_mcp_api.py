"""The MCP door, through the official client over a real server, in both ways of speaking that the client knows. The
engine is a fake: how the door tells what it finds is what matters here.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest
from mcp.client import Client
from mcp.shared.exceptions import MCPError

from index.errors import CorpusMissing
from ui import texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from mcp_types import CallToolResult, Tool

    from tests.ui.doors.conftest import FakeEngine

Mode = Literal["legacy", "auto"]
QUESTION = "Quel est le budget ?"
ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["legacy", "auto"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """With a handshake first, as of 2025, and without one, as of 2026."""
    return request.param  # type: ignore[no-any-return]


def call(address: str, tool: str, mode: Mode = "auto", **fields: Any) -> CallToolResult:
    async def called() -> CallToolResult:
        async with Client(f"{address}/mcp", mode=mode) as client:
            return await client.call_tool(tool, fields)

    return asyncio.run(called())


def text_of(result: CallToolResult) -> str:
    return "".join(getattr(content, "text", "") for content in result.content)


def test_an_answer_is_that_of_rest(address: str, mode: Mode) -> None:
    told = call(address, "ask", mode, question=QUESTION).structured_content
    rest = httpx.post(f"{address}/api/v1/ask", json={"question": QUESTION}).json()
    assert told == rest


def test_passages_are_those_of_rest(address: str, mode: Mode) -> None:
    told = call(address, "search", mode, question=QUESTION, k=1).structured_content
    assert told == {"passages": httpx.post(f"{address}/api/v1/search", json={"question": QUESTION, "k": 1}).json()}


def test_a_document_is_that_of_rest(address: str, mode: Mode) -> None:
    named = {"document": "notes/été 2025.txt"}
    told = call(address, "document", mode, **named)
    rest = httpx.get(f"{address}/api/v1/document", params=named).json()
    assert (told.structured_content, text_of(told)) == (rest, rest["text"])


def test_the_text_of_an_answer_holds_its_quotes_and_their_links(address: str) -> None:
    said = text_of(call(address, "ask", question=QUESTION))
    assert said.startswith("12 M€\n\n[1] «\u00a0Le budget 2025")
    assert f"<{address}/#doc=notes%2F" in said


def test_what_only_comes_near_is_said_not_to_answer(address: str) -> None:
    assert text_of(call(address, "ask", question="introuvable")).startswith(texts.NOT_FOUND.fr)


@pytest.mark.parametrize(
    ("tool", "fields", "code"),
    [
        ("ask", {"question": "?"}, "InvalidQuestion"),
        ("ask", {}, "InvalidField"),
        ("ask", {"question": "q", "unknown": 1}, "InvalidField"),
        ("ask", {"question": "q", "max_quotes": "3"}, "InvalidField"),
        ("search", {"question": "q", "k": 0}, "InvalidField"),
        ("document", {"document": "/etc/passwd"}, "DocumentUnknown"),
    ],
)
def test_what_cannot_be_done_is_an_error_of_the_tool(
    address: str, mode: Mode, tool: str, fields: dict[str, Any], code: str
) -> None:
    result = call(address, tool, mode, **fields)
    assert result.is_error
    assert result.structured_content is not None
    said = result.structured_content["error"]
    assert (said["code"], text_of(result)) == (code, f"{said['message']} {said['action']}")


def test_what_only_the_administrator_may_know_is_not_told(address: str, engine: FakeEngine) -> None:
    engine.missing = CorpusMissing(corpus="/secret")
    result = call(address, "ask", question=QUESTION)
    assert result.is_error
    assert "secret" not in result.model_dump_json()


def test_a_tool_that_there_is_not_is_refused(address: str, mode: Mode) -> None:
    async def called() -> None:
        async with Client(f"{address}/mcp", mode=mode) as client:
            with pytest.raises(MCPError, match=r"shell.*ask, search, document"):
                await client.call_tool("shell", {})

    asyncio.run(called())


def test_tools_are_described_and_only_read(address: str) -> None:
    async def listed() -> list[Tool]:
        async with Client(f"{address}/mcp") as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(listed())
    assert [tool.name for tool in tools] == ["ask", "search", "document"]
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
    assert all(tool.output_schema for tool in tools)


def test_the_server_is_reached_by_whatever_name_the_locks_let_through(address: str) -> None:
    call_of_a_list = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream", "Host": "localhost"}
    told = httpx.post(f"{address}/mcp", json=call_of_a_list, headers=headers)
    assert (told.status_code, len(told.json()["result"]["tools"])) == (200, 3)


def test_a_page_of_an_origin_that_is_named_may_call_a_tool_and_read_what_it_gives(
    served: Callable[..., AbstractContextManager[str]],
) -> None:
    origin = "https://portail.example"
    calling = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    calling |= {"params": {"name": "ask", "arguments": {"question": QUESTION}}}
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
    with served(cross_origins=[origin]) as address:
        told = httpx.post(f"{address}/mcp", json=calling, headers=headers | {"Origin": origin})
    assert told.json()["result"]["structuredContent"]["verdict"] == "answered"
    assert told.headers["access-control-allow-origin"] == origin
    exposed = told.headers["access-control-expose-headers"].lower().split(", ")
    assert {"mcp-session-id", "mcp-protocol-version", "retry-after", "x-request-id"} <= set(exposed)


def test_its_requests_are_logged_and_measured_by_their_route(address: str, caplog: pytest.LogCaptureFixture) -> None:
    def measured() -> str:
        return httpx.get(f"{address}/metrics").text

    caplog.set_level("INFO", "ui.serving.requests")
    httpx.post(f"{address}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    (line,) = [record for record in caplog.records if record.name == "ui.serving.requests"]
    assert vars(line)["route"] == "/mcp"
    assert 'sourcier_request_seconds_count{route="/mcp",' in measured()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_session_to_listen_to_or_to_end(address: str, method: str) -> None:
    refused = httpx.request(method, f"{address}/mcp")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_the_command_line_does_not_load_it() -> None:
    code = "import sys, json, ui.cli, ui.parser; ui.parser.build_parser(); print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "mcp" not in json.loads(done.stdout)
