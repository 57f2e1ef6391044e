"""A conversation on paper: whole, with what each quote is found again by, and as readable as on a screen."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from pypdfium2 import PdfDocument

from tests.browser.talking import answered, ask, quote, replies

if TYPE_CHECKING:
    from PIL.Image import Image
    from playwright.sync_api import Page

WORDS = "Le budget de formation est de 40 000 euros, et celui des voyages ne change pas"
MARK = (255, 232, 161)
HEADINGS = ("citation", "Autres passages", "Question", "sûr")


def _quotes(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer with quotes of which each ends with words of its own, more of them the later the question."""
    number = int(re.findall(r"\d+", asked["question"])[0])
    texts = [f"{WORDS}. " * (1 + (number + n) % 5) + f"Fin {number}x{n}." for n in range(1, 5)]
    quotes = [quote(text, n=n, group=n) for n, text in enumerate(texts, start=1)]
    return answered(*quotes, question=asked["question"])


def _talked(page: Page, exchanges: int) -> None:
    replies(page, "ask", _quotes)
    for number in range(exchanges):
        ask(page, f"Question {number} ?")


def _printed(page: Page, **options: Any) -> list[str]:
    """Print, and return the text of each sheet."""
    page.emulate_media(media="print")
    with closing(PdfDocument(page.pdf(**options))) as sheets:
        return [sheet.get_textpage().get_text_range() for sheet in sheets]


def _drawn(page: Page, **options: Any) -> Image:
    """Print, and return the first sheet as it looks below its first lines, which tell the time."""
    page.emulate_media(media="print")
    with closing(PdfDocument(page.pdf(**options))) as sheets:
        sheet: Image = sheets[0].render(scale=1).to_pil().convert("RGB")
    return sheet.crop((0, 120, *sheet.size))


def _joined(sheets: list[str]) -> str:
    """Return a text without its blanks: where a line ends says nothing."""
    return re.sub(r"\s+", "", "".join(sheets))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("height", [470, 800])
def test_no_quote_is_missing_on_paper(page: Page, paper: str, height: int) -> None:
    page.set_viewport_size({"width": 1280, "height": height})
    _talked(page, exchanges=5)
    printed = _joined(_printed(page, format=paper))
    assert [f"{n}x{k}" for n in range(5) for k in range(1, 5) if f"Fin{n}x{k}." not in printed] == []


def test_long_question_is_printed_whole(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page, "Quel est le budget de formation de l'année en cours ? " * 36 + "Fin.")
    assert "Fin." in _joined(_printed(page, format="A4"))


def test_words_that_answer_are_marked_though_backgrounds_are_left_out(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    sheet = _drawn(page, format="A4", print_background=False)
    assert MARK in {colour for _, colour in sheet.getcolors(sheet.width * sheet.height) or ()}


def test_quote_on_paper_says_its_document_and_a_link_to_its_place(page: Page, server: str) -> None:
    replies(page, "ask", answered(quote(author="Service comptable")))
    ask(page)
    printed = _joined(_printed(page, format="A4"))
    assert "Servicecomptable·notes/budget.md" in printed
    assert f"{server}/#doc=notes%2Fbudget.md&start=100&end=130" in printed


def test_paper_says_when_and_from_where_it_was_printed(page: Page, server: str) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    [sheet] = _printed(page, format="A4")
    assert re.search(rf"imprimée le \d+ \w+ 20\d\d à \d+:\d+ · {server}/", sheet)


def test_no_heading_stands_alone_at_the_foot_of_a_sheet(page: Page) -> None:
    _talked(page, exchanges=12)
    sheets = _printed(page, format="A4")
    last = [sheet.strip().splitlines()[-1] for sheet in sheets]
    assert len(sheets) > 5
    assert [line for line in last if any(heading in line for heading in HEADINGS)] == []


def test_dark_theme_prints_like_the_light_one(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    ask(page)
    light = _drawn(page, format="A4", print_background=True)
    page.emulate_media(color_scheme="dark")
    assert _drawn(page, format="A4", print_background=True).tobytes() == light.tobytes()


def test_open_document_leaves_the_paper_to_the_conversation(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    _talked(page, exchanges=1)
    page.evaluate("document.querySelector('#sourcier').classList.add('with-document')")
    assert "Fin0x1." in _joined(_printed(page, format="A5", landscape=True))
    page.evaluate("document.querySelector('#sourcier').classList.remove('with-document')")
