"""What watching promises: the corpus follows its folders, whatever happens to them meanwhile."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING

import pytest

from index.encode import LazyEncoder
from index.errors import CorpusLocked, CorpusMissing, FolderUnusable, SourcierError
from index.lock import writer
from index.sync import Report, synchronise
from index.watch import Pace, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACE = Pace(settled=0.2, gathered=2.0, compared=600.0, locked=0.5)
PATIENCE = 30.0  # seconds until a test that waits for nothing is ended


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    timer = threading.Timer(PATIENCE, event.set)
    timer.start()
    yield event
    timer.cancel()
    event.set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    (made / "offre.txt").write_text("Ilya Sutskever a refusé l'offre de Meta.\n", encoding="utf-8")
    return made


@pytest.fixture
def watched(folder: Path, tmp_path: Path, quick: str) -> Watch:
    return Watch([folder], tmp_path / "corpus", LazyEncoder(quick, "cpu"), pace=PACE)


def told(outcome: Report | SourcierError) -> Report:
    assert isinstance(outcome, Report)
    return outcome


def meanwhile(watched: Watch, stop: threading.Event, seconds: float) -> list[Report | SourcierError]:
    """Everything that there is to tell within some seconds, after the first report."""
    outcomes = watched.outcomes(stop)
    told(next(outcomes))
    threading.Timer(seconds, stop.set).start()
    return list(outcomes)


def test_the_first_report_comes_though_nothing_changed(
    watched: Watch, folder: Path, quick: str, stop: threading.Event
) -> None:
    synchronise([folder], watched.corpus, quick)
    assert told(next(watched.outcomes(stop))).unchanged


def test_each_burst_of_changes_is_one_synchronisation(watched: Watch, folder: Path, stop: threading.Event) -> None:
    outcomes = watched.outcomes(stop)
    assert told(next(outcomes)).documents == 1
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"Le texte numéro {number}.", encoding="utf-8")
        time.sleep(0.02)
    assert len(told(next(outcomes)).changes.added) == 5
    (folder / "0.txt").unlink()
    assert told(next(outcomes)).changes.removed == ("0.txt",)


def test_a_file_in_a_new_folder_is_seen(watched: Watch, folder: Path, stop: threading.Event) -> None:
    outcomes = watched.outcomes(stop)
    next(outcomes)
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("Un texte.", encoding="utf-8")
    assert told(next(outcomes)).changes.added == ("notes/a.txt",)


def test_the_encoder_is_loaded_once(watched: Watch, folder: Path, stop: threading.Event) -> None:
    outcomes = watched.outcomes(stop)
    next(outcomes)
    first = watched.encoder.open()
    (folder / "a.txt").write_text("Un texte.", encoding="utf-8")
    next(outcomes)
    assert watched.encoder.open() is first


@pytest.mark.parametrize("name", [".cache.txt", ".git/index", "~$offre.docx", "Thumbs.db", "$RECYCLE.BIN/offre.txt"])
def test_what_is_left_out_is_no_reason_to_look(
    watched: Watch, folder: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    looked = _counted(monkeypatch)
    threading.Timer(1.0, _write, [folder / name]).start()
    assert meanwhile(watched, stop, 2.0) == []
    assert len(looked) == 1


def test_a_corpus_inside_the_folder_does_not_set_off_itself(
    watched: Watch, folder: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = _counted(monkeypatch)
    watched.corpus = folder / "corpus"
    assert meanwhile(watched, stop, 1.5) == []
    assert len(looked) == 1


def test_lost_events_are_made_up_for(watched: Watch, folder: Path, stop: threading.Event, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("Un texte.", encoding="utf-8")
    (folder / "lien.txt").symlink_to(elsewhere)
    watched.pace = Pace(settled=0.2, compared=0.5)
    outcomes = watched.outcomes(stop)
    next(outcomes)
    elsewhere.write_text("Un autre texte.", encoding="utf-8")  # outside of the folder: there is no event
    assert told(next(outcomes)).changes.changed == ("lien.txt",)


def test_a_folder_that_vanishes_is_told_once_and_watched_again_when_it_is_back(
    watched: Watch, folder: Path, stop: threading.Event
) -> None:
    outcomes = watched.outcomes(stop)
    next(outcomes)
    shutil.rmtree(folder)
    gone = next(outcomes)
    assert isinstance(gone, FolderUnusable)
    folder.mkdir()
    (folder / "retour.txt").write_text("De retour.", encoding="utf-8")
    back = next(outcomes)
    while isinstance(back, FolderUnusable):  # it was empty for a moment
        back = next(outcomes)
    assert told(back).changes.added == ("retour.txt",)
    (folder / "suite.txt").write_text("La suite.", encoding="utf-8")
    assert told(next(outcomes)).changes.added == ("suite.txt",)


def test_when_all_is_well_again_it_is_told_though_nothing_changed(
    watched: Watch, folder: Path, stop: threading.Event
) -> None:
    outcomes = watched.outcomes(stop)
    next(outcomes)
    away = folder.rename(folder.with_name("away"))
    assert isinstance(next(outcomes), FolderUnusable)
    away.rename(folder)
    assert told(next(outcomes)).unchanged


def test_an_error_that_goes_on_is_told_once(watched: Watch, folder: Path, stop: threading.Event) -> None:
    watched.pace = Pace(settled=0.2, compared=0.4)
    outcomes = watched.outcomes(stop)
    next(outcomes)
    shutil.rmtree(folder)
    threading.Timer(2.0, stop.set).start()
    assert [type(outcome) for outcome in outcomes] == [FolderUnusable]


def test_a_corpus_that_another_writes_is_tried_again(watched: Watch, stop: threading.Event) -> None:
    outcomes = watched.outcomes(stop)
    with writer(watched.corpus):
        assert isinstance(next(outcomes), CorpusLocked)
    assert told(next(outcomes)).documents == 1


def test_with_no_folder_and_no_corpus_there_is_nothing_to_watch(watched: Watch, stop: threading.Event) -> None:
    watched.folders = []
    with pytest.raises(CorpusMissing):
        next(watched.outcomes(stop))


def test_a_system_that_watches_nothing_more_leaves_comparing(
    watched: Watch, folder: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Iterator[set[tuple[int, str]]]:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", refuse)
    watched.pace = Pace(settled=0.1, compared=0.3)
    outcomes = watched.outcomes(stop)
    next(outcomes)
    (folder / "a.txt").write_text("Un texte.", encoding="utf-8")
    assert told(next(outcomes)).changes.added == ("a.txt",)


def test_it_ends_when_told_to(watched: Watch, stop: threading.Event) -> None:
    began = time.monotonic()
    assert meanwhile(watched, stop, 0.1) == []
    assert time.monotonic() - began < PATIENCE


def _write(file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text("Un texte.", encoding="utf-8")


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Count the synchronisations."""
    looked: list[object] = []

    def counting(*arguments: object, **options: object) -> Report:
        looked.append(arguments)
        return synchronise(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("index.watch.synchronise", counting)
    return looked
