"""One Answer by every door, equal to the letter: only the times differ."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gradio_client import Client  # type: ignore[import-untyped]
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from openai import OpenAI

from qa.answer import Answer, Filters, Turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.engine import Engine

FIELDS: dict[str, dict[str, Any]] = {
    "answered": {"question": "Qui a refusé l'offre de Meta ?"},
    "not found": {"question": "Quelle est la recette de la bouillabaisse marseillaise ?"},
    "a follow-up": {
        "question": "Et qui l'a fondé ?",
        "history": [{"question": "En quelle année Anthropic a-t-il été fondé ?", "answer": "2021"}],
    },
}
FILTERED = {"question": "Qui a fondé Anthropic ?", "date_from": "2025-06", "date_to": "2025-06", "max_quotes": 2}


def by_rest(server: str, fields: dict[str, Any]) -> Any:
    return httpx.post(f"{server}/api/v1/ask", json=fields, timeout=60).json()


def by_events(server: str, fields: dict[str, Any]) -> Any:
    told = httpx.post(f"{server}/api/v1/ask", json=fields, headers={"Accept": "text/event-stream"}, timeout=60).text
    kind, data = told.strip().split("\n\n")[-1].split("\n")
    assert kind == "event: answer"
    return json.loads(data.removeprefix("data: "))


def by_gradio(server: str, fields: dict[str, Any]) -> Any:
    return Client(server, verbose=False).predict(**fields, api_name="/ask")


def by_chat_completions(server: str, fields: dict[str, Any]) -> Any:
    messages: list[Any] = []
    for turn in fields.get("history", []):
        messages += [{"role": "user", "content": turn["question"]}, {"role": "assistant", "content": turn["answer"]}]
    messages.append({"role": "user", "content": fields["question"]})
    with OpenAI(base_url=f"{server}/v1", api_key="any") as client:
        completion = client.chat.completions.create(model="sourcier", messages=messages)
    assert completion.model_extra is not None
    return completion.model_extra["sourcier"]


def by_mcp(server: str, fields: dict[str, Any]) -> Any:
    async def called() -> Any:
        async with streamable_http_client(f"{server}/mcp") as streams, ClientSession(*streams[:2]) as session:
            await session.initialize()
            return (await session.call_tool("ask", fields)).structured_content

    with ThreadPoolExecutor(1) as beside:  # the browser of other tests runs an event loop in this thread
        return beside.submit(asyncio.run, called()).result()


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    assert Answer.model_validate(answer)
    return {name: value for name, value in answer.items() if name != "timings_ms"}


def expected(engine: Engine, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what the engine itself answers."""
    history = [Turn.model_validate(turn) for turn in fields.get("history", [])]
    filters = Filters(date_from=fields.get("date_from"), date_to=fields.get("date_to"))
    answer = engine.ask(fields["question"], history, filters, max_quotes=fields.get("max_quotes", 5))
    return without_times(answer.model_dump(mode="json"))


@pytest.mark.parametrize("door", [by_rest, by_events, by_gradio, by_chat_completions, by_mcp])
@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
def test_every_door_gives_the_answer_of_the_engine(
    server: str, seeds_engine: Engine, door: Callable[[str, dict[str, Any]], Any], fields: dict[str, Any]
) -> None:
    assert without_times(door(server, fields)) == expected(seeds_engine, fields)


@pytest.mark.parametrize("door", [by_rest, by_events, by_gradio, by_mcp])
def test_every_door_that_takes_filters_keeps_to_them(
    server: str, seeds_engine: Engine, door: Callable[[str, dict[str, Any]], Any]
) -> None:
    assert without_times(door(server, FILTERED)) == expected(seeds_engine, FILTERED)
