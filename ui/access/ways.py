"""The ways of getting in that a server has, as its settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.access.person import Person

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

ANYBODY: Final = "anybody"


class Anybody:
    """Everybody is let in as a reader; they are told apart by their address."""

    async def person(self, connection: HTTPConnection) -> Person | None:
        """Return somebody at this address."""
        return Person(f"{ANYBODY} at {connection.client.host if connection.client else 'this machine'}")
