"""The FastAPI app around the page and its endpoints: headers, health, and the socket that it listens on."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from index.errors import CorpusError
from ui import texts
from ui.error_texts import NO_SUCH_ADDRESS, PORT_FORBIDDEN, PORT_IN_USE
from ui.errors import AddressUnusable

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.engine import Engine
    from ui.settings import Settings

# Gradio's page needs its own inline scripts and styles; nothing needs another host.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS: Final = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)

# Questions answered at a time, and waiting: beyond those, Gradio answers 503 rather than keep people waiting.
AT_A_TIME: Final = 4
WAITING: Final = 64

_SECONDS_TO_CLOSE: Final = 3  # pages hold a stream open, which would never end by itself

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
    """Serve the page and the endpoints until told to stop; say the address once it is listened on."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                said = texts.LISTENING.filled(address=address_of(settings.host, settings.port))
                sys.stdout.write(said.into(settings.language) + "\n")
                sys.stdout.flush()

    # The first who opens the page need not wait for what it suggests.
    threading.Thread(target=_suggest, args=[engine], daemon=True).start()
    app = build_app(engine, settings)
    options = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_SECONDS_TO_CLOSE, server_header=False)
    Server(options).run(sockets=[listener])


def _suggest(engine: Engine) -> None:
    """Have the engine find the questions that it suggests."""
    with suppress(CorpusError):
        engine.suggestions()


def address_of(host: str, port: int) -> str:
    """Return the address to type into a browser on this machine."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104  it is compared, not listened on
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def build_app(engine: Engine, settings: Settings) -> FastAPI:
    """Return the app: the page at "/", its endpoints below "/gradio_api", and "/healthz"."""
    _keep_to_ourselves()
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import JSONResponse

    from ui.api import add_endpoints
    from ui.chat import WEB, WEB_PATH, build_page, page_head
    from ui.files import original_of
    from ui.languages import language_of
    from ui.scripts import Scripts
    from ui.theme import plain_theme
    from ui.uploads import Uploads, router

    app = FastAPI(title="Sourcier", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    # With one of ours, Gradio leaves out its own, which lets any site read answers with the visitor's cookies.
    app.add_middleware(CORSMiddleware, allow_origins=())
    app.add_api_route("/healthz", healthy, methods=["GET"])
    app.mount(f"/{WEB_PATH}", Scripts(directory=WEB))
    if settings.uploads or settings.upload_key:
        app.include_router(router(Uploads(settings), settings))
    if settings.offer_files:
        app.add_api_route("/files/{document:path}", original_of(engine, settings.language), methods=["GET"])

    async def malformed(request: Request, _error: Exception) -> JSONResponse:
        """Say in a sentence what Gradio raises for a field that is missing or unknown."""
        language = language_of(request.headers, settings.language)
        return JSONResponse({"error": texts.MALFORMED.into(language)}, status_code=422)

    page = build_page(settings)
    add_endpoints(page, engine, settings)
    page.queue(default_concurrency_limit=AT_A_TIME, max_size=WAITING)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,  # byte: nothing here takes a file
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        app_kwargs={"exception_handlers": {TypeError: malformed, KeyError: malformed}},
        theme=plain_theme(),
        head=page_head(settings),
    )
    return app


def _keep_to_ourselves() -> None:
    """Keep Gradio and its hub client from calling out; they read these as they are imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


async def healthy() -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "ok"}


class SecurityHeaders:
    """Adds HEADERS to every response; it touches no body, so that streams go through."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)
