"""The documents of a corpus as a list: to be looked through, and to name a whole folder of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.spelling import fold
from qa.answer import Entry

if TYPE_CHECKING:
    from index.generation import Generation

FOLDER = "/"
"""Ends the name of a folder, which stands for all documents below it."""


class Catalogue:
    """The documents of one generation, by title; read when it is first needed, which takes some seconds for 20,000.

    Safe to share between threads.
    """

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._lock = threading.Lock()
        self._listed: _Listed | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every document, in the order of the alphabet of their titles."""
        return self._all().entries

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that documents lie in, with those above them, each ending with FOLDER."""
        return self._all().folders

    def matching(self, words: str) -> list[Entry]:
        """Return the documents whose title, name, author or date hold all of these words, accents and case aside."""
        listed = self._all()
        wanted = fold(words).split()
        return [
            entry
            for entry, known in zip(listed.entries, listed.known, strict=True)
            if all(word in known for word in wanted)
        ]

    def below(self, folder: str) -> list[str]:
        """Return the documents of a folder, whose name ends with FOLDER."""
        return [entry.document for entry in self.entries if entry.document.startswith(folder)]

    def _all(self) -> _Listed:
        with self._lock:
            if self._listed is None:
                self._listed = _listed(self._generation)
            return self._listed


@dataclass(frozen=True, slots=True)
class _Listed:
    """The documents, what is known of each as it is searched, and the folders."""

    entries: tuple[Entry, ...]
    known: tuple[str, ...]
    folders: tuple[str, ...]


def _listed(generation: Generation) -> _Listed:
    found = [
        Entry(
            document=passage.document,
            title=passage.title,
            date=passage.date,
            author=passage.author,
            language=passage.language,
            passages=passage.count,
            updated=generation.updated.get(passage.document, ""),
        )
        for passage in generation.store.first_passages()
    ]
    entries = tuple(sorted(found, key=lambda entry: (fold(entry.title), entry.document)))
    known = tuple(fold(f"{entry.title} {entry.document} {entry.author} {entry.date}") for entry in entries)
    names: set[str] = set()
    for entry in entries:
        parts = entry.document.split(FOLDER)[:-1]
        names.update(FOLDER.join(parts[: end + 1]) + FOLDER for end in range(len(parts)))
    return _Listed(entries, known, tuple(sorted(names)))
