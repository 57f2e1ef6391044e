"""Corpora that are made by hand or of TEXTS, and what is in a corpus: its texts, its files, its generations."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.document import Chunk, Document
from index.draft import Draft
from index.generation import Generation
from index.lock import writer
from index.pointer import live
from index.seal import Manifest, Recipe, Source, Sources
from index.sync import synchronise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
RECIPE = Recipe(encoder="handmade", splitting="by hand", text="nfc-1", lexicon="french-1")
OLD = {"offre.txt": ["Ilya Sutskever a refusé ", "l'offre de Meta."], "prime.txt": ["Une prime d'entrée."]}
NEW = {"musee.txt": ["Le musée ouvre ", "ses portes ", "aux écoliers."]}
TEXTS = {
    "offre.txt": "Ilya Sutskever a refusé l'offre de Meta.\n",
    "prime.md": f"# La prime\n\n{'Elle est versée. ' * 40}\n\n## Le montant\n\n{'Elle est de cent euros. ' * 30}\n",
}


def publish(corpus: Path, documents: dict[str, list[str]]) -> Manifest:
    with writer(corpus):
        draft = Draft(corpus)
        fill(draft, documents)
        return draft.publish(RECIPE, [corpus.parent], sources(documents))


def fill(draft: Draft, documents: dict[str, list[str]]) -> None:
    for name, texts in documents.items():
        whole = Document(id=name, text="".join(texts), title=name, date="2025-07", origin=name)
        ends = np.cumsum([len(text) for text in texts]).tolist()
        chunks = [
            Chunk(name, number, end - len(text), end, text, "", text)
            for number, (text, end) in enumerate(zip(texts, ends, strict=True))
        ]
        raw = np.random.default_rng(len(name)).normal(size=(len(texts), 8))
        draft.store.add(whole, chunks, (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32))


def sources(documents: Iterable[str]) -> Sources:
    return Sources(files=dict.fromkeys(documents, Source(sha256="0", size=1)))


@contextmanager
def opened(corpus: Path, recipe: Recipe | None = None) -> Iterator[Generation]:
    generation = Generation.open(corpus, recipe)
    try:
        yield generation
    finally:
        generation.close()


def texts(generation: Generation) -> dict[str, list[str]]:
    names = {passage.document for passage in generation.store}
    return {name: [passage.text for passage in generation.store.document(name)] for name in sorted(names)}


def texts_of(corpus: Path) -> dict[str, str]:
    """Every document of a corpus with its text, put together from its passages."""
    generation = Generation.open(corpus)
    try:
        names = {passage.document for passage in generation.store}
        return {name: "".join(p.text for p in generation.store.document(name)) for name in sorted(names)}
    finally:
        generation.close()


def found(generation: Generation, words: str) -> list[str]:
    return [match.id for match in generation.lexicon.search(words, 5)]


def generations(corpus: Path) -> list[str]:
    return sorted(folder.name for folder in (corpus / "generations").iterdir())


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def dated_tree(folder: Path, *left_out: str) -> dict[str, tuple[bytes, int]]:
    """The files but those of these names, each with what it holds, and when that was written."""
    return {
        file.relative_to(folder).as_posix(): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file() and file.name not in left_out
    }


def second_generation(corpus: Path, folder: Path, quick: str, tmp_path: Path) -> str:
    """Add an older generation that is whole, as a reader would keep it; return its stamp."""
    kept = live(corpus)
    shutil.copytree(kept, tmp_path / "kept")
    synchronise([shutil.copytree(folder, tmp_path / "elsewhere")], corpus, quick)
    shutil.copytree(tmp_path / "kept", kept, dirs_exist_ok=True)
    return kept.name


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run a program in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
