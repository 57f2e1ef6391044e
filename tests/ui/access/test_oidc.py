"""What is promised of logging in by OpenID Connect, at a provider that is certified, and at one that lies.

The certified one is oidc-provider, which npm installs and node runs. The one that lies is a fake of ours: it answers as
a provider does, and signs whatever a test wants signed.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from ui.access.guard import Guard
from ui.access.oidc import LOGIN, MOST_A_MINUTE, OPEN_PATHS, login_page, oidc_router, own_path
from ui.access.person import Person, person_of
from ui.access.sessions import Session, Sessions
from ui.errors import InvalidSettings
from ui.serving.root_path import RootPath
from ui.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NODE = Path(__file__).parents[2] / "node"
SECRET = "a-secret-of-the-tests"  # noqa: S105
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "fr", "Sec-Fetch-Dest": "document"}
FRAME = BROWSER | {"Sec-Fetch-Dest": "iframe"}
PAGES = ("/auth/done", "/auth/callback?state=x&code=y")
SCRIPT = {"Accept": "*/*", "Sec-Fetch-Dest": "empty"}
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # all is on this machine; to read the certificates takes longest
ANNE = "anne@exemple.fr"
ADDRESSES = (str(ip_address("198.18.0.0") + number) for number in itertools.count(1))  # each visitor's own


# --- The parts ------------------------------------------------------------------------------------------------------


def listening() -> socket.socket:
    """Return a socket that listens at a port of its own."""
    return socket.create_server(("127.0.0.1", 0))


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def free_port() -> int:
    with listening() as found:
        return int(found.getsockname()[1])


@contextmanager
def served(app: Any, listener: socket.socket) -> Iterator[None]:
    """Serve an app in a thread, by real HTTP."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Site:
    """The server under test, and what it keeps."""

    address: str
    sessions: Sessions


@contextmanager
def site(settings: Settings, listener: socket.socket | None = None, **clock: Any) -> Iterator[Site]:
    """Serve a page that only those see who have logged in, with the guard and the routes as a server has them."""
    sessions = Sessions(settings, **clock)
    app = FastAPI()
    app.include_router(oidc_router(settings, sessions, **clock))

    @app.get("/{path:path}")
    async def protected(request: Request) -> dict[str, str]:
        person = person_of(request.scope)
        return {"name": person.name, "role": person.role, "path": request.scope["path"], "query": request.url.query}

    app.add_middleware(
        Guard,
        ways=(sessions,),
        language="fr",
        login=LOGIN,
        framed=login_page(settings, sessions),
        open_paths=OPEN_PATHS,
    )
    app.add_middleware(RootPath, root_path=settings.root_path)
    listener = listener or listening()
    with served(app, listener):
        yield Site(address_of(listener) + settings.root_path, sessions)


@pytest.fixture(scope="module", autouse=True)
def _no_settings_from_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Begin with no file of settings and no variable, for sites that serve several tests."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in [name for name in os.environ if name.upper().startswith("SOURCIER_")]:
            patch.delenv(variable)
        patch.chdir(tmp_path_factory.mktemp("empty"))
        yield


@pytest.fixture(scope="session")
def provider_script(node_modules: Path) -> Path:  # noqa: ARG001  it is installed there
    """The certified provider, installed."""
    return NODE / "provider.mjs"


@contextmanager
def provider(script: Path, port: int, sites: list[str], *options: str) -> Iterator[str]:
    """Run the certified provider, which knows sites at these addresses; yield its issuer."""
    callbacks = ",".join(f"{address}/auth/callback" for address in sites)
    command = ["node", str(script), str(port), callbacks, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


class World:
    """Sites with one configuration or another, and the providers that know them all; each is started once."""

    def __init__(self, script: Path, stack: ExitStack) -> None:
        self._script = script
        self._stack = stack
        self._listeners = [stack.enter_context(listening()) for _ in range(10)]
        self._addresses = [address_of(listener) + root for listener in self._listeners for root in ("", "/outil")]
        self._issuers: dict[tuple[str, ...], str] = {}
        self._sites: dict[tuple[Any, ...], Site] = {}

    def site(self, *options: str, **flags: Any) -> Site:
        """Return a site whose provider was started with these options."""
        key = (options, *sorted(flags.items()))
        if key not in self._sites:
            settings = settings_for(self._issuer(options), **flags)
            self._sites[key] = self._stack.enter_context(site(settings, self._listeners.pop()))
        return self._sites[key]

    def _issuer(self, options: tuple[str, ...]) -> str:
        if options not in self._issuers:
            started = provider(self._script, free_port(), self._addresses, *options)
            self._issuers[options] = self._stack.enter_context(started)
        return self._issuers[options]


@pytest.fixture(scope="module")
def world(provider_script: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(provider_script, stack)


def settings_for(issuer: str, **flags: Any) -> Settings:
    given = {"oidc_client_id": "basic", "oidc_client_secret": SECRET, "administrators": "admin@exemple.fr"} | flags
    return load_settings(access="oidc", oidc_issuer=issuer, trusted_proxies="127.0.0.1", **given)


def visitor(headers: dict[str, str]) -> httpx.Client:
    """Return a client that comes by a proxy from an address of its own, unless it says from which."""
    come_from = {"X-Forwarded-For": next(ADDRESSES)}
    return httpx.Client(headers=come_from | headers, trust_env=False, verify=NO_TLS)


def get(address: str, headers: dict[str, str]) -> httpx.Response:
    """Open an address with no cookie but those of the headers."""
    with visitor(headers) as client:
        return client.get(address)


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with visitor(BROWSER) as client:
        yield client


def follow(browser: httpx.Client, response: httpx.Response, until: str = "") -> httpx.Response:
    """Go where a response leads, and on, until it leads to an address that begins with `until`, or nowhere."""
    while response.has_redirect_location:
        target = urljoin(str(response.url), response.headers["location"])
        if until and target.startswith(until):
            break
        response = browser.get(target)
    return response


def submit(browser: httpx.Client, form: httpx.Response, **fields: str) -> httpx.Response:
    """Submit the form of a page of the provider."""
    found = re.search(r'<form[^>]* action="([^"]+)"', form.text)
    assert found, form.text
    prompt = re.search(r'name="prompt" value="([^"]+)"', form.text)
    assert prompt
    return browser.post(found[1], data={"prompt": prompt[1], **fields})


def identify(browser: httpx.Client, start: str, name: str = ANNE) -> tuple[httpx.Response, str]:
    """Log in at the provider; return its last response, and the address of the callback that it leads to."""
    callback = f"{start.partition('/login')[0]}/auth/callback"
    response = follow(browser, browser.get(start))
    response = follow(browser, submit(browser, response, login=name, password="any"), callback)  # noqa: S106
    if not response.has_redirect_location:
        response = follow(browser, submit(browser, response), callback)
    return response, response.headers["location"]


def log_in(browser: httpx.Client, to: Site, path: str = "/", name: str = ANNE) -> httpx.Response:
    """Open a page of a site, log in where it leads, and return what the site shows at last."""
    response = follow(browser, browser.get(to.address + path), f"{to.address}/login")
    start = urljoin(to.address, response.headers["location"])
    return follow(browser, browser.get(identify(browser, start, name)[1]))


# --- With the certified provider ------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", ["basic", "post", "signed", "public"])
def test_a_person_logs_in_and_is_known_by_the_address_that_the_provider_tells(
    world: World, browser: httpx.Client, client: str
) -> None:
    ours = world.site(oidc_client_id=client, **({"oidc_client_secret": None} if client == "public" else {}))
    assert log_in(browser, ours).json()["name"] == ANNE


def test_a_provider_that_takes_a_secret_in_the_body_alone_is_given_it_there(
    world: World, browser: httpx.Client
) -> None:
    ours = world.site("post-only", oidc_client_id="post")
    assert log_in(browser, ours).json()["name"] == ANNE


def test_a_provider_that_tells_the_address_in_the_id_token_is_not_asked_for_more(
    world: World, browser: httpx.Client
) -> None:
    ours = world.site("claims-in-token")
    assert log_in(browser, ours).json()["name"] == ANNE


def test_another_claim_may_name_a_person(world: World, browser: httpx.Client) -> None:
    ours = world.site(oidc_name="preferred_username")
    assert log_in(browser, ours, name="anne").json()["name"] == "anne"


def test_whoever_the_settings_name_is_an_administrator(world: World, browser: httpx.Client) -> None:
    assert log_in(browser, world.site(), name="admin@exemple.fr").json()["role"] == "administrator"


def test_whoever_else_logs_in_is_a_reader(world: World, browser: httpx.Client) -> None:
    assert log_in(browser, world.site()).json()["role"] == "reader"


def test_a_login_leads_back_to_the_page_that_was_opened(world: World, browser: httpx.Client) -> None:
    shown = log_in(browser, world.site(), "/files/%C3%A9t%C3%A9%20%232.txt?q=a%20b&r=%2F").json()
    assert (shown["path"], shown["query"]) == ("/files/été #2.txt", "q=a%20b&r=%2F")


def test_all_of_it_stays_below_the_root_path(world: World, browser: httpx.Client) -> None:
    ours = world.site(root_path="/outil")
    assert log_in(browser, ours, "/page").json()["path"] == "/outil/page"
    assert {cookie.path for cookie in browser.cookies.jar if cookie.name.startswith("sourcier")} == {"/outil"}


def test_the_provider_is_asked_with_a_proof_key_and_a_nonce(world: World, browser: httpx.Client) -> None:
    asked = parse_qs(urlsplit(browser.get(f"{world.site().address}/login").headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)


def test_every_login_has_a_new_session_and_ends_the_one_before(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    log_in(browser, ours)
    before = browser.cookies["sourcier_session"]
    follow(browser, browser.get(f"{ours.address}/login"))
    assert browser.cookies["sourcier_session"] != before
    assert status_with(ours, before) == 401


def status_with(ours: Site, identity: str) -> int:
    """Return the status that a script is answered with who comes with the id of a session."""
    return get(ours.address, {"Cookie": f"sourcier_session={identity}"}).status_code


def test_an_id_that_an_attacker_chose_is_not_let_in_by_a_login(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    browser.cookies.set("sourcier_session", "chosen", domain="127.0.0.1", path="/")
    log_in(browser, ours)
    assert status_with(ours, "chosen") == 401


def test_two_tabs_may_log_in_at_the_same_time(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    first = browser.get(f"{ours.address}/login?back=/first")
    _, second = identify(browser, f"{ours.address}/login?back=/second")
    assert follow(browser, browser.get(second)).json()["path"] == "/second"
    assert follow(browser, first).json()["path"] == "/first"


def test_a_callback_that_comes_twice_lets_nobody_in(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    _, callback = identify(browser, f"{ours.address}/login")
    assert browser.get(callback).status_code == 303
    again = browser.get(callback)
    assert (again.status_code, "Set-Cookie: sourcier_session" in str(again.headers)) == (401, False)
    assert "Réessayer" in again.text


def test_a_callback_in_another_browser_lets_nobody_in(world: World, browser: httpx.Client) -> None:
    _, callback = identify(browser, f"{world.site().address}/login")
    stolen = get(callback, BROWSER)
    assert stolen.status_code == 401
    assert "sourcier_session" not in stolen.cookies


def test_a_callback_with_another_state_lets_nobody_in(world: World, browser: httpx.Client) -> None:
    _, callback = identify(browser, f"{world.site().address}/login")
    state = parse_qs(urlsplit(callback).query)["state"][0]
    other = browser.get(callback.replace(state, state[:16] + "x" * (len(state) - 16)))
    assert (other.status_code, "pas été commencée dans ce navigateur" in other.text) == (401, True)


def test_who_gives_up_at_the_provider_is_told_and_may_try_again(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    form = follow(browser, browser.get(f"{ours.address}/login?back=/page"))
    abort = re.search(r'href="([^"]+/abort)"', form.text)
    assert abort
    told = follow(browser, browser.get(abort[1]))
    assert (told.status_code, "le service d&#x27;identité l&#x27;a refusée" in told.text) == (401, True)
    assert 'href="/login?back=%2Fpage"' in told.text


def test_an_address_that_was_not_verified_is_refused(world: World, browser: httpx.Client) -> None:
    told = log_in(browser, world.site(), name="anne@unverified")
    assert (told.status_code, "vérifiée" in told.text) == (401, True)


def test_a_name_that_cannot_be_printed_is_refused(world: World, browser: httpx.Client) -> None:
    told = log_in(browser, world.site(), name="anne\u202e@exemple.fr")
    assert (told.status_code, "ne dit pas votre nom" in told.text) == (401, True)


def test_a_session_that_was_stolen_is_useless_after_the_logout(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    log_in(browser, ours)
    stolen = browser.cookies["sourcier_session"]
    assert status_with(ours, stolen) == 200
    assert browser.post(f"{ours.address}/logout").status_code == 200
    assert status_with(ours, stolen) == 401
    assert "sourcier_session" not in browser.cookies


def test_a_logout_is_one_at_the_provider_too(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    log_in(browser, ours)
    assert "Se déconnecter" in browser.get(f"{ours.address}/logout").text
    left = browser.post(f"{ours.address}/logout")
    form = browser.get(left.headers["refresh"].partition("url=")[2])
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', form.text)
    target = re.search(r'action="([^"]+)"', form.text)
    assert xsrf
    assert target
    browser.post(target[1], data={"xsrf": xsrf[1], "logout": "yes"})
    assert 'name="login"' in follow(browser, browser.get(f"{ours.address}/login")).text


def test_the_page_may_ask_who_has_logged_in(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    assert browser.get(f"{ours.address}/auth/session", headers={"Accept": "*/*"}).status_code == 401
    log_in(browser, ours)
    assert browser.get(f"{ours.address}/auth/session").json() == {"name": ANNE, "role": "reader"}


def test_a_server_starts_before_its_provider_and_logs_people_in_once_that_is_up(
    provider_script: Path, browser: httpx.Client
) -> None:
    port, now = free_port(), [0.0]
    with site(settings_for(f"http://127.0.0.1:{port}"), clock=lambda: now[0]) as ours:
        down = browser.get(f"{ours.address}/login?back=/page")
        assert (down.status_code, "le service d&#x27;identité ne répond pas" in down.text) == (503, True)
        assert 'href="/login?back=%2Fpage"' in down.text
        with provider(provider_script, port, [ours.address]):
            now[0] = 5.0
            assert log_in(browser, ours).json()["name"] == ANNE


def link_of(shown: httpx.Response) -> str:
    """Return the address that the page in a frame has people log in at."""
    opened = re.search(r'<a href="([^"]+)" target="_blank"', shown.text)
    assert opened
    return str(urljoin(str(shown.url), opened[1].replace("&amp;", "&")))


def waiting_of(shown: httpx.Response) -> str:
    """Return the name of the id that waits for a login at that address."""
    return parse_qs(urlsplit(link_of(shown)).query)["frame"][0].partition(".")[0]


def test_a_page_in_a_frame_is_let_in_by_a_login_in_a_tab_that_it_opened(world: World, browser: httpx.Client) -> None:
    ours = world.site()
    with visitor(FRAME) as frame:
        shown = frame.get(f"{ours.address}/embed")
        assert shown.status_code == 401
        assert frame.get(f"{ours.address}/auth/session", headers=SCRIPT).status_code == 401

        browser.headers["Sec-Fetch-Site"] = "same-origin"
        _, callback = identify(browser, link_of(shown))
        assert "Fermez cet onglet" in follow(browser, browser.get(callback)).text
        assert frame.get(f"{ours.address}/embed").json()["name"] == ANNE


@pytest.mark.parametrize("which", [0, 1])
def test_of_two_frames_in_a_browser_the_login_from_either_lets_both_in(
    world: World, browser: httpx.Client, which: int
) -> None:
    ours = world.site()
    with visitor(FRAME) as frames:
        links = [link_of(frames.get(f"{ours.address}/embed")) for _ in range(2)]
        browser.headers["Sec-Fetch-Site"] = "same-origin"
        _, callback = identify(browser, links[which])
        follow(browser, browser.get(callback))
        assert frames.get(f"{ours.address}/embed").json()["name"] == ANNE


@pytest.mark.parametrize("origin", [None, "none", "cross-site", "same-site"])
def test_a_link_from_elsewhere_lets_no_page_in_that_waits_in_another_browser(
    world: World, browser: httpx.Client, origin: str | None
) -> None:
    ours = world.site()
    with visitor(FRAME) as attacker:
        opened = link_of(attacker.get(f"{ours.address}/embed"))
        if origin:
            browser.headers["Sec-Fetch-Site"] = origin
        _, callback = identify(browser, opened)
        follow(browser, browser.get(callback))
        assert attacker.get(f"{ours.address}/embed").status_code == 401


def test_a_page_in_a_frame_below_a_path_waits_by_no_id_that_another_host_may_have_given_it() -> None:
    framed = {"tls": True, "root_path": "/outil", "frame_ancestors": ("https://portail.exemple.fr",)}
    with site(settings_for("http://127.0.0.1:1", **framed)) as ours:
        there = f"{ours.address}/embed"
        theirs = get(there, FRAME)
        given, witness = (line.partition(";")[0] for line in theirs.headers.get_list("set-cookie"))
        again = get(there, FRAME | {"Cookie": f"{given}; {witness}"})
        planted = get(there, FRAME | {"Cookie": given})  # another host of the domain cannot set the witness
    assert waiting_of(again) == waiting_of(theirs)
    assert waiting_of(planted) != waiting_of(theirs)


def test_the_page_in_a_frame_runs_a_script_that_is_open_and_no_other(world: World) -> None:
    ours = world.site(root_path="/outil")
    shown = get(f"{ours.address}/embed", FRAME)
    assert re.findall(r"<script.*?>(.*?)</script>", shown.text) == [""]
    assert 'src="/outil/auth/login.js"' in shown.text
    loaded = get(f"{ours.address}/auth/login.js", SCRIPT)
    assert (loaded.status_code, loaded.headers["content-type"]) == (200, "text/javascript; charset=utf-8")


def test_no_page_around_a_login_has_a_style_in_it_that_a_policy_may_forbid(world: World) -> None:
    ours = world.site(root_path="/outil")
    shown = [get(f"{ours.address}/embed", FRAME), *(get(ours.address + path, BROWSER) for path in PAGES)]
    assert [re.findall("<style|style=", page.text) for page in shown] == [[]] * len(shown)
    links = {link for page in shown for link in re.findall(r'<link rel="stylesheet" href="([^"]+)">', page.text)}
    assert links == {"/outil/auth/login.css"}


def test_the_style_of_a_login_is_open(world: World) -> None:
    loaded = get(f"{world.site(root_path='/outil').address}/auth/login.css", SCRIPT)
    assert (loaded.status_code, loaded.headers["content-type"]) == (200, "text/css; charset=utf-8")


def test_a_program_is_told_of_a_login_that_fails_as_of_every_problem(world: World) -> None:
    told = get(f"{world.site().address}/auth/callback?state=x&code=y", SCRIPT)
    assert told.status_code == 401
    assert told.json()["error"]["code"] == "LoginFailed"


@pytest.mark.parametrize("host", ["a/b", "a@b", "a b", "a:port"])
def test_a_name_of_the_server_that_is_none_is_not_put_into_an_address(world: World, host: str) -> None:
    told = get(f"{world.site().address}/login", {"Host": host})
    assert told.status_code == 400


# --- Without a provider ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "back",
    [
        "/",
        "/page",
        "/page?q=a%20b",
        "/files/%C3%A9t%C3%A9.txt?u=//x",
        "/auth/done",
        "/files/a%20b%23%3F.txt",
        "/files/100%25.txt",
    ],
)
def test_a_path_of_our_own_is_gone_back_to(back: str) -> None:
    assert own_path(back, "") == back


@pytest.mark.parametrize(
    "back",
    [
        "",
        "page",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:/evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: a=b",
        "/../..//evil.example",
        "/.//evil.example",
        "http://[",
        "/é",
        "/a b",
        "/" + "a" * 2000,
        "/login?frame=x",
        "/logout",
        "/auth/callback?code=x",
        "/%2e%2e/page",
        "/.%2E/page",
        "/page/%2E./x",
        "/%252e%252e/page",
        "/%2Fevil.example",
        "/%5Cevil.example",
        "/%6Cogin?frame=x",
        "/%256Cogin?frame=x",
        "/./login?frame=x",
        "/%2e/login?frame=x",
        "/page/.",
        "/%61uth/callback?code=x",
    ],
)
def test_nothing_else_is_gone_back_to(back: str) -> None:
    assert own_path(back, "") == "/"


@pytest.mark.parametrize(
    "back",
    [
        "/",
        "/page",
        "/outilage",
        "/outil",
        "/outil/login",
        "//outil/",
        "/outil/%2e%2e/evil",
        "/outil/%2E%2e%2fevil",
        "/outil%2F..%2Fevil",
        "/outil/%6Cogin?frame=x",
    ],
)
def test_what_lies_outside_the_root_path_is_not_gone_back_to(back: str) -> None:
    assert own_path(back, "/outil") == "/outil/"


@pytest.mark.parametrize("path", ["/login", "/auth/callback?state=x&code=y"])
def test_who_logs_in_too_often_at_an_address_is_told_when_to_come_again_and_nobody_else_is(
    browser: httpx.Client, path: str
) -> None:
    with site(settings_for("http://127.0.0.1:1")) as ours, visitor(SCRIPT) as stranger:
        asked = [stranger.get(ours.address + path) for _ in range(MOST_A_MINUTE + 1)]
        assert 429 not in {told.status_code for told in asked[:-1]}
        assert (asked[-1].status_code, asked[-1].json()["error"]["code"]) == (429, "LoginTooOften")
        assert 1 <= int(asked[-1].headers["retry-after"]) <= 60
        assert browser.get(ours.address + path).status_code != 429


def test_a_browser_that_logs_in_too_often_is_shown_a_page_that_says_when_to_come_again() -> None:
    with site(settings_for("http://127.0.0.1:1")) as ours, visitor(BROWSER) as stranger:
        told = [stranger.get(f"{ours.address}/login") for _ in range(MOST_A_MINUTE + 1)][-1]
        assert (told.status_code, "Réessayer" in told.text, "retry-after" in told.headers) == (429, True, True)


def test_the_addresses_of_one_network_of_ipv6_are_counted_as_one() -> None:
    with site(settings_for("http://127.0.0.1:1")) as ours, visitor(SCRIPT) as stranger:
        addresses = [f"2001:db8::{number:x}" for number in range(MOST_A_MINUTE + 1)]
        told = [stranger.get(f"{ours.address}/login", headers={"X-Forwarded-For": one}) for one in addresses]
        assert told[-1].status_code == 429


def test_a_session_ends_after_its_hours_and_leads_to_a_new_login(browser: httpx.Client) -> None:
    late = [0.0]
    with site(settings_for("http://127.0.0.1:1", session_hours=1), clock=lambda: late[0]) as ours:
        browser.cookies.set("sourcier_session", ours.sessions.begin(Session(Person(ANNE))), domain="127.0.0.1")
        assert browser.get(f"{ours.address}/page").status_code == 200
        late[0] = 3600.0
        assert browser.get(f"{ours.address}/page").headers["location"] == "/login?back=%2Fpage"


@pytest.mark.parametrize("missing", ["oidc_issuer", "oidc_client_id"])
def test_a_setting_that_is_missing_is_named_at_the_start(missing: str) -> None:
    settings = settings_for("http://127.0.0.1:1").model_copy(update={missing: None})
    with pytest.raises(InvalidSettings, match=missing):
        oidc_router(settings, Sessions(settings))


# --- With the fake provider -----------------------------------------------------------------------------------------


@dataclass
class Fake:
    """A provider that answers whatever a test wants: a fake, for no honest provider does."""

    address: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    token: Callable[[dict[str, Any]], str] | None = None
    nonce: str = ""
    asked: int = 0  # how often for its metadata
    seconds: float = 0.0  # that it takes to tell them

    def app(self) -> FastAPI:
        app = FastAPI()
        address = self.address

        @app.get("/.well-known/openid-configuration")
        async def metadata() -> dict[str, Any]:
            self.asked += 1
            await asyncio.sleep(self.seconds)
            return {
                "issuer": address,
                "authorization_endpoint": f"{address}/authorize",
                "token_endpoint": f"{address}/token",
                "jwks_uri": f"{address}/jwks",
                "userinfo_endpoint": f"{address}/userinfo",
            } | self.metadata

        @app.get("/jwks")
        async def jwks() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        @app.get("/userinfo")
        async def userinfo() -> dict[str, Any]:
            return self.userinfo

        @app.post("/token")
        async def token() -> dict[str, Any]:
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.signed()}

        return app

    def signed(self) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": "basic", "sub": "1", "iat": now, "exp": now + 60, "nonce": self.nonce}
        claims |= {"email": ANNE, "email_verified": True} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.token(claims) if self.token else jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)


KEY = RSAKey.generate_key(2048, {"kid": "1"})


@pytest.fixture(scope="module")
def faked() -> Iterator[tuple[Fake, Site]]:
    listener = listening()
    fake = Fake(address_of(listener), KEY)
    with served(fake.app(), listener), site(settings_for(fake.address)) as ours:
        yield fake, ours


@pytest.fixture
def fake(faked: tuple[Fake, Site]) -> Fake:
    """The fake, honest as yet."""
    made, _ = faked
    made.key, made.token, made.metadata, made.claims, made.userinfo = KEY, None, {}, {}, {}
    made.asked, made.seconds = 0, 0.0
    return made


@pytest.fixture
def ours(faked: tuple[Fake, Site]) -> Site:
    return faked[1]


def arrive(browser: httpx.Client, fake: Fake, ours: Site) -> httpx.Response:
    """Go to the fake and back; it asks for nothing."""
    sent = browser.get(f"{ours.address}/login")
    if sent.status_code != 303:
        return sent
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    fake.nonce = asked["nonce"][0]
    back = urlencode({"state": asked["state"][0], "code": "c"})
    return follow(browser, browser.get(f"{ours.address}/auth/callback?{back}"))


def test_the_fake_lets_people_in_as_long_as_it_does_not_lie(browser: httpx.Client, fake: Fake, ours: Site) -> None:
    assert arrive(browser, fake, ours).json()["name"] == ANNE


def test_a_callback_is_used_up_even_for_a_browser_that_keeps_its_cookie(
    browser: httpx.Client, fake: Fake, ours: Site
) -> None:
    sent = browser.get(f"{ours.address}/login")
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    fake.nonce = asked["nonce"][0]
    callback = f"{ours.address}/auth/callback?{urlencode({'state': asked['state'][0], 'code': 'c'})}"
    kept = {"Cookie": sent.headers["set-cookie"].partition(";")[0]}
    assert [get(callback, kept).status_code for _ in range(2)] == [303, 401]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"aud": "another", "azp": "basic"},
        {"aud": ["basic", "another"], "azp": "another"},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"nonce": "another"},
        {"nonce": None},
        {"email": None},
        {"email": ""},
        {"email": ["a"]},
        {"email": "a" * 201},
        {"email": "a\nb"},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": None},
        {"email_verified": 1},
    ],
    ids=str,
)
def test_an_id_token_that_is_not_for_us_or_not_usable_lets_nobody_in(
    browser: httpx.Client, fake: Fake, ours: Site, claims: dict[str, Any]
) -> None:
    fake.claims, fake.userinfo = claims, {"sub": "1"}
    assert arrive(browser, fake, ours).status_code == 401
    assert "sourcier_session" not in browser.cookies


@pytest.mark.parametrize("verified", [None, False])
def test_an_address_that_nobody_verified_makes_no_administrator_unless_the_settings_trust_it(
    browser: httpx.Client, fake: Fake, ours: Site, *, verified: bool | None
) -> None:
    fake.claims, fake.userinfo = {"email": "admin@exemple.fr", "email_verified": verified}, {"sub": "1"}
    assert arrive(browser, fake, ours).status_code == 401
    with site(settings_for(fake.address, oidc_trust_email=True)) as trusting:
        assert arrive(browser, fake, trusting).json()["role"] == "administrator"


def test_where_the_id_token_does_not_tell_whether_an_address_was_verified_the_provider_is_asked(
    browser: httpx.Client, fake: Fake, ours: Site
) -> None:
    fake.claims = {"email_verified": None}
    fake.userinfo = {"sub": "1", "email": "zoe@exemple.fr", "email_verified": "true"}
    assert arrive(browser, fake, ours).json()["name"] == "zoe@exemple.fr"


def test_what_is_verified_elsewhere_does_not_verify_the_address_of_the_id_token(
    browser: httpx.Client, fake: Fake, ours: Site
) -> None:
    fake.claims, fake.userinfo = {"email_verified": None}, {"sub": "1", "email_verified": True}
    assert arrive(browser, fake, ours).status_code == 401


def test_a_name_that_is_no_address_need_not_be_verified(browser: httpx.Client, fake: Fake) -> None:
    fake.claims = {"email_verified": None, "oid": "4f1c"}
    with site(settings_for(fake.address, oidc_name="oid")) as by_oid:
        assert arrive(browser, fake, by_oid).json()["name"] == "4f1c"


def unsigned(claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join((*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""))


def by_another(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, RSAKey.generate_key(2048))


def by_the_secret(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 2))


def by_the_public_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256", "kid": "1"}, claims, OctKey.import_key(KEY.as_pem(private=False)[27:-25]))


def garbage(_claims: dict[str, Any]) -> str:
    return "not.a.token"


@pytest.mark.parametrize("token", [unsigned, by_another, by_the_secret, by_the_public_key, garbage])
def test_an_id_token_that_the_provider_did_not_sign_lets_nobody_in(
    browser: httpx.Client, fake: Fake, ours: Site, token: Callable[[dict[str, Any]], str]
) -> None:
    fake.metadata = {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}
    fake.token = token
    assert arrive(browser, fake, ours).status_code == 401


def test_what_the_provider_says_of_another_person_is_not_believed(
    browser: httpx.Client, fake: Fake, ours: Site
) -> None:
    fake.claims, fake.userinfo = {"email": None}, {"sub": "2", "email": "admin@exemple.fr"}
    assert arrive(browser, fake, ours).status_code == 401


def test_new_keys_of_the_provider_are_fetched(browser: httpx.Client, fake: Fake, ours: Site) -> None:
    arrive(browser, fake, ours)
    fake.key = RSAKey.generate_key(2048, {"kid": "2"})
    fake.token = lambda claims: jwt.encode({"alg": "RS256", "kid": "2"}, claims, fake.key)
    assert arrive(browser, fake, ours).json()["name"] == ANNE


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "http://127.0.0.1:1"}, {"issuer": None}, {"token_endpoint": 5}, {"jwks_uri": "http://127.0.0.1:1/"}],
    ids=str,
)
def test_a_provider_that_is_not_the_one_we_asked_lets_nobody_in(
    browser: httpx.Client, fake: Fake, metadata: dict[str, Any]
) -> None:
    fake.metadata = metadata
    with site(settings_for(fake.address)) as fresh:
        assert arrive(browser, fake, fresh).status_code == 503


def all_at_once(ours: Site, number: int) -> list[int]:
    """Return the statuses of as many people who begin to log in at the same time."""
    with ThreadPoolExecutor(number) as threads:
        return [told.status_code for told in threads.map(lambda _: get(f"{ours.address}/login", SCRIPT), range(number))]


def test_a_provider_that_is_down_is_left_alone_for_some_seconds(browser: httpx.Client, fake: Fake) -> None:
    fake.metadata, now = {"issuer": None}, [0.0]
    with site(settings_for(fake.address), clock=lambda: now[0]) as fresh:
        assert [browser.get(f"{fresh.address}/login").status_code for _ in range(3)] == [503] * 3
        assert fake.asked == 1
        fake.metadata, now[0] = {}, 5.0
        assert arrive(browser, fake, fresh).json()["name"] == ANNE


def test_people_who_log_in_at_the_same_time_wait_for_one_answer_of_the_provider(fake: Fake) -> None:
    fake.seconds = 0.2
    with site(settings_for(fake.address)) as fresh:
        assert all_at_once(fresh, 5) == [303] * 5
        assert fake.asked == 1


def test_people_who_wait_for_a_provider_that_is_down_do_not_ask_it_again(fake: Fake) -> None:
    fake.metadata, fake.seconds = {"issuer": None}, 0.2
    with site(settings_for(fake.address)) as fresh:
        assert all_at_once(fresh, 5) == [503] * 5
        assert fake.asked == 1


def test_one_looks_whether_a_provider_is_up_again_and_nobody_waits_for_that(browser: httpx.Client, fake: Fake) -> None:
    fake.metadata, now = {"issuer": None}, [0.0]
    with site(settings_for(fake.address), clock=lambda: now[0]) as fresh:
        browser.get(f"{fresh.address}/login")
        fake.metadata, fake.seconds, now[0] = {}, 0.5, 5.0
        assert sorted(all_at_once(fresh, 5)) == [303, *[503] * 4]


def broken(_claims: dict[str, Any]) -> str:
    raise RuntimeError("the provider breaks")


def test_what_fails_in_the_login_of_one_keeps_nobody_else_out(browser: httpx.Client, fake: Fake, ours: Site) -> None:
    fake.token = broken
    assert arrive(browser, fake, ours).status_code == 503
    fake.token = None
    assert arrive(browser, fake, ours).json()["name"] == ANNE


def test_the_log_tells_why_a_token_was_not_believed_and_holds_no_token(
    browser: httpx.Client, fake: Fake, ours: Site, caplog: pytest.LogCaptureFixture
) -> None:
    fake.claims = {"aud": "another"}
    with caplog.at_level("INFO"):
        arrive(browser, fake, ours)
    assert "aud" in caplog.text
    assert not re.search(r"eyJ[A-Za-z0-9_-]{8}|" + SECRET, caplog.text)


def test_a_slash_at_the_end_of_the_issuer_does_no_harm(browser: httpx.Client, fake: Fake) -> None:
    with site(settings_for(f"{fake.address}/")) as fresh:
        assert arrive(browser, fake, fresh).json()["name"] == ANNE
