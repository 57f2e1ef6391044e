"""What in a plain text belongs to the page that it was saved from, and not to its content.

A page has the same few things around its content: menus, a notice about cookies, buttons to share it, titles of other
articles, a form for comments, a legal footer. They open with set phrases, and are made of labels and titles where
content is made of sentences. Both must come together: a phrase alone marks nothing that could be content, and in doubt
nothing is marked, for what is marked is harder to find.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from index import boilerplate_lists, boilerplate_menus, boilerplate_notices
from index.boilerplate_page import Mark, Page, Where, is_content, joined, page_of, unmarked
from index.document import Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_TAIL = 4_000  # characters after the content that may be the page's without a phrase that tells so
_FINDERS = (
    boilerplate_lists.other_articles,
    boilerplate_lists.hosts,
    boilerplate_menus.menus,
    boilerplate_menus.flattened_menus,
    boilerplate_notices.page_lines,
    boilerplate_notices.page_sentences,
    boilerplate_notices.flattened_footers,
    boilerplate_notices.networks,
    boilerplate_notices.cookie_notices,
    boilerplate_notices.reader_prompts,
)


def boilerplate(text: str) -> tuple[Stretch, ...]:
    """Return the stretches of a text that belong to its page and not to its content, in order and apart.

    Made for French pages, and the commonest English phrases. A text in which no sentence would be left has none: it is
    a list, and not a page. Takes time linear in the length of the text.
    """
    page = page_of(text)
    found = [mark for finder in _FINDERS for mark in finder(page)]
    content = _content(page, joined(page, found))
    if content is None:
        return ()
    counted = [mark for each in found if (mark := _counted(each, content))]
    is_page = any(mark.where is not Where.AFTER_ON_PAGE for mark in counted)
    return joined(page, [*counted, *_tail(page, counted, content.end)]) if is_page else ()


def _content(page: Page, marked: tuple[Stretch, ...]) -> Stretch | None:
    """Return from where to where the sentences reach that are not marked; None where there are none."""
    rest = list(unmarked(page, marked))
    first = next((start for start, end in rest if is_content(page.folded[start:end])), None)
    if first is None:
        return None
    return Stretch(first, next(end for start, end in reversed(rest) if is_content(page.folded[start:end])))


def _counted(mark: Mark, content: Stretch) -> Mark | None:
    """Return what of a mark counts, with the content where it is, or None."""
    is_before, is_after = mark.end <= content.start, mark.start >= content.end
    if is_before and mark.end_before_content:
        return mark._replace(end=mark.end_before_content)
    return mark if mark.where is Where.ANYWHERE or is_after or (is_before and mark.where is Where.OUTSIDE) else None


def _tail(page: Page, counted: list[Mark], end: int) -> Iterator[Mark]:
    """Yield what else belongs to the page after the content that ends at `end`: labels under the first list or footer.

    An article does not come back after them. What has a digit stays, with what is above it: an address, a table.
    """
    leaving = [mark.start for mark in counted if mark.where is not Where.ANYWHERE or mark.end_before_content]
    begin = min((start for start in leaving if start >= end), default=len(page.text))
    if len(page.text) - begin > _LONGEST_TAIL:
        return
    rest = [Mark(start, stop) for start, stop in unmarked(page, joined(page, counted)) if begin < start < stop]
    for mark, below in pairwise([*rest, Mark(len(page.text), len(page.text))]):
        is_above = not page.text[mark.end : below.start].strip()
        around = page.text[mark.start : below.end if is_above else mark.end]
        if not any(map(str.isdigit, around)) and "@" not in around:
            yield mark
