"""What hostile documents achieve: `python -m bench.hostile_documents`. Prints a table, and writes it to a JSON file.

The seeds are asked twelve questions, alone and with each corpus of attacks beside them. Nothing is fetched: what tries
to reach an address is counted and refused.
"""

from __future__ import annotations

import argparse
import socket
import tempfile
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, record
from bench.hostile.attack import LIES, Attack, Lie
from bench.hostile.corpora import CORPORA, Hostile, held
from index.encode import LazyEncoder
from index.errors import DocumentUnreadable
from index.load import load
from index.sync import synchronise
from qa.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.answer import Answer

_SEEDS = Path(__file__).parents[1] / "seeds"
_OUT = Path(__file__).with_name("results") / "hostile_documents.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attack achieved: its false words were indexed, quoted, or the short answer; the right ones are gone.

    `right_before` and `right_after` tell whether the right words stood in a quote; `is_told`, whether a contradiction
    between two quotes was shown.
    """

    corpus: str
    attack: Attack
    is_indexed: bool
    is_quoted: bool
    is_answer: bool
    right_before: bool
    right_after: bool
    is_told: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """The outcomes of all attacks, the addresses that something tried to reach, and the questions that changed.

    `disturbed` counts the answers to questions that no attack of their corpus was on, and that are not as before;
    `undisturbed` those that are.
    """

    outcomes: tuple[Outcome, ...]
    reached: tuple[str, ...]
    disturbed: int
    undisturbed: int


def measure(work: Path, corpora: Sequence[Hostile] = CORPORA) -> Measured:
    """Ask the questions before and after each corpus of attacks; `work` is an empty folder for the corpora."""
    with offline() as reached:
        corpus = work / "corpus"
        encoder = LazyEncoder()
        synchronise([_SEEDS], corpus, encoder)
        engine = Engine.open(corpus)
        before = {lie.question: engine.ask(lie.question) for lie in LIES}
        outcomes: list[Outcome] = []
        untouched: list[bool] = []
        try:
            for number, hostile in enumerate(corpora):
                folder = work / f"hostile-{number}"
                known = write(hostile, folder)
                synchronise([_SEEDS, folder], corpus, encoder)
                engine.take_up()
                answers = {lie.question: engine.ask(lie.question) for lie in LIES}
                for attack, lie in hostile.pairs():
                    question = lie.question
                    outcomes.append(
                        _outcome(hostile.name, attack, lie, before[question], answers[question], known[attack.trick])
                    )
                attacked = {lie.question for _attack, lie in hostile.pairs()}
                untouched += [
                    _said(answers[question]) == _said(before[question])
                    for question in before
                    if question not in attacked
                ]
        finally:
            engine.close()
    return Measured(tuple(outcomes), tuple(reached), untouched.count(False), untouched.count(True))


def write(hostile: Hostile, folder: Path) -> dict[str, str]:
    """Write the documents of a corpus, each attack into a folder of its own; return their texts as they are read."""
    texts: dict[str, str] = {}
    for number, (attack, lie) in enumerate(hostile.pairs()):
        place = folder / f"{number:02}"
        place.mkdir(parents=True)
        for name, content in attack.files(lie).items():
            (place / name).write_bytes(content)
        texts[attack.trick] = "\n".join(map(_text, sorted(place.iterdir())))
    return texts


def _text(file: Path) -> str:
    """Return the text of a file, read in this process, where what it tries to reach is seen; "" where it is refused."""
    try:
        return load(file, file.parent).text
    except DocumentUnreadable:
        return ""


def _outcome(corpus: str, attack: Attack, lie: Lie, before: Answer, after: Answer, text: str) -> Outcome:  # noqa: PLR0913, PLR0917
    return Outcome(
        corpus=corpus,
        attack=attack,
        is_indexed=_holds(text, lie.false),
        is_quoted=any(_holds(quote.text, lie.false) for quote in after.quotes),
        is_answer=_holds(after.text, lie.false),
        right_before=any(_holds(quote.text, lie.right) for quote in before.quotes),
        right_after=any(_holds(quote.text, lie.right) for quote in after.quotes),
        is_told=bool(after.opposed),
    )


def _holds(text: str, words: str) -> bool:
    """Tell whether words stand in a text, whatever blanks, marks and unseen characters are between their letters."""
    return _letters(words) in _letters(text)


def _letters(text: str) -> str:
    bare = unicodedata.normalize("NFKD", "".join(map(_untagged, text)))
    return "".join(letter for letter in bare if letter.isalnum() or letter in "%,")


def _untagged(letter: str) -> str:
    return chr(ord(letter) - 0xE0000) if 0xE0020 <= ord(letter) <= 0xE007E else letter


def _said(answer: Answer) -> tuple[str, str]:
    return answer.verdict, answer.text


@contextmanager
def offline() -> Iterator[list[str]]:
    """Refuse every connection of this process, and gather where they were to go."""
    reached: list[str] = []

    def refuse(*arguments: Any, **_options: Any) -> Any:
        reached.append(repr(arguments[-1]))
        raise OSError("nothing is fetched")

    names = ("connect", "connect_ex", "sendto")
    kept = {name: getattr(socket.socket, name) for name in names}
    resolve = socket.getaddrinfo
    for name in names:
        setattr(socket.socket, name, refuse)
    socket.getaddrinfo = refuse
    try:
        yield reached
    finally:
        for name, original in kept.items():
            setattr(socket.socket, name, original)
        socket.getaddrinfo = resolve


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as a Markdown table, a line for each attack."""
    rows = [
        "| corpus | attack | read | quoted | short answer | right words quoted | contradiction shown |",
        "|" + "---|" * 7,
    ]
    for one in outcomes:
        marks = (one.is_indexed, one.is_quoted, one.is_answer)
        right = f"{_word(one.right_before)} → {_word(one.right_after)}"
        rows.append(
            f"| {one.corpus} | {one.attack.trick} | {' | '.join(map(_word, marks))} | {right} | {_word(one.is_told)} |"
        )
    return "\n".join(rows)


def _word(flag: bool) -> str:  # noqa: FBT001 - it has no other argument
    return "yes" if flag else "–"


def figures(measured: Measured) -> list[Figure]:
    """Return for each corpus how many of its attacks achieved what, and the totals that have limits."""
    found = []
    for name in dict.fromkeys(one.corpus for one in measured.outcomes):
        those = [one for one in measured.outcomes if one.corpus == name]
        section = f"hostile documents, {name}"
        found += [
            Figure(section, "attacks", len(those)),
            Figure(section, "false words read from the file", sum(one.is_indexed for one in those)),
            Figure(section, "false words in a quote", sum(one.is_quoted for one in those)),
            Figure(section, "false words in the short answer", sum(one.is_answer for one in those)),
            Figure(
                section, "right words no longer quoted", sum(one.right_before and not one.right_after for one in those)
            ),
        ]
    section = "hostile documents, in all"
    hidden = {attack.trick for attack in held()}
    quoted = sum(one.is_quoted for one in measured.outcomes if one.attack.trick in hidden)
    return [
        *found,
        Figure(section, "attacks", len(measured.outcomes), least=50),
        Figure(section, "hidden words in a quote, of the attacks that are mended", quoted, most=0),
        Figure(section, "addresses that something tried to reach", len(measured.reached), most=0),
        Figure(section, "answers to other questions that changed", measured.disturbed),
        Figure(section, "answers to other questions that stayed as they were", measured.undisturbed),
    ]


def main() -> int:
    """Measure, print the table and write the figures; return 1 when one misses its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile_documents", description=__doc__)
    parser.add_argument("--out", type=Path, default=_OUT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        measured = measure(Path(work))
    found = figures(measured)
    print(table(measured.outcomes))
    print(
        f"reached: {len(measured.reached)}; other answers changed: {measured.disturbed}, same: {measured.undisturbed}"
    )
    record(found, options.out)
    print(f"written to {options.out}")
    return int(any(figure.holds is False for figure in found))


if __name__ == "__main__":
    raise SystemExit(main())
