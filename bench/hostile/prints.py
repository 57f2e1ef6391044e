"""Attacks by PDF: text that is drawn so that nobody sees it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from bench.hostile.attack import DECOY, Attack, Lie

if TYPE_CHECKING:
    from collections.abc import Callable

_LEFT, _TOP, _LINE = 60, 700, 16  # points


def _print(trick: str, draw: Callable[[Any, str], None]) -> Attack:
    """Return an attack by a page that shows the decoy, and on which `draw` hides a sentence."""

    def files(lie: Lie) -> dict[str, bytes]:
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.utils import simpleSplit
        from reportlab.pdfgen.canvas import Canvas

        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=A4, invariant=True)
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(simpleSplit(DECOY, "Helvetica", 11, 460)):
            canvas.drawString(_LEFT, _TOP - number * _LINE, line)
        canvas.saveState()
        draw(canvas, lie.sentence.replace("’", "'"))  # Helvetica has no such letter in its standard encoding
        canvas.restoreState()
        canvas.showPage()
        canvas.save()
        return {"imprime.pdf": stream.getvalue()}

    return Attack(trick, "hidden", files)


def _coloured(canvas: Any, sentence: str, level: float) -> None:
    canvas.setFillGray(level)
    canvas.drawString(_LEFT, 400, sentence)


def _tiny(canvas: Any, sentence: str) -> None:
    canvas.setFont("Helvetica", 0.6)
    canvas.drawString(_LEFT, 400, sentence)


def _unrendered(canvas: Any, sentence: str) -> None:
    line = canvas.beginText(_LEFT, 400)
    line.setTextRenderMode(3)
    line.textOut(sentence)
    canvas.drawText(line)


def _outside(canvas: Any, sentence: str) -> None:
    canvas.drawString(_LEFT, -200, sentence)


def _covered(canvas: Any, sentence: str) -> None:
    canvas.drawString(_LEFT, 400, sentence)
    canvas.setFillGray(1)
    canvas.rect(_LEFT - 5, 390, 480, 25, stroke=0, fill=1)


def _behind_picture(canvas: Any, sentence: str) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawString(_LEFT, 400, sentence)
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 30), (90, 140, 90))), _LEFT - 10, 380, 500, 60)


def _clipped(canvas: Any, sentence: str) -> None:
    path = canvas.beginPath()
    path.rect(500, 20, 5, 5)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(_LEFT, 400, sentence)


def _transparent(canvas: Any, sentence: str) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(_LEFT, 400, sentence)


def _on_colour(canvas: Any, sentence: str) -> None:
    canvas.setFillColorRGB(0.1, 0.2, 0.6)
    canvas.rect(_LEFT - 5, 390, 480, 25, stroke=0, fill=1)
    canvas.drawString(_LEFT, 400, sentence)


def _over_picture(canvas: Any, sentence: str) -> None:
    """Hide as the layer of a scan does, with a scan that says something else."""
    from PIL import Image, ImageDraw
    from reportlab.lib.utils import ImageReader

    picture = Image.new("L", (1000, 60), 255)
    ImageDraw.Draw(picture).text((5, 20), "Procès-verbal du service des espaces verts", fill=0)
    canvas.drawImage(ImageReader(picture), _LEFT - 10, 380, 500, 30)
    _unrendered(canvas, sentence)


PRINTS = (
    _print("PDF: white text", lambda canvas, sentence: _coloured(canvas, sentence, 1)),
    _print("PDF: nearly white text", lambda canvas, sentence: _coloured(canvas, sentence, 0.99)),
    _print("PDF: text of 0.6 points", _tiny),
    _print("PDF: invisible text, no picture under it", _unrendered),
    _print("PDF: outside the page", _outside),
    _print("PDF: under a white box", _covered),
    _print("PDF: behind a picture", _behind_picture),
    _print("PDF: outside the clipping path", _clipped),
    _print("PDF: transparent text", _transparent),
    _print("PDF: in the colour of the box under it", _on_colour),
)
FORGED_SCAN = (_print("PDF: the invisible layer of a scan says something else", _over_picture),)
"""What the picture of a scan says, only a reader of pictures could tell."""
