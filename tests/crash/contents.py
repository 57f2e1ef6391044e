"""What a corpus holds, as a reader sees it who opens it: what two corpora are compared by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.generation import Generation
from index.seal import read_sources

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.passage import Passage
    from index.seal import Recipe, Source

TOLERANCE = 1e-5  # of a component of a vector: what rounding does when vectors are taken over again and again
_AMONG = 50  # passages, the first by their words: longer ones may have all the words of a short one


@dataclass(frozen=True, slots=True)
class Contents:
    """A corpus: its passages and their vectors by their ids, what the files were, what made it.

    Since when it holds each file is left out: a corpus that is built afresh tells another moment. `lost` are the
    passages that are not found by their own vector, or by their own words.
    """

    passages: dict[str, Passage]
    vectors: dict[str, NDArray[np.float32]]
    sources: dict[str, Source]
    recipe: Recipe
    in_lexicon: int
    lost: tuple[str, ...]

    def difference(self, other: Contents) -> str:
        """Return in which respect the other one is another corpus, or ""."""
        respects = {
            "the passages": self.passages == other.passages,
            "the files": self.sources == other.sources,
            "the recipe": self.recipe == other.recipe,
            "the count of the lexicon": self.in_lexicon == other.in_lexicon == len(self.passages),
            "the vectors": self.vectors.keys() == other.vectors.keys()
            and all(are_near(vector, other.vectors[name]) for name, vector in self.vectors.items()),
        }
        return next((respect for respect, is_same in respects.items() if not is_same), "")


def are_near(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Tell whether two vectors are the same but for what rounding does."""
    return one.shape == other.shape and bool(np.abs(one - other).max() <= TOLERANCE)


def read(corpus: Path) -> Contents:
    """Open a corpus, and return all it holds. Raises what `Generation.open` raises."""
    generation = Generation.open(corpus)
    try:
        return look(generation)
    finally:
        generation.close()


def look(generation: Generation) -> Contents:
    """Return all that an open generation holds."""
    passages = {passage.id: passage for passage in generation.store}
    vectors = generation.store.vectors(list(passages))
    files = read_sources(generation.folder.parents[1], generation.folder).files
    return Contents(
        passages=passages,
        vectors=vectors,
        sources={name: source.model_copy(update={"updated": ""}) for name, source in files.items()},
        recipe=generation.manifest.recipe,
        in_lexicon=len(generation.lexicon),
        lost=tuple(name for name in passages if not _finds_itself(generation, passages[name], vectors)),
    )


def _finds_itself(generation: Generation, passage: Passage, vectors: dict[str, NDArray[np.float32]]) -> bool:
    """Tell whether a passage, or a twin of it, is the nearest to its vector, and is found by its words."""
    own = vectors.get(passage.id)
    if own is None:
        return False
    (nearest,) = generation.store.nearest(own, 1)
    by_words = [match.id for match in generation.lexicon.search(passage.text, _AMONG)]
    return nearest in vectors and are_near(own, vectors[nearest]) and passage.id in by_words
