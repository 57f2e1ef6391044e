"""How long a text is to whatever searches with it: its compatibility forms written out (NFKC).

One character may be eighteen letters: ﷺ is. Encoder and lexicon read the letters, and so they are what is bounded.
"""

from __future__ import annotations

import unicodedata

LONGEST = 2_000
"""Characters of a question, and of all that is searched for it. On two cores, a question as long as this takes some
three times the processor that an ordinary one does."""


def written_length(text: str) -> int:
    """Return how many characters a text has once it is written out."""
    return len(unicodedata.normalize("NFKC", text))


def first_words(text: str, most: int) -> str:
    """Return the first words of a text, as many as have `most` characters together once they are written out."""
    kept: list[str] = []
    for word in text.split():
        most -= written_length(word) + bool(kept)  # the blank before it
        if most < 0:
            break
        kept.append(word)
    return " ".join(kept)
