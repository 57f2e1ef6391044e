"""A file that is made to hurt costs a synchronisation that file and a little time, and nothing else."""

from __future__ import annotations

import io
import re
import time
import zipfile
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest

from index.limits import Limits
from index.sync import synchronise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.faults.conftest import Opened

LIMITS = Limits(megabytes=62, pages=500, seconds=5, memory=1_500)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def packed(part: str, content: Iterable[bytes], mimetype: bytes = b"") -> bytes:
    """An archive of one part, and of what tells its kind where there is such a thing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        with archive.open(part, "w") as file:
            for block in content:
                file.write(block)
    return packed.getvalue()


def zip_bomb() -> bytes:
    head = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>'.encode()
    tail = b"</w:t></w:r></w:p></w:body></w:document>"
    return packed("word/document.xml", chain([head], repeat(b"a" * 1_000_000, 650), [tail]))


def billion_laughs() -> bytes:
    document = f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><d>&l9;</d>'.encode()
    return packed("content.xml", [document], b"application/vnd.oasis.opendocument.text")


def deep_page() -> bytes:
    return b"<!DOCTYPE html><html><body>" + b"<div>" * 500_000 + b"Un texte."


def endless_pdf() -> bytes:
    """A PDF that holds one page 100,000 times."""
    kids = b"4 0 R " * 100_000
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 100000 /Kids [" + kids + b"] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(content)
    return content + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def one_line() -> bytes:
    return b"Une ligne qui ne finit pas, " * 2_150_000


BOMBS = {
    "bombe.docx": (zip_bomb, "larger than|unpack"),
    "rires.odt": (billion_laughs, "entities"),
    "profond.html": (deep_page, "nested|damaged|takes more"),
    "sans-fin.pdf": (endless_pdf, "more than 500 pages"),
    "une-ligne.txt": (one_line, "takes more than"),
}


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bombs")
    for name, (made, _reason) in BOMBS.items():
        (folder / name).write_bytes(made())
    return folder


def test_each_bomb_costs_itself_and_says_why(
    folder: Path, bombs: Path, tmp_path: Path, quick: str, opened: Opened
) -> None:
    for name in BOMBS:
        (folder / name).symlink_to(bombs / name)
    began = time.monotonic()
    report = synchronise([folder], tmp_path / "corpus", quick, limits=LIMITS)

    reasons = {skipped.path: skipped.reason for skipped in report.skipped}
    assert set(reasons) == set(BOMBS)
    for name, (_made, reason) in BOMBS.items():
        assert re.search(reason, reasons[name]), (name, reasons[name])
    assert set(opened(tmp_path / "corpus").texts) == {"offre.txt", "bail.txt", "notes/prime.md"}
    assert time.monotonic() - began < 20 * LIMITS.seconds


@pytest.mark.long
def test_a_bomb_is_not_tried_again_until_it_changes(folder: Path, bombs: Path, tmp_path: Path, quick: str) -> None:
    (folder / "rires.odt").symlink_to(bombs / "rires.odt")
    synchronise([folder], tmp_path / "corpus", quick, limits=LIMITS)

    assert synchronise([folder], tmp_path / "corpus", quick, limits=LIMITS).unchanged
