from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest

from index.changes import Changes, Emptied, Redone
from index.scan import File
from index.skipped import Skipped
from index.sync import Report
from ui.index_lines import preview_lines, report_lines
from ui.index_texts import REDONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BINARY = "binary data, not text"


@pytest.fixture
def changes_of(tmp_path: Path) -> Callable[..., Changes]:
    """Make changes; what is added or changed is read."""

    def make(**given: Any) -> Changes:
        names = (*given.get("added", ()), *given.get("changed", ()))
        to_read = tuple(File(name, tmp_path / "f", tmp_path, "", "0", 1) for name in names)
        nothing: dict[str, Any] = {"added": (), "changed": (), "moved": (), "removed": (), "redone": (), "kept": {}}
        return Changes(**(nothing | {"to_read": to_read} | given))

    return make


def _report(changes: Changes, *skipped: Skipped) -> Report:
    return Report(
        stamp="s", documents=1, chunks=30, skipped=skipped, changes=changes, encoded=28, taken_over=2, seconds=1.26
    )


def test_report_tells_counts_changes_seconds_and_each_file_skipped(changes_of: Callable[..., Changes]) -> None:
    changes = changes_of(added=("a.txt", "b.bin"), changed=("c.txt",), moved=(("d.txt", "e.txt"),))
    assert list(report_lines(_report(changes, Skipped("b.bin", BINARY)), "fr")) == [
        "Le corpus est prêt\u00a0: 1 document, 30 passages, en 1,3 s.",
        "Fichiers ajoutés\u00a0: 2, modifiés\u00a0: 1, déplacés\u00a0: 1",
        "Passages encodés\u00a0: 28\u00a0; vecteurs repris\u00a0: 2",
        "Fichiers écartés\u00a0: 1",
        "    b.bin\u00a0: données binaires, et non du texte",
    ]


SCANS = "pages that are pictures with hardly any text, perhaps scans: 9 of 10"


def test_a_report_names_the_files_that_were_read_in_part(changes_of: Callable[..., Changes]) -> None:
    report = replace(_report(changes_of(added=("a.pdf",))), incomplete=(Skipped("a.pdf", SCANS),))
    assert list(report_lines(report, "fr"))[-2:] == [
        "Fichiers lus en partie\u00a0: 1",
        "    a.pdf\u00a0: pages qui sont des images presque sans texte, peut-être des numérisations\u00a0: 9 sur 10",
    ]


def test_report_says_when_there_was_nothing_to_do(changes_of: Callable[..., Changes]) -> None:
    assert list(report_lines(_report(changes_of()), "en")) == [
        "The corpus is already up to date: 1 document, 30 passages."
    ]


def test_report_says_why_things_were_made_again(changes_of: Callable[..., Changes]) -> None:
    lines = list(report_lines(_report(changes_of(redone=("encoder", "folders"))), "fr"))
    assert lines[-2:] == [
        "Tout est encodé de nouveau\u00a0: l'encodeur a changé.",
        "Les dossiers du corpus ne sont plus les mêmes.",
    ]


def test_each_reason_to_make_something_again_has_its_line() -> None:
    assert set(REDONE) == set(get_args(Redone))


@pytest.mark.parametrize(("count", "more"), [(20, None), (21, "et 1 autre"), (25, "et 5 autres")])
def test_of_a_long_list_of_skipped_files_the_first_twenty_are_shown(
    changes_of: Callable[..., Changes], count: int, more: str | None
) -> None:
    skipped = [Skipped(f"{number}.bin", BINARY) for number in range(count)]
    lines = list(report_lines(_report(changes_of(), *skipped), "fr"))
    assert f"Fichiers écartés\u00a0: {count}" in lines
    assert sum(".bin" in line for line in lines) == 20
    assert lines[-1:] == ([f"    {more} (tous\u00a0: sourcier status --skipped)"] if more else [lines[-1]])


def test_a_later_report_names_only_skipped_files_that_are_new(changes_of: Callable[..., Changes]) -> None:
    report = _report(changes_of(added=("new.bin",)), Skipped("new.bin", BINARY), Skipped("old.bin", BINARY))
    lines = list(report_lines(report, "fr", is_first=False))
    assert lines[-2:] == ["Fichiers écartés\u00a0: 2", "    new.bin\u00a0: données binaires, et non du texte"]


def test_a_later_report_names_only_files_read_in_part_that_are_new(changes_of: Callable[..., Changes]) -> None:
    incomplete = (Skipped("new.pdf", SCANS), Skipped("old.pdf", SCANS))
    report = replace(_report(changes_of(added=("new.pdf",))), incomplete=incomplete)
    lines = list(report_lines(report, "en", is_first=False))
    assert lines[-2:] == ["Files read in part: 2", f"    new.pdf: {SCANS}"]


def test_documents_that_cannot_be_read_now_are_told_apart_from_files_that_were_skipped(
    changes_of: Callable[..., Changes],
) -> None:
    report = replace(_report(changes_of()), unread=(Skipped("a.txt", "permission denied"),))
    assert list(report_lines(report, "fr"))[1:] == [
        "Documents illisibles pour le moment, gardés tels qu'ils étaient\u00a0: 1",
        "    a.txt\u00a0: accès refusé",
    ]


def test_a_folder_that_is_empty_now_is_told_before_and_after(changes_of: Callable[..., Changes]) -> None:
    changes = changes_of(removed=("plans/a.txt", "plans/b.txt"), emptied=(Emptied("plans\n", 2),))
    for lines in (report_lines(_report(changes), "en"), preview_lines(changes, "en")):
        (line,) = [line for line in lines if line.startswith("Careful")]
        assert line.startswith("Careful: the folder plans\ufffd, which held 2 documents, is empty.")


def test_name_of_a_file_cannot_rewrite_the_terminal(changes_of: Callable[..., Changes]) -> None:
    hostile = "a\x1b[2J\nb\u202ec.txt"
    changes = changes_of(added=(hostile,), changed=(hostile,), removed=(hostile,), moved=((hostile, hostile),))
    lines = [*preview_lines(changes, "fr"), *report_lines(_report(changes, Skipped(hostile, hostile)), "fr")]
    assert not set("\x1b\n\u202e") & set("".join(lines))


def test_preview_names_each_file_with_what_would_become_of_it(changes_of: Callable[..., Changes]) -> None:
    changes = changes_of(
        added=("a.txt",), changed=("b.txt",), moved=(("c.txt", "d.txt"),), removed=("e.txt",), redone=("splitting",)
    )
    assert list(preview_lines(changes, "fr")) == [
        "+ a.txt",
        "~ b.txt",
        "> c.txt -> d.txt",
        "- e.txt",
        "Fichiers ajoutés\u00a0: 1, modifiés\u00a0: 1, déplacés\u00a0: 1, supprimés\u00a0: 1",
        "Tout est lu de nouveau\u00a0: le découpage en passages a changé.",
        "À lire\u00a0: 2 fichiers",
        "Rien n'a été écrit.",
    ]


def test_preview_shows_twenty_names_of_a_kind(changes_of: Callable[..., Changes]) -> None:
    lines = list(preview_lines(changes_of(added=tuple(f"{n}.txt" for n in range(23)), removed=("z",)), "fr"))
    assert sum(line.startswith("+ ") for line in lines) == 20
    assert lines[20:22] == ["  et 3 autres", "- z"]


def test_preview_says_when_there_is_nothing_to_do(changes_of: Callable[..., Changes]) -> None:
    assert list(preview_lines(changes_of(), "fr")) == ["Le corpus est à jour\u00a0: il n'y a rien à faire."]
