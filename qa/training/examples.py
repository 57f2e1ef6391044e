"""One question with a few passages, of which one answers it or none does: what one loss is taken over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.sentences import sentences, trim
from index.spelling import fold
from index.split import NEIGHBOUR
from qa.training.look_alikes import look_alike
from qa.training.passages import text_of
from qa.training.typing_styles import retyped

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from qa.training.datasets import Question, QuestionSet
    from qa.training.passages import Piece, Searched
    from qa.window import Text

_FIRST = 3  # wrong passages that look best, one of which is always read
_DEEPER = 0.25  # of the others, the share that is taken at each place
_SHORTEST = 80  # characters of a passage that is left when its answer is taken out


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the passages read with it, and the places of its answers in each: none where it is not answered."""

    question: str
    texts: list[Text]
    answers: list[tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Shares:
    """How often, of 1, an example is made otherwise than it stands."""

    retyped: float = 0.15
    cropped: float = 0.5
    alone: float = 0.5
    untitled: float = 0.1
    answer_removed: float = 0.3
    look_alike: float = 0.2


class Examples:
    """Makes examples of a set of questions; what is drawn comes from a chance that is given, so it can be repeated."""

    def __init__(self, searched: Searched, shares: Shares = Shares(), parallel: Sequence[QuestionSet] = ()) -> None:
        """`parallel` are the same questions in several languages, one of which is asked in their stead at times."""
        self._set = searched.set
        self._pieces = searched.pieces
        self._found = searched.found
        self._shares = shares
        self._parallel = parallel

    def __len__(self) -> int:
        return len(self._set.questions)

    def make(self, number: int, passages: int, chance: random.Random) -> list[Example]:
        """Return what is learnt from a question read with so many passages.

        That is an example, and at times one that looks like it without an answer.
        """
        question = self._set.questions[number]
        if not question.answers:
            return [self._unanswered(number, chance)]
        stretch = self._answering(question, chance)
        if stretch is None:
            return []
        asked = self._asked(number, chance)
        wrong = self._wrong(number, passages - 1, chance)
        texts = [self._text(question.paragraph, *stretch, chance), *(self._piece(piece, chance) for piece in wrong)]
        answers = [_inside(self._set.paragraphs[question.paragraph].text, texts[0].passage, stretch, question.answers)]
        if not answers[0]:
            return []
        removed = _without_answer(texts[0], answers[0]) if chance.random() < self._shares.answer_removed else None
        if removed and wrong:
            texts[-1] = removed
        answers += [()] * (len(texts) - 1)
        examples = [Example(asked, texts, answers)]
        if chance.random() < self._shares.look_alike:
            alike = wrong and look_alike(question.text, chance.choice(self._set.questions).text)
            if alike:
                examples.append(Example(alike, texts[:1], [()]))
        return examples

    def _unanswered(self, number: int, chance: random.Random) -> Example:
        """Return a question that its paragraph does not answer, with the piece of it that looks most as if it did.

        Nothing else is read with it: another paragraph might answer.
        """
        question = self._set.questions[number]
        found = [self._pieces[piece] for piece in self._found[number]]
        own = [piece for piece in found if piece.paragraph == question.paragraph] or self._pieces_of(question.paragraph)
        return Example(self._asked(number, chance), [self._piece(own[0], chance)], [()])

    def _asked(self, number: int, chance: random.Random) -> str:
        asked = chance.choice(self._parallel) if self._parallel and chance.random() < 0.5 else self._set
        question = asked.questions[number].text
        return retyped(question, chance) if chance.random() < self._shares.retyped else question

    def _answering(self, question: Question, chance: random.Random) -> tuple[int, int] | None:
        """Return the stretch of the paragraph that is read: some sentences, or a chunk, with the answer in it."""
        answer = question.answers[0]
        if len(question.answers) == 1 and chance.random() < self._shares.cropped:
            return _crop(self._set.paragraphs[question.paragraph].text, answer, chance)
        for piece in self._pieces_of(question.paragraph):
            if piece.start <= answer[0] and answer[1] <= piece.end:
                return piece.start, piece.end
        return None

    def _wrong(self, number: int, most: int, chance: random.Random) -> list[Piece]:
        """Return pieces that look right and do not answer: one of the first, then others, the first the likelier."""
        question = self._set.questions[number]
        text = self._set.paragraphs[question.paragraph].text
        rights = {fold(text[start:end]) for start, end in question.answers}
        title = self._set.paragraphs[question.paragraph].title
        wrong = []
        for found in self._found[number]:
            piece = self._pieces[found]
            paragraph = self._set.paragraphs[piece.paragraph]
            said = fold(paragraph.text[piece.start : piece.end])
            near = piece.paragraph == question.paragraph or paragraph.title == title
            if not (near and any(right in said for right in rights)):
                wrong.append(piece)
        chosen: list[Piece] = []
        while wrong and len(chosen) < most:
            place = int(chance.expovariate(_DEEPER)) if chosen else chance.randrange(_FIRST)
            chosen.append(wrong.pop(min(place, len(wrong) - 1)))
        return chosen

    def _piece(self, piece: Piece, chance: random.Random) -> Text:
        start, end = piece.start, piece.end
        if chance.random() < self._shares.cropped:
            text = self._set.paragraphs[piece.paragraph].text
            inside = [place for place in sentences(text) if start <= place[0] < end]
            start, end = _crop(text, chance.choice(inside), chance) if inside else (start, end)
        return self._text(piece.paragraph, start, end, chance)

    def _text(self, paragraph: int, start: int, end: int, chance: random.Random) -> Text:
        neighbour = 0 if chance.random() < self._shares.alone else NEIGHBOUR
        text = text_of(self._set.paragraphs[paragraph], start, end, neighbour)
        return replace(text, title="") if chance.random() < self._shares.untitled else text

    def _pieces_of(self, paragraph: int) -> list[Piece]:
        return [piece for piece in self._pieces if piece.paragraph == paragraph]


def _crop(text: str, place: tuple[int, int], chance: random.Random) -> tuple[int, int]:
    """Return whole sentences around a place, 150 to 450 characters of them where there are so many."""
    spans = sentences(text)
    first = next(i for i, (_, end) in enumerate(spans) if place[0] < end)
    last = next(i for i, (_, end) in enumerate(spans) if place[1] <= end)
    wanted = chance.randint(150, 450)
    while spans[last][1] - spans[first][0] < wanted and (first > 0 or last < len(spans) - 1):
        if first > 0 and (last == len(spans) - 1 or chance.random() < 0.5):
            first -= 1
        else:
            last += 1
    return spans[first][0], spans[last][1]


def _inside(
    text: str, passage: str, stretch: tuple[int, int], answers: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Return the places of the answers in the passage that was cut from the stretch, and trimmed."""
    first, last = trim(text, *stretch)
    return tuple(
        (start - first, end - first)
        for start, end in answers
        if first <= start and end <= last and text[start:end] == passage[start - first : end - first]
    )


def _without_answer(text: Text, answers: Sequence[tuple[int, int]]) -> Text | None:
    """Return the passage less the sentences that hold an answer; None when too little is left, or it is left there."""
    kept = [
        text.passage[start:end]
        for start, end in sentences(text.passage)
        if not any(start < last and first < end for first, last in answers)
    ]
    left = "".join(kept).strip()
    told = any(fold(text.passage[start:end]) in fold(left) for start, end in answers)
    return replace(text, passage=left) if len(left) >= _SHORTEST and not told else None
