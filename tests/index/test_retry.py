"""Which failures may pass, and that a file which takes too long is tried again, ever more rarely, and not for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import retry, seal
from index.limits import Limits
from index.retry import failed, is_due, is_free, is_there, may_pass
from index.scan import File
from index.seal import Source, Unread

SLOW = "it takes more than 60 seconds to read"
FILE = File("a.txt", Path("a.txt"), Path(), "", "0" * 64, 9)


def clock(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setattr(seal, "moment", lambda: moment)


def source(reason: str, tries: int = 1, at: str = "2026-03-01T12:00:00Z") -> Source:
    return Source(sha256="", size=0, unread=Unread(sha256=FILE.sha256, size=9, reason=reason, tries=tries, at=at))


@pytest.mark.parametrize(
    "reason",
    [
        "it has vanished",
        "permission denied",
        "it cannot be read (Input/output error)",
        retry.KILLED,
        SLOW,
        "it takes more than 0.5 seconds to read",
        "it takes more than 1e+06 seconds to read",
    ],
)
def test_what_does_not_lie_in_the_file_may_pass(reason: str) -> None:
    assert may_pass(reason)


@pytest.mark.parametrize("reason", ["it is damaged", "no text in it", "it takes more than 2000 MB to read"])
def test_what_lies_in_the_file_does_not_pass(reason: str) -> None:
    assert not may_pass(reason)


def test_only_a_file_that_has_vanished_is_not_there() -> None:
    assert [reason for reason in ("it has vanished", "permission denied", SLOW) if not is_there(reason)] == [
        "it has vanished"
    ]


def test_only_what_costs_little_is_tried_at_each_look() -> None:
    assert [reason for reason in (retry.KILLED, SLOW, "it is damaged") if is_free(source(reason))] == [retry.KILLED]


def test_tries_of_the_same_bytes_are_counted() -> None:
    first = failed(FILE, SLOW, None)
    second = failed(FILE, SLOW, Source(sha256="", size=0, unread=first))

    assert (first.tries, second.tries) == (1, 2)


@pytest.mark.parametrize("other", [{"sha256": "1" * 64}, {"reason": retry.KILLED}], ids=["bytes", "reason"])
def test_what_fails_otherwise_is_counted_anew(other: dict[str, str]) -> None:
    last = failed(FILE, SLOW, None).model_copy(update=other | {"tries": 5})

    assert failed(FILE, SLOW, Source(sha256="", size=0, unread=last)).tries == 1


@pytest.mark.parametrize(
    ("tries", "now", "due"),
    [
        (1, "2026-03-01T12:00:00Z", True),
        (2, "2026-03-01T12:19:59Z", False),
        (2, "2026-03-01T12:20:00Z", True),
        (3, "2026-03-01T12:39:59Z", False),
        (3, "2026-03-01T12:40:00Z", True),
        (7, "2026-03-01T22:39:59Z", False),
        (7, "2026-03-01T22:40:00Z", True),
        (8, "2036-03-01T12:00:00Z", False),
        (3, "2025-03-01T12:00:00Z", True),
    ],
)
def test_what_takes_too_long_is_tried_at_the_next_look_then_ever_more_rarely_and_eight_times_in_all(
    monkeypatch: pytest.MonkeyPatch, tries: int, now: str, *, due: bool
) -> None:
    clock(monkeypatch, now)

    assert is_due(source(SLOW, tries), Limits(seconds=60)) == due


def test_a_file_of_which_an_earlier_version_noted_no_tries_is_due() -> None:
    assert is_due(Source(sha256=FILE.sha256, size=9, skipped=SLOW), Limits())


@pytest.mark.parametrize("known", [source(retry.KILLED), Source(sha256="0", size=1)], ids=["killed", "a document"])
def test_nothing_else_is_due(known: Source) -> None:
    assert not is_due(known, Limits())
