"""The scripts and the style of the page, as they are served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.staticfiles import StaticFiles

if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response


class Scripts(StaticFiles):
    """A folder whose files a browser keeps, and asks about each time: after an update, none is of before."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "no-cache"
        return response
