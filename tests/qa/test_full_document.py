from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qa.full_document import page_starts

if TYPE_CHECKING:
    from index.passage import Passage
    from qa.engine import Engine


def test_the_whole_document_tells_where_its_pages_begin(shelves: Engine) -> None:
    def passage(number: int, page: int, breaks: tuple[int, ...]) -> Passage:
        return replace(whole[0], number=number, start=100 * number, page=page, page_breaks=breaks)

    with shelves._live.borrowed() as corpus:
        whole = corpus.generation.store.document("postes/timbre.md")
    assert shelves.document("postes/timbre.md").pages == []
    # The second page begins within the first passage; the third and an empty fourth where the third passage does.
    paged = [passage(0, 1, (40,)), passage(1, 2, ()), passage(2, 4, (250, 260))]
    assert page_starts(paged) == [0, 40, 200, 200, 250, 260]
