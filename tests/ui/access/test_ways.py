from __future__ import annotations

import asyncio
import base64
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from ui.access import ways as ways_module
from ui.access.addresses import networks_of
from ui.access.keys import keys_of, new_key
from ui.access.register import LiveRegister, Register
from ui.access.throttle import MOST, Throttle
from ui.access.users import is_password, new_user, users_of
from ui.access.ways import BASIC_CHALLENGE, AdministratorKeys, Anybody, Keys, Passwords, Proxied, ways_of
from ui.settings import Access, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    import httpx

PASSWORD = "correct horse"  # noqa: S105
PROXIES = networks_of(["10.0.0.0/8"])
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"

pytestmark = pytest.mark.usefixtures("cheap_hashes")


def run(asking: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asking)


def basic(name: str, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(users=tmp_path / "users.json", keys=tmp_path / "keys.json")


@pytest.fixture
def users(settings: Settings) -> Register:
    register = users_of(settings)
    register.add(new_user("anne", PASSWORD, is_administrator=False))
    register.add(new_user("zoé", PASSWORD, is_administrator=True))
    return register


@pytest.fixture
def passwords(users: Register) -> Passwords:
    return Passwords(LiveRegister(users), Throttle(), PROXIES)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that were compared with."""
    compared: list[str] = []

    def counted(password: str, proof: str) -> bool:
        compared.append(proof)
        return is_password(password, proof)

    monkeypatch.setattr(ways_module, "is_password", counted)
    return compared


# --- anybody --------------------------------------------------------------------------------------------------------


def test_anybody_is_a_reader_known_by_the_address_that_a_trusted_proxy_says(asked: Callable[..., Any]) -> None:
    async def asking() -> None:
        said = {"X-Forwarded-For": "198.51.100.7", "Authorization": "Bearer whatever"}
        async with asked(Anybody(PROXIES), address="10.0.0.1") as behind, asked(Anybody(PROXIES)) as direct:
            assert (await behind.get("/", headers=said)).text == "anybody at 198.51.100.7: reader"
            assert (await direct.get("/", headers=said)).text == f"anybody at {HERE}: reader"

    run(asking())


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_key_lets_in_its_program_with_its_role(scheme: str, settings: Settings, asked: Callable[..., Any]) -> None:
    register = keys_of(settings)
    keys = [new_key("intranet", is_administrator=False), new_key("metrics", is_administrator=True)]
    for _, entry in keys:
        register.add(entry)

    async def asking() -> None:
        async with asked(Keys(LiveRegister(register), Throttle())) as client:
            said = [(await client.get("/", headers={"Authorization": f"{scheme} {key}"})).text for key, _ in keys]
        assert said == ["key intranet: reader", "key metrics: administrator"]

    run(asking())


@pytest.mark.parametrize("shown", ["Bearer", "Bearer ", "Bearer src_x", "Bearer " + "x" * 60_000, "Basic x", "x", ""])
def test_what_is_no_key_lets_nobody_in(shown: str, settings: Settings, asked: Callable[..., Any]) -> None:
    keys_of(settings).add(new_key("a", is_administrator=False)[1])

    async def asking() -> None:
        async with asked(Keys(LiveRegister(keys_of(settings)), Throttle())) as client:
            response = await client.get("/", headers={"Authorization": shown})
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")

    run(asking())


def test_its_hash_is_no_key(settings: Settings, asked: Callable[..., Any]) -> None:
    _, entry = new_key("a", is_administrator=False)
    keys_of(settings).add(entry)

    async def asking() -> None:
        async with asked(Keys(LiveRegister(keys_of(settings)), Throttle())) as client:
            assert (await client.get("/", headers=bearer(entry.proof))).status_code == 401

    run(asking())


def test_key_is_revoked_for_the_next_request(settings: Settings, asked: Callable[..., Any]) -> None:
    register = keys_of(settings)
    key, entry = new_key("a", is_administrator=False)
    register.add(entry)

    async def asking() -> None:
        async with asked(Keys(LiveRegister(register), Throttle())) as client:
            assert (await client.get("/", headers=bearer(key))).status_code == 200
            register.remove("a")
            assert (await client.get("/", headers=bearer(key))).status_code == 401

    run(asking())


def test_wrong_keys_are_throttled_and_keep_no_right_one_out(settings: Settings, asked: Callable[..., Any]) -> None:
    key, entry = new_key("a", is_administrator=False)
    keys_of(settings).add(entry)

    async def asking() -> None:
        async with asked(Keys(LiveRegister(keys_of(settings)), Throttle())) as client:
            tried = [(await client.get("/", headers=bearer(f"src_{number}"))).status_code for number in range(6)]
            assert tried == [401] * 5 + [429]
            assert (await client.get("/", headers=bearer(key))).status_code == 200

    run(asking())


def test_two_authorizations_let_nobody_in(settings: Settings, users: Register, asked: Callable[..., Any]) -> None:
    key, entry = new_key("a", is_administrator=False)
    keys_of(settings).add(entry)
    keys = Keys(LiveRegister(keys_of(settings)), Throttle())

    async def asking() -> None:
        async with asked(keys, Passwords(LiveRegister(users), Throttle())) as client:
            both = [*bearer(key).items(), *basic("anne").items()]
            assert (await client.get("/", headers=both)).status_code == 401

    run(asking())


# --- passwords ------------------------------------------------------------------------------------------------------


def test_password_lets_in_its_user_with_their_role(passwords: Passwords, asked: Callable[..., Any]) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            said = [(await client.get("/", headers=basic(name))).text for name in ("anne", "zoé", "zoe\u0301")]
        assert said == ["anne: reader", "zoé: administrator", "zoé: administrator"]

    run(asking())


@pytest.mark.parametrize(
    "shown",
    [
        "Basic",
        "Basic ",
        "Basic %%%",
        "Basic " + base64.b64encode(b"anne").decode(),
        "Basic " + base64.b64encode(b"anne:\xff").decode(),
        basic("anne", "")["Authorization"],
        basic("anne", PASSWORD + " ")["Authorization"],
        basic("", PASSWORD)["Authorization"],
        basic("Anne", PASSWORD)["Authorization"],
        basic("a" * 20_000, PASSWORD)["Authorization"],
        basic("anne", "\x00")["Authorization"],
    ],
)
def test_what_is_no_login_lets_nobody_in(shown: str, passwords: Passwords, asked: Callable[..., Any]) -> None:
    async def asking() -> None:
        async with asked(passwords, challenge=BASIC_CHALLENGE) as client:
            response = await client.get("/", headers={"Authorization": shown})
        assert (response.status_code, response.headers["www-authenticate"]) == (401, BASIC_CHALLENGE)

    run(asking())


def test_unknown_user_is_answered_as_a_wrong_password_is_after_as_many_hashes(
    passwords: Passwords, hashes: list[str], asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            unknown = await client.get("/", headers=basic("nobody"))
            assert len(hashes) == 1
            wrong = await client.get("/", headers=basic("anne", "wrong horse"))
            assert len(hashes) == 2
        assert (unknown.status_code, unknown.content) == (wrong.status_code, wrong.content)
        assert hashes[0].split("$")[:4] == hashes[1].split("$")[:4]  # at the same cost

    run(asking())


def test_login_is_compared_once_and_then_remembered(
    passwords: Passwords, hashes: list[str], asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            await asyncio.gather(*(client.get("/", headers=basic("anne")) for _ in range(20)))
            before = len(hashes)
            assert before <= 2  # two at a time had nothing to remember yet
            assert (await client.get("/", headers=basic("anne"))).status_code == 200
            assert len(hashes) == before
            assert (await client.get("/", headers=basic("anne", "wrong horse"))).status_code == 401

    run(asking())


def test_login_is_forgotten_after_its_time(
    passwords: Passwords, hashes: list[str], asked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways_module, "SECONDS_REMEMBERED", 0.0)

    async def asking() -> None:
        async with asked(passwords) as client:
            for _ in range(2):
                assert (await client.get("/", headers=basic("anne"))).status_code == 200
        assert len(hashes) == 2

    run(asking())


def test_no_more_logins_are_remembered_than_may_be(
    passwords: Passwords, asked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, hashes: list[str]
) -> None:
    monkeypatch.setattr(ways_module, "MOST_REMEMBERED", 1)

    async def asking() -> None:
        async with asked(passwords) as client:
            for name in ("anne", "zoé", "anne", "anne"):
                assert (await client.get("/", headers=basic(name))).status_code == 200
        assert len(hashes) == 3

    run(asking())


def test_what_is_remembered_is_not_the_password(passwords: Passwords, asked: Callable[..., Any]) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            await client.get("/", headers=basic("anne"))

    run(asking())
    kept = passwords._remembered._until
    assert [len(digest) for digest in kept] == [32]
    assert PASSWORD.encode() not in b"".join(kept)


def test_user_who_is_removed_or_has_a_new_password_is_remembered_no_more(
    passwords: Passwords, users: Register, asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            assert (await client.get("/", headers=basic("anne"))).status_code == 200
            users.remove("anne")
            assert (await client.get("/", headers=basic("anne"))).status_code == 401
            users.add(new_user("anne", "another horse", is_administrator=True))
            assert (await client.get("/", headers=basic("anne"))).status_code == 401
            assert (await client.get("/", headers=basic("anne", "another horse"))).text == "anne: administrator"

    run(asking())


def test_user_who_is_removed_while_the_hash_is_computed_is_not_let_in(
    passwords: Passwords, users: Register, asked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed_meanwhile(_password: str, _proof: str) -> bool:
        users.remove("anne")
        return True

    monkeypatch.setattr(ways_module, "is_password", removed_meanwhile)

    async def asking() -> None:
        async with asked(passwords) as client:
            assert (await client.get("/", headers=basic("anne"))).status_code == 401

    run(asking())


def test_nobody_gets_in_while_the_users_cannot_be_read(
    passwords: Passwords, users: Register, asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            assert (await client.get("/", headers=basic("anne"))).status_code == 200
            users.file.write_text("{", encoding="utf-8")
            assert (await client.get("/", headers=basic("anne"))).status_code == 401

    run(asking())


async def _fail(client: httpx.AsyncClient, name: str, times: int) -> list[int]:
    return [(await client.get("/", headers=basic(name, "wrong horse"))).status_code for _ in range(times)]


def test_after_five_failures_no_hash_is_computed_and_the_right_password_is_told_the_same(
    passwords: Passwords, hashes: list[str], asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            assert await _fail(client, "anne", 5) == [401] * 5
            refused = [await client.get("/", headers=basic("anne", word)) for word in ("wrong horse", PASSWORD)]
        assert len(hashes) == 5
        assert [response.status_code for response in refused] == [429, 429]
        assert refused[0].json()["error"]["code"] == "LoginTooOften"
        assert 1 <= int(refused[0].headers["retry-after"]) <= 60
        assert refused[0].json() == refused[1].json()

    run(asking())


def test_failures_that_came_all_at_once_count_one_by_one(
    passwords: Passwords, hashes: list[str], asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            wrong = (client.get("/", headers=basic("anne", f"wrong horse {n}")) for n in range(40))
            statuses = [response.status_code for response in await asyncio.gather(*wrong)]
        assert len(hashes) <= 6  # two are compared at a time
        assert statuses.count(429) >= 34

    run(asking())


def test_who_tries_many_names_is_stopped_by_the_address(
    passwords: Passwords, hashes: list[str], asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            for number in range(MOST["address"]):
                assert await _fail(client, f"name {number}", 1) == [401]
            assert (await client.get("/", headers=basic("anne"))).status_code == 429
        assert len(hashes) == MOST["address"]

    run(asking())


def test_who_tries_one_name_from_many_addresses_is_stopped_by_the_name(
    passwords: Passwords, asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        for number in range(MOST["name"]):
            async with asked(passwords, address=f"198.51.100.{number}") as client:
                assert await _fail(client, "anne", 1) == [401]
        async with asked(passwords) as client:
            assert (await client.get("/", headers=basic("anne"))).status_code == 429
            assert (await client.get("/", headers=basic("zoé"))).status_code == 200

    run(asking())


def test_failures_elsewhere_do_not_keep_out_who_is_remembered(passwords: Passwords, asked: Callable[..., Any]) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            assert (await client.get("/", headers=basic("anne"))).status_code == 200
            for number in range(MOST["name"]):
                async with asked(passwords, address=f"198.51.100.{number}") as attacker:
                    await _fail(attacker, "anne", 1)
            assert (await client.get("/", headers=basic("anne"))).status_code == 200

    run(asking())


def test_what_is_remembered_here_is_found_out_by_nobody_elsewhere(
    passwords: Passwords, asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client, asked(passwords, address=ELSEWHERE) as attacker:
            assert (await client.get("/", headers=basic("anne"))).status_code == 200
            for number in range(MOST["name"]):
                async with asked(passwords, address=f"198.51.100.{number}") as other:
                    await _fail(other, "anne", 1)
            assert (await attacker.get("/", headers=basic("anne"))).status_code == 429

    run(asking())


def test_what_is_remembered_is_not_found_out_at_the_same_address_either(
    passwords: Passwords, asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords) as client:
            assert (await client.get("/", headers=basic("anne"))).status_code == 200
            for number in range(MOST["address"]):
                await _fail(client, f"name {number}", 1)
            assert await _fail(client, "anne", 5) == [429] * 5  # refused, and counted
            assert (await client.get("/", headers=basic("anne"))).status_code == 429

    run(asking())


def test_address_of_a_client_behind_a_trusted_proxy_is_the_clients(
    passwords: Passwords, asked: Callable[..., Any]
) -> None:
    async def asking() -> None:
        async with asked(passwords, address="10.0.0.1") as proxy:
            for _ in range(6):
                await proxy.get("/", headers=basic("anne", "wrong horse") | {"X-Forwarded-For": "198.51.100.7"})
            attacker = await proxy.get("/", headers=basic("anne") | {"X-Forwarded-For": "198.51.100.7"})
            user = await proxy.get("/", headers=basic("anne") | {"X-Forwarded-For": "198.51.100.8"})
        assert (attacker.status_code, user.status_code) == (429, 200)

    run(asking())


def test_two_hashes_are_computed_at_a_time_and_the_others_wait_or_are_told_to_come_again(
    passwords: Passwords, asked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_a_time: list[int] = []
    running, lock = [0], threading.Lock()

    def slow(_password: str, _proof: str) -> bool:
        with lock:
            running[0] += 1
            at_a_time.append(running[0])
        time.sleep(0.05)
        with lock:
            running[0] -= 1
        return False

    monkeypatch.setattr(ways_module, "is_password", slow)
    monkeypatch.setattr(ways_module, "MOST_COMPARED", 5)

    async def asking() -> None:
        async with asked(passwords) as client:
            many = (client.get("/", headers=basic(f"name {number}")) for number in range(10))
            statuses = sorted([response.status_code for response in await asyncio.gather(*many)])
        assert statuses == [401] * 5 + [503] * 5
        assert max(at_a_time) == 2

    run(asking())


# --- a proxy that says who it is ------------------------------------------------------------------------------------

PROXIED = Proxied("X-Remote-User", PROXIES, ["zoé"])


@pytest.mark.parametrize("proxy", ["10.0.0.1", "::ffff:10.0.0.1"])
def test_name_that_a_trusted_proxy_says_is_believed(proxy: str, asked: Callable[..., Any]) -> None:
    async def asking() -> None:
        async with asked(PROXIED, address=proxy) as client:
            names = ("anne", "zoé", "zoe\u0301")
            said = [(await client.get("/", headers={b"x-remote-user": name.encode()})).text for name in names]
        assert said == ["anne: reader", "zoé: administrator", "zoé: administrator"]

    run(asking())


@pytest.mark.parametrize("address", [HERE, "::1", "127.0.0.1"])
def test_name_that_anybody_else_says_lets_nobody_in(address: str, asked: Callable[..., Any]) -> None:
    async def asking() -> None:
        async with asked(PROXIED, address=address) as client:
            lie = {b"x-remote-user": "zoé".encode(), b"x-forwarded-for": b"10.0.0.1"}
            assert (await client.get("/", headers=lie)).status_code == 401

    run(asking())


@pytest.mark.parametrize(
    "values", [[b""], [b"  "], [b"a", b"a"], [b"a\x01"], [b"a\xe2\x80\xaeb"], [b"zo\xe9"], [b"a" * 201], []]
)
def test_what_is_no_name_lets_nobody_in(values: list[bytes], asked: Callable[..., Any]) -> None:
    async def asking() -> None:
        async with asked(PROXIED, address="10.0.0.1") as client:
            response = await client.get("/", headers=[(b"X-Remote-User", value) for value in values])
        assert response.status_code == 401

    run(asking())


# --- what the settings say ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("access", "kinds", "challenge"),
    [
        ("none", [AdministratorKeys, Anybody], "Bearer"),
        ("basic", [Keys, Passwords], BASIC_CHALLENGE),
        ("header", [Keys, Proxied], "Bearer"),
        ("oidc", [Keys], "Bearer"),
    ],
)
def test_ways_are_those_of_the_settings_and_keys_come_first(
    access: Access, kinds: list[type], challenge: str, tmp_path: Path
) -> None:
    settings = Settings(access=access, corpus=tmp_path / "corpus", trusted_proxies=("10.0.0.1",))
    ways, said = ways_of(settings)
    assert ([type(way) for way in ways], said) == (kinds, challenge)


def test_where_everybody_is_let_in_a_key_makes_an_administrator_and_every_other_a_reader(
    settings: Settings, asked: Callable[..., Any]
) -> None:
    register = keys_of(settings)
    keys = [new_key("prometheus", is_administrator=True), new_key("intranet", is_administrator=False)]
    for _, entry in keys:
        register.add(entry)
    (administrators, _), (readers, _) = keys
    ways, _ = ways_of(settings)

    async def asking() -> None:
        async with asked(*ways) as client:
            assert (await client.get("/", headers=bearer(administrators))).text == "key prometheus: administrator"
            others = [bearer(readers), bearer("sk-whatever"), bearer(""), basic("anne"), {}]
            twice = [*bearer(administrators).items(), *bearer("sk-whatever").items()]
            said = {(await client.get("/", headers=shown)).text for shown in (*others, twice)}
            assert said == {f"anybody at {HERE}: reader"}
            register.remove("prometheus")
            assert (await client.get("/", headers=bearer(administrators))).text == f"anybody at {HERE}: reader"

    run(asking())


def test_users_and_keys_of_the_settings_get_in(settings: Settings, users: Register, asked: Callable[..., Any]) -> None:
    key, entry = new_key("a", is_administrator=False)
    keys_of(settings).add(entry)
    ways, _ = ways_of(settings.model_copy(update={"access": "basic"}))

    async def asking() -> None:
        async with asked(*ways) as client:
            said = [(await client.get("/", headers=shown)).text for shown in (bearer(key), basic("anne"))]
            assert said == ["key a: reader", "anne: reader"]
            assert (await client.get("/")).status_code == 401

    run(asking())
    assert users.file == settings.users_file
