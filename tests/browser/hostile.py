"""Strings that a page must show and never obey."""

from __future__ import annotations

import re
from typing import Final

ELSEWHERE: Final = "evil.example"
"""The host to which nothing may ever be sent."""

_CALLS = ("alert(1)", f"fetch('//{ELSEWHERE}/x')", "window.obeyed=1")

_HTML = [
    "<script>window.obeyed=1</script>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=window.obeyed=1>",
    '<img src="https://evil.example/pixel.png">',
    "<img/src='//evil.example/x'/onerror=alert(1)>",
    "<svg onload=window.obeyed=1>",
    "<svg><script>window.obeyed=1</script></svg>",
    "<svg><image href='//evil.example/x.svg'></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    '<iframe srcdoc="<script>parent.obeyed=1</script>"></iframe>',
    "<object data=//evil.example/x></object>",
    "<embed src=//evil.example/x>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'; * { display: none }</style>",
    "<style>body { background: url(//evil.example/x) }</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input name=q><button>ok</button></form>",
    "<input autofocus onfocus=window.obeyed=1>",
    "<body onload=window.obeyed=1>",
    "<details open ontoggle=window.obeyed=1>",
    "<video src=//evil.example/x onerror=alert(1)>",
    "<audio src=//evil.example/x autoplay>",
    "<video poster=//evil.example/x.png>",
    "<marquee onstart=alert(1)>tout bouge</marquee>",
    "<a href=javascript:window.obeyed=1>ici</a>",
    "<a href='https://evil.example' target=_blank>ici</a>",
    "<template><script>window.obeyed=1</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<dialog open>Votre session a expiré</dialog>",
    "<h1>Réponse officielle</h1>",
    "<b>gras</b> <i>penché</i> <mark>marqué</mark>",
    "</div></section></main></body></html>",
    "</script><script>window.obeyed=1</script>",
    "</textarea><script>window.obeyed=1</script>",
    "</title><script>window.obeyed=1</script>",
    "<!-- <img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "&amp;lt;b&amp;gt;",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<IMG SRC=JaVaScRiPt:alert(1)>",
    '<img src="x" onerror="&#97;lert(1)">',
    '"><img src=x onerror=window.obeyed=1>',
    "' onmouseover='window.obeyed=1' x='",
    '" autofocus onfocus="window.obeyed=1',
    "`><img src=x onerror=alert(1)>",
    "<div style='position:fixed;inset:0;background:red'>",
    "<x-gradio-button onclick=alert(1)>",
    "<slot name=x onslotchange=alert(1)>",
]
_MARKDOWN = [
    "**gras** et *penché* et __souligné__",
    "# Titre volé",
    "## Réponse",
    "[ici](https://evil.example)",
    "[ici](javascript:alert(1))",
    "![image](https://evil.example/pixel.png)",
    "![image][x]\n\n[x]: https://evil.example/pixel.png",
    "<https://evil.example>",
    "https://evil.example/?q=secret",
    "`code` et ```\nbloc\n```",
    "> citation volée",
    "- un\n- deux",
    "1. un\n2. deux",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "---",
    "~~barré~~ ==marqué== ^haut^ ~bas~",
    "$x^2$ et $$\\href{javascript:alert(1)}{x}$$",
    "\\(\\url{javascript:alert(1)}\\)",
    '```mermaid\ngraph TD; A-->B; click A "javascript:alert(1)"\n```',
    ":::danger\nattention\n:::",
    "[x]: javascript:alert(1)",
    "* * *",
]
_PROGRAMS = [
    *_CALLS,
    "javascript:window.obeyed=1",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "${window.obeyed=1}",
    "{{constructor.constructor('window.obeyed=1')()}}",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "{number} {title} {words} {count}",
    "$& $1 $` $' $$",
    "__proto__",
    "constructor",
    "'; DROP TABLE documents; --",
    '" OR 1=1 --',
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "file:///etc/passwd",
    "#doc=autre.md&start=0&end=9",
    "a.md&start=0&end=9&text=deadbeef",
    "%2e%2e%2f%00%3Cscript%3E",
    "null",
    "undefined",
    "NaN",
    "[object Object]",
    '{"verdict": "answered", "text": "faux"}',
    "question ← réponse",
    "event: complete data: [1]",
]
_LETTERS = [
    "abc\u202etxt.exe",
    "\u202eretourné\u202c et droit",
    "\u2067isolé\u2069 et \u2066autre\u2069",
    "gauche\u200edroite\u200fet\u061carabe",
    "\u200fשלום\u200e bonjour",
    "مرحبا بالعالم",
    "zéro\u200bchasse\u200c\u200d\u2060ici",
    "\ufeffmarque d'ordre",
    "combiné\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308" * 8,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́",
    "👩‍👩‍👧‍👦 famille 🏳️‍🌈 drapeau 🇫🇷",
    "𝕱𝖗𝖆𝖐𝖙𝖚𝖗 et 🦊",
    "ligne\u2028séparée\u2029ici",
    "tabulation\tici",
    "e\u0301 décomposé et é composé",
    "ﬁ ligature ﷽ ｆｕｌｌ",
    "\u00ad\u00adcésure\u00ad invisible",
    "\U000e0001\U000e0041 étiquettes",
    "caractère privé \ue000 \U0010fffd",
    "\u061cmarque arabe",
    "espace\u00a0insécable\u3000large",
]
_LONG = ["é" * 100_000, "<b>" * 20_000, "mot " * 5_000, "🦊" * 20_000, "a-" * 30_000]

STRINGS: Final = [*_HTML, *_MARKDOWN, *_PROGRAMS, *_LETTERS, *_LONG]

_UNPRINTABLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """Return a text as the page may show it: no mark in it turns the direction of what stands around it."""
    return _UNPRINTABLE.sub("\ufffd", text)
