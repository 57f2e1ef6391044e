"""A corpus on disk: what lies where. It is built aside, sealed, then pointed at; never written to while live.

corpus/
    current.json            the pointer: which generation is live; replaced by one os.replace
    writer.lock             held by the one process that writes; tells its holder
    generations/STAMP/      one whole corpus; its name ends in .partial until it is sealed
        manifest.json       the seal, written last
        sources.json        what each file was when it was read
        lease.lock          held, shared, by every process that reads this generation
        store/              Chroma: chroma.sqlite3, and the graph of the vectors in a folder
        lexicon/            Tantivy, derived from the store
        spelling.json       how the corpus writes its words, derived from the store
"""

from __future__ import annotations

from typing import Literal

FORMAT: Literal[2] = 2
"""The layout of a corpus. An earlier one is built again, a later one is refused as foreign."""

POINTER = "current.json"
WRITER_LOCK = "writer.lock"
GENERATIONS = "generations"
PARTIAL = ".partial"

MANIFEST = "manifest.json"
SOURCES = "sources.json"
LEASE = "lease.lock"
STORE = "store"
SQLITE = "chroma.sqlite3"
LEXICON = "lexicon"
SPELLING = "spelling.json"
