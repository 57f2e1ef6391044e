"""From which address a request comes: the client's own, or what a proxy that is trusted says of it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Network

    from starlette.requests import HTTPConnection

    Network = IPv4Network | IPv6Network
    Address = IPv4Address | IPv6Address

THIS_MACHINE: Final = "this machine"
_OF_ONE_CLIENT: Final = 64  # bits; who has one address of IPv6 has all of these


def networks_of(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return addresses and networks that were written as texts, as the settings check them."""
    return tuple(ip_network(text, strict=False) for text in texts)


def comes_from(connection: HTTPConnection, networks: Iterable[Network]) -> bool:
    """Tell whether whoever opened the connection itself is in one of these networks."""
    peer = _address(connection.client.host) if connection.client else None
    return peer is not None and _is_in(peer, networks)


def client_address(connection: HTTPConnection, trusted_proxies: Iterable[Network]) -> str:
    """Return the address of the client, THIS_MACHINE for one without.

    X-Forwarded-For is believed only from a proxy that is trusted, and only as far as trusted proxies wrote it: each
    adds whom it heard at the right, and what stands left of the first who is not trusted, the client wrote.
    """
    if connection.client is None:
        return THIS_MACHINE
    nearest = _address(connection.client.host)
    if nearest is None:
        return connection.client.host
    proxies = tuple(trusted_proxies)
    said = ",".join(connection.headers.getlist("x-forwarded-for")) if _is_in(nearest, proxies) else ""
    for part in reversed(said.split(",")):
        if not _is_in(nearest, proxies) or (address := _address(_without_port(part.strip()))) is None:
            break
        nearest = address
    return str(nearest)


def counted_address(address: str) -> str:
    """Return what an address is counted by where failures are: of IPv6, the network of one client."""
    parsed = _address(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed), _OF_ONE_CLIENT), strict=False).network_address)
    return address


def _address(text: str) -> Address | None:
    """Return an address, that of IPv4 where IPv6 wraps one; None for what is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _without_port(part: str) -> str:
    """Return the address alone: some proxies add the port, as in 192.0.2.1:4711 or [2001:db8::1]:4711."""
    if part.startswith("["):
        return part[1:].partition("]")[0]
    return part.partition(":")[0] if part.count(":") == 1 else part
