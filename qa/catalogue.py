"""The documents of a corpus as a list: to be looked through, and to name a whole folder of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from index.spelling import fold
from qa.answer import Entry

if TYPE_CHECKING:
    from index.store import Store

FOLDER = "/"
"""Ends the name of a folder, which stands for all documents below it."""


class Catalogue:
    """The documents of one generation, by title; read when it is first needed, which takes some seconds for 20,000.

    Safe to share between threads.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._entries: tuple[Entry, ...] | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every document, in the order of the alphabet of their titles."""
        with self._lock:
            if self._entries is None:
                found = (
                    Entry(
                        document=passage.document,
                        title=passage.title,
                        date=passage.date,
                        author=passage.author,
                        language=passage.language,
                        passages=passage.count,
                    )
                    for passage in self._store.first_passages()
                )
                self._entries = tuple(sorted(found, key=lambda entry: (fold(entry.title), entry.document)))
            return self._entries

    def matching(self, words: str) -> list[Entry]:
        """Return the documents whose title, name, author or date hold all of these words, accents and case aside."""
        wanted = fold(words).split()
        return (
            [entry for entry in self.entries if all(word in _known(entry) for word in wanted)]
            if wanted
            else [*self.entries]
        )

    def below(self, folder: str) -> list[str]:
        """Return the documents of a folder, whose name ends with FOLDER."""
        return [entry.document for entry in self.entries if entry.document.startswith(folder)]

    @property
    def folders(self) -> list[str]:
        """The folders that documents lie in, with those above them, each ending with FOLDER."""
        names: set[str] = set()
        for entry in self.entries:
            parts = entry.document.split(FOLDER)[:-1]
            names.update(FOLDER.join(parts[: end + 1]) + FOLDER for end in range(len(parts)))
        return sorted(names)


def _known(entry: Entry) -> str:
    return fold(f"{entry.title} {entry.document} {entry.author} {entry.date}")
