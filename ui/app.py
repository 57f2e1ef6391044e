"""The FastAPI app: every door behind the same locks, the page, and what is seen of the server from outside."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from qa.engine import Engine
    from ui.doors.service import Service
    from ui.serving.metrics import Metrics
    from ui.settings import Settings


def build_app(engine: Engine, settings: Settings) -> FastAPI:
    """Return the app; `app.state.service` is what all its doors ask."""
    _keep_to_ourselves()
    from fastapi import FastAPI

    from ui.doors.docs import docs_router
    from ui.doors.mcp_api import McpDoor
    from ui.doors.methods import other_methods
    from ui.doors.openai_api import openai_router
    from ui.doors.rest import rest_router
    from ui.doors.service import Service
    from ui.embedding import embedding_router
    from ui.serving.admission import Admission
    from ui.serving.handlers import handlers
    from ui.serving.health import healthy, readiness
    from ui.serving.metrics import Metrics, metrics_route
    from ui.serving.pool import EnginePool

    admission = Admission(settings.at_a_time * settings.workers, settings.max_waiting, settings.question_seconds)
    metrics = Metrics()
    metrics.watch(engine, admission)
    if isinstance(engine, EnginePool):
        metrics.watch_workers(engine)
    service = Service(engine, settings, admission, metrics)
    mcp = McpDoor(service)
    app = FastAPI(
        title="Sourcier", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=mcp.running
    )
    app.state.service = service
    _add_locks(app, settings, metrics)
    for kind, handler in handlers(settings.language).items():
        app.add_exception_handler(kind, handler)
    app.add_api_route("/healthz", healthy, methods=["GET", "HEAD"])
    app.add_api_route("/readyz", readiness(engine, admission, settings.corpus), methods=["GET", "HEAD"])
    app.add_api_route("/metrics", metrics_route(metrics, settings))
    described = (rest_router(service), openai_router(service))
    doors = (*described, docs_router(settings, described), embedding_router(settings), *_file_routers(service))
    for door in doors:
        app.include_router(door)
    app.router.routes.append(mcp.route())
    app.router.routes.extend(other_methods([*app.router.routes, *(route for door in doors for route in door.routes)]))
    _add_page(app, service)
    return app


def _keep_to_ourselves() -> None:
    """Keep Gradio and its hub client from calling out; they read these as they are imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def _add_locks(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Put the locks before the doors; a request meets them in the reverse of this order."""
    from fastapi.middleware.cors import CORSMiddleware

    from ui.access.guard import Guard
    from ui.serving.forwarded import Forwarded
    from ui.serving.headers import SecurityHeaders
    from ui.serving.locks import Locks
    from ui.serving.preflights import ALLOWED_HEADERS, EXPOSED_HEADERS, Preflights
    from ui.serving.rates import Rates
    from ui.serving.requests import Requests
    from ui.serving.root_path import RootPath, Slash

    app.add_middleware(Slash)
    app.add_middleware(Rates, settings=settings)
    app.add_middleware(Guard, language=settings.language, **_access(app, settings))
    # With this one, but with none made of it, Gradio leaves out its own, which lets any site read answers with the
    # visitor's cookies. Here no cookie is sent for other sites: their programs show a key.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cross_origins,
        allow_methods=("GET", "POST"),
        allow_headers=ALLOWED_HEADERS,
        expose_headers=EXPOSED_HEADERS,
    )
    app.add_middleware(Preflights, language=settings.language)
    app.add_middleware(Locks, settings=settings)
    app.add_middleware(Requests, settings=settings, metrics=metrics)
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(RootPath, root_path=settings.root_path)
    app.add_middleware(Forwarded, settings=settings)


def _access(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """Return what the guard asks and says, and add the routes at which people log in."""
    from ui.access.oidc import LOGIN, OPEN_PATHS, login_page, oidc_router
    from ui.access.sessions import Sessions
    from ui.access.ways import ways_of

    ways, challenge = ways_of(settings)
    if settings.access != "oidc":
        return {"ways": ways, "challenge": challenge}
    sessions = Sessions(settings)
    app.include_router(oidc_router(settings, sessions))
    framed = login_page(settings, sessions) if settings.frame_ancestors else None
    known = {"ways": (*ways, sessions), "challenge": challenge, "framed": framed}
    return known | {"login": LOGIN, "open_paths": OPEN_PATHS}


def _file_routers(service: Service) -> list[APIRouter]:
    """Return what hands over the files of documents, and takes new ones, where the settings say so."""
    from fastapi import APIRouter

    from ui.files import original_of
    from ui.uploads import Uploads, router

    settings = service.settings
    files = APIRouter()
    if settings.offer_files:
        files.add_api_route("/files/{document:path}", original_of(service.engine), methods=["GET"])
    return [files, router(Uploads(settings), settings)] if settings.uploads or settings.upload_key else [files]


def _add_page(app: FastAPI, service: Service) -> None:
    """Mount Gradio last: its page at "/", its endpoints below "/gradio_api"."""
    import gradio as gr
    from starlette.middleware import Middleware

    from ui.chat import WEB, WEB_PATH, build_page, page_head
    from ui.doors.gradio_api import add_endpoints
    from ui.scripts import Scripts
    from ui.serving.calls import Calls, make_queue
    from ui.serving.handlers import gradio_handlers
    from ui.theme import plain_theme

    settings = service.settings
    app.mount(f"/{WEB_PATH}", Scripts(directory=WEB))
    page = build_page(settings)
    add_endpoints(page, service)
    make_queue(page, service)
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
        app_kwargs={
            "exception_handlers": gradio_handlers(settings.language),
            "middleware": [Middleware(Calls, page=page, service=service)],
        },
        theme=plain_theme(),
        head=page_head(settings),
    )
