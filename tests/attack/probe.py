"""A process that opens damaged corpora, each in a child of its own, and reports how that ended.

Everything is imported once, before any thread is started; each case is then a fork, which takes a few milliseconds.
Requests and reports are lines of JSON: `Request` and `Outcome`.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

import chromadb  # noqa: F401  # what is imported before the fork is not imported by each case
import numpy as np
import tantivy  # noqa: F401

from index import generation, seal, trial_child
from index.errors import SourcierError
from index.generation import Generation

WORDS = "Qui a refusé l'offre de Meta ?"
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Request:
    """Search the corpus in `folder` with a vector; or, where `parts` are named, try these parts of a generation.

    `is_unsealed` has nothing compared with the seal.
    """

    folder: str
    vector: list[float] = field(default_factory=list)
    is_unsealed: bool = False
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended: `signal` is the name of the one that ended the child, `error` the class of what was raised.

    `is_named` tells an error of index.errors from any other. `answer` is what the corpus answered.
    """

    signal: str = ""
    error: str = ""
    message: str = ""
    is_named: bool = False
    answer: str = ""


def main() -> None:
    """Answer requests until there are no more; one fork each."""
    for line in sys.stdin:
        print(json.dumps(asdict(forked(Request(**json.loads(line))))), flush=True)  # noqa: T201


def forked(request: Request) -> Outcome:
    """Return how a request ended in a process of its own."""
    answers, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(answers)
        with os.fdopen(told, "w", encoding="utf-8") as pipe:
            json.dump(asdict(outcome(request)), pipe)
        os._exit(0)
    os.close(told)
    with os.fdopen(answers, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Outcome(signal=signal.Signals(os.WTERMSIG(status)).name)
    return Outcome(**json.loads(said))


def outcome(request: Request) -> Outcome:
    """Do what is asked, and return what came of it."""
    signal.alarm(SECONDS)  # an endless wait ends by a signal, too
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what Rust says when it panics
    if request.is_unsealed:
        break_the_seal()
    try:
        if request.parts:
            return Outcome(answer=trial(Path(request.folder), request.parts))
        return Outcome(answer=answer(Path(request.folder), request.vector))
    except SourcierError as error:
        return Outcome(error=type(error).__name__, message=str(error), is_named=True)
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is to be reported
        return Outcome(error=type(error).__name__, message=traceback.format_exc())


def break_the_seal() -> None:
    """Leave out every comparison with what was sealed."""
    vars(generation)["check_seal"] = lambda *_arguments: set()


def trial(folder: Path, parts: list[str]) -> str:
    """Return what is wrong with each part of a generation, as JSON."""
    chunks = seal.read_manifest(folder, folder).chunks
    return json.dumps({part: trial_child.trouble(part, folder, chunks) for part in parts})


def answer(corpus: Path, vector: list[float]) -> str:
    """Return the digest of all texts, and what a question finds by meaning and by words."""
    opened = Generation.open(corpus)
    try:
        texts = hashlib.sha256()
        for name in sorted({passage.document for passage in opened.store}):
            for passage in opened.store.document(name):
                texts.update(repr(passage).encode())
        near = opened.store.nearest(np.array(vector, dtype=np.float32), 5)
        vectors = opened.store.vectors(sorted(near))
        return json.dumps(
            {
                "texts": texts.hexdigest(),
                "near": sorted((name, round(cosine, 3)) for name, cosine in near.items()),
                "vectors": {name: [round(float(number), 3) + 0.0 for number in vectors[name]] for name in sorted(near)},
                "words": sorted((match.id, round(match.overlap, 3)) for match in opened.lexicon.search(WORDS, 5)),
                "spelt": opened.spelling.restore("qui a refuse l offre de meta"),
            },
            sort_keys=True,
        )
    finally:
        opened.close()


if __name__ == "__main__":
    main()
