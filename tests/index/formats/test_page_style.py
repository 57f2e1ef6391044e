"""What the style of a page hides, and what only looks as if it did."""

from __future__ import annotations

import pytest

from index.formats.markup import add_markup
from index.formats.reading import TextBuilder


def text(rules: str, markup: str) -> str:
    builder = TextBuilder()
    add_markup(f"<html><head><style>{rules}</style></head><body><p>vu</p>{markup}</body></html>", builder)
    return builder.reading().text


@pytest.mark.parametrize(
    "style",
    [
        *("font-size:0", "font-size: 1px !important", "color:#fff", "color:WHITE;background:#ffffff"),
        *("color:rgb(252,253,254)", "color:#123456;background-color:#123456", "position:absolute;left:-9999px"),
        *("position:fixed; top:-200em", "text-indent:-9999px", "position:absolute;clip:rect(0,0,0,0)"),
        *("clip-path:inset(100%)", "visibility:collapse"),
    ],
)
def test_what_nobody_can_see_is_left_out(style: str) -> None:
    assert text("", f'<p style="{style}">secret</p>') == "vu"


@pytest.mark.parametrize(
    ("rules", "markup"),
    [
        (".x{display:none}", '<p class="a x">secret</p>'),
        ("p#x , div { visibility : hidden }", '<p id="x">secret</p>'),
        ("body{background:#fff} .x{color:white}", '<p class="x">secret</p>'),
        (".y p{font-size:0}", '<div class="y"><div><p>secret</p></div></div>'),
        ("@media screen{.x{display:none}} .z{color:red}", '<p class="x">secret</p>'),
        (".x{display:block} .x{display:none}", '<p class="x">secret</p>'),
        (".x{display:none!important} #x{display:block}", '<p class="x" id="x">secret</p>'),
        ("/* } */ .x{display:none}", '<p class="x">secret</p>'),
        ("@import url(a.css); .x{display:none}", '<p class="x">secret</p>'),
        ("", '<font color="white">secret</font>'),
        ("", '<div style="color:white"><p>se<b>cret</b></p></div>'),
    ],
)
def test_a_rule_hides_what_it_fits(rules: str, markup: str) -> None:
    assert text(rules, markup) == "vu"


@pytest.mark.parametrize(
    ("rules", "markup"),
    [
        (".x{display:none} .x.open{display:block}", '<p class="x open">lu</p>'),
        (".x{display:none}", '<p class="x" style="display:block">lu</p>'),
        ("@media print{.x{display:none}}", '<p class="x">lu</p>'),
        ("@media (max-width: 600px){.x{display:none}}", '<p class="x">lu</p>'),
        (".x:hover{display:none} .x::before{display:none} .y > .x{display:none}", '<p class="x">lu</p>'),
        (".z .x{display:none}", '<p class="x">lu</p>'),
        (".x{opacity:0; transition:opacity 1s}", '<p class="x">lu</p>'),
        (".x{max-height:0;overflow:hidden}", '<p class="x">lu</p>'),
        ("", '<p style="color:white;background:navy">lu</p>'),
        ("", '<div style="background:#003"><p style="color:white">lu</p></div>'),
        ("", '<div style="background:url(a.png)"><p style="color:white">lu</p></div>'),
        ("", '<div style="position:absolute"><p style="color:white">lu</p></div>'),
        ("", '<div style="background:linear-gradient(red,blue)"><p style="color:white">lu</p></div>'),
        ("", '<table bgcolor="#000080"><tr><td><font color="white">lu</font></td></tr></table>'),
        ("body{background:#222;color:white}", "<p>lu</p>"),
        ("", '<div style="font-size:0"><p style="font-size:14px">lu</p></div>'),
        ("", '<p style="color:#fff"><span style="color:#000">lu</span></p>'),
        ("", '<p style="font-size:0.9em; left:-9999px">lu</p>'),
        ("", '<p style="color:rgba(255,255,255,.5); font-size:;">lu</p>'),
        (".x{{{", '<p class="x">lu</p>'),
    ],
)
def test_what_may_be_seen_is_kept(rules: str, markup: str) -> None:
    assert text(rules, markup) == "vu\n\nlu"
