"""How well the network reads the development questions of PIAF, while it is trained."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from index.embedded import embeddings
from qa.measure import auroc, exact_match, f1
from qa.reader import ReadingModel
from qa.training import datasets
from qa.training.passages import searched, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from index.encode import Encoder
    from qa.network import Network
    from qa.reader import Judgement
    from qa.window import Text

_READ = 12


class Development:
    """A sample of the development questions with what search finds for each among all paragraphs."""

    def __init__(self, data: Path, encoder: Encoder, questions: int, cache: Path) -> None:
        whole = datasets.piaf(data, "development", all_paragraphs=True)
        chosen = random.Random(0).sample(whole.questions, min(questions, len(whole.questions)))  # noqa: S311
        found = searched(replace(whole, questions=chosen), encoder, _READ, cache)
        self._set, self._pieces, self._found = found.set, found.pieces, found.found
        self._shared = embeddings(encoder.model)

    def figures(self, network: Network) -> dict[str, float]:
        """Return R@1 of the search and of each judgement of the reader, F1 and EM, and the verdict's AUROC."""
        model = ReadingModel(network, self._shared)
        right: dict[str, list[float]] = {"search": [], "relevance": [], "answers": [], "f1": [], "em": []}
        here, absent = [], []
        for question, found in zip(self._set.questions, self._found, strict=True):
            own = [number for number, piece in enumerate(self._pieces) if piece.paragraph == question.paragraph]
            numbers = list(dict.fromkeys(found + own))
            texts = [self._text(number) for number in numbers]
            judged = dict(zip(numbers, model.judge(question.text, texts), strict=True))
            right["search"].append(found[0] in own)
            right["relevance"].append(max(found, key=lambda number: judged[number].relevance) in own)
            right["answers"].append(max(found, key=lambda number: judged[number].answered) in own)
            here.append(max(judged[number].answered for number in found))
            absent.append(max((judged[number].answered for number in found if number not in own), default=-9.0))
            paragraph = self._set.paragraphs[question.paragraph].text
            rights = [paragraph[start:end] for start, end in question.answers]
            best = self._best([(texts[numbers.index(number)], judged[number]) for number in own])
            right["f1"].append(f1(best, rights))
            right["em"].append(exact_match(best, rights))
        return {name: round(sum(values) / len(values), 3) for name, values in right.items()} | {
            "auroc": round(auroc(here, absent), 3)
        }

    @staticmethod
    def _best(judged: list[tuple[Text, Judgement]]) -> str:
        """Return the words of the best answer in some passages."""
        answers = [(answer, text) for text, judgement in judged for answer in judgement.answers]
        if not answers:
            return ""
        answer, text = max(answers, key=lambda one: one[0].score)
        return text.passage[answer.start : answer.end]

    def _text(self, number: int) -> Text:
        piece = self._pieces[number]
        return text_of(self._set.paragraphs[piece.paragraph], piece.start, piece.end, neighbour=0)
