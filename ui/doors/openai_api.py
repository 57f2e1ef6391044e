"""The OpenAI door: chat completions, for the many programs that speak to a model in no other way.

The model is called "sourcier", and no other is there. The documents alone answer: what a program says to a model in
system messages, and how it would have it write, changes nothing. The last message of the user is the question, and the
messages before it are the conversation that it may lean on.

An answer is the short answer with its quotes as a text. `annotations` tell where each quote stands in it: from
`start_index` to before `end_index`, in code points, as a slice of a Python string has it; OpenAI's description ("the
index of the last character") leaves open which of the two is meant. The field `sourcier` holds the whole Answer.
"""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from qa.answer import Answer  # noqa: TC001  pydantic resolves the hints when a class is made
from qa.follow_up import TURNS
from qa.question import is_too_long
from ui import door_texts as texts
from ui.access.person import person_of
from ui.doors.links import root_of
from ui.doors.problems import ANY_DOOR, ASKING, problems
from ui.doors.prose import Prose, answer_in_prose, short_answer_of
from ui.doors.request import Whole  # noqa: TC001
from ui.doors.stream import AS_EVENTS, chunk_stream, soon, while_there
from ui.errors import InvalidField, ModelUnknown
from ui.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ui.doors.service import Service

MODEL: Final = "sourcier"
_LONGEST_NAME: Final = 200
_WORDS_OF_A_PIECE: Final = 12
_QUESTION: Final = {"role": "user", "content": "Qui a fondé Safe Superintelligence ?"}
_EXAMPLE: Final[dict[str, Any]] = {"model": MODEL, "messages": [_QUESTION]}


class _Asked(BaseModel):
    """What is read of a request; nothing else that OpenAI knows has a meaning here, and it is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class TextPart(_Asked):
    """A part of a message; there is nothing here that reads pictures, sound or files."""

    type: Literal["text"]
    text: str


def _form_of(content: object) -> str:
    return "parts" if isinstance(content, list) else "text"


Content = Annotated[
    Annotated[str, Tag("text")] | Annotated[list[TextPart], Tag("parts")],
    Discriminator(_form_of),
]


class Message(_Asked):
    """A message of the conversation; those of `user` and `assistant` are read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content | None = None

    @property
    def text(self) -> str:
        """What it says."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        return "\n".join(part.text for part in self.content)


class StreamOptions(_Asked):
    """What a stream is to hold beside the answer."""

    include_usage: bool | None = None


class ChatRequest(_Asked):
    """A conversation whose last message of the user is to be answered."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    model: str = Field(description="any other is not found", json_schema_extra={"const": MODEL})
    messages: list[Message]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Whole | None = Field(default=None, ge=1, description="1: there is only one answer")
    tool_choice: Any = Field(default=None, description='not "required": no tool is called here')

    @property
    def with_usage(self) -> bool:
        """Whether a stream is to end with its usage."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def fields(self) -> dict[str, Any]:
        """Return the fields of an AskRequest; raise ModelUnknown, or InvalidField for what cannot be done."""
        _check_model(self.model)
        if (self.n or 1) > 1:
            raise InvalidField(name="n", reason=texts.ONE_ANSWER)
        if self.tool_choice not in (None, "none", "auto"):
            raise InvalidField(name="tool_choice", reason=texts.NO_TOOLS)
        last = max((at for at, message in enumerate(self.messages) if message.role == "user"), default=None)
        if last is None:
            raise InvalidField(name="messages", reason=texts.NO_USER_MESSAGE)
        return {"question": self.messages[last].text, "history": _turns(self.messages[:last])}


class UrlCitation(BaseModel):
    """Where a quote stands in the content, and where it is from."""

    url: str = Field(description="the page, opened at the quote in its document")
    title: str
    start_index: int = Field(description="in code points, from 0")
    end_index: int = Field(description="behind the last one")


class Annotation(BaseModel):
    """A quote."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AnswerMessage(BaseModel):
    """The answer, as a text."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The only one."""

    index: Literal[0] = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """How much was read and written, in words: nothing here is counted, or paid, in tokens."""

    prompt_tokens: int = Field(description="words of the question and of the turns before it")
    completion_tokens: int = Field(description="words of the content")
    total_tokens: int


class ChatCompletion(BaseModel):
    """An answer in OpenAI's form; `sourcier` is the same answer as /api/v1/ask gives it."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Unix time, in seconds")
    model: Literal["sourcier"] = MODEL
    choices: list[Choice]
    usage: Usage
    system_fingerprint: str = Field(description="the corpus that answered, as `corpus.stamp`")
    sourcier: Answer


class Model(BaseModel):
    """What can be asked."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(description="when this server began to offer it; Unix time, in seconds")
    owned_by: str = MODEL


class Models(BaseModel):
    """All that can be asked."""

    object: Literal["list"] = "list"
    data: list[Model]


def openai_router(service: Service) -> APIRouter:
    """Return the routes below /v1 that the clients of OpenAI call; `base_url` of a client ends with /v1."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI"], responses=problems(*ANY_DOOR))
    _add_chat(routes, service)
    _add_models(routes)
    return routes


def _add_chat(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/chat/completions",
        response_model=ChatCompletion,
        responses=problems(*ASKING, 404) | {200: AS_EVENTS},
    )
    async def chat_completion(wanted: Annotated[ChatRequest, Body()], request: Request) -> Response:
        """Answer the last message of the user, in OpenAI's form.

        With `stream`, it comes as chunks. The answer is there before the first of them, so that what goes wrong has a
        status of its own; after ten seconds of waiting comments are sent, and what goes wrong then comes as a chunk
        with the field `error`.
        """
        fields = wanted.fields()
        language, root = language_of(request.headers, service.settings.language), root_of(request, service.settings)
        person = person_of(request.scope).name

        def completed(answer: Answer) -> _Completion:
            return _Completion(answer, answer_in_prose(answer, root, language), fields)

        if wanted.stream:
            answering = await soon(request, service.ask("openai", person, fields))
            chunks = lambda answer: completed(answer).chunks(with_usage=wanted.with_usage)  # noqa: E731
            return chunk_stream(answering, chunks, language)
        return JSONResponse(completed(await while_there(request, service.ask("openai", person, fields))).whole())


def _add_models(routes: APIRouter) -> None:
    offered = Model(id=MODEL, created=int(time.time()))

    @routes.get("/models")
    async def models() -> Models:
        """Return the models that can be asked: one."""
        return Models(data=[offered])

    @routes.get("/models/{model}", responses=problems(404))
    async def model(model: str) -> Model:
        """Return a model by its name."""
        _check_model(model)
        return offered


class _Completion:
    """An answer on its way into OpenAI's form, whole or in chunks."""

    def __init__(self, answer: Answer, prose: Prose, fields: dict[str, Any]) -> None:
        self._answer = answer
        self._prose = prose
        read = [fields["question"], *(text for turn in fields["history"] for text in turn.values())]
        self._usage = _usage(read, prose.text)
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        self._head |= {"system_fingerprint": answer.corpus.stamp}

    def whole(self) -> dict[str, Any]:
        """Return a ChatCompletion as JSON has it."""
        message = AnswerMessage(content=self._prose.text, annotations=self._annotations())
        choice = Choice(message=message).model_dump(mode="json")
        told = {"object": "chat.completion", "choices": [choice], "usage": self._usage.model_dump()}
        return self._head | told | {"sourcier": self._answer.model_dump(mode="json")}

    def chunks(self, *, with_usage: bool) -> Iterator[dict[str, Any]]:
        """Give the chunks of a stream: role, content in pieces, annotations, and the end with the Answer."""
        usage = {"usage": None} if with_usage else {}
        yield self._chunk({"role": "assistant", "content": ""}) | usage
        for piece in _pieces(self._prose.text):
            yield self._chunk({"content": piece}) | usage
        if annotations := self._annotations():
            yield self._chunk({"annotations": [each.model_dump() for each in annotations]}) | usage
        yield self._chunk({}, finished="stop") | usage | {"sourcier": self._answer.model_dump(mode="json")}
        if with_usage:
            yield self._chunk(None) | {"usage": self._usage.model_dump()}

    def _chunk(self, delta: dict[str, Any] | None, finished: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finished}
        return self._head | {"object": "chat.completion.chunk", "choices": [] if delta is None else [choice]}

    def _annotations(self) -> list[Annotation]:
        return [
            Annotation(
                url_citation=UrlCitation(url=cited.url, title=cited.title, start_index=cited.start, end_index=cited.end)
            )
            for cited in self._prose.citations
        ]


def _check_model(name: str) -> None:
    """Raise ModelUnknown for any model but ours: an answer is never taken for another's."""
    if name != MODEL:
        raise ModelUnknown(model=name[:_LONGEST_NAME], offered=MODEL)


def _turns(messages: Sequence[Message]) -> list[dict[str, str]]:
    """Return the last turns before the question, each a message of the user with the short answer to it.

    A message that is too long to be asked was refused when it was, and is no turn: programs send it again all the same.
    """
    turns: list[dict[str, str]] = []
    for message in messages:
        if message.role == "user":
            turns.append({"question": message.text, "answer": ""})
        elif message.role == "assistant" and turns:
            turns[-1]["answer"] = short_answer_of(message.text)
    return [turn for turn in turns if not is_too_long(turn["question"])][-TURNS:]


def _usage(read: Sequence[str], written: str) -> Usage:
    """Return the usage in words."""
    prompt, completion = sum(len(text.split()) for text in read), len(written.split())
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def _pieces(text: str) -> Iterator[str]:
    """Give a text in pieces of some words, which together are the text."""
    words = re.findall(r"\s*\S+\s*", text)
    for at in range(0, len(words), _WORDS_OF_A_PIECE):
        yield "".join(words[at : at + _WORDS_OF_A_PIECE])
