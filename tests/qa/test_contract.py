"""The contract, version 1: its schema as it is handed out, and that nothing of it is ever taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from qa import answer
from qa.answer import SCHEMA, Answer, Contract

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.engine import Engine

Fields = dict[str, dict[str, str]]

ROOT: Final = Path(__file__).parents[2]
HANDED_OUT: Final = ROOT / "docs" / "schema" / f"answer-{SCHEMA}.json"
FROZEN: Final = Path(__file__).with_name(f"contract-{SCHEMA}.json")
MODELS: Final = [
    model
    for model in vars(answer).values()
    if isinstance(model, type) and issubclass(model, Contract) and model is not Contract
]


def fields_of(models: Iterable[type[Contract]]) -> Fields:
    """Return the fields of each model with their types, as JSON has them."""
    return {
        model.__name__: {
            name: type_in(schema)
            for name, schema in model.model_json_schema(mode="serialization")["properties"].items()
        }
        for model in models
    }


def type_in(schema: dict[str, Any]) -> str:
    """Return the type that a JSON schema describes, in words: "integer | null", "array of Quote", '"1"'."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(type_in(each) for each in schema["anyOf"])
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values:
        return " | ".join(json.dumps(value) for value in values)
    return f"array of {type_in(schema['items'])}" if schema["type"] == "array" else str(schema["type"])


def published(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema as it is handed out: it lets fields be there that a later release may have added."""

    def opened(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: opened(value) for name, value in part.items() if name != "additionalProperties"}
        return part

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **opened(schema)}


def taken_back(released: Fields, now: Fields) -> list[str]:
    """Return what of the released fields is no longer there, or has another type."""
    return [
        f"{model}.{name} was {kind} and is {now.get(model, {}).get(name, 'gone')}"
        for model, fields in released.items()
        for name, kind in fields.items()
        if now.get(model, {}).get(name) != kind
    ]


def test_the_schema_that_is_handed_out_is_that_of_the_models() -> None:
    described = published(Answer.model_json_schema(mode="serialization"))
    assert json.loads(HANDED_OUT.read_text(encoding="utf-8")) == described, (
        f"write it anew: {HANDED_OUT.relative_to(ROOT)}"
    )


def refused(told: dict[str, Any]) -> list[str]:
    """Return what the schema that is handed out says against an answer."""
    schema = Draft202012Validator(json.loads(HANDED_OUT.read_text(encoding="utf-8")))
    return [error.message for error in schema.iter_errors(told)]


@pytest.mark.parametrize("question", ["Qui a cofondé Safe Superintelligence ?", "Quelle est la recette de la tarte ?"])
def test_an_answer_is_what_the_schema_says(seeds_engine: Engine, question: str) -> None:
    assert refused(json.loads(seeds_engine.ask(question).model_dump_json())) == []


def test_what_is_no_answer_is_not_what_the_schema_says(seeds_engine: Engine) -> None:
    told = json.loads(seeds_engine.ask("Qui ?").model_dump_json())
    del told["quotes"]
    assert refused(told) == ["'quotes' is a required property"]


def test_an_answer_of_a_later_release_is_what_the_schema_says(seeds_engine: Engine) -> None:
    assert refused(json.loads(seeds_engine.ask("Qui ?").model_dump_json()) | {"added_later": 1}) == []


def test_no_field_that_was_released_was_removed_or_changed() -> None:
    assert taken_back(json.loads(FROZEN.read_text(encoding="utf-8")), fields_of(MODELS)) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"Quote": {"n": "integer"}}, ["Quote.text was string and is gone"]),
        ({"Quote": {"n": "integer", "words": "string"}}, ["Quote.text was string and is gone"]),
        ({"Quote": {"n": "string", "text": "string"}}, ["Quote.n was integer and is string"]),
        ({"Quote": {"n": "integer | null", "text": "string"}}, ["Quote.n was integer and is integer | null"]),
        ({}, ["Quote.n was integer and is gone", "Quote.text was string and is gone"]),
        ({"Quote": {"n": "integer", "text": "string", "new": "string"}, "New": {}}, []),
    ],
    ids=["removed", "renamed", "another type", "perhaps null", "model removed", "added"],
)
def test_what_is_taken_back_is_seen_and_what_is_added_is_not(now: Fields, told: list[str]) -> None:
    assert taken_back({"Quote": {"n": "integer", "text": "string"}}, now) == told


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer | null"),
        ({"type": "array", "items": {"$ref": "#/$defs/Quote"}}, "array of Quote"),
        ({"type": "string", "enum": ["answered", "not_found"]}, '"answered" | "not_found"'),
        ({"type": "string", "const": "1"}, '"1"'),
        ({"type": "number", "minimum": 0}, "number"),
    ],
)
def test_a_type_is_told_in_words(schema: dict[str, Any], told: str) -> None:
    assert type_in(schema) == told
