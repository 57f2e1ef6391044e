"""A login by OpenID Connect for a page of another site, in a browser that gives its frames no storage.

nginx offers the whole app, as in the guide; the engine behind it is a fake. The provider is the certified one.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.proxy.conftest import nginx
from tests.browser.test_embedding import Site, framed, inside, launcher, panel, script
from tests.ui.access.test_oidc import NODE, SECRET, address_of, free_port, listening, provider, served
from tests.ui.doors.conftest import FakeEngine
from ui.app import build_app
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from playwright.sync_api import Page

    from tests.browser.proxy.conftest import Certificate

PREFIXES = {"": "__Host-", "/sourcier": "__Secure-"}
BLOCKED = "() => { try { localStorage.length; } catch (error) { return error.name; } }"


@pytest.fixture(scope="module")
def portal() -> Iterator[Site]:
    """A site whose pages may show the chat: the server answers as 127.0.0.1, and this one as localhost."""
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture(params=PREFIXES, ids=["at the root", "below a path"])
def offered(
    request: pytest.FixtureRequest,
    certificate: Certificate,
    portal: Site,
    node_modules: Path,  # noqa: ARG001  the provider is installed there
    tmp_path: Path,
) -> Iterator[str]:
    """The address of a server where people log in."""
    path, port = request.param, free_port()
    settings = Settings(
        corpus=tmp_path / "corpus",
        access="oidc",
        oidc_issuer=f"http://127.0.0.1:{port}",
        oidc_client_id="basic",
        oidc_client_secret=SECRET,
        root_path=path,
        tls=True,
        trusted_proxies=("127.0.0.1",),
        frame_ancestors=(portal.origin,),
    )

    async def build() -> FastAPI:
        return build_app(FakeEngine(), settings)  # type: ignore[arg-type]

    with ThreadPoolExecutor(1) as beside:  # the browser runs an event loop in this thread
        app = beside.submit(asyncio.run, build()).result()
    changes = {} if path else {"location /sourcier/ {": "location / {"}
    with (
        listening() as listener,
        served(app, listener),
        nginx(address_of(listener), certificate, tmp_path, changes, path) as found,
        provider(NODE / "provider.mjs", port, [found.address]),
    ):
        yield found.address


def log_in(tab: Page) -> None:
    """Log in at the provider, which asks for any password, and whether that is meant."""
    tab.locator("[name=login]").fill("anne@exemple.fr")
    tab.locator("[name=password]").fill("any")
    tab.locator("[type=submit]").click()
    tab.get_by_role("button", name="Continue").click()
    expect(tab.locator("h1")).to_have_text("Vous êtes connecté")


def test_who_logs_in_in_a_tab_is_answered_in_a_page_of_another_site(
    new_page: Callable[..., Page], portal: Site, offered: str, complaints: list[str]
) -> None:
    page = new_page(ignore_https_errors=True)
    page.goto(portal.put(script(offered, 'data-question="Quel est le budget ?"')))
    launcher(page).click()
    expect(inside(page).locator("h1")).to_have_text("Connectez-vous")
    panel(page).get_by_role("button", name="Fermer").click()
    launcher(page).click()
    with page.context.expect_page() as opened:
        inside(page).get_by_role("link", name="Connectez-vous").click()
    log_in(opened.value)
    opened.value.close()
    expect(inside(page).locator(".answer .line")).to_contain_text("12 M€")
    assert framed(page).evaluate(BLOCKED) == "SecurityError"
    kept = {(cookie["name"], cookie.get("partitionKey")) for cookie in page.context.cookies()}
    assert (f"{PREFIXES[urlsplit(offered).path]}sourcier_session", "http://localhost") in kept
    assert {each for each in complaints if "status of 401" not in each} == set()
    complaints.clear()  # of what the server says until somebody has logged in
