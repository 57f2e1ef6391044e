"""What a lease promises: a generation that is read stays, and one that was replaced goes with its last reader."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from index.generation import Generation
from index.layout import SQLITE
from index.pointer import live
from tests.index.corpora import NEW, OLD, found, generations, opened, publish, texts, tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def corpus(handmade: Path, tmp_path: Path) -> Path:
    return shutil.copytree(handmade, tmp_path / "corpus")


def test_an_open_generation_stays_readable_when_a_new_one_is_published(corpus: Path) -> None:
    with opened(corpus) as reader:
        publish(corpus, NEW)

        assert texts(reader) == OLD
        assert found(reader, "refusé") == ["offre.txt#0"]


def test_a_generation_that_is_read_is_kept_on_disk(corpus: Path) -> None:
    with opened(corpus) as reader:
        fresh = publish(corpus, NEW)

        assert generations(corpus) == sorted([reader.folder.name, fresh.stamp])


def test_a_generation_that_nobody_reads_any_more_goes_with_the_next_one(corpus: Path) -> None:
    with opened(corpus):
        publish(corpus, NEW)
    last = publish(corpus, NEW)

    assert generations(corpus) == [last.stamp]


def test_a_generation_that_two_read_is_kept_until_both_have_closed(corpus: Path) -> None:
    first, second = Generation.open(corpus), Generation.open(corpus)
    first.close()
    publish(corpus, NEW)

    assert second.folder.name in generations(corpus)
    second.close()


def test_who_opens_after_a_publication_reads_the_new_generation(corpus: Path) -> None:
    with opened(corpus):
        publish(corpus, NEW)
        with opened(corpus) as fresh:
            assert texts(fresh) == NEW


def without_sqlite(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if not name.endswith(SQLITE)}


def test_a_generation_that_is_read_while_it_is_replaced_stays_byte_for_byte(corpus: Path) -> None:
    before = without_sqlite(tree(live(corpus)))
    with opened(corpus) as reader:
        publish(corpus, NEW)

        assert texts(reader) == OLD
        assert without_sqlite(tree(reader.folder)) == before
