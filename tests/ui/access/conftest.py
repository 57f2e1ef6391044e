"""What the tests of access share: hashes that cost nothing, and a server's ways asked through the real guard."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import PlainTextResponse

from ui.access import users
from ui.access.person import person_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from starlette.types import Receive, Scope, Send

    from ui.access.person import Way


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least that Argon2 can cost; what the real costs are has a test of its own."""
    monkeypatch.setattr(users, "TIME_COST", 1)
    monkeypatch.setattr(users, "MEMORY_COST", 8)
    monkeypatch.setattr(users, "PARALLELISM", 1)


@pytest.fixture
def asked() -> Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]:
    """Make a client, at an address, of a guard with these ways; the app behind it says who was let in."""

    @asynccontextmanager
    async def make(
        *ways: Way, address: str = "192.0.2.1", challenge: str = "Bearer"
    ) -> AsyncIterator[httpx.AsyncClient]:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            person = person_of(scope)
            await PlainTextResponse(f"{person.name}: {person.role}")(scope, receive, send)

        from ui.access.guard import Guard

        guard = Guard(app, ways, "en", challenge)
        transport = httpx.ASGITransport(app=guard, client=(address, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://sourcier") as client:
            yield client

    return make
