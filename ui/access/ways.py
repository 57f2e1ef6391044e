"""The ways of getting in that a server has, as its settings say."""

from __future__ import annotations

import base64
import hmac
import math
import secrets
import threading
import time
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread

from ui.access.addresses import client_address, comes_from, counted_address, networks_of
from ui.access.keys import keys_of, proof_of
from ui.access.person import Person
from ui.access.register import LONGEST_NAME, LiveRegister
from ui.access.throttle import Count, Throttle
from ui.access.users import hash_of, is_password, prepared_password, users_of
from ui.errors import LoginTooOften, NotLetIn, ServerBusy

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import HTTPConnection

    from ui.access.addresses import Network
    from ui.access.person import Way
    from ui.access.register import Entry
    from ui.settings import Settings

ANYBODY: Final = "anybody"

BASIC_CHALLENGE: Final = 'Basic realm="Sourcier", charset="UTF-8"'
BEARER_CHALLENGE: Final = "Bearer"

HASHES_AT_A_TIME: Final = 2  # each takes 64 MiB
MOST_COMPARED: Final = 100  # logins, that wait for a hash or have theirs computed: some 5 s
SECONDS_REMEMBERED: Final = 300.0
MOST_REMEMBERED: Final = 10_000  # logins; the one that was not used for the longest is forgotten first
LONGEST_PROXIED_NAME: Final = 200  # characters


class Anybody:
    """Everybody is let in as a reader; they are told apart by their address."""

    def __init__(self, trusted_proxies: tuple[Network, ...] = ()) -> None:
        self._trusted_proxies = trusted_proxies

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return somebody at this address."""
        address = counted_address(client_address(connection, self._trusted_proxies))
        return Person(f"{ANYBODY} at {address}")


class AdministratorKeys:
    """Programs of an administrator show their key where everybody is let in, and are more than readers by it.

    Any other key is nobody's business there: clients of OpenAI must be given one, whatever it is.
    """

    def __init__(self, register: LiveRegister) -> None:
        self._register = register

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return the program that an administrator's key belongs to, None for every other request."""
        shown = connection.headers.getlist("authorization")
        entry = _entry_of(self._register, _credentials(shown[0], "bearer") or "") if len(shown) == 1 else None
        if entry is None or entry.role != "administrator":
            return None
        return Person(f"key {entry.name}", entry.role)


class Keys:
    """Programs show an API key: `Authorization: Bearer src_…` (RFC 6750).

    A key that is known is let in however often others failed at its address: nobody guesses one.
    """

    def __init__(self, register: LiveRegister, throttle: Throttle, trusted_proxies: tuple[Network, ...] = ()) -> None:
        self._register = register
        self._throttle = throttle
        self._trusted_proxies = trusted_proxies

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return the program that a key belongs to, None without a key; raise NotLetIn and LoginTooOften."""
        key = _shown(connection, "bearer")
        if key is None:
            return None
        if entry := _entry_of(self._register, key):
            return Person(f"key {entry.name}", entry.role)
        failures = [Count("keys of an address", (_counted(connection, self._trusted_proxies),))]
        self._throttle.check(failures)
        self._throttle.add(failures)
        raise NotLetIn


@dataclass(frozen=True, slots=True)
class _Login:
    """A name and a password, as they came from an address."""

    name: str
    password: str
    address: str

    @property
    def here(self) -> list[Count]:
        """What its failure counts for at this address."""
        return [Count("name at an address", (self.address, self.name))]

    @property
    def everywhere(self) -> list[Count]:
        """What its failure counts for all in all."""
        return [*self.here, Count("address", (self.address,)), Count("name", (self.name,))]


class Passwords:
    """Persons show a name and a password: `Authorization: Basic` (RFC 7617).

    A browser does so with every request, and a hash is dear. So a login that was right is remembered for a while, for
    its address alone, and under a digest that nothing can be learnt from. What the register holds is part of it: who is
    removed, or has a new password, is remembered no more. Who logs in elsewhere under the same name, and fails, does
    not keep out those who are remembered.
    """

    def __init__(self, register: LiveRegister, throttle: Throttle, trusted_proxies: tuple[Network, ...] = ()) -> None:
        self._register = register
        self._throttle = throttle
        self._trusted_proxies = trusted_proxies
        self._hashing = CapacityLimiter(HASHES_AT_A_TIME)
        self._comparing = 0
        self._remembered = _Remembered()
        # Compared with where there is no such user, so that nobody learns from the time who is one.
        self._nobodys = hash_of(secrets.token_urlsafe())

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return who logs in, None for who does not; raise NotLetIn, LoginTooOften and ServerBusy."""
        shown = _shown(connection, "basic")
        if shown is None:
            return None
        login = _login(shown, _counted(connection, self._trusted_proxies))
        entry = self._register.entries().get(login.name)
        self._throttle.check(login.here)
        if entry is None or not self._remembered.knows(login, entry):
            self._refuse_too_many(login, entry)
            await self._compare(login, entry)
        # While the hash was computed, the user may have been removed.
        if entry is None or self._register.entries().get(login.name) != entry:
            raise NotLetIn
        return Person(entry.name, entry.role)

    def _refuse_too_many(self, login: _Login, entry: Entry | None) -> None:
        """Raise LoginTooOften or ServerBusy, before anything is computed."""
        try:
            self._throttle.check(login.everywhere)
        except LoginTooOften:
            if entry:  # else who may not try any more could find out, try by try, what is remembered here
                self._throttle.add(login.here)
            raise
        if self._comparing >= MOST_COMPARED:
            raise ServerBusy(seconds=5)

    async def _compare(self, login: _Login, entry: Entry | None) -> None:
        """Compare a password when it is its turn; raise NotLetIn and LoginTooOften."""
        self._comparing += 1
        try:
            if not await to_thread.run_sync(partial(self._is_right, login, entry), limiter=self._hashing):
                raise NotLetIn
        finally:
            self._comparing -= 1

    def _is_right(self, login: _Login, entry: Entry | None) -> bool:
        """Tell whether a password is right, in a thread; those that came at the same time may have told meanwhile."""
        if entry and self._remembered.knows(login, entry):
            return True
        self._throttle.check(login.everywhere)
        proof = entry.proof if entry else self._nobodys
        if not is_password(login.password, proof) or entry is None:
            self._throttle.add(login.everywhere)
            return False
        self._remembered.add(login, entry)
        return True


class _Remembered:
    """Logins that were right, each for SECONDS_REMEMBERED after it was last used."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)  # of this process, and never written
        self._lock = threading.Lock()
        self._until: OrderedDict[bytes, float] = OrderedDict()  # by time.monotonic, the soonest first

    def knows(self, login: _Login, entry: Entry) -> bool:
        """Tell whether a login is remembered, and if so, for as long again."""
        digest, now = self._digest(login, entry), time.monotonic()
        with self._lock:
            if self._until.get(digest, 0.0) <= now:
                return False
            self._until[digest] = now + SECONDS_REMEMBERED
            self._until.move_to_end(digest)
            return True

    def add(self, login: _Login, entry: Entry) -> None:
        """Remember a login."""
        digest, now = self._digest(login, entry), time.monotonic()
        with self._lock:
            self._until[digest] = now + SECONDS_REMEMBERED
            self._until.move_to_end(digest)
            while len(self._until) > MOST_REMEMBERED or self._soonest_end() <= now:
                self._until.popitem(last=False)

    def _soonest_end(self) -> float:
        return next(iter(self._until.values()), math.inf)

    def _digest(self, login: _Login, entry: Entry) -> bytes:
        parts = (login.address, login.name, entry.proof, login.password)
        return hmac.digest(self._secret, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256")


class Proxied:
    """A proxy has asked who somebody is, and says their name in a header; from anybody else, the header is a lie."""

    def __init__(self, header: str, trusted_proxies: tuple[Network, ...], administrators: Collection[str]) -> None:
        self._header = header
        self._trusted_proxies = trusted_proxies
        self._administrators = frozenset(unicodedata.normalize("NFC", name) for name in administrators)

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return whom the proxy names, None where it names nobody; raise NotLetIn."""
        names = connection.headers.getlist(self._header)
        if not names:
            return None
        if len(names) > 1 or not comes_from(connection, self._trusted_proxies):
            raise NotLetIn
        name = _proxied_name(names[0])
        return Person(name, "administrator" if name in self._administrators else "reader")


def ways_of(settings: Settings) -> tuple[tuple[Way, ...], str]:
    """Return the ways of getting in, in the order in which they are asked, and what WWW-Authenticate says."""
    proxies = networks_of(settings.trusted_proxies)
    register = LiveRegister(keys_of(settings))
    if settings.access == "none":
        return (AdministratorKeys(register), Anybody(proxies)), BEARER_CHALLENGE
    throttle = Throttle()
    keys = Keys(register, throttle, proxies)
    if settings.access == "basic":
        return (keys, Passwords(LiveRegister(users_of(settings)), throttle, proxies)), BASIC_CHALLENGE
    if settings.access == "header":
        return (keys, Proxied(settings.user_header, proxies, settings.administrators)), BEARER_CHALLENGE
    return (keys,), BEARER_CHALLENGE  # oidc: the sessions of persons come after the keys


def _shown(connection: HTTPConnection, scheme: str) -> str | None:
    """Return what a request shows by a scheme of Authorization, None for nothing; raise NotLetIn for two of them."""
    shown = connection.headers.getlist("authorization")
    if len(shown) > 1:
        raise NotLetIn
    return _credentials(shown[0], scheme) if shown else None


def _credentials(authorization: str, scheme: str) -> str | None:
    """Return the credentials of a scheme, None where Authorization is of another."""
    found, _, credentials = authorization.partition(" ")
    return credentials.strip() if found.lower() == scheme else None


def _entry_of(register: LiveRegister, key: str) -> Entry | None:
    """Return the entry that a key is known by, None for one that is unknown."""
    proof = proof_of(key)
    entries = register.entries().values()
    return next((entry for entry in entries if hmac.compare_digest(entry.proof, proof)), None)


def _login(shown: str, address: str) -> _Login:
    """Return the name and the password of Basic authentication; raise NotLetIn for what is none."""
    try:
        name, colon, password = base64.b64decode(shown, validate=True).decode("utf-8").partition(":")
    except ValueError as error:
        raise NotLetIn from error
    if not colon:
        raise NotLetIn
    # No user has a name that is longer: what is cut off is not needed to find that there is none.
    composed = unicodedata.normalize("NFC", name)[: LONGEST_NAME + 1]
    return _Login(composed, prepared_password(password), address)


def _proxied_name(value: str) -> str:
    """Return a name as a proxy sent it, in UTF-8; raise NotLetIn for what is no name."""
    try:
        name = unicodedata.normalize("NFC", value.encode("latin-1").decode("utf-8")).strip()
    except UnicodeDecodeError as error:
        raise NotLetIn from error
    if not 0 < len(name) <= LONGEST_PROXIED_NAME or not name.isprintable():
        raise NotLetIn
    return name


def _counted(connection: HTTPConnection, trusted_proxies: tuple[Network, ...]) -> str:
    return counted_address(client_address(connection, trusted_proxies))
