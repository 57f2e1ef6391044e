"""Every reason of the floors below has its French: a reason that was added there without it fails here."""

from __future__ import annotations

import ast
import errno
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ui.reasons import REASONS, reason, translated
from ui.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
NAMED = {"reason", "found", "holder", "place", "excluded", "skipped", "NO_SPACE"}
"""Under these names, reasons are handed over and kept."""
BY_POSITION = {
    "DocumentUnreadable": 0,
    "Refused": 0,
    "StoreDamaged": 0,
    "StoreUnwritable": 0,
    "File": 6,
    "Finding": 3,
    "_excluded": 3,
}
"""The place of the reason among the arguments of these."""
MADE_BY = {"_try_store", "_try_lexicon", "_lost", "_ending", "_why_lost", "_why_closed", "_too_large", "incomplete"}
"""What these return becomes a reason, in ways that cannot be followed here."""


class Module:
    """The source of a module, and the reasons that are written out in it."""

    def __init__(self, source: str) -> None:
        self._tree = ast.parse(source)
        self._functions = {node.name: node for node in ast.walk(self._tree) if isinstance(node, ast.FunctionDef)}

    def reasons(self) -> Iterator[str]:
        """Yield each reason, with "1" for what is filled in."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call):
                yield from self._said_by_call(node)
            elif isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id in NAMED for target in node.targets
            ):
                yield from self._said(node.value, set())
            elif isinstance(node, ast.FunctionDef) and node.name in MADE_BY:
                for value in self._returned(node.name):
                    yield from self._said(value, set())

    def _said_by_call(self, call: ast.Call) -> Iterator[str]:
        for keyword in call.keywords:
            if keyword.arg in NAMED:
                yield from self._said(keyword.value, set())
        position = BY_POSITION.get(getattr(call.func, "id", ""))
        if position is not None and len(call.args) > position:
            yield from self._said(call.args[position], set())

    def _said(self, value: ast.expr, seen: set[str]) -> Iterator[str]:
        """Yield what an expression can say, as far as it can be followed in this module."""
        match value:
            case ast.Constant(value=str(text)) if text:
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts)
            case _:
                for other in self._behind(value, seen):
                    yield from self._said(other, seen | {ast.dump(value)})

    def _behind(self, value: ast.expr, seen: set[str]) -> list[ast.expr]:
        """Return the expressions whose value an expression may have."""
        match value:
            case ast.IfExp(body=body, orelse=other):
                return [body, other]
            case ast.BoolOp(values=values):
                return values
            case ast.Call(func=ast.Name(id=name)) if name in self._functions and ast.dump(value) not in seen:
                return self._returned(name)
            case ast.Name() if ast.dump(value) not in seen:
                return self._assigned(value.id)
        return []

    def _assigned(self, name: str) -> list[ast.expr]:
        nodes = [node for node in ast.walk(self._tree) if isinstance(node, ast.Assign)]
        return [node.value for node in nodes if any(getattr(target, "id", "") == name for target in node.targets)]

    def _returned(self, name: str) -> list[ast.expr]:
        nodes = [node for node in ast.walk(self._functions[name]) if isinstance(node, ast.Return)]
        return [node.value for node in nodes if node.value is not None]

    def literals(self) -> Iterator[str]:
        """Yield each text that is written out, reason or not, with "1" for what is filled in."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                yield from self._said(node, set())

    @property
    def functions(self) -> set[str]:
        """The names of the functions that it has."""
        return set(self._functions)


@cache
def modules() -> list[Module]:
    """The floors below."""
    files = [file for floor in ("index", "qa") for file in (ROOT / floor).rglob("*.py") if "training" not in file.parts]
    return [Module(file.read_text(encoding="utf-8")) for file in files]


@cache
def written() -> list[str]:
    """Every reason of the floors below."""
    return sorted({said for module in modules() for said in module.reasons()})


@cache
def sayable() -> str:
    """Every text of the floors below, and what the system says, each in a line."""
    literals = {literal for module in modules() for literal in module.literals() if "\n" not in literal}
    return "\n".join([*literals, *map(os.strerror, errno.errorcode)])


@pytest.mark.parametrize("english", written())
def test_every_reason_of_the_floors_below_has_its_french(english: str) -> None:
    assert reason(english).fr != english


@pytest.mark.parametrize("english", [english for english, _french in REASONS])
def test_every_reason_that_has_a_french_can_be_given(english: str) -> None:
    assert re.search(f"^(?:{english})$", sayable(), re.MULTILINE), "the floors below say it otherwise now, or no more"


def test_what_makes_reasons_is_there() -> None:
    assert set.union(*(module.functions for module in modules())) >= MADE_BY


@pytest.mark.parametrize(
    "source",
    [
        'raise DocumentUnreadable(reason="the moon is full")',
        'raise DocumentUnreadable(reason="a" if full else "the moon is full")',
        'def why():\n    return "the moon is full"\n\nraise DocumentUnreadable(reason=why())',
        'said = "the moon is full"\nraise CorpusUnreadable(corpus=corpus, reason=said)',
        'return pack(Refused("the moon is full"))',
        'yield _excluded(path, folder, prefix, "the moon is full")',
    ],
)
def test_a_reason_is_found_however_it_is_written(source: str) -> None:
    assert "the moon is full" in set(Module(source).reasons())


def test_what_is_filled_into_a_reason_is_left_open() -> None:
    assert list(Module('f(reason=f"it has more than {limits.pages} pages")').reasons()) == ["it has more than 1 pages"]


def test_unknown_reason_stays_as_it_is() -> None:
    assert reason("the moon is full") == Text("the moon is full", "the moon is full")


def test_the_first_pattern_that_fits_translates() -> None:
    assert translated("ab", [("a", "x"), ("a(.)", "y{0}"), ("ab", "z")]) == "yb"


def test_no_pattern_is_hidden_by_one_before_it() -> None:
    plain = [
        (english, french) for english, french in REASONS if english.isascii() and english.replace(" ", "").isalnum()
    ]
    assert [english for english, french in plain if translated(english, REASONS) != french] == []
