"""A reader that needs no training: it ranks the sentences of the passages by the encoder and by words in common.

It answers where the trained reader cannot run, and in a fifth of its time.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import TYPE_CHECKING

from index.sentences import sentences, trim
from qa.expected import answer_words
from qa.follow_up import asked
from qa.names import lacking
from qa.reading import NOTHING, Reading, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.encode import Encoder
    from index.lexicon import Lexicon
    from index.passage import Passage
    from qa.search import Candidate


PASSAGES_READ = 8
SENTENCES_ENCODED = 6
"""How many sentences the encoder compares with the question: those with the most of its words come first. On half of
the development questions of PIAF, the best one holds a right answer for 0.520 of them at 1, 0.543 at 6, 0.543 at 12."""

THRESHOLD = 0.4
"""The confidence from which a question counts as answered.

On the development questions of PIAF (`python -m bench.tune`, five folds) it answers 0.82 of those that the corpus
answers, and refuses 0.63 of those whose paragraph was taken out, 0.70 in a small corpus, 0.64 of those in which a name
was changed. At 0.3 it would be 0.90, 0.47, 0.60 and 0.47; at 0.5 0.71, 0.76, 0.80 and 0.79."""


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What the evidence for a sentence counts; fitted on the development questions of PIAF (`python -m bench.tune`)."""

    nearness: float = 1.0
    coverage: float = 6.0
    passage: float = 0.25


@dataclass(frozen=True, slots=True)
class VerdictWeights:
    """The logistic regression of "this passage answers" on the evidence for it.

    Fitted on the development questions of PIAF, each over the whole corpus and over a small one, with and without the
    paragraph that answers it, and with a name or number changed for another question's (`python -m bench.tune`).
    """

    intercept: float = -2.41
    nearness: float = 0.141
    sentence: float = 0.261
    coverage: float = 1.68
    missing: float = -0.836
    names: float = -1.37
    margin: float = 0.239


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a passage.

    `nearness` is its own, `sentence` that of its best sentence. `coverage` is the share of the question's words, by
    rarity, that its best sentence has; `missing` the rarity of the rarest word that it lacks, as a share of that of the
    question's rarest word. `names` is the share of the names and numbers of the question that the passage lacks: a
    question about Lyon is not answered by what is said of Paris. `margin` is by how much its search score exceeds that
    of the best other passage.
    """

    nearness: float
    sentence: float
    coverage: float
    missing: float
    names: float
    margin: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a candidate: its place in the document, its words, and what speaks for it.

    `read` is what is compared with the question: the sentence, behind the one that it answers if there is one.
    """

    candidate: int
    start: int
    end: int
    text: str
    read: str
    coverage: float
    nearness: float = 0.0


class SentenceReader:
    """Ranks sentences by the encoder and by words in common; no training, a few weights fitted."""

    name = "sentences-1"
    threshold = THRESHOLD

    def __init__(
        self,
        encoder: Encoder,
        lexicon: Lexicon,
        weights: SentenceWeights = SentenceWeights(),
        verdict: VerdictWeights = VerdictWeights(),
    ) -> None:
        self._encoder = encoder
        self._lexicon = lexicon
        self._weights = weights
        self._verdict = verdict

    def read(self, question: str, candidates: Sequence[Candidate]) -> Reading:
        """Read the candidates, which come best first; with none, nothing is here."""
        if not candidates:
            return NOTHING
        found = self.compare(question, candidates)
        spans = sorted((self._span(question, candidates, sentence) for sentence in found), key=lambda s: -s.score)
        relevance = tuple(self._relevance(evidence) for evidence in self.evidence(question, candidates, found))
        return Reading(tuple(spans), relevance, 1.0 - max(relevance), max(relevance))

    def evidence(self, question: str, candidates: Sequence[Candidate], found: Sequence[Sentence]) -> list[Evidence]:
        """Return what speaks for each candidate, given its sentences that were compared with the question."""
        rarity = self._rarity(question)
        rarest = max(rarity.values(), default=1.0)
        first, second = nlargest(2, [*(candidate.score for candidate in candidates), 0.0])
        evidence = []
        for number, candidate in enumerate(candidates):
            own = [sentence for sentence in found if sentence.candidate == number]
            passage = candidate.passage
            said = f"{passage.title} {passage.heading} {passage.text}"
            words = set(self._lexicon.words(said))
            evidence.append(
                Evidence(
                    nearness=candidate.nearness,
                    sentence=max((sentence.nearness for sentence in own), default=0.0),
                    coverage=max((sentence.coverage for sentence in own), default=0.0),
                    missing=max((value for word, value in rarity.items() if word not in words), default=0.0) / rarest,
                    names=lacking(question, said),
                    margin=candidate.score - (second if candidate.score == first else first),
                )
            )
        return evidence

    def compare(self, question: str, candidates: Sequence[Candidate]) -> list[Sentence]:
        """Return the sentences that share the most words with the question, each with its nearness to it."""
        rarity = self._rarity(question)
        everything = sum(rarity.values()) or 1.0
        found = []
        for number, candidate in enumerate(candidates[:PASSAGES_READ]):
            text, first = candidate.passage.text, candidate.passage.start
            for read_from, start, end in _answering(candidate.passage, question):
                read = text[read_from:end]
                shared = sum(rarity[word] for word in set(self._lexicon.words(read)) if word in rarity)
                found.append(Sentence(number, first + start, first + end, text[start:end], read, shared / everything))
        found.sort(key=lambda sentence: -self._score(candidates, sentence))
        found = found[:SENTENCES_ENCODED]
        vector = self._encoder.encode_query(question)
        near = self._encoder.encode_passages([sentence.read for sentence in found]) @ vector
        return [
            replace(sentence, nearness=self._encoder.nearness(float(similarity)))
            for sentence, similarity in zip(found, near, strict=True)
        ]

    def _rarity(self, question: str) -> dict[str, float]:
        return {word: self._lexicon.rarity(word) for word in self._lexicon.words(question)}

    def _score(self, candidates: Sequence[Candidate], sentence: Sentence) -> float:
        weights = self._weights
        return (
            weights.nearness * sentence.nearness
            + weights.coverage * sentence.coverage
            + weights.passage * candidates[sentence.candidate].score
        )

    def _span(self, question: str, candidates: Sequence[Candidate], sentence: Sentence) -> Span:
        words = answer_words(question, sentence.text)
        return Span(
            candidate=sentence.candidate,
            start=sentence.start,
            end=sentence.end,
            answer_start=sentence.start + words[0] if words else None,
            answer_end=sentence.start + words[1] if words else None,
            score=self._score(candidates, sentence),
        )

    def _relevance(self, evidence: Evidence) -> float:
        weights = self._verdict
        logit = weights.intercept + sum(getattr(weights, name) * getattr(evidence, name) for name in Evidence.__slots__)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _answering(passage: Passage, question: str) -> Iterator[tuple[int, int, int]]:
    """Yield where to read from, and where each sentence that may answer lies; titles and headings do not.

    A sentence that asks does not answer. One that asks in the same way as the question is read together with the next
    sentence, which is the place; another one is left out.
    """
    text = passage.text
    asks = _interrogative(asked(question))
    spans = [trim(text, start, end) for start, end in sentences(text)]
    titles = (passage.title, passage.heading)
    spans = [(start, end) for start, end in spans if end - start >= _SHORTEST and text[start:end] not in titles]
    for number, (start, end) in enumerate(spans):
        if not text[start:end].rstrip(' »”")').endswith("?"):
            yield start, start, end
        elif number + 1 < len(spans) and _interrogative(text[start:end]) == asks:
            yield start, *spans[number + 1]


def _interrogative(question: str) -> str:
    found = _INTERROGATIVE.search(question.lower())
    return found[0] if found else ""


_INTERROGATIVE = re.compile(r"\b(?:pourquoi|comment|combien|où|quand|qui|quel|que|quoi)|\bqu['’]")
_SHORTEST = 12  # characters; what is shorter is a label or a lone heading
