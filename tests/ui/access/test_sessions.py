"""What is promised of sessions: who has one, for how long, and what a browser is told to do with its cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import HTTPConnection

from ui.access.person import Person
from ui.access.sessions import Kept, Session, Sessions, cookie_of, name_of
from ui.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path

ANNE = Session(Person("anne@exemple.fr"))


class Clock:
    """A clock that is set by hand; seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(bare_environment: Path) -> Settings:  # noqa: ARG001
    return load_settings(session_hours=2)


@pytest.fixture
def sessions(settings: Settings, clock: Clock) -> Sessions:
    return Sessions(settings, clock=clock)


def request_with(cookie: str) -> HTTPConnection:
    return HTTPConnection({"type": "http", "headers": [(b"cookie", cookie.encode())]})


async def who(sessions: Sessions, identity: str) -> Person | None:
    return await sessions.person(request_with(f"{sessions.cookie.name}={identity}"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


async def test_who_has_logged_in_is_known_by_the_cookie(sessions: Sessions) -> None:
    assert await who(sessions, sessions.begin(ANNE)) == ANNE.person


@pytest.mark.parametrize("cookie", ["", "sourcier_session=", "sourcier_session=made-up", "other=1", "sourcier_session"])
async def test_a_request_without_a_session_comes_from_nobody(sessions: Sessions, cookie: str) -> None:
    sessions.begin(ANNE)
    assert await sessions.person(request_with(cookie)) is None


async def test_a_session_ends_when_its_hours_are_over_even_when_it_is_used(sessions: Sessions, clock: Clock) -> None:
    identity = sessions.begin(ANNE)
    clock.now += 3600
    assert await who(sessions, identity) == ANNE.person
    clock.now += 3599
    assert await who(sessions, identity) == ANNE.person
    clock.now += 1
    assert await who(sessions, identity) is None


async def test_a_session_that_was_ended_lets_nobody_in(sessions: Sessions) -> None:
    identity = sessions.begin(ANNE)
    assert sessions.end(identity) == ANNE
    assert await who(sessions, identity) is None
    assert sessions.end(identity) is None


async def test_an_id_is_never_given_twice(sessions: Sessions) -> None:
    assert len({sessions.begin(ANNE) for _ in range(50)}) == 50


async def test_an_id_has_256_bits(sessions: Sessions) -> None:
    assert len(sessions.begin(ANNE)) == 43  # base64 of 32 bytes, unpadded


async def test_the_oldest_session_gives_way_where_there_are_too_many(settings: Settings) -> None:
    sessions = Sessions(settings, most=3)
    first, *others = [sessions.begin(ANNE) for _ in range(4)]
    assert await who(sessions, first) is None
    assert [await who(sessions, identity) for identity in others] == [ANNE.person] * 3


def test_what_has_ended_gives_way_before_what_has_not(clock: Clock) -> None:
    kept: Kept[str] = Kept(seconds=10, most=100, clock=clock)
    for number in range(5):
        kept.add(str(number))
    clock.now += 10
    kept.add("later")
    assert len(kept) == 1


def test_the_memory_holds_no_id(settings: Settings) -> None:
    sessions = Sessions(settings)
    identity = sessions.begin(ANNE)
    kept: Any = vars(sessions)["_sessions"]
    assert identity not in repr(vars(kept))
    assert name_of(identity) in repr(vars(kept))


async def test_an_id_that_waits_lets_nobody_in_before_the_login(sessions: Sessions) -> None:
    assert await who(sessions, sessions.wait()) is None


async def test_an_id_that_waits_is_let_in_by_a_login_for_it(sessions: Sessions) -> None:
    identity = sessions.wait()
    assert sessions.let_in(sessions.ticket(identity), ANNE)
    assert await who(sessions, identity) == ANNE.person


async def test_an_id_waits_for_ten_minutes_and_no_longer(sessions: Sessions, clock: Clock) -> None:
    identity = sessions.wait()
    ticket = sessions.ticket(identity)
    clock.now += 600
    assert not sessions.let_in(ticket, ANNE)
    assert await who(sessions, identity) is None


async def test_an_id_that_waits_is_kept_and_its_ten_minutes_begin_anew(sessions: Sessions, clock: Clock) -> None:
    identity = sessions.wait()
    clock.now += 599
    again = sessions.wait(identity)
    assert name_of(again) == name_of(identity)
    clock.now += 599
    assert name_of(sessions.wait(again)) == name_of(identity)
    ticket = sessions.ticket(again)
    clock.now += 599
    assert sessions.let_in(ticket, ANNE)


@pytest.mark.parametrize("came", ["", "chosen", "chosen.9999999999.00", "chosen.x.", "."])
def test_an_id_that_does_not_wait_is_not_kept(sessions: Sessions, came: str) -> None:
    assert name_of(sessions.wait(came)) != name_of(came)


def test_an_id_whose_end_was_put_off_by_somebody_else_is_not_kept(sessions: Sessions, clock: Clock) -> None:
    identity, end, signature = sessions.wait().split(".")
    clock.now += 600
    forged = f"{identity}.{int(end) + 600}.{signature}"
    assert name_of(sessions.wait(forged)) != name_of(forged)


def test_an_id_that_has_waited_too_long_is_not_kept(sessions: Sessions, clock: Clock) -> None:
    identity = sessions.wait()
    clock.now += 600
    assert name_of(sessions.wait(identity)) != name_of(identity)


def test_an_id_that_was_let_in_is_not_kept(sessions: Sessions) -> None:
    identity = sessions.wait()
    sessions.let_in(sessions.ticket(identity), ANNE)
    sessions.end(identity)
    assert name_of(sessions.wait(identity)) != name_of(identity)


async def test_an_id_is_let_in_once(sessions: Sessions) -> None:
    identity = sessions.wait()
    ticket = sessions.ticket(identity)
    assert sessions.let_in(ticket, ANNE)
    sessions.end(identity)
    assert not sessions.let_in(ticket, Session(Person("paul@exemple.fr")))
    assert await who(sessions, identity) is None


async def test_nobody_is_let_in_by_an_id_of_their_own_making(sessions: Sessions) -> None:
    for ticket in (name_of("chosen"), f"{name_of('chosen')}.9999999999.00", sessions.wait()):
        assert not sessions.let_in(ticket, ANNE)
    assert await who(sessions, "chosen") is None


async def test_a_name_or_a_ticket_is_no_id(sessions: Sessions) -> None:
    identity = sessions.wait()
    ticket = sessions.ticket(identity)
    sessions.let_in(ticket, ANNE)
    assert await who(sessions, name_of(identity)) is None
    assert await who(sessions, ticket) is None
    assert name_of(sessions.wait(ticket)) != name_of(ticket)


async def test_however_many_ids_wait_the_first_is_let_in_and_none_is_kept(settings: Settings) -> None:
    sessions = Sessions(settings, most=3)
    first = sessions.wait()
    for _ in range(10):
        sessions.wait()
    kept: Any = vars(sessions)
    assert [len(values) for values in kept.values() if isinstance(values, Kept)] == [0, 0]
    assert sessions.let_in(sessions.ticket(first), ANNE)


def test_the_cookie_is_for_this_host_alone_over_https(settings: Settings) -> None:
    cookie = cookie_of(settings.model_copy(update={"tls": True}), "session")
    assert cookie.line("x") == "__Host-session=x; Path=/; HttpOnly; Secure; SameSite=Lax"


def test_the_cookie_is_for_the_root_path_where_there_is_one(settings: Settings) -> None:
    cookie = cookie_of(settings.model_copy(update={"tls": True, "root_path": "/outil"}), "session")
    assert cookie.line("x") == "__Secure-session=x; Path=/outil; HttpOnly; Secure; SameSite=Lax"


@pytest.fixture
def below_a_path(settings: Settings) -> Sessions:
    framed = {"tls": True, "root_path": "/outil", "frame_ancestors": ("https://intranet.exemple.fr",)}
    return Sessions(settings.model_copy(update=framed))


def test_an_id_that_waits_is_kept_below_a_path_where_no_other_host_can_have_set_it(below_a_path: Sessions) -> None:
    identity = below_a_path.wait()
    of_the_id, witness = below_a_path.waiting_lines(identity)
    rest = "HttpOnly; Secure; SameSite=None; Partitioned"
    assert of_the_id == f"__Secure-sourcier_session={identity}; Path=/outil; {rest}"
    assert witness == f"__Host-sourcier_waiting|outil={name_of(identity)}; Path=/; {rest}"
    came = request_with("; ".join(line.partition(";")[0] for line in (of_the_id, witness)))
    assert name_of(below_a_path.wait(below_a_path.waiting_id_of(came))) == name_of(identity)


def test_an_id_that_another_host_may_have_set_is_not_waited_for(below_a_path: Sessions) -> None:
    planted, theirs = below_a_path.wait(), below_a_path.wait()
    alone = f"{below_a_path.cookie.name}={planted}"
    beside = f"__Host-sourcier_waiting|outil={name_of(theirs)}"
    for came in (alone, f"{alone}; {beside}", beside):
        assert below_a_path.waiting_id_of(request_with(came)) == ""


def test_at_the_root_an_id_needs_no_witness(settings: Settings) -> None:
    sessions = Sessions(settings.model_copy(update={"tls": True}))
    identity = sessions.wait()
    (line,) = sessions.waiting_lines(identity)
    assert sessions.waiting_id_of(request_with(line.partition(";")[0])) == identity


def test_the_cookie_needs_no_https_where_there_is_none(settings: Settings) -> None:
    assert cookie_of(settings, "session").line("x") == "session=x; Path=/; HttpOnly; SameSite=Lax"


def test_the_cookie_is_sent_from_a_frame_where_others_may_embed_the_page(settings: Settings) -> None:
    framed = settings.model_copy(update={"tls": True, "frame_ancestors": ("https://intranet.exemple.fr",)})
    line = Sessions(framed).cookie.line("x")
    assert line == "__Host-sourcier_session=x; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"


def test_a_cookie_is_taken_back_the_way_it_was_given(settings: Settings) -> None:
    cookie = cookie_of(settings, "session")
    assert cookie.gone() == "session=; Path=/; HttpOnly; Max-Age=0; SameSite=Lax"
