"""A corpus that lives: what it costs to build, to keep true to its folder, to search, and to keep on disk."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import statistics
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bench.figures import Figure
from index import load, split
from index.document import Scope
from index.embedded import embeddings
from index.encode import EMBEDDED, Encoder, LazyEncoder
from index.generation import Generation
from index.limits import Limits
from index.parsing import Parser
from index.pointer import live
from index.sync import recipe, synchronise
from qa.engine import Engine
from qa.sentence_reader import SentenceReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.sync import Report

_T = TypeVar("_T")
_SHEETS = Path("service_public") / "fiches_txt.zip"
_CHANGED = 10  # files
_ROUNDS = 5
_SEARCHES = 300
_POOL = 100  # passages that a search asks of each kind
_MANY = 100_000  # chunks
_PARAGRAPHS = 6  # of a made-up text; each is a chunk
_WORDS = 90  # of a paragraph: 600 characters
_SEED = 4
_CONSONANTS, _VOWELS = "b c d f g l m n p r s t v ch tr", "a e i o u é an on ou eau"


def figures(data: Path, work: Path) -> list[Figure]:
    """Return the figures of the service-public sheets, by the embedded encoder, then those of `_MANY` chunks."""
    return [*sheets(data, work / "sheets"), *many(work / "many")]


def sheets(data: Path, work: Path) -> list[Figure]:
    """Return every figure of the sheets; none where the data is not there."""
    section = "service-public sheets"
    if not (data / _SHEETS).is_file():
        return []
    folder = work / "documents"
    with zipfile.ZipFile(data / _SHEETS) as archive:
        archive.extractall(folder)
    encoder = Encoder.open()
    texts = [chunk.encoded for file in _texts(folder) for chunk in split.split(load.load(file, folder))]
    bare = _seconds(lambda: encoder.encode_passages(texts))
    corpus = work / "corpus"
    built = _alone(_built, folder, corpus, EMBEDDED)
    report = built.report
    share = bare / (built.seconds - _loading())
    return [
        Figure(section, "files", report.documents),
        Figure(section, "chunks", report.chunks),
        Figure(section, "building, files a second", report.documents / built.seconds, "/s"),
        Figure(section, "building, chunks a second", report.chunks / built.seconds, "/s"),
        Figure(section, "building, share of the bare encoder's rate", share, least=0.85),
        Figure(section, "peak memory of the building", built.peak, "GB"),
        *_kept_true(section, folder, corpus, encoder),
        *_size(section, corpus),
        Figure(section, "from a swap to the first answer from it", _taking_up(folder, corpus, encoder), "s", most=2.0),
    ]


def many(work: Path) -> list[Figure]:
    """Return the figures of a large corpus of made-up texts, encoded by the mean of the embedded encoder's words."""
    section = f"{_MANY:,} chunks"
    folder = work / "documents"
    name = mean_encoder(work / "encoder")
    _make_up(folder)
    corpus = work / "corpus"
    built = _alone(_built, folder, corpus, name)
    searched = _alone(_searched, corpus, name, folder)
    return [
        Figure(section, "chunks", built.report.chunks),
        Figure(section, "building", built.seconds, "s"),
        Figure(section, "peak memory of the building", built.peak, "GB"),
        Figure(section, "nothing to do", _median(lambda: synchronise([folder], corpus, name)), "s"),
        Figure(section, f"{_CHANGED} changed files", _change(folder, corpus, LazyEncoder(name), 0).seconds, "s"),
        Figure(section, "opening the corpus", searched.opening, "s"),
        Figure(section, "search: median", searched.median, "ms"),
        Figure(section, "search: 95th percentile", searched.percentile, "ms"),
        Figure(section, "peak memory of a process that searches", searched.peak, "GB"),
        *_size(section, corpus),
    ]


@dataclass(frozen=True, slots=True)
class _Built:
    report: Report
    seconds: float
    peak: float  # GB, 10^9 bytes


@dataclass(frozen=True, slots=True)
class _Searched:
    opening: float  # seconds
    median: float  # ms
    percentile: float
    peak: float


def _built(folder: Path, corpus: Path, encoder: str) -> _Built:
    began = time.perf_counter()
    report = synchronise([folder], corpus, encoder)
    return _Built(report, time.perf_counter() - began, _peak())


def _searched(corpus: Path, name: str, folder: Path) -> _Searched:
    """Search by vectors and by words for the beginnings of texts, without the question's encoding."""
    encoder = Encoder.open(name)
    began = time.perf_counter()
    generation = Generation.open(corpus)
    opening = time.perf_counter() - began
    questions = [file.read_text(encoding="utf-8")[:60] for file in _texts(folder)[:_SEARCHES]]
    vectors = encoder.encode_queries(questions)
    times = []
    for question, vector in zip(questions, vectors, strict=True):
        began = time.perf_counter()
        generation.store.nearest(vector, _POOL, Scope())
        generation.lexicon.search(question, _POOL)
        times.append(1000 * (time.perf_counter() - began))
    generation.close()
    return _Searched(opening, statistics.median(times), statistics.quantiles(times, n=20)[-1], _peak())


def _kept_true(section: str, folder: Path, corpus: Path, encoder: Encoder) -> list[Figure]:
    """Return what it costs to do nothing, and to take up changed files, beside the encoding of these alone.

    The encoder and the process that reads files are open already, as they are in one that watches its folders.
    """
    lazy = LazyEncoder()
    lazy.open()
    nothing = _median(lambda: synchronise([folder], corpus, lazy))
    copying = _median(lambda: shutil.copytree(live(corpus), corpus.with_name("copy"), dirs_exist_ok=True))
    ratios, seconds = [], []
    with Parser() as parser:
        _change(folder, corpus, lazy, _ROUNDS, parser)
        for number in range(_ROUNDS):
            report = _change(folder, corpus, lazy, number, parser)
            changed = [folder / name for name in report.changes.changed]
            texts = [chunk.encoded for file in changed for chunk in split.split(load.load(file, folder))]
            alone = _seconds(lambda texts=texts: encoder.encode_passages(texts))  # type: ignore[misc]
            seconds.append(report.seconds)
            ratios.append((report.seconds - copying) / alone)
    return [
        Figure(section, "nothing to do", nothing, "s", most=2.0),
        Figure(section, f"{_CHANGED} changed files", statistics.median(seconds), "s"),
        Figure(
            section,
            f"{_CHANGED} changed files, less the copy, by their bare encoding",
            statistics.median(ratios),
            most=3.0,
        ),
    ]


def _change(
    folder: Path,
    corpus: Path,
    encoder: LazyEncoder,
    number: int,
    limits: Limits | Parser = Limits(),  # noqa: B008
) -> Report:
    """Change some files, and bring the corpus up to date."""
    for file in _texts(folder)[number::97][:_CHANGED]:
        with file.open("a", encoding="utf-8") as text:
            text.write(f"\nMise à jour numéro {number} de cette fiche.\n")
    return synchronise([folder], corpus, encoder, limits=limits)


def _size(section: str, corpus: Path) -> list[Figure]:
    manifest = Generation.open(corpus)
    chunks = manifest.manifest.chunks
    manifest.close()
    size = sum(file.stat().st_size for file in corpus.rglob("*") if file.is_file())
    return [Figure(section, "on disk, a chunk", size / chunks, "bytes")]


def _taking_up(folder: Path, corpus: Path, encoder: Encoder) -> float:
    """Return the median seconds from the swap of the pointer to the first answer from the new generation."""
    engine = Engine(corpus, encoder, recipe(), lambda generation: SentenceReader(encoder, generation.lexicon))
    lazy = LazyEncoder()
    times = []
    for number in range(_ROUNDS):
        stamp = _change(folder, corpus, lazy, 50 + number).stamp
        while engine.ask("Comment demander une aide ?").corpus.stamp != stamp:
            time.sleep(0.01)
        times.append(time.time() - (corpus / "current.json").stat().st_mtime)
    engine.close()
    return statistics.median(times)


def _texts(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.txt") if file.stat().st_size > 3)


def _make_up(folder: Path) -> None:
    """Write texts of French-looking words, as rare and as common as words are (Zipf), until there are enough chunks."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(_SEED)
    consonants, vowels = _CONSONANTS.split(), _VOWELS.split()
    syllables = [consonant + vowel for consonant in consonants for vowel in vowels]
    words = ["".join(random.choice(syllables, random.integers(1, 5))) for _ in range(60_000)]
    for number in range(_MANY // _PARAGRAPHS):
        drawn = iter(np.minimum(random.zipf(1.2, _PARAGRAPHS * _WORDS) - 1, len(words) - 1))
        paragraphs = [
            " ".join(words[next(drawn)] for _ in range(_WORDS)).capitalize() + "." for _ in range(_PARAGRAPHS)
        ]
        (folder / f"{number}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")


def mean_encoder(folder: Path) -> str:
    """Make a SentenceTransformer that gives the mean of the embedded encoder's word embeddings, which is fast."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    known = embeddings(Encoder.open().model)
    static = StaticEmbedding(known.tokenizer, embedding_weights=known.words.float().numpy())
    SentenceTransformer(modules=[static, Normalize()], device="cpu").save(str(folder))
    return str(folder)


def _alone(work: Callable[..., _T], *arguments: object) -> _T:
    """Return what a function returns in a process of its own, so that its peak of memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _peak() -> float:
    """Return the peak resident memory of this process, in GB (10^9 bytes)."""
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024 / 1e9


def _loading() -> float:
    """Return the median seconds to load the encoder in a process of its own."""
    return statistics.median(_alone(_loaded) for _ in range(3))


def _loaded() -> float:
    return _seconds(Encoder.open)


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(_ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
