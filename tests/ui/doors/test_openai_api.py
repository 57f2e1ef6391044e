"""The OpenAI door, through OpenAI's own client over a real server. The engine is a fake: how the door tells what it
finds is what matters here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from openai import OpenAI

from index.errors import CorpusMissing
from qa.answer import Turn
from ui import texts
from ui.access.guard import Guard
from ui.doors import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from starlette.types import ASGIApp

    from tests.ui.doors.conftest import FakeEngine
    from ui.texts import Language

    Served = AbstractContextManager[str]

QUESTION = "Quel est le budget ?"


def client_of(address: str, language: Language = "fr") -> OpenAI:
    headers = {"Accept-Language": language}
    return OpenAI(base_url=f"{address}/v1", api_key="x", max_retries=0, default_headers=headers)


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    with client_of(address) as client:
        yield client


def ask(client: OpenAI, *said: str | dict[str, Any], **options: Any) -> Any:
    """Ask what the last message says."""
    messages = [{"role": "user", "content": each} if isinstance(each, str) else each for each in said]
    return client.chat.completions.create(**({"model": "sourcier", "messages": messages} | options))


def assistant(text: str | None) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def test_the_whole_answer_is_that_of_rest(client: OpenAI, address: str) -> None:
    told = ask(client, QUESTION).model_extra["sourcier"]
    rest = httpx.post(f"{address}/api/v1/ask", json={"question": QUESTION}).json()
    assert told | {"timings_ms": None} == rest | {"timings_ms": None}


def test_content_begins_with_the_short_answer(client: OpenAI) -> None:
    assert ask(client, QUESTION).choices[0].message.content.startswith("12 M€\n\n[1] «\u00a0Le budget 2025")


def test_annotations_point_at_the_quotes_letter_for_letter(client: OpenAI) -> None:
    told = ask(client, QUESTION)
    message = told.choices[0].message
    cited = [message.content[at.url_citation.start_index : at.url_citation.end_index] for at in message.annotations]
    assert cited == [quote["text"] for quote in told.model_extra["sourcier"]["quotes"]]


def test_a_quote_has_its_title_date_page_and_link(client: OpenAI, address: str) -> None:
    said = "— Été [2025], 2 juillet 2025, p.\u00a03 — "
    link = f"{address}/#doc=notes%2F%C3%A9t%C3%A9+2025.txt&start=0&end=50&text=abababababab"
    message = ask(client, QUESTION).choices[0].message
    assert f"{said}<{link}>" in message.content
    assert message.annotations[0].url_citation.url == link
    assert message.annotations[0].url_citation.title == "Été [2025]"


def test_what_only_comes_near_is_said_not_to_answer_and_not_cited(client: OpenAI) -> None:
    message = ask(client, "introuvable").choices[0].message
    first, second, *_ = message.content.split("\n\n")
    assert first == texts.NOT_FOUND.fr
    assert "ne répondent pas" in second
    assert message.annotations == []


def test_of_sources_that_disagree_all_sides_are_told_and_none_is_the_answer(client: OpenAI) -> None:
    first, sides, *_ = ask(client, "désaccord").choices[0].message.content.split("\n\n")
    assert first == texts.DISAGREEMENT.fr
    assert [side.rpartition(" (")[2] for side in sides.splitlines()] == ["2 juillet 2025) [1]", "2 juillet 2025) [2]"]


def test_quotes_that_were_left_out_are_counted(client: OpenAI) -> None:
    assert ask(client, "écartée").choices[0].message.content.endswith(texts.WITHHELD.filled(count=1).fr)


def test_who_reads_english_is_told_in_english(address: str) -> None:
    with client_of(address, "en") as client:
        assert ask(client, "introuvable").choices[0].message.content.startswith(texts.NOT_FOUND.en)


def test_the_corpus_is_the_fingerprint(client: OpenAI) -> None:
    told = ask(client, QUESTION)
    assert told.system_fingerprint == told.model_extra["sourcier"]["corpus"]["stamp"]


def test_usage_counts_words(client: OpenAI) -> None:
    told = ask(client, "Qui ?", assistant("Elle"), QUESTION)
    words = len(told.choices[0].message.content.split())
    assert (told.usage.prompt_tokens, told.usage.completion_tokens) == (2 + 1 + 5, words)
    assert told.usage.total_tokens == told.usage.prompt_tokens + words


# --- The conversation


def test_messages_before_the_question_are_turns(client: OpenAI, engine: FakeEngine) -> None:
    ask(client, {"role": "system", "content": "Tu es un pirate."}, "Qui ?", assistant("Elle"), "Quand ?", "Et où ?")
    assert engine.asked == [("Et où ?", [Turn(question="Qui ?", answer="Elle"), Turn(question="Quand ?")])]


def test_of_an_answer_that_was_given_here_the_short_answer_is_the_turn(client: OpenAI, engine: FakeEngine) -> None:
    before = ask(client, QUESTION).choices[0].message.content
    ask(client, QUESTION, assistant(before), "Et en 2024 ?")
    assert engine.asked[-1][1] == [Turn(question=QUESTION, answer="12 M€")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_answer_that_was_not_found_is_an_empty_turn(address: str, engine: FakeEngine, language: Language) -> None:
    with client_of(address, language) as client:
        before = ask(client, "introuvable").choices[0].message.content
        ask(client, "introuvable", assistant(before), "Et en 2024 ?")
    assert engine.asked[-1][1] == [Turn(question="introuvable", answer="")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sources_that_disagree_are_an_empty_turn(address: str, engine: FakeEngine, language: Language) -> None:
    with client_of(address, language) as client:
        before = ask(client, "désaccord").choices[0].message.content
        ask(client, "désaccord", assistant(before), "Et en 2024 ?")
    assert engine.asked[-1][1] == [Turn(question="désaccord", answer="")]


def test_an_answer_without_content_is_an_empty_turn(client: OpenAI, engine: FakeEngine) -> None:
    ask(client, "Qui ?", assistant(None), "Et où ?")
    assert engine.asked[-1][1] == [Turn(question="Qui ?")]


def test_a_long_conversation_goes_on_after_a_question_that_was_refused(client: OpenAI, engine: FakeEngine) -> None:
    with pytest.raises(openai.UnprocessableEntityError):
        ask(client, "mot " * 1000)
    ask(client, *["Qui ?"] * 80, "mot " * 1000, "Et où ?")
    assert engine.asked[-1] == ("Et où ?", [Turn(question="Qui ?")] * 3)


def test_the_parts_of_a_message_are_one_text(client: OpenAI, engine: FakeEngine) -> None:
    ask(client, {"role": "user", "content": [{"type": "text", "text": "Qui"}, {"type": "text", "text": "est-ce ?"}]})
    assert engine.asked[-1][0] == "Qui est-ce ?"


def test_what_a_model_would_be_told_beside_changes_nothing(client: OpenAI) -> None:
    options: dict[str, Any] = {"temperature": 2, "max_tokens": 1, "n": 1, "tool_choice": "auto", "top_p": 0.1}
    options |= {"tools": [{"type": "function", "function": {"name": "f"}}], "response_format": {"type": "json_object"}}
    plain, told = ask(client, QUESTION), ask(client, QUESTION, **options)
    assert told.choices[0].message.content == plain.choices[0].message.content


# --- Streams


def test_a_stream_gives_the_role_then_the_content_then_the_annotations(client: OpenAI) -> None:
    whole, chunks = ask(client, QUESTION), list(ask(client, QUESTION, stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]
    assert len(pieces) > 1
    assert "".join(pieces) == whole.choices[0].message.content
    told = [annotation.model_dump() for annotation in whole.choices[0].message.annotations]
    assert chunks[-2].choices[0].delta.model_extra["annotations"] == told


def test_a_stream_is_cut_between_words(client: OpenAI) -> None:
    chunks = list(ask(client, QUESTION, stream=True))
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]
    assert all(piece[-1].isspace() for piece in pieces[:-1])


def test_the_last_chunk_says_stop_and_holds_the_whole_answer(client: OpenAI) -> None:
    whole, chunks = ask(client, QUESTION), list(ask(client, QUESTION, stream=True))
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[-1].model_extra["sourcier"] == whole.model_extra["sourcier"]
    assert {chunk.id for chunk in chunks} == {chunks[0].id}


def test_a_stream_tells_its_usage_when_it_is_asked_to(client: OpenAI) -> None:
    whole = ask(client, QUESTION)
    *chunks, last = ask(client, QUESTION, stream=True, stream_options={"include_usage": True})
    assert (last.choices, last.usage) == ([], whole.usage)
    assert {chunk.usage for chunk in chunks} == {None}


def test_a_stream_ends_as_openai_ends_one(address: str) -> None:
    body = {"model": "sourcier", "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
    told = httpx.post(f"{address}/v1/chat/completions", json=body)
    assert told.headers["content-type"].startswith("text/event-stream")
    events = told.text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    assert all(json.loads(event.removeprefix("data: "))["object"] == "chat.completion.chunk" for event in events[:-2])


def test_who_waits_for_a_stream_is_told_that_it_is_still_there(
    address: str, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_SILENCE", 0.05)
    engine.seconds = 0.3
    body = {"model": "sourcier", "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
    events = httpx.post(f"{address}/v1/chat/completions", json=body).text.split("\n\n")
    assert events[0] == events[1] == ": still here"
    assert events[-2] == "data: [DONE]"


def test_what_goes_wrong_after_a_stream_has_begun_is_raised_too(
    client: OpenAI, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_SILENCE", 0.05)
    engine.seconds, engine.missing = 0.3, CorpusMissing(corpus="/secret")
    with pytest.raises(openai.APIError) as refused:
        list(ask(client, QUESTION, stream=True))
    assert refused.value.code == "CorpusMissing"


# --- What goes wrong


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(
    ("said", "options", "kind", "code"),
    [
        (["?"], {}, openai.UnprocessableEntityError, "InvalidQuestion"),
        (["q"], {"model": "gpt-4o"}, openai.NotFoundError, "ModelUnknown"),
        (["q"], {"n": 2}, openai.UnprocessableEntityError, "InvalidField"),
        (["q"], {"tool_choice": "required"}, openai.UnprocessableEntityError, "InvalidField"),
        (["q"], {"tool_choice": {"type": "function"}}, openai.UnprocessableEntityError, "InvalidField"),
        ([assistant("q")], {}, openai.UnprocessableEntityError, "InvalidField"),
        ([], {}, openai.UnprocessableEntityError, "InvalidField"),
        ([{"role": "cook", "content": "q"}], {}, openai.UnprocessableEntityError, "InvalidField"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}]}], {},
         openai.UnprocessableEntityError, "InvalidField"),
        ([{"role": "user", "content": 5}], {}, openai.UnprocessableEntityError, "InvalidField"),
        (["q"], {"stream_options": {"include_usage": "yes"}}, openai.UnprocessableEntityError, "InvalidField"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_before_anything_is_answered(  # noqa: PLR0917
    client: OpenAI,
    engine: FakeEngine,
    said: list[Any],
    options: dict[str, Any],
    kind: type[openai.APIStatusError],
    code: str,
    streamed: bool,  # noqa: FBT001
) -> None:
    with pytest.raises(kind) as refused:
        ask(client, *said, stream=streamed, **options)
    assert refused.value.code == code
    assert engine.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"model": "\\ud800", "messages": [{"role": "user", "content": "q"}]}', 404),
        ('{"model": "sourcier", "messages": [{"role": "user", "content": "\\ud800"}]}', 422),
    ],
)
def test_half_a_letter_is_refused(address: str, body: str, status: int) -> None:
    refused = httpx.post(f"{address}/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code == status


def test_a_part_that_is_no_text_is_named(client: OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match=r"messages\.0\.content.*type"):
        ask(client, {"role": "user", "content": [{"type": "input_audio"}]})


def test_an_unknown_model_is_answered_with_the_one_that_there_is(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match=r"'gpt-4o'.*'sourcier'"):
        ask(client, QUESTION, model="gpt-4o")


def test_who_is_not_known_is_told_so(app_with: Callable[..., ASGIApp], listening: Callable[[ASGIApp], Served]) -> None:
    closed = Guard(app_with(), ways=(), language="fr")
    with (
        listening(closed) as address,
        client_of(address) as client,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        ask(client, QUESTION)
    assert refused.value.code == "NotLetIn"


def test_who_asks_too_often_is_told_when_to_come_back(served: Callable[..., Served]) -> None:
    with served(requests_per_minute=1) as address, client_of(address) as client:
        ask(client, QUESTION)
        with pytest.raises(openai.RateLimitError) as refused:
            ask(client, QUESTION)
    assert int(refused.value.response.headers["retry-after"]) > 0


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_a_server_without_a_corpus_is_unavailable(client: OpenAI, engine: FakeEngine, streamed: bool) -> None:  # noqa: FBT001
    engine.missing = CorpusMissing(corpus="/secret")
    with pytest.raises(openai.InternalServerError) as refused:
        ask(client, QUESTION, stream=streamed)
    assert (refused.value.status_code, refused.value.code) == (503, "CorpusMissing")
    assert "secret" not in str(refused.value)


# --- Models


def test_there_is_one_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["sourcier"]


def test_the_model_is_found_by_its_name(client: OpenAI) -> None:
    assert client.models.retrieve("sourcier").owned_by == "sourcier"


def test_no_other_model_is_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4o")
