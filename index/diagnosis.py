"""What is wrong with a corpus, in words: what kind it is, what it is about, and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index.layout import LEXICON, SOURCES, SPELLING, STORE

if TYPE_CHECKING:
    from pathlib import Path

Code = Literal[
    "pointer",
    "foreign",
    "outdated",
    "manifest",
    "lease",
    "texts",
    "vectors",
    "lexicon",
    "spelling",
    "sources",
    "forbidden",
    "space",
    "leftover",
    "writer",
    "readonly",
]
"""What is wrong. The last four keep nobody from being answered."""

Cure = Literal["none", "point", "derive", "encode", "compare", "remove", "index", "person"]
"""How it is mended: not at all, as nothing is wrong; by `repair`, which points at another generation, derives a part
from the rest, encodes the texts again, has the next `index` compare every file, or removes what nobody reads; by
`sourcier index FOLDER`; or by a person alone: permissions, space, another place."""

OWNERS: dict[str, tuple[Code, Cure]] = {
    STORE: ("vectors", "encode"),
    LEXICON: ("lexicon", "derive"),
    SPELLING: ("spelling", "derive"),
    SOURCES: ("sources", "compare"),
}
"""What a sealed file belongs to, by the first part of its path; the SQLite file is not sealed as a file."""

_SENTENCES: dict[Code, str] = {
    "pointer": "{part} does not tell which generation is live.",
    "foreign": "The folder holds {detail}, not a corpus of this version.",
    "outdated": "The corpus was made by an earlier version ({detail}).",
    "manifest": "{part} is not the seal of this generation ({detail}): nothing proves what is in it.",
    "lease": "{part} is missing: nobody can open this generation.",
    "texts": "The stored texts are not what was sealed ({part}: {detail}).",
    "vectors": "The vectors are not what was sealed, or cannot be searched ({part}: {detail}).",
    "lexicon": "The lexicon is not what was sealed, or cannot be read ({part}: {detail}).",
    "spelling": "The spellings are not what was sealed, or cannot be read ({part}: {detail}).",
    "sources": "{part} does not tell any more what the files were ({detail}).",
    "forbidden": "{part} may not be read by this user.",
    "space": "There is too little space in {part} ({detail}).",
    "leftover": "{part} is not the live generation ({detail}).",
    "writer": "The corpus is being written ({detail}).",
    "readonly": "This user may not write {part}: questions are answered, but `sourcier index` cannot work.",
}
_REMEDIES: dict[Cure, str] = {
    "none": "Nothing has to be done.",
    "point": "A repair makes another generation, which is kept still, the live one.",
    "derive": "A repair makes it again from the stored texts.",
    "encode": "A repair encodes the stored texts again.",
    "compare": "After a repair, the next `sourcier index` reads every file again.",
    "remove": "A repair removes it.",
    "index": "It must be made again: `sourcier index FOLDER`.",
    "person": "Mend that yourself, or name another place with --corpus.",
}
_HARMLESS: tuple[Code, ...] = ("space", "leftover", "writer", "readonly")
_REPAIRED: tuple[Cure, ...] = ("point", "derive", "encode", "compare", "remove")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth telling: what kind, the part or file that it is about, how it is mended.

    `part` is a path below the corpus or below the generation; `detail` is a few English words, or "".
    """

    code: Code
    part: str
    cure: Cure
    detail: str = ""

    @property
    def is_harmless(self) -> bool:
        """Whether questions are answered all the same."""
        return self.code in _HARMLESS

    @property
    def is_mendable(self) -> bool:
        """Whether `repair` mends it."""
        return self.cure in _REPAIRED

    def __str__(self) -> str:
        return f"{_SENTENCES[self.code].format(part=self.part, detail=self.detail)} {_REMEDIES[self.cure]}"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of a corpus. `stamp` is the live generation's, or ""; the counts are those of its seal, or None.

    `folders` are those that it was made from, or () where that is not known: what `sourcier index` has to be given.
    """

    corpus: Path
    stamp: str
    documents: int | None
    chunks: int | None
    folders: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether questions are answered from this corpus, and rightly."""
        return all(finding.is_harmless for finding in self.findings)

    @property
    def is_mendable(self) -> bool:
        """Whether `repair` has something to do."""
        return any(finding.is_mendable for finding in self.findings)

    @property
    def must_be_indexed(self) -> bool:
        """Whether only `sourcier index` makes the corpus whole."""
        return any(finding.cure == "index" for finding in self.findings)
