"""HTML -> the article of a web page, or all of its visible text where no article can be told.

trafilatura (https://trafilatura.readthedocs.io) judges which parts of a page are its content. Their words are taken
from the page itself: trafilatura drops lists, puts tables behind the paragraphs and turns no-break spaces into blanks,
and a quote must stand as it was printed.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from index.formats.markup import INLINE, decode, holds, length, parse, pieces, remove, visible_body, write
from index.formats.page_head import read_head
from index.formats.properties import told_title
from index.formats.reading import Reading, TextBuilder, one_line

if TYPE_CHECKING:
    from index.formats.markup import Piece
    from index.formats.page_head import PageHead
    from index.limits import Limits

_LEAST_SHARE = 0.5  # of the words outside links: with less, what was judged to be the article is not believed
_LARGEST_ARTICLE = 300_000  # characters; a longer page is an export, and to look for an article in it takes long
_LEAST_ANCHOR = 20  # letters of a piece that is recognised anywhere; "Contact" would be found in any article
_LONGEST_LEAD = 60  # characters of "À lire aussi" with what may follow it; what is longer is a sentence

_CONTENT = ("main", "article")
_SITE_ROLES = frozenset({
    *("navigation", "banner", "contentinfo", "search", "complementary"),
    *("dialog", "alertdialog", "menu", "menubar"),
})  # fmt: skip
_SITE_NAMES = re.compile(
    r"\b(?:cookies?|consent|rgpd|gdpr|tarteaucitron|breadcrumbs?|ariane|skip-?links?|evitement|share|sharing|partage"
    r"|social|newsletter|related|a-lire-aussi|comments?|commentaires?|pagination)\b"
)
_OTHER_PAGES = re.compile(
    r"(?:(?:à )?(?:lire|voir|consulter|découvrir) (?:aussi|également)|(?:articles?|pages?|contenus?|sujets?) "
    r"(?:liée?s?|similaires?|associée?s?|connexes?|récents?|recommandée?s?)|pour (?:aller plus loin|en savoir plus)"
    r"|(?:sur le|dans la) même (?:sujet|thème|rubrique)|vous (?:aimerez|aimeriez|pourriez aimer)(?: aussi)?"
    r"|(?:les )?(?:plus|derniers) (?:lus|articles|commentés))\b",
    re.IGNORECASE,
)
_READ_ON = re.compile(r"(?:lire la suite|en savoir plus|lire l['’]article|voir plus)\W*", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W_]+")
_JOINT = r"\s+(?:[|·•—–»:-]|::)\s+"
_JOINT_AT_END = re.compile(r"\s+(?:[|·•—–»:-]|::)\s*$")


def read(content: bytes, limits: Limits) -> Reading:  # noqa: ARG001 - the readers of all formats are called alike
    """Read a web page: its article with headings, lists and tables, without menus and lists of other pages.

    Where no article can be told, all visible text outside navigation, header, footer and form controls is given.
    Raises DocumentUnreadable when it is no text, or is nested too deeply to be read whole.
    """
    markup = decode(content)
    root = parse(markup)
    head = read_head(root, markup)
    body = visible_body(root)
    _remove_site(body)
    article = _without_other_pages(_article(root, list(pieces(body))))
    builder = TextBuilder()
    write(article, builder)
    return builder.reading(
        title=_title(head, article), author=head.author, date=head.date, language=head.language, origin=head.origin
    )


def _remove_site(body: Any) -> None:
    """Remove what belongs to the site: navigation, header and footer, notices, share buttons.

    Nothing is removed that holds the main heading; and a name is weak evidence, so nothing with half of the text by it.
    """
    half = length(body) // 2
    for element in list(body.iterdescendants()):
        if not (_is_site(element) or (_has_site_name(element) and length(element) <= half)):
            continue
        is_gone = all(ancestor is not body for ancestor in element.iterancestors())
        if not is_gone and not holds(element, "h1", *_CONTENT):
            remove(element)


def _is_site(element: Any) -> bool:
    """Tell whether the markup says that an element belongs to the site and not to its content."""
    if element.tag == "nav" or element.get("role") in _SITE_ROLES:
        return True
    if element.tag not in ("header", "footer", "aside"):
        return False
    if any(ancestor.tag in _CONTENT for ancestor in element.iterancestors()):
        # An aside in an article is a box with something to know, or else one that leads away.
        return element.tag == "aside" and (holds(element, "form") or any(piece.is_links for piece in pieces(element)))
    return True


def _has_site_name(element: Any) -> bool:
    if element.get("aria-hidden") == "true":
        return True
    if element.tag in INLINE and element.tag != "span":
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().replace("_", "-")
    return _SITE_NAMES.search(names) is not None


def _article(root: Any, found: list[Piece]) -> list[Piece]:
    """Return the pieces that are the content of the page, or all of them where that cannot be told."""
    if sum(len(piece.words) for piece in found) > _LARGEST_ARTICLE:
        return found
    kept = _chosen(found, _letters(_extracted(root)))
    share = _LEAST_SHARE * sum(piece.unlinked for piece in found)
    return kept if kept and sum(piece.unlinked for piece in kept) >= share else found


def _extracted(root: Any) -> str:
    """Return the text that trafilatura takes for the article, "" where it finds none."""
    from trafilatura import bare_extraction

    try:
        document = bare_extraction(root, include_comments=False, with_metadata=False)
    except Exception:  # noqa: BLE001 - a heuristic that stumbles over an odd page only tells no article
        return ""
    return str(getattr(document, "text", "") or "")


def _chosen(found: list[Piece], extracted: str) -> list[Piece]:
    """Return the pieces that stand in the extracted text, and what is between them and no list of links.

    So the lists, rows and headings come back that were left out; also headings above and lists below all the others.
    """
    anchors = _anchors(found, extracted)
    if not anchors:
        return []
    anchors.update([number for number, piece in enumerate(found) if piece.level == 1][:1])
    first, last = min(anchors), max(anchors) + 1
    while first and found[first - 1].level and not found[first - 1].is_links:
        first -= 1
    while last < len(found) and found[last].is_line and not found[last].is_links:
        last += 1
    return [found[number] for number in range(first, last) if number in anchors or not found[number].is_links]


def _anchors(found: list[Piece], extracted: str) -> set[int]:
    """Return the numbers of the pieces that stand in the extracted text; short ones only right behind another."""
    anchors = set()
    position = 0
    for number, piece in enumerate(found):
        letters = _letters(piece.words)
        start = -1
        if len(letters) >= _LEAST_ANCHOR:
            start = extracted.find(letters, position)
            start = extracted.find(letters) if start < 0 else start
        elif letters and position and extracted.startswith(letters, position):
            start = position
        if start >= 0:
            anchors.add(number)
            position = start + len(letters)
    return anchors


def _without_other_pages(found: list[Piece]) -> list[Piece]:
    """Leave out the lists that lead to other pages: "À lire aussi" and the links that stand below it."""
    kept: list[Piece] = []
    is_list = False
    for piece, following in pairwise(chain[Any](found, [None])):
        is_lead = len(piece.words) <= _LONGEST_LEAD and following is not None and following.is_links
        if _OTHER_PAGES.match(piece.words) and (piece.is_links or is_lead):
            is_list = True
        elif not (is_list and (piece.is_links or _READ_ON.fullmatch(piece.words))):
            is_list = False
            kept.append(piece)
    return kept


def _letters(words: str) -> str:
    """Return the letters and digits of a text, by which two renderings of it are compared."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", words).casefold())  # ² as 2


def _title(head: PageHead, article: list[Piece]) -> str:
    """Return the told title without the name of the site: the part of it that stands on the page, if one does."""
    lines = {_letters(piece.words) for piece in article}
    titles = list(filter(None, map(told_title, head.titles)))
    for title in titles:
        for part in (title, *re.split(_JOINT, title)):
            if part != head.site and _letters(part) in lines:
                return part
    main = next((one_line(piece.words) for piece in article if piece.level == 1), "")
    return main or next((_without_site(title, head.site) for title in titles), "")


def _without_site(title: str, site: str) -> str:
    """Return a title without the site's name at its end; where no name is told, nothing is cut by guess."""
    shortened = title.removesuffix(site) if site else title
    joint = _JOINT_AT_END.search(shortened)
    return shortened[: joint.start()] if joint and joint.start() else title
