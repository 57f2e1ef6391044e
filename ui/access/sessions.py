"""Sessions of people who have logged in: kept by the server, known to a browser by a random id in a cookie.

A browser lets a page of another site hold only cookies of its own (Cookies Having Independent Partitioned State), so
that an embedded page does not see a login that was made in a tab. It is therefore given an id that waits, and the login
in the tab is told which one to let in, by a name that the id cannot be found from.
"""

from __future__ import annotations

import hashlib
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

    def take(self, identity: str) -> Value | None:
        """Return the value of an id, as `get`, for the last time."""
        return self.take_named(name_of(identity))

    def take_named(self, name: str) -> Value | None:
        """Return the value whose id has this name, as `get`, for the last time."""
        kept = self._values.pop(name, None)
        return None if kept is None or kept.end <= self._clock() else kept.value

    def _forget_what_ended(self) -> None:
        now = self._clock()
        while self._values and next(iter(self._values.values())).end <= now:
            del self._values[next(iter(self._values))]


def name_of(identity: str) -> str:
    """Return what an id may be called where others read it."""
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()


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
    """
    is_host_only = settings.tls and not settings.root_path
    return Cookie(
        name=f"__Host-{name}" if is_host_only else name,
        path=settings.root_path or "/",
        is_secure=settings.tls,
        is_for_frames=is_for_frames and settings.tls and bool(settings.frame_ancestors),
    )


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has logged in; `id_token` is what the provider wants to see again when they log out."""

    person: Person
    id_token: str = ""


class Sessions:
    """The sessions of one server, and one way of getting in: by the cookie of a session."""

    def __init__(self, settings: Settings, most: int = _MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self.cookie = cookie_of(settings, "sourcier_session", is_for_frames=True)
        self._sessions: Kept[Session] = Kept(settings.session_hours * _HOUR, most, clock)
        self._waiting: Kept[bool] = Kept(_SECONDS_TO_LOG_IN, most, clock)

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return whose session a request belongs to; None without one, and for one that has ended."""
        session = self._sessions.get(self.id_of(connection))
        return None if session is None else session.person

    def id_of(self, connection: HTTPConnection) -> str:
        """Return the id that a request came with, which may be none of ours; "" when it came with none."""
        return connection.cookies.get(self.cookie.name, "")

    def begin(self, session: Session) -> str:
        """Begin a session; return its id, which is a new one whatever the browser came with."""
        return self._sessions.add(session)

    def end(self, identity: str) -> Session | None:
        """End a session at once; return it, or None when there is none."""
        return self._sessions.take(identity)

    def wait(self, came: str = "") -> str:
        """Return an id for an embedded page; it lets nobody in until somebody logs in for it, and not for long.

        It is the one that the page came with, while that waits, else a new one: the pages in a browser share a cookie,
        and each would take from the one before what its login is for.
        """
        if self._waiting.get(came) is None:
            return self._waiting.add(True)  # noqa: FBT003  that it waits
        self._waiting.put(name_of(came), True)  # noqa: FBT003
        return came

    def let_in(self, name: str, session: Session) -> bool:
        """Begin a session for the id with this name; tell whether one waited."""
        is_waiting = bool(self._waiting.take_named(name))
        if is_waiting:
            self._sessions.put(name, session)
        return is_waiting
