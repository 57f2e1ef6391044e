"""What is compared: what lies below a folder that cannot be listed is as it was, and an empty one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.changes import Emptied, Redone, compare
from index.limits import Limits
from index.retry import KILLED
from index.scan import File, Listing
from index.seal import Source, Sources, Unread

CLOSED = File("notes", Path("notes"), Path(), "", "", 0, "it may not be read", is_closed=True)
KNOWN = Sources(
    files={
        "offre.txt": Source(sha256="1", size=1),
        "notes/a.txt": Source(sha256="2", size=2),
        "notes/annexes/b.txt": Source(sha256="3", size=3),
        "notes et plans/c.txt": Source(sha256="4", size=4),
        "notes/photo.jpg": Source(sha256="5", size=5, skipped="no reader for this format"),
    }
)


def file(name: str, sha256: str, size: int) -> File:
    return File(name, Path(name), Path(), "", sha256, size)


def listing(*files: File, folders: tuple[str, ...] = ()) -> Listing:
    return Listing(files, frozenset(folders))


OFFER, PLAN = file("offre.txt", "1", 1), file("notes et plans/c.txt", "4", 4)


# --- a folder that cannot be listed


def test_what_lies_below_a_folder_that_cannot_be_listed_stays_as_it_was() -> None:
    changes = compare(listing(OFFER, PLAN, CLOSED), KNOWN, Limits())

    assert (changes.added, changes.removed, changes.changed) == (("notes",), (), ())
    assert changes.kept == KNOWN.files


def test_what_lies_beside_it_goes_as_usual() -> None:
    assert compare(listing(OFFER, CLOSED), KNOWN, Limits()).removed == ("notes et plans/c.txt",)


def test_a_file_that_turns_up_elsewhere_was_not_moved_from_a_folder_that_cannot_be_listed() -> None:
    changes = compare(listing(OFFER, PLAN, CLOSED, file("a.txt", "2", 2)), KNOWN, Limits())

    assert (changes.moved, changes.added) == ((), ("notes", "a.txt"))


def test_when_texts_are_read_anew_what_cannot_be_listed_stays() -> None:
    changes = compare(listing(OFFER, PLAN, CLOSED), KNOWN, Limits(), ("splitting",))

    assert set(changes.kept) == {"notes/a.txt", "notes/annexes/b.txt", "notes/photo.jpg"}


@pytest.mark.parametrize("redone", ["encoder", "damage", "format"])
def test_when_all_is_made_again_from_the_files_what_cannot_be_listed_goes(redone: Redone) -> None:
    changes = compare(listing(OFFER, PLAN, CLOSED), KNOWN, Limits(), (redone,))

    assert changes.kept == {}
    assert set(changes.removed) == {"notes/a.txt", "notes/annexes/b.txt", "notes/photo.jpg"}


# --- a folder that is empty


def test_a_folder_that_is_there_and_holds_none_of_its_documents_any_more_is_told() -> None:
    changes = compare(listing(OFFER, PLAN, folders=("notes", "notes/annexes", "notes et plans")), KNOWN, Limits())

    assert changes.emptied == (Emptied("notes", 2),)


def test_a_folder_within_one_that_is_not_empty_is_told() -> None:
    files = (OFFER, PLAN, file("notes/a.txt", "2", 2), file("notes/photo.jpg", "5", 5))
    changes = compare(listing(*files, folders=("notes", "notes/annexes", "notes et plans")), KNOWN, Limits())

    assert changes.emptied == (Emptied("notes/annexes", 1),)


@pytest.mark.parametrize(
    ("files", "folders"),
    [
        ((OFFER, PLAN), ("notes et plans",)),
        ((OFFER, PLAN, file("a.txt", "2", 2), file("b.txt", "3", 3)), ("notes", "notes/annexes", "notes et plans")),
        ((OFFER, PLAN, file("notes/z.txt", "9", 9)), ("notes", "notes et plans")),
    ],
    ids=["deleted", "all moved", "other files in it"],
)
def test_no_other_folder_is_told(files: tuple[File, ...], folders: tuple[str, ...]) -> None:
    assert compare(listing(*files, folders=folders), KNOWN, Limits()).emptied == ()


# --- a file that could not be read


def unread(reason: str, sha256: str = "7", tries: int = 1) -> Sources:
    last = Unread(sha256=sha256, size=1, reason=reason, tries=tries, at="2026-03-01T12:00:00Z")
    return Sources(files={"offre.txt": Source(sha256="1", size=1, unread=last)})


def test_a_file_whose_reading_was_killed_is_kept_and_tried_again_and_is_no_change() -> None:
    changes = compare(listing(file("offre.txt", "7", 1)), unread(KILLED), Limits())

    assert (changes.is_nothing, [tried.id for tried in changes.retried]) == (True, ["offre.txt"])


def test_a_file_that_took_too_long_is_read_again_though_it_has_not_changed() -> None:
    changes = compare(listing(file("offre.txt", "7", 1)), unread("it takes more than 60 seconds to read"), Limits())

    assert (changes.changed, [read.id for read in changes.to_read]) == ((), ["offre.txt"])


def test_a_file_that_took_too_long_too_often_is_read_again_with_other_limits_only() -> None:
    known = unread("it takes more than 60 seconds to read", tries=8)

    assert compare(listing(file("offre.txt", "7", 1)), known, Limits()).is_nothing
    assert compare(listing(file("offre.txt", "7", 1)), known, Limits(seconds=600)).to_read


@pytest.mark.parametrize("sha256", ["1", "8"], ids=["as it was before", "as it never was"])
def test_a_file_that_is_not_as_it_was_when_it_could_not_be_read_has_changed(sha256: str) -> None:
    changes = compare(listing(file("offre.txt", sha256, 1)), unread(KILLED), Limits())

    assert (changes.changed, changes.retried) == (("offre.txt",), ())


def test_a_file_whose_bytes_still_cannot_be_had_is_no_change_and_not_tried_twice() -> None:
    changes = compare(listing(file("offre.txt", "", 1)), unread("permission denied", ""), Limits())

    assert (changes.is_nothing, changes.retried) == (True, ())
