"""Quotes -> which of them say the same, and whether two of them contradict each other.

Two numbers or two dates that do not fit together are a contradiction; two names may both be right. Nothing is averaged,
and nothing is left out: a reader sees both, with the dates of their documents. A contradiction that is none costs more
trust than one that is missed: it is told only where answers from two documents differ in one number or one date, and in
nothing else, and only for numbers of which it is known that they count the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from qa.expected import expected_kind
from qa.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from qa.answer import Quote

_BEHIND = 40  # characters behind the words that answer, enough for what they count

_SHARED = 0.8
"""Of the words of the shorter answer: from here on, two answers say the same. « Mark Chen » and « Mark Zuckerberg », or
« le président de la République » and « le président du Sénat », share half of theirs."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """For each quote the number of its group, from 1, the best quotes first; and the groups that contradict others."""

    groups: tuple[int, ...]
    opposed: tuple[int, ...]


def agreement(question: str, quotes: Sequence[Quote]) -> Agreement:
    """Compare what quotes answer to a question, the best first; those of one group all say the same."""
    kind = expected_kind(question)
    said = [Statement.read(highlighted(quote), of_date=kind == "date") for quote in quotes]
    members: list[list[Statement]] = []
    groups = []
    for statement in said:
        fitting = (n for n, group in enumerate(members) if all(_same(statement, other) for other in group))
        number = next(fitting, len(members))
        if number == len(members):
            members.append([])
        members[number].append(statement)
        groups.append(number + 1)
    contradict = _CONTRADICT.get(kind or "name")
    sources: dict[int, set[str]] = {}
    for group, quote in zip(groups, quotes, strict=True):
        sources.setdefault(group, set()).add(quote.document)
    counted = [_with_unit(quote, statement) for quote, statement in zip(quotes, said, strict=True)]
    numbered = list(zip(groups, quotes, counted, strict=True))
    opposed = {
        group
        for (first, here, one), (second, there, other) in combinations(numbered, 2)
        if contradict is not None
        and here.document not in sources[second]  # one that says both speaks of two things
        and there.document not in sources[first]
        and contradict(one, other)
        for group in (first, second)
    }
    return Agreement(tuple(groups), tuple(sorted(opposed)))


def highlighted(quote: Quote) -> str:
    """Return the words of a quote that answer, or all of it where none are marked."""
    if quote.answer_start is None or quote.answer_end is None:
        return quote.text
    return quote.text[quote.answer_start - quote.start : quote.answer_end - quote.start]


def _with_unit(quote: Quote, said: Statement) -> Statement:
    """Return what a quote answers, with what its amount counts where only the words behind the answer tell that."""
    if len(said.amounts) != 1 or said.amounts[0][1] or quote.answer_end is None:
        return said
    end = quote.answer_end - quote.start
    behind = Statement.read(highlighted(quote) + quote.text[end : end + _BEHIND]).amounts
    return replace(said, amounts=behind[:1]) if behind else said


def _same(one: Statement, other: Statement) -> bool:
    """Tell whether two answers share most words of the shorter one, and no number, date or « ne » speaks against it."""
    if one.is_negative != other.is_negative or _dates_differ(one, other):
        return False
    if one.amounts and other.amounts and not _equal(one.amounts[0], other.amounts[0]):
        return False
    shared = len(one.words & other.words)
    return shared > 0 and shared >= _SHARED * min(len(one.words), len(other.words))


def _other_amount(one: Statement, other: Statement) -> bool:
    """Tell whether two answers give one amount each, of the same thing as far as they say, and not the same."""
    if len(one.amounts) != 1 or len(other.amounts) != 1 or not _comparable(one, other) or _dates_differ(one, other):
        return False
    (value, unit), (another, its_unit) = one.amounts[0], other.amounts[0]
    return value != another and unit == its_unit != ""


def _other_date(one: Statement, other: Statement) -> bool:
    """Tell whether two answers give one date each, and not the same."""
    return _comparable(one, other) and not one.amounts and not other.amounts and _dates_differ(one, other)


def _comparable(one: Statement, other: Statement) -> bool:
    """Tell whether two answers are closed ones that say nothing different beside their amount or date."""
    return not (one.is_open or other.is_open) and one.is_negative == other.is_negative and one.rest == other.rest


def _equal(one: tuple[Decimal, str], other: tuple[Decimal, str]) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or not one[1] or not other[1])


def _dates_differ(one: Statement, other: Statement) -> bool:
    """Tell whether two answers name a day, month or year each, and not the same."""
    return any(
        len(mine) == len(theirs) == 1 and mine != theirs
        for mine, theirs in ((one.days, other.days), (one.months, other.months), (one.years, other.years))
    )


_CONTRADICT = {"quantity": _other_amount, "date": _other_date}
