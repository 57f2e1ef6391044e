"""What is asked at each step of the training: of which set, how much in French, with how many passages."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from qa.training import datasets
from qa.training.examples import Examples
from qa.training.passages import searched

if TYPE_CHECKING:
    from pathlib import Path

    from index.encode import Encoder
    from qa.training.datasets import QuestionSet
    from qa.training.examples import Example
    from qa.training.settings import Settings

_FOUND = 30  # pieces that look right, from which the wrong ones are drawn


class Deck:
    """Gives the questions of a set in an order of chance, all of them before one comes again."""

    def __init__(self, examples: Examples, seed: str) -> None:
        self.examples = examples
        self.drawn = 0
        self._seed = seed
        self._order: list[int] = []
        self._turn = -1

    def draw(self) -> int:
        """Return the number of the next question."""
        turn, place = divmod(self.drawn, len(self.examples))
        if turn != self._turn:
            self._order = list(range(len(self.examples)))
            random.Random(f"{self._seed} {turn}").shuffle(self._order)  # noqa: S311 - repeatable
            self._turn = turn
        self.drawn += 1
        return self._order[place]


class Schedule:
    """The sets of questions, and which of them are asked when."""

    def __init__(self, data: Path, written: Path, encoder: Encoder, settings: Settings, cache: Path) -> None:
        """Read the sets in `data` and those `written` for the project; keep what search finds in the folder `cache`."""
        self._find = partial(searched, encoder=encoder, most=_FOUND, cache=cache)
        self._settings = settings
        languages = [self._some(datasets.xquad(data, language)) for language in datasets.LANGUAGES]
        self._french = [
            self._deck("french", datasets.piaf(data, "train") + datasets.afriqa(data, "train")),
            self._deck("written", datasets.written(data, written)),
        ]
        self._others = [self._deck("it", datasets.squad_it(data))]
        self._others += [
            self._deck(name, one, parallel=languages) for name, one in zip(datasets.LANGUAGES, languages, strict=True)
        ]

    def examples(self, step: int) -> list[Example]:
        """Return what is asked at a step. Steps are taken in order: what was asked waits for its turn."""
        settings = self._settings
        chance = random.Random(f"{settings.seed} {step}")  # noqa: S311 - repeatable
        progress = step / settings.steps
        french = settings.french + (settings.french_at_last - settings.french) * progress
        passages = settings.passages + round((settings.passages_at_last - settings.passages) * progress)
        found: list[Example] = []
        for _ in range(settings.examples):
            own = chance.random() < french
            decks = self._others if not own else self._french if progress >= settings.written_from else self._french[:1]
            deck = chance.choices(decks, [len(deck.examples) for deck in decks])[0]
            found += deck.examples.make(deck.draw(), passages if own else settings.passages, chance)
        return found

    @property
    def drawn(self) -> list[int]:
        """How many questions of each set were asked; to be given back to go on from there."""
        return [deck.drawn for deck in self._decks]

    @drawn.setter
    def drawn(self, counts: list[int]) -> None:
        for deck, count in zip(self._decks, counts, strict=True):
            deck.drawn = count

    @property
    def _decks(self) -> list[Deck]:
        return [*self._others, *self._french]

    def _deck(self, name: str, set_: QuestionSet, parallel: list[QuestionSet] | None = None) -> Deck:
        return Deck(Examples(self._find(self._some(set_)), parallel=parallel or ()), f"{self._settings.seed} {name}")

    def _some(self, set_: QuestionSet) -> QuestionSet:
        return set_.first(self._settings.questions) if self._settings.questions else set_
