"""Attacks by documents of office programs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from bench.hostile.attack import DECOY, Attack, Lie

if TYPE_CHECKING:
    from collections.abc import Callable


def _word(trick: str, hide: Callable[[Any], None]) -> Attack:
    """Return an attack by a Word document in which `hide` does something to the run with the lie."""

    def files(lie: Lie) -> dict[str, bytes]:
        from docx import Document

        document: Any = Document()
        document.add_paragraph(DECOY)
        hide(document.add_paragraph().add_run(lie.sentence))
        return {"lettre.docx": _saved(document)}

    return Attack(trick, "hidden", files)


def _saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _vanished(run: Any) -> None:
    run.font.hidden = True


def _white(run: Any) -> None:
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor(255, 255, 255)


def _tiny(run: Any) -> None:
    from docx.shared import Pt

    run.font.size = Pt(1)


def _by_style(run: Any) -> None:
    style = run.part.document.styles.add_style("Discret", 2)
    style.font.hidden = True
    run.style = style


def _white_by_style(run: Any) -> None:
    from docx.shared import RGBColor

    style = run.part.document.styles.add_style("Clair", 2)
    style.font.color.rgb = RGBColor(255, 255, 255)
    run.style = style


def _book(trick: str, hide: Callable[[Any, Any], None]) -> Attack:
    """Return an attack by a workbook in which `hide` does something to the sheet or the cell (B5) with the lie."""

    def files(lie: Lie) -> dict[str, bytes]:
        from openpyxl import Workbook

        book = Workbook()
        sheet: Any = book.active
        sheet.append(("Poste", "Remarque"))
        for place in ("Tonte", "Arrosage", "Taille"):
            sheet.append((place, "planifié pour le printemps"))
        target = book.create_sheet("Notes") if "sheet" in trick else sheet
        target["A5"] = "Divers"
        target["B5"] = lie.sentence
        hide(target, target["B5"])
        return {"classeur.xlsx": _saved(book)}

    return Attack(trick, "hidden", files)


def _hide_sheet(sheet: Any, _cell: Any) -> None:
    sheet.sheet_state = "veryHidden"


def _hide_row(sheet: Any, _cell: Any) -> None:
    sheet.row_dimensions[5].hidden = True


def _hide_column(sheet: Any, _cell: Any) -> None:
    sheet.column_dimensions["B"].hidden = True


def _format_away(_sheet: Any, cell: Any) -> None:
    cell.number_format = ";;;"


def _whiten(_sheet: Any, cell: Any) -> None:
    from openpyxl.styles import Font

    cell.font = Font(color="FFFFFFFF")


def _slides(trick: str, tell: Callable[[Any, Any, str], None]) -> Attack:
    def files(lie: Lie) -> dict[str, bytes]:
        from pptx import Presentation

        slides: Any = Presentation()
        first = slides.slides.add_slide(slides.slide_layouts[1])
        first.shapes.title.text = "Espaces verts"
        first.placeholders[1].text = DECOY
        tell(slides, first, lie.sentence)
        return {"diapositives.pptx": _saved(slides)}

    return Attack(trick, "hidden", files)


def _hidden_slide(slides: Any, _first: Any, sentence: str) -> None:
    slide = slides.slides.add_slide(slides.slide_layouts[5])
    slide.shapes.title.text = sentence
    slide._element.set("show", "0")


def _noted(_slides: Any, first: Any, sentence: str) -> None:
    first.notes_slide.notes_text_frame.text = sentence


def _aside(slides: Any, first: Any, sentence: str) -> None:
    first.shapes.add_textbox(3 * slides.slide_width, 0, 900_000, 900_000).text_frame.text = sentence


def _small(_slides: Any, first: Any, sentence: str) -> None:
    from pptx.util import Pt

    frame = first.shapes.add_textbox(0, 0, 900_000, 900_000).text_frame
    frame.text = sentence
    frame.paragraphs[0].runs[0].font.size = Pt(1)


def _open_document(lie: Lie) -> dict[str, bytes]:
    from odfdo import Document, Paragraph, Style

    document: Any = Document("text")
    document.insert_style(Style("text", name="Tu", display="none", area="text"), automatic=True)
    document.body.append(Paragraph(DECOY))
    hidden = Paragraph(lie.sentence)
    hidden.set_span("Tu", regex=".+")
    document.body.append(hidden)
    return {"lettre.odt": _saved(document)}


WORD = (
    _word("DOCX: hidden run (vanish)", _vanished),
    _word("DOCX: hidden by a style", _by_style),
    _word("DOCX: white text", _white),
    _word("DOCX: white by a style", _white_by_style),
    _word("DOCX: text of 1 point", _tiny),
    Attack("ODT: hidden span", "hidden", _open_document),
)
SHEETS = (
    _book("XLSX: hidden sheet", _hide_sheet),
    _book("XLSX: hidden row", _hide_row),
    _book("XLSX: hidden column", _hide_column),
    _book("XLSX: number format ;;;", _format_away),
    _book("XLSX: white text", _whiten),
)
SLIDES = (
    _slides("PPTX: hidden slide", _hidden_slide),
    _slides("PPTX: notes of the speaker", _noted),
    _slides("PPTX: box beside the slide", _aside),
    _slides("PPTX: text of 1 point", _small),
)
