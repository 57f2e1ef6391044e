"""Sessions of people who have logged in: kept by the server, known to a browser by a random id in a cookie.

A browser lets a page of another site hold only cookies of its own (Cookies Having Independent Partitioned State), so
that an embedded page does not see a login that was made in a tab. It is therefore given an id that waits, and the login
in the tab is told which one to let in, by a name that the id cannot be found from. Anybody is given one, and as many as
they like: none is kept, but signed, until somebody has logged in for it.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import HTTPConnection

    from ui.access.person import Person
    from ui.settings import Settings

_BYTES: Final = 32  # 256 bits, which nobody guesses
_MOST: Final = 10_000
_SECONDS_TO_LOG_IN: Final = 600.0
_HOUR: Final = 3600.0
_HOST_ONLY: Final = "__Host-"
_SIGNED_BEHIND: Final = "."  # which no random id has in it

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Until(Generic[Value]):
    value: Value
    end: float  # s, of the clock


class Kept(Generic[Value]):
    """Values under random ids, in memory: `most` of them, each for `seconds` and never for longer.

    Where there are too many, the oldest is dropped. An id is kept as its SHA-256 alone, its name: who reads the memory
    cannot come with it.
    """

    def __init__(self, seconds: float, most: int = _MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._values: dict[str, _Until[Value]] = {}  # all last equally long, so that the first is the first to end

    def __len__(self) -> int:
        return len(self._values)

    def add(self, value: Value) -> str:
        """Keep a value; return its id, which is a new one."""
        identity = secrets.token_urlsafe(_BYTES)
        self.put(name_of(identity), value)
        return identity

    def put(self, name: str, value: Value) -> None:
        """Keep a value under the name of an id that its owner has; one that is kept already begins its time anew."""
        self._forget_what_ended()
        self._values.pop(name, None)
        if len(self._values) >= self._most:
            del self._values[next(iter(self._values))]
        self._values[name] = _Until(value, self._clock() + self._seconds)

    def get(self, identity: str) -> Value | None:
        """Return the value of an id; None for one that is unknown, or whose time is over."""
        kept = self._values.get(name_of(identity))
        return None if kept is None or kept.end <= self._clock() else kept.value

    def has(self, name: str) -> bool:
        """Tell whether there is a value whose id has this name, as `get`."""
        kept = self._values.get(name)
        return kept is not None and kept.end > self._clock()

    def take(self, identity: str) -> Value | None:
        """Return the value of an id, as `get`, for the last time."""
        kept = self._values.pop(name_of(identity), None)
        return None if kept is None or kept.end <= self._clock() else kept.value

    def _forget_what_ended(self) -> None:
        now = self._clock()
        while self._values and next(iter(self._values.values())).end <= now:
            del self._values[next(iter(self._values))]


def name_of(identity: str) -> str:
    """Return what an id may be called where others read it; until when one waits is no part of it."""
    return hashlib.sha256(identity.partition(_SIGNED_BEHIND)[0].encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Cookie:
    """How a cookie is named and sent; no script reads it, and it goes to this server alone."""

    name: str
    path: str
    is_secure: bool
    is_for_frames: bool = False

    def named(self, more: str) -> Cookie:
        """Return the cookie that is sent the same way and has a longer name."""
        return replace(self, name=f"{self.name}_{more}")

    def line(self, value: str, seconds: int | None = None) -> str:
        """Return the value of `Set-Cookie`; without `seconds`, the browser drops the cookie when it is closed."""
        parts = [f"{self.name}={value}", f"Path={self.path}", "HttpOnly"]
        if seconds is not None:
            parts.append(f"Max-Age={seconds}")
        if self.is_secure:
            parts.append("Secure")
        parts.extend(("SameSite=None", "Partitioned") if self.is_for_frames else ("SameSite=Lax",))
        return "; ".join(parts)

    def gone(self) -> str:
        """Return the value of `Set-Cookie` by which the browser drops the cookie."""
        return self.line("", 0)


def cookie_of(settings: Settings, name: str, *, is_for_frames: bool = False) -> Cookie:
    """Return how a cookie is sent by a server with these settings.

    Over https and at the root it has the prefix by which no other host of the domain can set it (RFC 6265bis, 4.1.3).
    That prefix wants the path "/", by which a cookie of a server below a path would be sent to all that is beside it.
    So there it has the other one, by which at least nobody sets it without https; see `witness_of`.
    """
    prefix = "" if not settings.tls else "__Secure-" if settings.root_path else _HOST_ONLY
    return Cookie(
        name=prefix + name,
        path=settings.root_path or "/",
        is_secure=settings.tls,
        is_for_frames=is_for_frames and settings.tls and bool(settings.frame_ancestors),
    )


def witness_of(settings: Settings) -> Cookie | None:
    """Return the cookie that holds the name of an id that waits, where that of the id may be set by another host.

    It is for "/", as its prefix wants: what is beside the server may know the name, which is in links too, but not set
    it. The root path is in its own name, for there may be another server below another. None where none is needed.
    """
    if not (settings.tls and settings.root_path):
        return None
    name = _HOST_ONLY + "sourcier_waiting" + settings.root_path.replace("/", "|")
    return Cookie(name, path="/", is_secure=True, is_for_frames=bool(settings.frame_ancestors))


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has logged in; `id_token` is what the provider wants to see again when they log out."""

    person: Person
    id_token: str = ""


class Sessions:
    """The sessions of one server, and one way of getting in: by the cookie of a session."""

    def __init__(self, settings: Settings, most: int = _MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self.cookie = cookie_of(settings, "sourcier_session", is_for_frames=True)
        self._witness = witness_of(settings)
        self._sessions: Kept[Session] = Kept(settings.session_hours * _HOUR, most, clock)
        self._waiting, self._tickets = _Signed(clock), _Signed(clock)
        self._let_in: Kept[bool] = Kept(_SECONDS_TO_LOG_IN, most, clock)  # of ids that have waited

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return whose session a request belongs to; None without one, and for one that has ended."""
        session = self._sessions.get(self.id_of(connection))
        return None if session is None else session.person

    def id_of(self, connection: HTTPConnection) -> str:
        """Return the id that a request came with, which may be none of ours; "" when it came with none."""
        return connection.cookies.get(self.cookie.name, "")

    def waiting_id_of(self, connection: HTTPConnection) -> str:
        """Return the id that an embedded page came with, "" for one that another host may have given it.

        That one would know it, and be let in by it once somebody has logged in for the page.
        """
        identity = self.id_of(connection)
        is_ours = self._witness is None or connection.cookies.get(self._witness.name) == name_of(identity)
        return identity if is_ours else ""

    def waiting_lines(self, identity: str) -> list[str]:
        """Return the values of `Set-Cookie` for an embedded page that is given an id."""
        witnessed = [] if self._witness is None else [self._witness.line(name_of(identity))]
        return [self.cookie.line(identity), *witnessed]

    def begin(self, session: Session) -> str:
        """Begin a session; return its id, which is a new one whatever the browser came with."""
        return self._sessions.add(session)

    def end(self, identity: str) -> Session | None:
        """End a session at once; return it, or None when there is none."""
        return self._sessions.take(identity)

    def wait(self, came: str = "") -> str:
        """Return an id for an embedded page; it lets nobody in until somebody logs in for it, and not for long.

        It is the one that the page came with, while that waits, for as long again, else a new one: the pages in a
        browser share a cookie, and each would take from the one before what its login is for.
        """
        known = None if self._let_in.has(name_of(came)) else self._waiting.text_of(came)
        return self._waiting.signed(known or secrets.token_urlsafe(_BYTES))

    def ticket(self, identity: str) -> str:
        """Return what a login is told to let an id in by, for ten minutes; the id cannot be found from it."""
        return self._tickets.signed(name_of(identity))

    def let_in(self, ticket: str, session: Session) -> bool:
        """Begin a session for the id that a ticket is for; tell whether it waited, which it does but once."""
        name = self._tickets.text_of(ticket)
        if name is None or self._let_in.has(name):
            return False
        self._let_in.put(name, True)  # noqa: FBT003  that it was
        self._sessions.put(name, session)
        return True


class _Signed:
    """Texts that this server has signed, each with the time until which that holds; nothing is kept of them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(_BYTES)

    def signed(self, text: str) -> str:
        """Return a text with a time and a signature, which hold for _SECONDS_TO_LOG_IN."""
        dated = f"{text}{_SIGNED_BEHIND}{math.floor(self._clock() + _SECONDS_TO_LOG_IN)}"
        return f"{dated}{_SIGNED_BEHIND}{self._signature(dated)}"

    def text_of(self, signed: str) -> str | None:
        """Return the text alone; None for what was not signed here, or whose time is over."""
        dated, _, signature = signed.rpartition(_SIGNED_BEHIND)
        if not hmac.compare_digest(self._signature(dated).encode(), signature.encode("utf-8", "replace")):
            return None
        text, _, end = dated.rpartition(_SIGNED_BEHIND)
        return text if self._clock() < int(end) else None

    def _signature(self, dated: str) -> str:
        return hmac.digest(self._secret, dated.encode("utf-8", "replace"), "sha256").hex()
