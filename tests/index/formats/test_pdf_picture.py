"""What a page of a PDF does not show is not read, and what it shows in an unusual way is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A0, A4, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.formats.pdf import read
from index.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

SEEN = "Le conseil a voté le budget de la commune"
HIDDEN = "secret bien gardé"


def text(draw: Callable[[Canvas], None], size: Any = A4, turned: int = 0) -> str:
    """Return what is read of a page with a sentence in black, on which something more is drawn."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size, invariant=True)
    canvas.setPageRotation(turned)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, 500, SEEN)
    draw(canvas)
    canvas.save()
    return read(stream.getvalue(), Limits()).text


def painted(colour: Any, behind: Any = None) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        if behind is not None:
            canvas.setFillColorRGB(*behind)
            canvas.rect(40, 390, 400, 30, stroke=0, fill=1)
        canvas.setFillColorRGB(*colour)
        canvas.drawString(60, 400, HIDDEN)

    return draw


def unrendered(canvas: Canvas) -> None:
    line = canvas.beginText(60, 400)
    line.setTextRenderMode(3)
    line.textOut(HIDDEN)
    canvas.drawText(line)


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.8)
    canvas.drawString(60, 400, HIDDEN)


def covered(canvas: Canvas) -> None:
    canvas.drawString(60, 400, HIDDEN)
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), (90, 140, 90))), 40, 380, 400, 60)


def clipped(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(500, 20, 5, 5)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(60, 400, HIDDEN)


def transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(60, 400, HIDDEN)


def scan(colour: int = 255) -> ImageReader:
    image = Image.new("L", (600, 60), colour)
    ImageDraw.Draw(image).text((10, 20), "un mot", fill=0)
    return ImageReader(image)


def recognised(canvas: Canvas) -> None:
    canvas.drawImage(scan(), 40, 380, 400, 60)
    unrendered(canvas)


@pytest.mark.parametrize("turned", [0, 90, 180])
@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(painted((1, 1, 1)), id="white"),
        pytest.param(painted((0.99, 0.99, 0.99)), id="nearly white"),
        pytest.param(painted((0.1, 0.2, 0.6), (0.1, 0.2, 0.6)), id="in the colour under it"),
        pytest.param(lambda canvas: canvas.drawString(60, -200, HIDDEN), id="outside the page"),
        *(unrendered, tiny, covered, clipped, transparent),
    ],
)
def test_words_without_a_trace_on_the_page_are_left_out(draw: Callable[[Canvas], None], turned: int) -> None:
    assert text(draw, turned=turned) == SEEN


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(painted((1, 1, 1), (0.1, 0.2, 0.6)), id="white on blue"),
        pytest.param(painted((0.93, 0.93, 0.93)), id="pale grey"),
        pytest.param(painted((1, 1, 0.6)), id="pale yellow"),
        recognised,
    ],
)
def test_words_that_a_reader_sees_are_kept(draw: Callable[[Canvas], None]) -> None:
    assert HIDDEN in text(draw)


def test_the_small_print_of_a_plan_is_kept() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 5)
        canvas.drawString(1500, 1500, HIDDEN)

    assert HIDDEN in text(draw, size=landscape(A0))


def test_a_page_that_takes_long_to_draw_is_read_as_it_stands() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("1", (4000, 4000))), 400, 700, 20, 20)
        painted((1, 1, 1))(canvas)

    assert HIDDEN in text(draw)
