"""Whatever happens to the files of a corpus, it answers rightly or is refused by name, and can be made whole again.

`make attack` tries every damage; other runs try a sample. A damage is made on a copy, which is opened by a process of
its own: to end it by a signal is a failure, like an answer that is not the right one.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from index import trial
from index.encode import LazyEncoder
from index.errors import CorpusForeign
from index.pointer import live
from index.repair import repair
from index.sync import synchronise
from tests.attack.conftest import EVERY, ROOT
from tests.attack.probe import Outcome
from tests.privileges import privileges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.attack.conftest import Probe

# --- the table: every file of a generation, and whatever can befall a file

FILES = (
    "manifest.json",
    "sources.json",
    "spelling.json",
    "lease.lock",
    "store/chroma.sqlite3",
    "store/*/data_level0.bin",
    "store/*/header.bin",
    "store/*/length.bin",
    "store/*/link_lists.bin",
    "store/*/index_metadata.pickle",
    "lexicon/meta.json",
    "lexicon/.managed.json",
    "lexicon/*.fast",
    "lexicon/*.fieldnorm",
    "lexicon/*.idx",
    "lexicon/*.pos",
    "lexicon/*.store",
    "lexicon/*.term",
    "../../current.json",
)


def emptied(file: Path, _other: Path) -> None:
    os.truncate(file, 0)


def cut(file: Path, _other: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flipped(file: Path, _other: Path) -> None:
    content = bytearray(file.read_bytes())
    if content:
        content[len(content) // 2] ^= 0x10
    file.write_bytes(content)


def removed(file: Path, _other: Path) -> None:
    file.unlink()


def made_a_folder(file: Path, _other: Path) -> None:
    file.unlink()
    file.mkdir()


def swapped(file: Path, other: Path) -> None:
    shutil.copy(other, file)


def linked(file: Path, _other: Path) -> None:
    """Moved elsewhere, with a link in its place: no damage."""
    corpus = next(folder for folder in file.parents if (folder / "writer.lock").exists())
    elsewhere = Path(tempfile.mkdtemp(dir=corpus.parent)) / file.name
    shutil.move(file, elsewhere)
    file.symlink_to(elsewhere)


def forbidden(file: Path, _other: Path) -> None:
    file.chmod(0)


WAYS = (emptied, cut, flipped, removed, made_a_folder, swapped, linked, forbidden)


def befalling(pattern: str, way: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
    def damage(corpus: Path, other: Path) -> None:
        way(found(corpus, pattern), found(other, pattern))

    return damage


def found(corpus: Path, pattern: str) -> Path:
    if pattern.startswith("../../"):
        return corpus / pattern.removeprefix("../../")
    return next(live(corpus).glob(pattern))


def said_in_sql(statement: str) -> Callable[[Path, Path], None]:
    """What may be wrong in a SQLite file that is one still."""

    def damage(corpus: Path, _other: Path) -> None:
        with contextlib.closing(sqlite3.connect(found(corpus, "store/chroma.sqlite3"))) as database:
            database.executescript(statement)

    return damage


STATEMENTS = {
    "no collection": "DELETE FROM collections",
    "another collection": "UPDATE collections SET name = 'others'",
    "no configuration": "UPDATE collections SET config_json_str = '{'",
    "no segments": "DELETE FROM segments",
    "no table of segments": "DROP TABLE segments",
    "another segment's rows": "UPDATE embeddings SET segment_id = 'none'",
    "no migrations": "DELETE FROM migrations",
    "no marks of what is written": "DELETE FROM max_seq_id",
    "marks before what is written": "UPDATE max_seq_id SET seq_id = 0",
    "no index of words": "DROP TABLE embedding_fulltext_search",
    "no row": "DELETE FROM embeddings",
    "a row less": "DELETE FROM embeddings WHERE id = 1",
    "a word more": "UPDATE embedding_metadata SET string_value = string_value || ' non' WHERE key = 'chroma:document'",
    "another title": "UPDATE embedding_metadata SET string_value = 'Faux' WHERE key = 'title'",
    "two names exchanged": """
        UPDATE embeddings SET embedding_id = embedding_id || '?' WHERE id IN (1, 2);
        UPDATE embeddings SET embedding_id =
            (SELECT substr(twin.embedding_id, 1, length(twin.embedding_id) - 1) FROM
             (SELECT id, embedding_id FROM embeddings) AS twin WHERE twin.id = 3 - embeddings.id)
            WHERE id = 1;
    """,
    "a removal that is not done yet": """
        INSERT INTO embeddings_queue (operation, topic, id, metadata)
        SELECT 3, 'persistent://default/default/' || id, 'offre.txt#0', '{}' FROM collections;
    """,
    "no log": "DROP TABLE embeddings_queue",
}


def points_to(text: str) -> Callable[[Path, Path], None]:
    def damage(corpus: Path, _other: Path) -> None:
        (corpus / "current.json").write_text(text.replace("LIVE", live(corpus).name), encoding="utf-8")

    return damage


def bomb(corpus: Path, _other: Path) -> None:
    """Something that runs when it is unpickled."""
    found(corpus, "store/*/index_metadata.pickle").write_bytes(pickle.dumps(_Bomb(corpus / "exploded")))


class _Bomb:
    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self._trace),)


def wholly(pattern: str, how: Callable[[Path, Path], object]) -> Callable[[Path, Path], None]:
    """What may happen to a whole folder of a generation."""

    def damage(corpus: Path, other: Path) -> None:
        how(live(corpus) / pattern, live(other) / pattern)

    return damage


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def without_files(part: Path, _other: Path) -> None:
    for file in files(part):
        file.unlink()


def exchanged(part: Path, other: Path) -> None:
    shutil.rmtree(part)
    shutil.copytree(other, part)


EARLIER = "the whole generation is an earlier one's of the same corpus"

OTHERS: dict[str, Callable[[Path, Path], object]] = {
    "the pointer points to nothing": points_to('{"format": 2, "generation": "20200101T000000Z-abcdef"}'),
    "the pointer points outside": points_to('{"format": 2, "generation": "../LIVE"}'),
    "the pointer points up": points_to('{"format": 2, "generation": ".."}'),
    "the pointer is of another kind": points_to("[2]"),
    "the pointer is of an older format": points_to('{"format": 1, "generation": "LIVE"}'),
    "the generation is gone": lambda corpus, _other: shutil.rmtree(live(corpus)),
    "the generation is empty": wholly("", without_files),
    "all generations are gone": lambda corpus, _other: shutil.rmtree(corpus / "generations"),
    "a bomb for whoever unpickles it": bomb,
    "the store is gone": wholly("store", lambda part, _other: shutil.rmtree(part)),
    "the lexicon is gone": wholly("lexicon", lambda part, _other: shutil.rmtree(part)),
    "another's store": wholly("store", exchanged),
    "another's lexicon": wholly("lexicon", exchanged),
    "the store is a link": wholly("store", linked),
    "the lexicon is a link": wholly("lexicon", linked),
    "the whole generation is another corpus's": wholly("", exchanged),
    EARLIER: wholly("", exchanged),
}

DAMAGES: dict[str, Callable[[Path, Path], object]] = {
    **{f"{file} {way.__name__}": befalling(file, way) for file in FILES for way in WAYS},
    **{f"SQLite: {name}": said_in_sql(statement) for name, statement in STATEMENTS.items()},
    **OTHERS,
}

SAMPLE = (
    "manifest.json flipped",
    "sources.json removed",
    "spelling.json emptied",
    "lease.lock removed",
    "store/chroma.sqlite3 cut",
    "store/*/data_level0.bin flipped",
    "store/*/header.bin emptied",
    "lexicon/*.idx cut",
    "../../current.json made_a_folder",
    "SQLite: no segments",
    "a bomb for whoever unpickles it",
    EARLIER,
)

IN_A_REAL_PROCESS = "lexicon/*.idx cut"
"""The repair of which nothing is replaced by something quicker."""

FOUND_BY_THE_DOCTOR_ONLY = ("SQLite: no migrations",)
"""What a later Chroma may rightly change, and is therefore not sealed: a synchronisation does not see it."""

ONE_UNIT = ("lexicon/*.fast", "lexicon/*.fieldnorm", "lexicon/*.pos", "lexicon/*.store", "lexicon/*.term")
"""What is made again with the rest of the lexicon: its damages are mended alike."""


def each(names: Iterable[str]) -> pytest.MarkDecorator:
    tried = [name for name in names if not (name.endswith(forbidden.__name__) and privileges())]
    cases = [pytest.param(name, marks=pytest.mark.sample) if name in SAMPLE else pytest.param(name) for name in tried]
    return pytest.mark.parametrize("name", cases)


MENDED = [name for name in DAMAGES if not name.startswith(ONE_UNIT)]


@pytest.fixture
def corpus(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "corpus")


@pytest.fixture
def damaged(corpus: Path, other: Path, earlier: Path, name: str) -> Path:
    DAMAGES[name](corpus, earlier if name == EARLIER else other)
    return corpus


@pytest.fixture
def quick_trial(name: str, probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor's trial, in a fork of the probe instead of a process that has to import everything."""

    def forked(folder: Path, parts: Sequence[str]) -> tuple[dict[str, str], str]:
        outcome = probe(folder, parts=parts) if parts else Outcome(answer="{}")
        return json.loads(outcome.answer or "{}"), outcome.signal

    if name != IN_A_REAL_PROCESS:
        monkeypatch.setattr(trial, "_trial", forked)


# --- what must hold


@each(DAMAGES)
def test_a_damaged_corpus_answers_rightly_or_is_refused_by_name(damaged: Path, probe: Probe, expected: str) -> None:
    outcome = probe(damaged)

    assert outcome.is_named or outcome.answer == expected, outcome
    assert not (damaged / "exploded").exists()


@each(MENDED)
@pytest.mark.usefixtures("quick_trial")
def test_a_repair_makes_it_whole_or_says_that_it_must_be_indexed(
    damaged: Path, probe: Probe, expected: str, quick: str, name: str
) -> None:
    diagnosis = repair(damaged, LazyEncoder(quick))

    if diagnosis.is_whole:
        assert probe(damaged).answer == expected
        assert repair(damaged, LazyEncoder(quick)) == diagnosis
    else:
        is_refused = name.endswith(forbidden.__name__) and diagnosis.findings[0].code == "forbidden"
        assert diagnosis.must_be_indexed or is_refused, diagnosis
    assert not (damaged / "exploded").exists()


@each(name for name in MENDED if name not in FOUND_BY_THE_DOCTOR_ONLY)
def test_a_synchronisation_makes_it_whole(damaged: Path, folder: Path, probe: Probe, expected: str, quick: str) -> None:
    synchronise([folder], damaged, quick)

    outcome = probe(damaged)
    assert outcome.answer == expected, outcome
    assert not (damaged / "exploded").exists()


@pytest.mark.skipif(not privileges(), reason="they are among the others: this user is refused what is forbidden")
def test_all_this_holds_where_a_file_may_not_be_read() -> None:
    """Root is refused nothing: these cases are run by a root that is."""
    program = Path(__file__).with_name("unprivileged.py")
    done = subprocess.run(
        [sys.executable, str(program), "-q", "-p", "no:cacheprovider", "-k", forbidden.__name__, __file__],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), EVERY: "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    cases = sum(name.endswith(forbidden.__name__) for names in (DAMAGES, MENDED, MENDED) for name in names)
    assert f"{cases} passed" in done.stdout


# --- what is not a corpus of this version is left alone


def a_newer_format(corpus: Path) -> None:
    points_to('{"format": 3, "generation": "LIVE"}')(corpus, corpus)


def something_else(corpus: Path) -> None:
    shutil.rmtree(corpus)
    corpus.mkdir()
    (corpus / "lettre.txt").write_text("Cher ami,", encoding="utf-8")


@pytest.mark.sample
@pytest.mark.parametrize("what", [a_newer_format, something_else])
def test_what_is_foreign_is_refused_and_left_as_it_is(
    corpus: Path, what: Callable[[Path], None], probe: Probe, folder: Path, quick: str
) -> None:
    what(corpus)
    before = tree(corpus)

    assert probe(corpus).error == "CorpusForeign"
    assert [finding.code for finding in repair(corpus, LazyEncoder(quick)).findings] == ["foreign"]
    with pytest.raises(CorpusForeign):
        synchronise([folder], corpus, quick)
    assert tree(corpus) == before


def tree(corpus: Path) -> dict[str, bytes]:
    return {
        file.relative_to(corpus).as_posix(): file.read_bytes() for file in files(corpus) if file.name != "writer.lock"
    }


# --- these tests can fail

HARMFUL_WITHOUT_SEAL = (
    "spelling.json cut",
    "store/*/header.bin flipped",  # the process ends by SIGSEGV
    "store/*/length.bin emptied",
    "store/*/index_metadata.pickle removed",
    "SQLite: a word more",
    "SQLite: another title",
    "another's lexicon",
)


@pytest.mark.sample
@pytest.mark.parametrize("name", HARMFUL_WITHOUT_SEAL)
def test_with_the_seal_not_checked_the_damage_does_harm(damaged: Path, probe: Probe, expected: str) -> None:
    outcome = probe(damaged, is_unsealed=True)

    assert not outcome.is_named
    assert outcome.answer != expected
