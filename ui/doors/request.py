"""A question as it comes from outside, checked once and strictly, whichever door it comes by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from qa.answer import Answer, Filters, Turn
from ui.error_texts import NOT_UTF8, refusal
from ui.errors import InvalidField

if TYPE_CHECKING:
    from qa.engine import Engine

MOST_TURNS = 50
MOST_DOCUMENTS = 1000
_QUESTION = "at most 2000 characters, with at least one word"


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number, which JSON may write 3.0 too: it has one kind of number, and some clients write no other way."""


class Request(BaseModel):
    """Base of what is asked: no field beyond those declared, and no value of another kind made to fit."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @classmethod
    def read(cls, fields: dict[str, Any]) -> Self:
        """Return the request that the fields tell; raise InvalidField, which names the first that is wrong."""
        for name, value in fields.items():
            try:
                json.dumps(value, ensure_ascii=False).encode("utf-8")
            except UnicodeEncodeError as error:
                raise InvalidField(name=name, reason=NOT_UTF8) from error
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            problem = error.errors()[0]
            name = ".".join(str(part) for part in problem["loc"])
            raise InvalidField(name=name, reason=refusal(problem)) from error


class AskRequest(Request):
    """A question with the turns before it and the filters; `max_quotes` of None leaves the number to the settings."""

    question: str = Field(description=_QUESTION, examples=["Qui a fondé Safe Superintelligence ?"])
    history: list[Turn] = Field(
        default=[],
        max_length=MOST_TURNS,
        description="the turns before it, oldest first; a question such as « Et combien ? » leans on the last three",
    )
    date_from: str | None = Field(
        default=None,
        description="only documents of this ISO 8601 date or later; it may be partial",
        examples=["2025-07"],
    )
    date_to: str | None = Field(
        default=None,
        description="only documents of this ISO 8601 date or earlier; it may be partial",
        examples=["2025-12-31"],
    )
    documents: list[str] = Field(
        default=[],
        max_length=MOST_DOCUMENTS,
        description='only these documents, named as `document` of a quote names them; "notes/" is a whole folder',
    )
    max_quotes: Whole | None = Field(default=None, ge=1, le=20, description="at most so many quotes")

    def answer(self, engine: Engine, default_max_quotes: int) -> Answer:
        """Ask the engine; raise what it raises."""
        filters = Filters(date_from=self.date_from, date_to=self.date_to, documents=tuple(self.documents))
        most = self.max_quotes or default_max_quotes
        return engine.ask(self.question, history=self.history, filters=filters, max_quotes=most)


class SearchRequest(Request):
    """A question whose nearest passages are wanted."""

    question: str = Field(description=_QUESTION, examples=["le budget de la recherche en 2025"])
    k: Whole = Field(default=10, ge=1, le=100, description="how many passages")


class DocumentRequest(Request):
    """A document that is wanted whole."""

    document: str = Field(description="its name, as `document` of a quote gives it")


class DocumentsRequest(Request):
    """A page of the list of documents."""

    words: str = Field(default="", max_length=200)
    offset: Whole = Field(default=0, ge=0, le=10**9)
    most: Whole = Field(default=50, ge=1, le=200)
