"""What the pointer promises: it tells which generation is live, or by name why there is none."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from index.errors import (
    CorpusError,
    CorpusForeign,
    CorpusIncomplete,
    CorpusMissing,
    CorpusOutdated,
    CorpusUnreadable,
)
from index.generation import Generation
from index.pointer import live
from tests.index.corpora import NEW, opened, publish, texts
from tests.index.damages import (
    emptied,
    replaced_by_a_file,
    replaced_by_a_folder,
    replaced_by_other_files,
    write_pointer,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def corpus(handmade: Path, tmp_path: Path) -> Path:
    return shutil.copytree(handmade, tmp_path / "corpus")


def emptied_but_for_the_lock(corpus: Path) -> None:
    emptied(corpus)
    (corpus / "writer.lock").touch()


def refused_first(corpus: Path) -> None:
    emptied_but_for_the_lock(corpus)
    (corpus / "generations").mkdir()


def half_built_first(corpus: Path) -> None:
    emptied(corpus)
    (corpus / "generations" / "20250101T000000Z-000000.partial" / "store").mkdir(parents=True)


DAMAGES: dict[str, tuple[type[CorpusError], Callable[[Path], object]]] = {
    "the folder is missing": (CorpusMissing, shutil.rmtree),
    "the folder is empty": (CorpusMissing, emptied),
    "a writer came and went": (CorpusMissing, emptied_but_for_the_lock),
    "the first build was refused": (CorpusMissing, refused_first),
    "the first build was not finished": (CorpusIncomplete, half_built_first),
    "the pointer is missing": (CorpusIncomplete, lambda c: (c / "current.json").unlink()),
    "the folder is a file": (CorpusForeign, replaced_by_a_file),
    "the folder holds other files": (CorpusForeign, replaced_by_other_files),
    "the format is a later one": (CorpusForeign, lambda c: write_pointer(c, format=3)),
    "the format is an earlier one": (CorpusOutdated, lambda c: write_pointer(c, format=1)),
    "the pointer is garbage": (CorpusUnreadable, lambda c: (c / "current.json").write_bytes(b"\xff\x00garbage")),
    "the pointer is empty": (CorpusUnreadable, lambda c: (c / "current.json").write_bytes(b"")),
    "the pointer is a list": (CorpusUnreadable, lambda c: (c / "current.json").write_text("[1]")),
    "the pointer is a folder": (
        CorpusUnreadable,
        lambda c: replaced_by_a_folder(c / "current.json"),
    ),
    "the pointer points outside": (CorpusUnreadable, lambda c: write_pointer(c, generation="../../etc")),
    "the pointer points above": (CorpusUnreadable, lambda c: write_pointer(c, generation="..")),
    "the pointer names nothing": (CorpusUnreadable, lambda c: write_pointer(c, generation="")),
    "the pointer holds a zero byte": (CorpusUnreadable, lambda c: write_pointer(c, generation="a\0b")),
}


@pytest.mark.parametrize("follow", [live, Generation.open], ids=["live", "open"])
@pytest.mark.parametrize(("error", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_where_no_generation_is_pointed_at_the_corpus_is_refused_with_its_own_error(
    corpus: Path,
    error: type[CorpusError],
    damage: Callable[[Path], object],
    follow: Callable[[Path], object],
) -> None:
    damage(corpus)

    with pytest.raises(CorpusError, match="`sourcier index FOLDER") as raised:
        follow(corpus)
    assert type(raised.value) is error


FOREIGN = ("the folder is a file", "the folder holds other files")  # where nothing is built


@pytest.mark.parametrize("name", [name for name in DAMAGES if name not in FOREIGN])
def test_a_new_build_is_pointed_at(corpus: Path, name: str) -> None:
    DAMAGES[name][1](corpus)
    publish(corpus, NEW)

    with opened(corpus) as generation:
        assert texts(generation) == NEW
