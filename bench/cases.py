"""Questions over choices of passages, answerable by them or not: what a verdict is fitted and measured on."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from index.document import Scope
from qa.engine import CANDIDATES
from qa.reader import ReadingModel
from qa.search import search
from qa.training.look_alikes import look_alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.piaf import Paragraph, Question
    from index.embedded import Embeddings
    from index.encode import Encoder
    from index.generation import Generation
    from qa.network import Network
    from qa.reader import Judgement
    from qa.search import Candidate
    from qa.window import Text

Kind = Literal["whole corpus", "small corpus", "look-alike", "other subject", "paragraph given"]
UNANSWERABLE: tuple[Kind, ...] = ("whole corpus", "small corpus", "look-alike", "other subject")

_SMALL_CORPUS = 15  # documents beside those of the question's own article


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it is searched, with the passages that were found for it; `answerable` by them or not."""

    question: Question
    asked: str
    candidates: list[Candidate]
    answerable: bool
    kind: Kind


class Cases:
    """Makes cases of PIAF's questions over the corpus of its paragraphs."""

    def __init__(self, generation: Generation, encoder: Encoder, paragraphs: Sequence[Paragraph]) -> None:
        self._generation = generation
        self._encoder = encoder
        self._titles = {paragraph.document: paragraph.title for paragraph in paragraphs}
        self._chance = random.Random(0)  # noqa: S311 - a sample, not a secret

    def of(self, questions: Sequence[Question], others: Sequence[str] = ()) -> Iterator[Case]:
        """Give the cases of each question, then one for each of the questions on other subjects.

        Over the whole corpus and over a small one, each with and without the paragraph that answers; over that
        paragraph alone; and with a name or number changed for that of another question, where it has one.
        """
        for question in questions:
            yield from self._with_and_without(question, Scope(), "whole corpus")
            few = {*self._article(question.document), *self._chance.sample(list(self._titles), _SMALL_CORPUS)}
            yield from self._with_and_without(question, Scope(documents=tuple(sorted(few))), "small corpus")
            given = self._found(question, Scope(documents=(question.document,)))
            yield replace(given, kind="paragraph given")
            alike = look_alike(question.text, self._chance.choice(questions).text)
            if alike:
                yield replace(self._found(replace(question, text=alike), Scope()), answerable=False, kind="look-alike")
        for text in others:
            stranger = replace(questions[0], text=text, document="", answers=())
            yield replace(self._found(stranger, Scope()), answerable=False, kind="other subject")

    def _with_and_without(self, question: Question, scope: Scope, kind: Kind) -> Iterator[Case]:
        case = replace(self._found(question, scope), kind=kind)
        yield case
        left = [candidate for candidate in case.candidates if candidate.passage.document != question.document]
        yield replace(case, candidates=left, answerable=False)

    def _found(self, question: Question, scope: Scope) -> Case:
        asked = self._generation.spelling.restore(question.text)
        found = search(self._generation, self._encoder, asked, CANDIDATES, scope)
        return Case(question, asked, found, answerable=True, kind="whole corpus")

    def _article(self, document: str) -> list[str]:
        return [other for other, title in self._titles.items() if title == self._titles[document]]


class RememberingModel(ReadingModel):
    """Reads no text twice with the same question: the cases of a question share most of their passages."""

    def __init__(self, network: Network, shared: Embeddings) -> None:
        super().__init__(network, shared)
        self._read: dict[tuple[str, Text], Judgement] = {}

    def judge(self, question: str, texts: Sequence[Text]) -> list[Judgement]:
        """Return one judgement a text."""
        fresh = [text for text in dict.fromkeys(texts) if (question, text) not in self._read]
        for text, judgement in zip(fresh, super().judge(question, fresh), strict=True):
            self._read[question, text] = judgement
        return [self._read[question, text] for text in texts]
