from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from ui.access.addresses import THIS_MACHINE, client_address, comes_from, counted_address, networks_of

PROXIES = networks_of(["10.0.0.0/8", "2001:db8:1::/48"])


def _connection(peer: str | None, *forwarded: str) -> HTTPConnection:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return HTTPConnection({"type": "http", "headers": headers, "client": (peer, 1) if peer else None})


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("2001:db8:1::5", ["2001:db8:2::7"], "2001:db8:2::7"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8:2::7]:4711"], "2001:db8:2::7"),
        ("10.0.0.1", ["198.51.100.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
    ],
)
def test_address_is_the_nearest_that_no_trusted_proxy_has(peer: str, forwarded: list[str], address: str) -> None:
    assert client_address(_connection(peer, *forwarded), PROXIES) == address


@pytest.mark.parametrize("peer", ["192.0.2.1", "::1", "2001:db8:2::1"])
def test_who_is_no_trusted_proxy_is_not_believed(peer: str) -> None:
    assert client_address(_connection(peer, "10.0.0.9"), PROXIES) == peer


def test_who_has_no_address_is_of_this_machine_and_trusted_by_nobody() -> None:
    assert client_address(_connection(None, "198.51.100.7"), PROXIES) == THIS_MACHINE
    assert not comes_from(_connection(None), PROXIES)
    assert client_address(_connection("testclient", "198.51.100.7"), PROXIES) == "testclient"


def test_address_of_ipv4_is_trusted_also_where_ipv6_wraps_it() -> None:
    assert comes_from(_connection("::ffff:10.1.2.3"), PROXIES)
    assert not comes_from(_connection("::ffff:192.0.2.1"), PROXIES)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:2:3:4:5:6:7", "2001:db8:2:3::"),
        (THIS_MACHINE, THIS_MACHINE),
    ],
)
def test_all_addresses_that_one_client_has_are_counted_as_one(address: str, counted: str) -> None:
    assert counted_address(address) == counted
