"""Who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.types import Scope

Role = Literal["reader", "administrator"]

_KEY: Final = "person"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or a program, that was let in; `name` tells them apart where requests are counted."""

    name: str
    role: Role = "reader"

    @property
    def is_administrator(self) -> bool:
        """Whether they may add documents, and read the measurements of the server."""
        return self.role == "administrator"


class Way(Protocol):
    """One way of getting in."""

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return who a request comes from; None for one that does not come this way.

        Raises NotLetIn for one that does and has no right to, and LoginTooOften.
        """


def remember(scope: Scope, person: Person) -> None:
    """Note on a request who it comes from."""
    scope.setdefault("state", {})[_KEY] = person


def person_of(scope: Scope) -> Person:
    """Return who a request comes from, as the guard noted it."""
    return cast("Person", scope["state"][_KEY])
