"""What is left out whatever is in it, and what is not."""

from __future__ import annotations

import pytest

from index.left_out import is_file_left_out, is_folder_left_out


@pytest.mark.parametrize(
    "name",
    [
        "Thumbs.db",
        "desktop.ini",
        "Desktop.ini",
        ".DS_Store",
        ".~lock.note.odt#",
        "~$note.docx",
        "~WRL0003.tmp",
        "rapport.docx.part",
        "Rapport.PDF.crdownload",
    ],
)
def test_what_systems_and_programs_leave_beside_documents_is_left_out(name: str) -> None:
    assert is_file_left_out(name)


@pytest.mark.parametrize(
    "name", ["note.docx", "~note.docx", "tmp.txt", "part", "thumbs.db.txt", "a.part.pdf", "desktop"]
)
def test_a_document_with_a_name_like_these_is_not_left_out(name: str) -> None:
    assert not is_file_left_out(name)


@pytest.mark.parametrize("name", [".git", "$RECYCLE.BIN", "System Volume Information", "lost+found", "@eaDir"])
def test_a_folder_of_a_system_is_left_out(name: str) -> None:
    assert is_folder_left_out(name)


@pytest.mark.parametrize("name", ["notes", "tmp", "brouillons.tmp", "~$dossier"])
def test_a_folder_of_a_person_is_not_left_out(name: str) -> None:
    assert not is_folder_left_out(name)
