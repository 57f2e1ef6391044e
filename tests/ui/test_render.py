from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import FullDocument
from ui.render import answer_html, around_answer, date_in_words, document_html, inert, printable, question_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.answer import Answer, Quote

HOSTILE = (
    "**gras** _italique_ ~~barré~~",
    "$x^2$ \\(y\\) $$z$$",
    "[a](javascript:alert(1)) https://evil.example www.evil.example",
    "<img src=//evil.example/x onerror=alert(1)>",
    "`code` ```\nbloc\n```",
    "une ligne\n\n# titre\n\n- liste\n\n<script>alert(1)</script>",
    "</div></mark></blockquote><h1>dehors</h1>",
    "&lt;b&gt; &amp;amp; &#60;",
    "${7*7} {{7*7}} <%= 7 %>",
    "' onmouseover='alert(1) \" autofocus",
)


class _Seen(HTMLParser):
    """What a browser would see: the tags, their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text())
def test_inert_text_is_read_back_as_it_was(text: str) -> None:
    assert _Seen(inert(text)).text == printable(text)


@given(st.text())
def test_inert_text_has_nothing_but_words_spaces_and_character_references(text: str) -> None:
    assert re.fullmatch(r"([^\W_]|\s|&#\d+;)*", inert(text))
    assert "\n" not in inert(text)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_shown_and_adds_no_tag(
    hostile: str, quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    def seen(text: str) -> _Seen:
        quote = quote_of(text, title=text, document=text)
        return _Seen(answer_html(answer_with(quote, text=text), "fr"))

    plain, attacked = seen("mot"), seen(hostile)
    assert attacked.tags == plain.tags
    assert attacked.text.count(hostile) == 3
    assert [name for name, _ in attacked.attributes] == [name for name, _ in plain.attributes]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_question_is_shown_as_one_block_of_text(hostile: str) -> None:
    seen = _Seen(question_html(hostile))
    assert (seen.tags, seen.text) == (["div"], hostile)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_document_is_shown_whole_as_text(hostile: str) -> None:
    document = FullDocument(document="d", title=hostile, date="", origin="d", sha256="0", text=f"a {hostile} b")
    seen = _Seen(document_html(document, 2, 2 + len(hostile), "fr"))
    assert seen.tags == ["div", "div", "div", "h2", "p", "a", "div", "mark"]
    assert f"a {hostile} b" in seen.text


def test_an_answer_is_one_line_so_that_it_stays_one_block(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    assert "\n" not in answer_html(answer_with(quote_of("a\n\nb\r\nc\u2028d\x85e")), "fr")


def test_words_of_the_answer_are_marked_in_the_quote(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    html = answer_html(answer_with(quote_of("Wang dirige Scale", found="dirige")), "fr")
    assert "«&nbsp;Wang <mark>dirige</mark> Scale&nbsp;»" in html


def test_link_of_a_quote_names_document_and_place(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    name = "été & hiver/à lire #1?.txt"
    links = [value for name_, value in _Seen(answer_html(answer_with(quote_of("abc", document=name)), "fr")).attributes
             if name_ == "href"]  # fmt: skip
    assert parse_qs((links[0] or "").removeprefix("#")) == {"doc": [name], "start": ["100"], "end": ["103"]}


def test_page_of_a_quote_follows_its_date(quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]) -> None:
    seen = _Seen(answer_html(answer_with(quote_of("abc", date="2025", page=12)), "fr"))
    assert "Titre2025p.\u00a012ouvrir" in seen.text


def test_quote_of_a_format_without_pages_has_none(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    seen = _Seen(answer_html(answer_with(quote_of("abc")), "fr"))
    assert ("class", "date page") not in seen.attributes


def test_nothing_found_is_said_with_the_nearest_passages(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    seen = _Seen(answer_html(answer_with(near=(quote_of("passage proche"),)), "fr"))
    assert "Je n'ai pas trouvé de réponse dans les documents." in seen.text
    assert "Le plus proche" in seen.text
    assert "passage proche" in seen.text


def test_withheld_quotes_are_told(quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]) -> None:
    assert "Citations écartées" in _Seen(answer_html(answer_with(quote_of("a"), withheld=2), "fr")).text


@pytest.mark.parametrize(
    ("date", "french", "english"),
    [
        ("2025-07-02", "2 juillet 2025", "2 July 2025"),
        ("2025-08-01", "1er août 2025", "1 August 2025"),
        ("2025-07", "juillet 2025", "July 2025"),
        ("2025", "2025", "2025"),
        ("", "", ""),
        ("2025-13", "2025-13", "2025-13"),
        ("hier", "hier", "hier"),
    ],
)
def test_date_is_said_as_people_say_it(date: str, french: str, english: str) -> None:
    assert date_in_words(date, "fr") == french
    assert date_in_words(date, "en") == english


def test_quote_without_known_words_has_none_marked(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    assert around_answer(quote_of("abc")) == ("abc", "", "")
    assert "<mark>" not in answer_html(answer_with(quote_of("abc")), "fr")


def test_place_beyond_the_document_marks_nothing() -> None:
    document = FullDocument(document="d", title="t", date="", origin="d", sha256="0", text="abc")
    assert "<mark" not in document_html(document, 50, 60, "fr")
    assert "<mark" not in document_html(document, 2, 1, "fr")


@pytest.mark.parametrize("origin", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "a.txt"])
def test_only_a_web_address_becomes_a_link(origin: str) -> None:
    document = FullDocument(document="d", title="t", date="", origin=origin, sha256="0", text="abc")
    assert [value for name, value in _Seen(document_html(document, 0, 1, "fr")).attributes if name == "href"] == ["#"]
    web = document.model_copy(update={"origin": "https://exemple.fr/a?b=1&c=2"})
    assert ("href", "https://exemple.fr/a?b=1&c=2") in _Seen(document_html(web, 0, 1, "fr")).attributes
