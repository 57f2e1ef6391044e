"""What can befall the files of a corpus."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from index.pointer import live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.diagnosis import Diagnosis


def write_pointer(corpus: Path, **values: object) -> None:
    (corpus / "current.json").write_text(json.dumps({"format": 2, "generation": live(corpus).name} | values))


def edit(file: Path, old: str, new: str) -> None:
    content = file.read_bytes()
    assert old.encode() in content
    file.write_bytes(content.replace(old.encode(), new.encode()))


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def spoil(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"?")


def vector_file(corpus: Path) -> Path:
    return next((live(corpus) / "store").glob("*/data_level0.bin"))


def emptied(corpus: Path) -> None:
    shutil.rmtree(corpus)
    corpus.mkdir()


def replaced_by_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("une note")


def replaced_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def replaced_by_other_files(corpus: Path) -> None:
    emptied(corpus)
    (corpus / "photo.jpg").write_bytes(b"\xff\xd8")


SQLITE_DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "truncated": lambda file: file.write_bytes(file.read_bytes()[:5_000]),
    "garbage": lambda file: file.write_bytes(b"garbage " * 1_000),
    "zeros after its header": lambda file: file.write_bytes(file.read_bytes()[:100] + bytes(50_000)),
    "a folder": replaced_by_a_folder,
}
"""Of the SQLite file of a store."""

CURED: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "no pointer": (lambda c: (c / "current.json").unlink(), {"pointer": "point", "leftover": "none"}),
    "a pointer to nothing": (
        lambda c: (c / "current.json").write_text('{"format": 2, "generation": "none"}'),
        {"pointer": "point", "leftover": "none"},
    ),
    "an older layout": (
        lambda c: (c / "current.json").write_text('{"format": 1, "generation": "x"}'),
        {"outdated": "index"},
    ),
    "a newer layout": (
        lambda c: (c / "current.json").write_text('{"format": 3, "generation": "x"}'),
        {"foreign": "person"},
    ),
    "no manifest": (lambda c: (live(c) / "manifest.json").unlink(), {"manifest": "index"}),
    "the sources": (lambda c: spoil(live(c) / "sources.json"), {"sources": "compare"}),
    "no lease": (lambda c: (live(c) / "lease.lock").unlink(), {"lease": "derive"}),
    "the vectors": (lambda c: spoil(vector_file(c)), {"vectors": "encode"}),
    "the texts": (lambda c: os.truncate(live(c) / "store" / "chroma.sqlite3", 9_000), {"texts": "index"}),
    "the lexicon": (lambda c: spoil(live(c) / "lexicon" / "meta.json"), {"lexicon": "derive"}),
    "the spellings": (lambda c: (live(c) / "spelling.json").unlink(), {"spelling": "derive"}),
    "two parts": (
        lambda c: [*map(spoil, (live(c) / "spelling.json", vector_file(c)))],
        {"spelling": "derive", "vectors": "encode"},
    ),
}
"""Of a corpus, with the cure of each thing that is wrong then."""


def told(diagnosis: Diagnosis) -> dict[str, str]:
    """The cures by what is wrong."""
    return {finding.code: finding.cure for finding in diagnosis.findings}
