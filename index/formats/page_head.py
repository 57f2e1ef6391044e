"""What the markup of a web page tells of it: titles, author, day, language, address."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index import dates
from index.formats.language import from_tag
from index.formats.properties import told_author
from index.formats.reading import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD_CHARACTERS = 4_096
_LONGEST_AUTHOR = 100
_SAVED_FROM = re.compile(  # browsers and SingleFile say so at the top of a page that they save
    r"<!--\s*(?:saved from url=\(\d{1,9}\)|Page saved with SingleFile\s+url:\s*)(https?://[^\s<>\"]+)"
)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'«»]{1,2000}", re.IGNORECASE)
_BYLINE = re.compile(r"\b(?:date|publi|byline|meta|posted|entry|pubdate)", re.IGNORECASE)
_PUBLISHED = ("article:published_time", "datepublished", "dcterms.issued", "dc.date.issued", "dc.date", "date")
_CHANGED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified")
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator")


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page tells of itself, "" where it tells nothing; `titles` are those in the head, the best first.

    `date` is ISO 8601, from the markup alone: when the page appeared, or else was last changed.
    """

    titles: tuple[str, ...]
    site: str
    author: str
    date: str
    language: str
    origin: str


def read_head(root: Any, markup: str) -> PageHead:
    """Return what a page tells of itself; `root` is its whole tree, scripts included."""
    meta = _meta(root)
    things = list(_linked_data(root))
    return PageHead(
        titles=tuple(filter(None, (meta.get("og:title", ""), one_line(root.findtext("head/title") or "")))),
        site=meta.get("og:site_name", ""),
        author=_author(root, meta, things),
        date=_date(root, meta, things),
        language=_language(root, meta),
        origin=_origin(root, meta, markup),
    )


def _meta(root: Any) -> dict[str, str]:
    """Return the metadata of a page by their names in small letters, the first of each name."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        content = one_line(element.get("content") or "")
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and element.get(attribute):
                found.setdefault(element.get(attribute).strip().lower(), content)
    return found


def _linked_data(root: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in the JSON-LD of a page, the outer ones first; broken JSON tells nothing."""
    for element in root.iter("script"):
        if (element.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            level = [json.loads(element.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while level:
            yield from (value for value in level if isinstance(value, dict))
            level = [inner for value in level for inner in _inner(value)]


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _author(root: Any, meta: dict[str, str], things: list[dict[str, Any]]) -> str:
    names = [meta.get(name, "") for name in _AUTHORS]
    names += [_names(thing.get("author")) for thing in things]
    names += [one_line(element.text_content()) for element in root.iter("a", "span", "p", "div") if _is_author(element)]
    fitting = (name for name in names if 0 < len(name) <= _LONGEST_AUTHOR and not _WEB_ADDRESS.match(name))
    return next(filter(None, map(told_author, fitting)), "")


def _names(author: Any) -> str:
    several = author if isinstance(author, list) else [author]
    names = (one.get("name") if isinstance(one, dict) else one for one in several)
    return ", ".join(one_line(name) for name in names if isinstance(name, str))


def _is_author(element: Any) -> bool:
    return "author" in (element.get("rel") or "").split() or element.get("itemprop") == "author"


def _date(root: Any, meta: dict[str, str], things: list[dict[str, Any]]) -> str:
    told = [meta.get(name, "") for name in _PUBLISHED]
    told += [str(thing.get("datePublished", "")) for thing in things]
    told += [element.get("datetime") or "" for element in root.iter("time") if _is_byline(element)]
    told += [meta.get(name, "") for name in _CHANGED]
    told += [str(thing.get("dateModified", "")) for thing in things]
    return next(filter(None, map(dates.parse, told)), "")


def _is_byline(element: Any) -> bool:
    """Tell whether a <time> is that of the page: one in the running text may be that of an event."""
    if element.get("pubdate") is not None or element.get("itemprop") == "datePublished":
        return True
    around = [element, *list(element.iterancestors())[:2]]
    return any(near.tag == "header" or _BYLINE.search(near.get("class") or "") for near in around)


def _language(root: Any, meta: dict[str, str]) -> str:
    told = (root.get("lang"), root.get("xml:lang"), meta.get("content-language"), meta.get("og:locale"))
    return next(filter(None, (from_tag(tag) for tag in told if tag)), "")


def _origin(root: Any, meta: dict[str, str], markup: str) -> str:
    canonical = next((link.get("href") for link in root.iter("link") if link.get("rel") == "canonical"), None)
    saved = _SAVED_FROM.search(markup, 0, _HEAD_CHARACTERS)
    told = (canonical or "", meta.get("og:url", ""), saved[1] if saved else "")
    return next((origin for origin in map(str.strip, told) if _WEB_ADDRESS.fullmatch(origin)), "")
