"""The synchronisations that are killed: what there was, what there is to be, and how it is brought about.

Runs in the processes of `killing`, which have imported everything already.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.sync import synchronise
from tests.crash.contents import Contents, read
from tests.crash.forks import in_a_child

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = 30
_SEED = 20
_WORDS = """
    le la une des dans pour avec sans sous entre contrat salarié préavis congé prime durée article accord mois délai
    lettre demande employeur services agence région budget marché travaux école hôpital transport énergie eau forêt
    rivière musée archive registre conseil maire arrêté signature dossier usager guichet logement bail loyer caution
    facture paiement retard pénalité remise tarif abonné compteur quartier chantier permis terrain
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A synchronisation of a corpus `before` (None: there is none) with a folder by an encoder.

    With `is_read`, somebody reads the old corpus all the while. `old` is what the corpus holds before, `new` what a
    fresh one holds that is made from the folder.
    """

    name: str
    folder: Path
    encoder: str
    before: Path | None
    old: Contents | None = field(repr=False)
    new: Contents = field(repr=False)
    is_read: bool = False


def changed(room: Path, encoder: str, _other: str) -> list[Shape]:
    """Some documents come, change, move and go, also while somebody reads."""
    folder = _documents(room / "documents")
    before = _made(folder, room / "before", encoder)
    for number in range(2):
        (folder / f"lettres/{number}.txt").write_text(_text(number + 100, 3), encoding="utf-8")
        (folder / f"notes/{number + 5}.md").write_text(_text(number + 200, 2), encoding="utf-8")
        (folder / f"notes/{number + 10}.md").rename(folder / f"lettres/déplacé {number}.md")
        (folder / f"notes/{number + 15}.txt").unlink()
    (folder / "lettres" / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    old, new = _contents(before), _contents(_made(folder, room / "after", encoder))
    return [
        Shape("incremental", folder, encoder, before, old, new),
        Shape("with a reader", folder, encoder, before, old, new, is_read=True),
    ]


def compacted(room: Path, encoder: str, _other: str) -> list[Shape]:
    """Most documents go, so that the store is written afresh."""
    folder = _documents(room / "documents")
    before = _made(folder, room / "before", encoder)
    for file in sorted(folder.glob("notes/*"))[: 2 * DOCUMENTS // 3]:
        file.unlink()
    after = _made(folder, room / "after", encoder)
    return [Shape("compaction", folder, encoder, before, _contents(before), _contents(after))]


def made_anew(room: Path, encoder: str, other: str) -> list[Shape]:
    """All is made: because there is nothing yet, and because another encoder is to make it."""
    folder = _documents(room / "documents")
    before = _made(folder, room / "before", encoder)
    old, new = _contents(before), _contents(_made(folder, room / "after", other))
    return [
        Shape("first build", folder, encoder, None, None, old),
        Shape("another encoder", folder, other, before, old, new),
    ]


FAMILIES = (changed, compacted, made_anew)
NAMES = ("incremental", "with a reader", "compaction", "first build", "another encoder")


def _made(folder: Path, corpus: Path, encoder: str) -> Path:
    in_a_child(synchronise, [folder], corpus, encoder)
    return corpus


def _contents(corpus: Path) -> Contents:
    """Read a corpus that is to be copied, not changed: from a copy, since opening writes."""
    copy = shutil.copytree(corpus, corpus.with_name(f"{corpus.name} copied"))
    found = in_a_child(read, copy)
    if found.lost:
        raise RuntimeError(f"passages that do not find themselves in a corpus that nobody disturbed: {found.lost}")
    return found


def _documents(folder: Path) -> Path:
    (folder / "notes").mkdir(parents=True)
    (folder / "lettres").mkdir()
    for number in range(DOCUMENTS):
        suffix = "md" if 5 <= number < 15 else "txt"
        (folder / "notes" / f"{number}.{suffix}").write_text(_text(number, 1 + number % 5), encoding="utf-8")
    (folder / "binaire.txt").write_bytes(b"\x00\x01\x02" * 99)
    return folder


def _text(number: int, paragraphs: int) -> str:
    """Return a text of so many chunks, each with words of its own."""
    chance, words = random.Random(_SEED * 1_000 + number), _WORDS.split()
    parts = [
        f"Dossier {number} alinéa {paragraph} : {' '.join(chance.choices(words, k=90))} {chance.getrandbits(40):x}."
        for paragraph in range(paragraphs)
    ]
    return f"# Le titre {number}\n\n" + "\n\n".join(parts) + "\n"
