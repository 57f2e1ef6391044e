"""What loading promises: any file gives a document that says what is known of it, or one reason why not."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from index.document import Heading
from index.errors import DocumentUnreadable
from index.formats.reading import Reading
from index.limits import Limits
from index.load import document_id, load, read_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.document import Document

SEEDS = Path(__file__).parents[2] / "seeds"
SENTENCE = "Les règles de sécurité doivent être affichées à l'entrée de chaque atelier."


def seed(number: str) -> Document:
    return load(next(SEEDS.glob(f"{number}_*")), SEEDS)


def read(folder: Path, content: str | bytes, name: str = "note.txt") -> Document:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(file, folder)


def refusal(file: Path, limits: Limits | None = None) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        load(file, file.parent, limits=limits)
    return str(caught.value)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[bytes, Limits], Reading]], None]:
    """Return a function that puts another reader in the place of that of plain text."""

    def replace(function: Callable[[bytes, Limits], Reading]) -> None:
        monkeypatch.setitem(sys.modules, "index.formats.plain", SimpleNamespace(read=function))

    return replace


# --- what a document tells


@pytest.mark.parametrize("file", sorted(SEEDS.glob("*.txt")), ids=lambda file: file.name[:3])
def test_each_seed_keeps_its_text_to_the_letter(file: Path) -> None:
    assert load(file, SEEDS).text.encode() == file.read_bytes()


@pytest.mark.parametrize(
    ("number", "date"), [("000", "2025-07"), ("001", ""), ("002", "2025-06"), ("003", ""), ("004", "2025-07-02")]
)
def test_each_seed_has_the_date_that_it_tells(number: str, date: str) -> None:
    assert seed(number).date == date


def test_each_seed_has_the_title_that_its_head_tells() -> None:
    assert (seed("003").title, seed("003").is_title_told) == (
        "Meta offre jusqu’à 100 millions de dollars aux stars de l’IA",
        True,
    )


def test_each_seed_has_its_headings() -> None:
    assert [heading.text for heading in seed("004").headings] == ["Des acquisitions avortées", "Recruter à prix d'or"]


def test_what_the_format_tells_is_taken(
    tmp_path: Path, reader: Callable[[Callable[[bytes, Limits], Reading]], None]
) -> None:
    told = Reading(
        text=f"Autre titre\n2 juillet 2025\nSource : https://autre.fr\n{SENTENCE}",
        title="Le sien",
        author="Jeanne Martin",
        date="2024",
        language="en",
        origin="https://exemple.fr",
        headings=(Heading(start=0, text="Autre titre"),),
        pages=(0, 12),
    )
    reader(lambda _content, _limits: told)
    document = read(tmp_path, "Un mot.")

    assert (
        Reading(
            text=document.text,
            title=document.title,
            author=document.author,
            date=document.date,
            language=document.language,
            origin=document.origin,
            headings=document.headings,
            pages=document.pages,
        )
        == told
    )


def test_what_the_format_does_not_tell_is_looked_for_in_the_text(tmp_path: Path) -> None:
    document = read(tmp_path, f"Un titre\n2 juillet 2025\nSource : https://exemple.fr\n{SENTENCE}")

    assert (document.title, document.date, document.origin, document.language) == (
        "Un titre",
        "2025-07-02",
        "https://exemple.fr",
        "fr",
    )


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("compte_rendu-de__juillet.txt", "compte rendu de juillet"),
        ("lettre à M. Dupont", "lettre à M. Dupont"),
        ("réunion du 12.03.2024", "réunion du 12.03.2024"),
    ],
)
def test_without_a_line_for_it_the_title_is_made_from_the_name(name: str, title: str, tmp_path: Path) -> None:
    document = read(tmp_path, "2 juillet 2025\n", name)

    assert (document.title, document.is_title_told) == (title, False)


@pytest.mark.parametrize(
    "menu",
    [
        "Accueil > Démarches > Carte d'identité",
        "Vous êtes ici : Accueil > Démarches",
        "Aller au contenu\nMenu\nAccueil\nDémarches\nContact",
    ],
)
def test_a_menu_above_the_title_of_a_page_is_not_its_title(menu: str, tmp_path: Path) -> None:
    document = read(tmp_path, f"{menu}\n\nDemander une carte\nPublié le 2 juillet 2025\n{SENTENCE}\n")

    assert (document.title, document.date, document.is_title_told) == ("Demander une carte", "2025-07-02", True)


ROWS = "Date;Titre;Source\n2025-07-02;Le budget;https://exemple.fr\n2025-07-03;Le marché;https://exemple.org\n"


def test_the_rows_of_a_table_tell_nothing_of_the_whole(tmp_path: Path) -> None:
    document = read(tmp_path, ROWS, "délibérations_2025.csv")

    assert (document.title, document.is_title_told) == ("délibérations 2025", False)
    assert (document.date, document.origin) == ("", "délibérations_2025.csv")


def test_without_an_address_the_origin_is_the_id(tmp_path: Path) -> None:
    assert read(tmp_path, "Un texte.").origin == "note.txt"


def test_what_was_read_is_told_with_its_hash_and_its_size(tmp_path: Path) -> None:
    content = "L'été".encode("cp1252")
    (tmp_path / "note.txt").write_bytes(content)
    loaded = read_file(tmp_path / "note.txt", tmp_path)

    assert (loaded.sha256, loaded.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_the_content_decides_who_reads_it(tmp_path: Path) -> None:
    assert [heading.text for heading in read(tmp_path, "Un\n==\n\n# Deux\n", "note.md").headings] == ["Un", "Deux"]


def test_reading_a_text_loads_no_library_for_other_formats() -> None:
    code = (
        "import sys; from pathlib import Path; from index.load import load;"
        f"root = Path({str(SEEDS)!r}); load(next(root.glob('*.txt')), root);"
        "print(*{'pypdfium2', 'docx', 'pptx', 'openpyxl', 'lxml', 'trafilatura', 'yaml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SEEDS.parent, capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


# --- names


def test_the_id_is_the_path_below_the_root_after_its_prefix(tmp_path: Path) -> None:
    file = tmp_path / "dossier" / "e\u0301te\u0301.txt"
    file.parent.mkdir()
    file.write_text("Un texte", encoding="utf-8")

    assert load(file, tmp_path, "notes/").id == "notes/dossier/été.txt"


def test_bytes_of_a_name_that_are_no_utf_8_are_written_out(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"caf\xe9-\xc3\xa9.txt")
    file.write_text("2 juillet 2025", encoding="utf-8")
    document = load(file, tmp_path)

    assert (document.id, document.title) == (r"caf\xe9-é.txt", r"caf\xe9 é")


def test_names_that_are_no_utf_8_stay_different() -> None:
    root = Path("/corpus")
    names = {document_id(root / os.fsdecode(name), root) for name in (b"caf\xe9", b"caf\xe8", b"caf\xff")}

    assert len(names) == 3


# --- what is no document, and why


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no text in it"),
        (b" \n\t\n", "no text in it"),
        ("— … !".encode(), "no text in it"),
        (b"abc\0def", "binary data, not text"),
    ],
)
def test_a_file_without_text_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes(content)

    assert refusal(tmp_path / "note.txt") == reason


def test_a_format_without_a_reader_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.py").write_text("print()", encoding="utf-8")

    assert refusal(tmp_path / "note.py") == "no reader for this format"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyError("un mot du texte"), "it is damaged"),
        (RecursionError(), "it is too deeply nested"),
        (DocumentUnreadable(reason="it is encrypted"), "it is encrypted"),
    ],
)
def test_what_a_reader_raises_becomes_one_reason(
    error: Exception, reason: str, tmp_path: Path, reader: Callable[[Callable[[bytes, Limits], Reading]], None]
) -> None:
    def fail(_content: bytes, _limits: Limits) -> Reading:
        raise error

    reader(fail)
    (tmp_path / "note.txt").write_text("Un texte", encoding="utf-8")

    assert refusal(tmp_path / "note.txt") == reason


def test_a_lack_of_memory_is_no_fault_of_the_file(
    tmp_path: Path, reader: Callable[[Callable[[bytes, Limits], Reading]], None]
) -> None:
    def fail(_content: bytes, _limits: Limits) -> Reading:
        raise MemoryError

    reader(fail)
    with pytest.raises(MemoryError):
        read(tmp_path, "Un texte")


def test_a_file_that_has_vanished_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.txt") == "it has vanished"


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to("gone.txt")

    assert refusal(tmp_path / "link.txt") == "it leads nowhere"


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to("link.txt")

    assert refusal(tmp_path / "link.txt") == "it leads nowhere"


def test_a_folder_with_the_name_of_a_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()

    assert refusal(tmp_path / "folder.txt") == "it is a folder, not a file"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")

    assert refusal(tmp_path / "pipe.txt") == "it is no regular file"


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("s.txt")

        assert refusal(tmp_path / "s.txt") == "it is no regular file"


def test_a_device_is_refused() -> None:
    assert refusal(Path("/dev/zero")) == "it is no regular file"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "no"), "permission denied"),
        (OSError(5, "Input/output error"), "it cannot be read (Input/output error)"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    error: OSError, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "note.txt").write_text("Un texte", encoding="utf-8")

    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", fail)

    assert refusal(tmp_path / "note.txt") == reason


def test_a_file_that_is_too_large_is_refused_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "grand.txt").open("wb") as stream:
        stream.truncate(2_000_001)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was read"))

    assert refusal(tmp_path / "grand.txt", Limits(megabytes=2)) == "it is larger than 2 MB"


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(b"a" * 2_000_001)
    small = os.stat_result((0o100644, 0, 0, 1, 0, 0, 1, 0, 0, 0))
    monkeypatch.setattr(Path, "stat", lambda *_arguments, **_options: small)

    assert refusal(file, Limits(megabytes=2)) == "it is larger than 2 MB"
