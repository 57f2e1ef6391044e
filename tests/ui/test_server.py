from __future__ import annotations

import socket

import pytest

from ui.errors import AddressUnusable
from ui.server import address_of, reserve


def test_port_in_use_is_refused_with_the_flag_that_mends_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AddressUnusable, match=f"port {port}: this port is already in use.*--port"):
            reserve("127.0.0.1", port)


def test_reserved_port_is_nobody_elses() -> None:
    with reserve("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(AddressUnusable), reserve("127.0.0.1", port):
            pass


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(AddressUnusable, match="this machine has no such address"):
        reserve(host, 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")],  # noqa: S104
)
def test_address_can_be_typed_into_a_browser(host: str, address: str) -> None:
    assert address_of(host, 80) == address
