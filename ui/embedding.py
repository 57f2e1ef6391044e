"""The chat in a page of somebody else's: the page that a frame shows, and the script that puts the frame there."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ui import page_texts
from ui.access.guard import EMBED_SCRIPT
from ui.chat import FRAMED_START, PLACE, WEB, head_of, setup_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ui.settings import Settings
    from ui.texts import Language

_TOLD: Final = "const told = TOLD;"
_SECONDS_KEPT: Final = 600  # the script; a page of it may be a version behind the server for so long
_WORDS: Final = ("close", "own_window", "embed_title", "embed_loading", "embed_unreachable")


def embedding_router(settings: Settings) -> APIRouter:
    """Return the routes: `/embed` is the chat without a frame of Gradio's, and EMBED_SCRIPT puts it into any page."""
    routes = APIRouter(include_in_schema=False)
    page = _kept(framed_page(settings), "text/html", "no-cache")
    # It is the same for everybody, so that proxies may keep it too; a new version is there a little later.
    script = _kept(loader(settings.language), "text/javascript", f"public, max-age={_SECONDS_KEPT}")
    for path, route in (("/embed", page), (EMBED_SCRIPT, script)):
        routes.add_api_route(path, route, methods=["GET", "HEAD"])
    return routes


def framed_page(settings: Settings) -> str:
    """Return the page that a frame shows.

    Its links are relative, so that it stands wherever the server is mounted. Files are not added from a frame.
    """
    told = setup_of(settings) | {"framers": settings.frame_ancestors, "uploads": False}
    return (
        f'<!doctype html><html lang="{settings.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{page_texts.TITLE.into(settings.language)}</title>{head_of(FRAMED_START, told)}</head>"
        f'<body><main id="{PLACE}"></main></body></html>'
    )


def loader(language: Language) -> str:
    """Return the script that pages of others load, with its words and its style in it: it fetches nothing else."""
    words = {spoken: {name: said[name] for name in _WORDS} for spoken, said in page_texts.words().items()}
    style = (WEB / "embed.css").read_text(encoding="utf-8")
    told = json.dumps({"language": language, "words": words, "style": style}, ensure_ascii=False)
    return (WEB / "embed.js").read_text(encoding="utf-8").replace(_TOLD, f"const told = {told};")


def _kept(text: str, media_type: str, control: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the route of what a browser keeps for as long as `control` says, and then asks about."""
    headers = {"ETag": f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"', "Cache-Control": control}

    async def kept(request: Request) -> Response:
        if headers["ETag"] in request.headers.get("if-none-match", ""):  # which may name several, and weak ones
            return Response(status_code=304, headers=headers)
        return Response(text, media_type=media_type, headers=headers)

    return kept
