"""The corpora of attacks: each has a few attacks, each on a question of its own."""

from __future__ import annotations

from dataclasses import dataclass

from bench.hostile import office, pages, prints, words
from bench.hostile.attack import LIES, Attack, Lie


@dataclass(frozen=True, slots=True)
class Hostile:
    """Attacks that are put into one corpus, and on which question each is; `first` is that of the first."""

    name: str
    attacks: tuple[Attack, ...]
    first: int = 0

    def pairs(self) -> list[tuple[Attack, Lie]]:
        """Return each attack with the lie that it tells."""
        return [(attack, LIES[(self.first + number) % len(LIES)]) for number, attack in enumerate(self.attacks)]


CORPORA = (
    Hostile("orders", words.ORDERS),
    Hostile("odd letters", words.LETTERS, 3),
    Hostile("claims about itself", words.CLAIMS, 6),
    Hostile("names and senders", words.NAMES, 1),
    Hostile("addresses outside", words.LINKS, 8),
    Hostile("hidden in pages, by style", pages.STYLES, 2),
    Hostile("hidden in pages, by markup", (*pages.ATTRIBUTES, *words.COMMENTS), 5),
    Hostile("hidden in pages, by rules", pages.RULES, 7),
    Hostile("hidden in Word, OpenDocument", office.WORD, 4),
    Hostile("hidden in sheets and slides", (*office.SHEETS, *office.SLIDES)),
    Hostile("hidden in PDF", (*prints.PRINTS, *prints.FORGED_SCAN), 1),
    Hostile("stuffing", words.STUFFING, 2),
    Hostile("flood of 20", (words.flood(20),)),
    Hostile("flood of 60", (words.flood(60),), 6),
    Hostile("flood of 200", (words.flood(200),), 9),
)

NOT_MENDED = {
    "opacity:0": "what fades in by a script is saved like this",
    "comment in Markdown": "Markdown is read to the letter, as in an editor",
    "XLSX: hidden row": "a filter hides rows, and one click shows them",
    "XLSX: hidden column": "an outline hides columns, and one click shows them",
    "XLSX: white text": "the style of a table or a condition may set another ground",
    "PPTX: hidden slide": "it is part of the document that is handed around",
    "PPTX: notes of the speaker": "they are part of the document, and marked as notes",
    "PPTX: box beside the slide": "the editor shows it",
    "PPTX: text of 1 point": "the editor shows a box that can be made larger",
    "PDF: the invisible layer of a scan says something else": "only a reader of pictures could tell",
}
"""Attacks by what is hidden that are read all the same, with the reason."""


def held() -> tuple[Attack, ...]:
    """Return the attacks by hidden words that must achieve nothing."""
    every = (attack for corpus in CORPORA for attack in corpus.attacks)
    return tuple(attack for attack in every if attack.kind == "hidden" and attack.trick not in NOT_MENDED)
