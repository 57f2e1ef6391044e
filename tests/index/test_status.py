"""What the status of a corpus tells, and that telling it changes nothing."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.errors import CorpusIncomplete, CorpusLocked, CorpusMissing, CorpusOutdated, FolderUnusable
from index.generation import Generation
from index.limits import Limits
from index.lock import writer
from index.pointer import live
from index.skipped import Skipped
from index.status import age, status
from index.sync import synchronise

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    (made / "offre.txt").write_text("Ilya Sutskever a refusé l'offre de Meta.\n", encoding="utf-8")
    (made / "prime.md").write_text("# La prime\n\nUne prime d'entrée.\n", encoding="utf-8")
    (made / "image.txt").write_bytes(b"\x00\x01" * 99)
    return made


@pytest.fixture
def corpus(folder: Path, quick: str, tmp_path: Path) -> Path:
    synchronise([folder], tmp_path / "corpus", quick)
    return tmp_path / "corpus"


def test_a_corpus_that_is_true_to_its_folders_is_up_to_date(corpus: Path, folder: Path, quick: str) -> None:
    told = status(corpus, quick)
    assert told.is_up_to_date
    assert (told.stamp, told.documents, told.chunks) == (live(corpus).name, 2, 2)
    assert told.folders == (str(folder),)
    assert told.skipped == (Skipped("image.txt", "binary data, not text"),)
    assert told.encoder.startswith("letters:")
    assert (told.writer, told.others, told.obstacle) == ("", (), None)


def test_what_has_changed_since_is_pending(corpus: Path, folder: Path, quick: str) -> None:
    (folder / "offre.txt").rename(folder / "refus.txt")
    (folder / "prime.md").unlink()
    (folder / "neuf.txt").write_text("Un texte.", encoding="utf-8")
    told = status(corpus, quick)
    assert told.pending is not None
    assert not told.is_up_to_date
    assert (told.pending.added, told.pending.moved) == (("neuf.txt",), (("offre.txt", "refus.txt"),))
    assert (told.pending.removed, told.pending.changed) == (("prime.md",), ())


def test_limits_that_have_changed_make_skipped_files_pending(corpus: Path, quick: str) -> None:
    pending = status(corpus, quick, Limits(pages=3)).pending
    assert pending is not None
    assert [file.id for file in pending.to_read] == ["image.txt"]


def test_a_document_that_does_not_hold_all_of_its_file_is_told_for_as_long_as_it_stays(
    corpus: Path, folder: Path, quick: str
) -> None:
    canvas = Canvas(str(folder / "acte.pdf"))
    canvas.drawString(72, 700, "Un acte de vente.")
    for number in range(2):
        canvas.showPage()
        canvas.drawImage(ImageReader(Image.effect_noise((60, 80 + number), 40)), 0, 0, *A4)
    canvas.save()
    scans = "pages that are pictures with hardly any text, perhaps scans: 2 of 3"

    assert synchronise([folder], corpus, quick).incomplete == (Skipped("acte.pdf", scans),)
    (folder / "prime.md").unlink()
    assert synchronise([folder], corpus, quick).incomplete == (Skipped("acte.pdf", scans),)
    assert status(corpus, quick).incomplete == (Skipped("acte.pdf", scans),)


def test_a_folder_that_is_gone_is_told_and_the_rest_too(corpus: Path, folder: Path, quick: str) -> None:
    shutil.rmtree(folder)
    told = status(corpus, quick)
    assert isinstance(told.obstacle, FolderUnusable)
    assert (told.pending, told.is_up_to_date, told.documents) == (None, False, 2)


def test_nothing_is_written(corpus: Path, quick: str) -> None:
    def tree() -> dict[str, tuple[bytes, int]]:
        files = (file for file in corpus.rglob("*") if file.is_file())
        return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}

    before = tree()
    status(corpus, quick)
    assert tree() == before


def test_no_model_and_no_store_is_loaded(corpus: Path, quick: str) -> None:
    code = (
        "import sys; from pathlib import Path; from index.status import status\n"
        "print(status(Path(sys.argv[1]), sys.argv[2]).is_up_to_date,"
        " {'torch', 'sentence_transformers', 'chromadb', 'tantivy', 'watchfiles'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, corpus, quick], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True set()"


def test_who_writes_is_told_while_it_writes_and_not_after(corpus: Path, quick: str) -> None:
    with writer(corpus):
        assert status(corpus, quick).writer.startswith("process ")
    assert status(corpus, quick).writer == ""


def test_a_generation_that_is_still_read_is_told_apart_from_one_that_is_being_built(
    corpus: Path, folder: Path, quick: str
) -> None:
    reader = Generation.open(corpus)
    (folder / "neuf.txt").write_text("Un texte.", encoding="utf-8")
    synchronise([folder], corpus, quick)
    (corpus / "generations" / "20990101T000000Z-abcdef.partial").mkdir()
    told = [(other.stamp, other.is_complete, other.is_read) for other in status(corpus, quick).others]
    assert told == [(reader.manifest.stamp, True, True), ("20990101T000000Z-abcdef", False, False)]
    reader.close()


def test_the_size_is_that_of_every_file_below_the_corpus(corpus: Path, quick: str) -> None:
    before = status(corpus, quick).bytes
    (corpus / "generations" / "reste").write_bytes(b"x" * 12_345)
    assert status(corpus, quick).bytes == before + 12_345


@pytest.mark.parametrize(
    ("now", "passed"),
    [
        (datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC), timedelta(seconds=30)),
        (datetime(2026, 3, 4, 12, tzinfo=UTC), timedelta(days=3)),
        (datetime(2026, 2, 28, tzinfo=UTC), None),
    ],
    ids=["half a minute", "three days", "the clock went back"],
)
def test_age_is_never_negative(now: datetime, passed: timedelta | None) -> None:
    assert age("2026-03-01T12:00:00Z", now) == passed


def test_age_of_what_is_no_time_is_not_told() -> None:
    assert age("hier", datetime.now(UTC)) is None


def test_a_corpus_that_is_missing_is_missing(tmp_path: Path, quick: str) -> None:
    with pytest.raises(CorpusMissing):
        status(tmp_path / "nowhere", quick)


def test_a_corpus_of_an_earlier_version_is_outdated(corpus: Path, quick: str) -> None:
    pointer = json.loads((corpus / "current.json").read_text())
    (corpus / "current.json").write_text(json.dumps(pointer | {"format": 1}))
    with pytest.raises(CorpusOutdated):
        status(corpus, quick)


def test_a_first_corpus_that_is_being_written_is_said_to_be(tmp_path: Path, quick: str) -> None:
    (tmp_path / "corpus" / "generations" / "20990101T000000Z-abcdef.partial").mkdir(parents=True)
    with pytest.raises(CorpusIncomplete):
        status(tmp_path / "corpus", quick)
    with (tmp_path / "corpus" / "writer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CorpusLocked):
            status(tmp_path / "corpus", quick)
