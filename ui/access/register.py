"""A register: a small JSON file of those who may get in, each with a name, a role, and what a secret is checked by.

It is replaced as a whole, so that a server that reads it meanwhile sees the one before or the one after. A server looks
at each request whether the file is still the one that it read, and lets nobody in by a file that it cannot read.
"""

from __future__ import annotations

import fcntl
import logging
import os
import stat
import threading
import time
import unicodedata
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ui.access.person import Role  # noqa: TC001  pydantic resolves the hints when the class is made
from ui.access_texts import DAMAGED, NAME_FORM, NAME_TAKEN, NAME_UNKNOWN
from ui.errors import RegisterUnusable, UserUnusable

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Mapping

_log = logging.getLogger(__name__)

LONGEST_NAME: Final = 100  # characters
MOST_BYTES: Final = 10_000_000  # some ten thousand entries; a file that is larger is something else
_SECONDS_TO_RETRY: Final = 1.0

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def composed_name(name: str) -> str:
    """Return a name in NFC, as it is kept and compared; raise UserUnusable for one that cannot be taken.

    A colon would end the name in Basic authentication (RFC 7617, 2).
    """
    composed = unicodedata.normalize("NFC", name)
    if not 0 < len(composed) <= LONGEST_NAME or not composed.isprintable() or ":" in composed or _has_edges(composed):
        raise UserUnusable(name=name[:LONGEST_NAME], reason=NAME_FORM.filled(most=LONGEST_NAME))
    return composed


def _has_edges(name: str) -> bool:
    return name != name.strip()


def _kept_name(name: str) -> str:
    try:
        is_kept_so = composed_name(name) == name
    except UserUnusable:
        is_kept_so = False
    if not is_kept_so:
        raise ValueError("not a name that would have been taken")
    return name


class Entry(BaseModel):
    """One who may get in; `proof` is what their secret is checked by, and never the secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, AfterValidator(_kept_name)]
    role: Role
    created: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", description="in ISO 8601 and universal time")
    proof: str = Field(repr=False)

    @classmethod
    def new(cls, name: str, proof: str, *, is_administrator: bool) -> Entry:
        """Return an entry that is made now."""
        role: Role = "administrator" if is_administrator else "reader"
        return cls(name=name, role=role, created=f"{datetime.now(UTC):{_TIME}}", proof=proof)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a register holds: its name, the setting that names its file, and the form of every proof in it."""

    name: Literal["users", "keys"]
    setting: str
    proof: re.Pattern[str]


class _Content(BaseModel):
    """What the file holds; `register_of` keeps one kind of file from being taken for the other."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = 1
    register_of: Literal["users", "keys"]
    entries: list[Entry]


class Register:
    """A file of entries, none where there is no file yet."""

    def __init__(self, file: Path, kind: Kind) -> None:
        self.file = file
        self.kind = kind

    def entries(self) -> Mapping[str, Entry]:
        """Return the entries by name, in the order in which they were added; raise RegisterUnusable."""
        with self._refusals():
            try:
                content = _read(self.file)
            except FileNotFoundError:
                return MappingProxyType({})
            return MappingProxyType({entry.name: entry for entry in self._parsed(content)})

    def add(self, entry: Entry) -> None:
        """Add an entry; raise UserUnusable where its name is taken, and RegisterUnusable."""
        with self._refusals(), self._alone():
            entries = self.entries()
            if entry.name in entries:
                raise UserUnusable(name=entry.name, reason=NAME_TAKEN[self.kind.name])
            self._replace([*entries.values(), entry])

    def entry(self, name: str) -> Entry:
        """Return the entry of a name; raise UserUnusable where there is none, and RegisterUnusable."""
        found = self.entries().get(unicodedata.normalize("NFC", name))
        if found is None:
            raise UserUnusable(name=name[:LONGEST_NAME], reason=NAME_UNKNOWN[self.kind.name])
        return found

    def change(self, name: str, proof: str) -> None:
        """Give an entry another proof, and leave it its role and its place; raise what `entry` does."""
        with self._refusals(), self._alone():
            changed = self.entry(name)
            new = changed.model_copy(update={"proof": proof})
            self._replace(new if entry == changed else entry for entry in self.entries().values())

    def remove(self, name: str) -> None:
        """Remove the entry of a name; raise what `entry` does."""
        with self._refusals(), self._alone():
            removed = self.entry(name)
            self._replace(entry for entry in self.entries().values() if entry != removed)

    def _parsed(self, content: bytes) -> list[Entry]:
        try:
            parsed = _Content.model_validate_json(content)
        except ValidationError:
            # Nothing of what is wrong is passed on: it could be half of a hash.
            raise self._unusable(DAMAGED[self.kind.name]) from None
        entries = parsed.entries
        is_whole = (
            parsed.register_of == self.kind.name
            and len({entry.name for entry in entries}) == len(entries)
            and all(self.kind.proof.fullmatch(entry.proof) for entry in entries)
        )
        if not is_whole:
            raise self._unusable(DAMAGED[self.kind.name])
        return entries

    def _replace(self, entries: Iterable[Entry]) -> None:
        """Put a new file in the place of the old one; whoever calls this holds the lock."""
        target = _target(self.file)
        temporary = _beside(target, "new")
        content = _Content(register_of=self.kind.name, entries=list(entries)).model_dump_json(indent=1) + "\n"
        temporary.unlink(missing_ok=True)  # of somebody who was stopped
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb") as stream:  # noqa: PTH123  a descriptor has no path
                _give_to_owner_of(target, descriptor)
                stream.write(content.encode())
                stream.flush()
                os.fsync(descriptor)
            temporary.replace(target)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other writer out; the lock is on a file of its own, for the register is replaced."""
        target = _target(self.file)
        target.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(_beside(target, "lock"), flags, 0o600)
        try:
            _give_to_owner_of(target, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Say what the system refuses in one sentence."""
        try:
            yield
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from error

    def _unusable(self, reason: object) -> RegisterUnusable:
        return RegisterUnusable(file=self.file, reason=reason, setting=self.kind.setting)


class LiveRegister:
    """A register as a server reads it: never older than the request, and empty while its file cannot be read."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._lock = threading.Lock()
        self._entries: Mapping[str, Entry] = MappingProxyType({})
        self._state: tuple[int, ...] | None = (-1,)  # of the file when it was last read
        self._is_failing = False
        self._retry_at = 0.0  # by time.monotonic
        self._said = ""

    def entries(self) -> Mapping[str, Entry]:
        """Return the entries by name; the log tells, once, why a file cannot be read."""
        with self._lock:
            state = _state(self._register.file)
            if state != self._state or (self._is_failing and time.monotonic() >= self._retry_at):
                self._load(state)
            return self._entries

    def _load(self, state: tuple[int, ...] | None) -> None:
        had_some = bool(self._entries)
        self._entries = MappingProxyType({})  # until the file is known to be whole
        self._state, self._is_failing = state, True
        self._retry_at = time.monotonic() + _SECONDS_TO_RETRY
        try:
            self._entries = self._register.entries()
        except RegisterUnusable as error:
            self._say(f"nobody is let in by it: {error}")
        else:
            self._is_failing = state is None
            self._say("" if state or not had_some else f"nobody is let in by {self._register.file}: it has vanished")

    def _say(self, said: str) -> None:
        if said and said != self._said:
            _log.error("%s", said)
        self._said = said


def _read(file: Path) -> bytes:
    """Return what a file holds; raise OSError, also for what is no file, which could keep a server waiting."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "it is no regular file")
        with open(descriptor, "rb", closefd=False) as stream:
            return stream.read(MOST_BYTES)
    finally:
        os.close(descriptor)


def _state(file: Path) -> tuple[int, ...] | None:
    """Return what tells one state of a file from another, () for no file, None for one that cannot be looked at."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return ()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _target(file: Path) -> Path:
    """Return the file itself where it is a link, which is not to be replaced by a file."""
    return Path(os.path.realpath(file))


def _beside(target: Path, what: str) -> Path:
    """Return a hidden file beside a register."""
    return target.with_name(f".{target.name.removeprefix('.')}.{what}")


def _give_to_owner_of(target: Path, descriptor: int) -> None:
    """Give a file to the owner of the one that it replaces, or of its folder.

    A server does not run as root; what root writes for it would else lock everybody out.
    """
    if os.geteuid() == 0:
        owner = (target if target.exists() else target.parent).stat()
        with suppress(PermissionError):  # root of another machine, or of a container
            os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _flush_folder(folder: Path) -> None:
    """Have the new name of a file outlive a loss of power, where the file system can promise it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # it is in its place already: to say that it is not would be wrong
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
