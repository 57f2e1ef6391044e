"""The FastAPI app: every door behind the same locks, the page, and what is seen of the server from outside."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.engine import Engine
    from ui.doors.service import Service
    from ui.settings import Settings


def build_app(engine: Engine, settings: Settings) -> FastAPI:
    """Return the app; `app.state.service` is what all its doors ask."""
    _keep_to_ourselves()
    from fastapi import FastAPI

    from ui.doors.rest import rest_router
    from ui.doors.service import Service
    from ui.serving.admission import Admission
    from ui.serving.handlers import handlers
    from ui.serving.metrics import Metrics

    admission = Admission(settings.at_a_time * settings.workers, settings.max_waiting, settings.question_seconds)
    service = Service(engine, settings, admission, Metrics())
    app = FastAPI(title="Sourcier", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.service = service
    _add_locks(app, settings)
    for kind, handler in handlers().items():
        app.add_exception_handler(kind, handler)
    app.add_api_route("/healthz", healthy, methods=["GET"])
    app.include_router(rest_router(service))
    _add_files(app, service)
    _add_page(app, service)
    return app


def _keep_to_ourselves() -> None:
    """Keep Gradio and its hub client from calling out; they read these as they are imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


async def healthy() -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "ok"}


def _add_locks(app: FastAPI, settings: Settings) -> None:
    """Put the locks before the doors; a request meets them in the reverse of this order."""
    from fastapi.middleware.cors import CORSMiddleware

    from ui.access.guard import Guard
    from ui.access.ways import Anybody
    from ui.serving.headers import SecurityHeaders
    from ui.serving.locks import Locks
    from ui.serving.rates import Rates
    from ui.serving.root_path import RootPath

    app.add_middleware(Rates, settings=settings)
    app.add_middleware(Guard, ways=(Anybody(),), language=settings.language)
    # With one of ours, Gradio leaves out its own, which lets any site read answers with the visitor's cookies.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cross_origins,
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization", "Content-Type"),
        expose_headers=("Retry-After", "X-Request-ID"),
    )
    app.add_middleware(Locks, settings=settings)
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(RootPath, root_path=settings.root_path)


def _add_files(app: FastAPI, service: Service) -> None:
    """Add what hands over the files of documents, and takes new ones, where the settings say so."""
    from ui.files import original_of
    from ui.uploads import Uploads, router

    settings = service.settings
    if settings.uploads or settings.upload_key:
        app.include_router(router(Uploads(settings), settings))
    if settings.offer_files:
        original = original_of(service.engine, settings.language)
        app.add_api_route("/files/{document:path}", original, methods=["GET"])


def _add_page(app: FastAPI, service: Service) -> None:
    """Mount Gradio last: its page at "/", its endpoints below "/gradio_api"."""
    import gradio as gr

    from ui.chat import WEB, WEB_PATH, build_page, page_head
    from ui.doors.gradio_api import add_endpoints
    from ui.scripts import Scripts
    from ui.serving.handlers import handlers, misnamed
    from ui.theme import plain_theme

    settings = service.settings
    app.mount(f"/{WEB_PATH}", Scripts(directory=WEB))
    page = build_page(settings)
    add_endpoints(page, service)
    page.queue(default_concurrency_limit=None, max_size=None)  # how many wait is for the service to say
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
        app_kwargs={"exception_handlers": handlers() | {TypeError: misnamed, KeyError: misnamed}},
        theme=plain_theme(),
        head=page_head(settings),
    )
