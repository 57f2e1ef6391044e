"""The FastAPI app around the page and its endpoints: headers, health, and the socket that it listens on."""

from __future__ import annotations

import errno
import socket
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from index.errors import CorpusError
from ui import texts
from ui.error_texts import NO_SUCH_ADDRESS, PORT_FORBIDDEN, PORT_IN_USE
from ui.errors import AddressUnusable, Unavailable

if TYPE_CHECKING:
    from qa.engine import Engine
    from ui.settings import Settings

_REASONS: Final = {
    errno.EADDRINUSE: PORT_IN_USE,
    errno.EACCES: PORT_FORBIDDEN,
    errno.EADDRNOTAVAIL: NO_SUCH_ADDRESS,
}


def reserve(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address; raise AddressUnusable.

    It is opened before the models are loaded, so that a port that is taken is told at once, and one that is free stays
    ours; who connects meanwhile waits.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise AddressUnusable(host=host, port=port, reason=NO_SUCH_ADDRESS) from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        reason = _REASONS.get(error.errno or 0, error.strerror)
        raise AddressUnusable(host=host, port=port, reason=reason) from error
    return listener


def serve(engine: Engine, settings: Settings, listener: socket.socket) -> None:
    """Serve the page and the doors until told to stop, as EndingServer does; say the address once it is listened on."""
    import uvicorn

    from ui.serving.connections import PatientProtocol, more_descriptors

    more_descriptors()

    from ui.app import build_app
    from ui.serving.ending import EndingServer, end_streams, leave

    def say_address() -> None:
        said = texts.LISTENING.filled(address=address_of(settings.host, settings.port))
        sys.stdout.write(said.into(settings.language) + "\n")
        sys.stdout.flush()

    # The first who opens the page need not wait for what it suggests.
    threading.Thread(target=_suggest, args=[engine], daemon=True).start()
    app = build_app(engine, settings)
    # Requests are logged by us, and what a proxy says is believed of those that the settings name.
    options = uvicorn.Config(
        app,
        http=PatientProtocol,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    admission = app.state.service.admission
    seconds = 2 * settings.question_seconds  # so long may a question wait and then take
    EndingServer(options, admission, seconds, say_address, partial(end_streams, app)).run(sockets=[listener])
    leave(admission)


def _suggest(engine: Engine) -> None:
    """Have the engine find the questions that it suggests."""
    with suppress(CorpusError, Unavailable):
        engine.suggestions()


def address_of(host: str, port: int) -> str:
    """Return the address to type into a browser on this machine."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104  it is compared, not listened on
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
