"""`sourcier chat` and `sourcier serve`: the page and the API, until told to stop."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from ui import texts
from ui.commands.console import ANSWERED
from ui.commands.opening import open_to_serve

if TYPE_CHECKING:
    import argparse

    from ui.settings import Settings


def chat(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Open the chat page, and serve it until told to stop; a corpus that is not there yet is waited for."""
    return _serve(settings)


def serve(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve the page and the API to others, until told to stop, and write a log in JSON on standard error."""
    from ui.serving.logs import log_to

    log_to(log_questions=settings.log_questions)
    return _serve(settings)


def _serve(settings: Settings) -> int:
    """Serve whoever the settings let in."""
    from ui import server
    from ui.access.check import check_access
    from ui.error_texts import sentence
    from ui.render import printable
    from ui.serving.shielding import shield

    shield()
    check_access(settings)
    with server.reserve(settings.host, settings.port) as listener:
        print(texts.LOADING.into(settings.language), file=sys.stderr)
        with closing(open_to_serve(settings)) as engine:
            if engine.missing:
                print(printable(sentence(engine.missing).both(settings.language)), file=sys.stderr)
            server.serve(engine, settings, listener)
    return ANSWERED
