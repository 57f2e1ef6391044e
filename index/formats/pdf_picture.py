"""Whether a page of a PDF shows its words: those that leave no trace in its picture are not read.

White on white, under a box or a picture, transparent, outside the page, in a layer that is switched off: there are many
ways to hide words from people and not from programs, and one picture tells them all. Not what is hidden on top of other
words, where there is ink.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

_SCALE = 0.75  # pixels a point: type of 4 points leaves three of them
_MOST_PIXELS = 1_500_000  # of the picture
_MOST_OBJECTS = 20_000  # of a page: maps and plans, which take seconds to draw, are not looked at
_MOST_IMAGE = 12_000_000  # pixels of the images of a page, 120 ms to draw; A4 at 300 dots an inch has 9 million
_TRACE = 8  # of 255: the least step of grey that is seen; the faintest watermarks that are read have 17
_SMALLEST = 1.4  # points: nobody reads type that is smaller, but on a page that is itself small
_SMALLEST_SHARE = 1 / 600  # of the longer edge of such a page
_COVERED = 0.5  # of the page: what images cover beside the margins of a scan; photographs in a text cover less
_FINE = 100  # parts of a pixel in which places are asked for
_FAR = 1_000  # points between two places from which the others are reckoned

Image = tuple[int, int, int]
"""What tells one image from another: its pixels across and down, its bytes in the file."""

Box = tuple[float, float, float, float]
"""Left, right, bottom, top, in points."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What was drawn: where one grey ends and another begins, and where the points of the page are.

    `across` and `down` hold what one point along x, one along y, and the origin are in pixels.
    """

    steps: np.ndarray[Any, Any]
    across: tuple[float, float, float]
    down: tuple[float, float, float]

    def has_ink(self, box: Box) -> bool:
        """Tell whether not all of a box is in one grey."""
        corners = ((box[0], box[2]), (box[1], box[3]))
        xs = sorted(int(self.across[0] * x + self.across[1] * y + self.across[2]) for x, y in corners)
        ys = sorted(int(self.down[0] * x + self.down[1] * y + self.down[2]) for x, y in corners)
        left, right, top, bottom = (max(0, at) for at in (xs[0], xs[1] + 1, ys[0], ys[1] + 1))
        return bool(self.steps[top:bottom, left:right].any())


class Picture:
    """A page as it is printed, in grey; it is drawn when it is first looked at."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._width, self._height = page.get_size()
        self._smallest = min(_SMALLEST, max(self._width, self._height) * _SMALLEST_SHARE)
        self._images: list[Any] | None = None
        self._drawn: _Drawn | None = None
        self._is_looked_at = False

    def shows(self, box: Box, size: float) -> bool:
        """Tell whether a word is seen: where it stands on the page, and the size of its type in points.

        On a page that takes long to draw, all words are.
        """
        if not self._is_looked_at:
            self._drawn = self._look()
            self._is_looked_at = True
        return self._drawn is None or (size >= self._smallest and self._drawn.has_ink(box))

    def is_scanned(self, box: Box) -> bool:
        """Tell whether an image lies at a place: words without ink (mode 3) are then what a program read in it."""
        for image in self._all_images():
            left, bottom, right, top = image.get_bounds()
            if image.level or (left < box[1] and box[0] < right and bottom < box[3] and box[2] < top):
                return True  # one in a form has the measures of that form
        return False

    def covering(self) -> Image | None:
        """Return the largest of the images that cover most of the page; None where they do not."""
        from pypdfium2 import PdfiumError
        from pypdfium2.raw import FPDFImageObj_GetImageDataRaw

        try:
            # An image in a form has the measures of that form, which then stands for it.
            shown = {id(shape): shape.get_bounds() for shape in map(_outermost, self._all_images())}
            page = self._page.get_bbox()
            if sum(_shared_area(bounds, page) for bounds in shown.values()) < _COVERED * _shared_area(page, page):
                return None
            largest = max(self._all_images(), key=_pixels, default=None)
            return largest and (*largest.get_px_size(), FPDFImageObj_GetImageDataRaw(largest.raw, None, 0))
        except PdfiumError:  # a broken image: the page has its text yet
            return None

    def _look(self) -> _Drawn | None:
        import numpy as np
        from pypdfium2 import PdfiumError
        from pypdfium2.raw import FPDFPage_CountObjects

        if FPDFPage_CountObjects(self._page.raw) > _MOST_OBJECTS or sum(map(_pixels, self._all_images())) > _MOST_IMAGE:
            return None
        scale = min(_SCALE, sqrt(_MOST_PIXELS / max(1.0, self._width * self._height)))
        try:
            bitmap = self._page.render(scale=scale, grayscale=True, may_draw_forms=False)
        except PdfiumError:
            return None
        grey = bitmap.to_numpy()
        grey = grey[..., 0] if grey.ndim == 3 else grey
        height, width = grey.shape
        steps = np.zeros((height, width), np.bool_)
        steps[:, 1:] |= np.maximum(grey[:, 1:], grey[:, :-1]) - np.minimum(grey[:, 1:], grey[:, :-1]) >= _TRACE
        steps[1:] |= np.maximum(grey[1:], grey[:-1]) - np.minimum(grey[1:], grey[:-1]) >= _TRACE
        bitmap.close()
        x, y = self._place(0, 0, width, height)
        right, up = self._place(_FAR, 0, width, height), self._place(0, _FAR, width, height)
        return _Drawn(
            steps=steps,
            across=((right[0] - x) / _FAR, (up[0] - x) / _FAR, x),
            down=((right[1] - y) / _FAR, (up[1] - y) / _FAR, y),
        )

    def _place(self, x: int, y: int, width: int, height: int) -> tuple[float, float]:
        """Return where a point of the page is in its picture, in pixels."""
        from ctypes import byref, c_int

        from pypdfium2.raw import FPDF_PageToDevice

        across, down = c_int(), c_int()
        FPDF_PageToDevice(self._page.raw, 0, 0, _FINE * width, _FINE * height, 0, x, y, byref(across), byref(down))
        return across.value / _FINE, down.value / _FINE

    def _all_images(self) -> list[Any]:
        from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

        if self._images is None:
            self._images = list(self._page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=5))
        return self._images


def _outermost(shape: Any) -> Any:
    """Return the form on the page that something stands in, or what stands on the page itself."""
    while shape.container is not None:
        shape = shape.container
    return shape


def _shared_area(bounds: Sequence[float], page: Sequence[float]) -> float:
    """Return how much of the page lies within bounds, in square points; both are left, bottom, right, top."""
    width = min(bounds[2], page[2]) - max(bounds[0], page[0])
    height = min(bounds[3], page[3]) - max(bounds[1], page[1])
    return max(0.0, width) * max(0.0, height)


def _pixels(image: Any) -> int:
    width, height = image.get_px_size()
    return int(width * height)
