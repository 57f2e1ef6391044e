"""What a synchronisation did, or would do -> lines for a terminal, to which no control character gets through."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from ui import index_texts, texts
from ui.reasons import reason
from ui.render import printable
from ui.texts import Text, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.changes import Changes, Redone
    from index.skipped import Skipped
    from index.sync import Report
    from ui.texts import Language

MOST: Final = 20
"""How many names of a kind are shown; an administrator who wants them all asks for them."""

_INDENT: Final = "    "


def report_lines(report: Report, language: Language, *, is_first: bool = True) -> Iterator[str]:
    """Give what an indexing did: counts, seconds, changes, why things were made again, files skipped with reasons.

    Of the reports of a watch, those after the first name only the skipped files that are new or have changed.
    """
    seconds = Text(f"{report.seconds:.1f}".replace(".", ","), f"{report.seconds:.1f}")
    summary = index_texts.UP_TO_DATE if report.unchanged else index_texts.INDEXED
    content = {
        "documents": counted(report.documents, texts.DOCUMENTS),
        "passages": counted(report.chunks, texts.PASSAGES),
    }
    yield summary.filled(**content, seconds=seconds).into(language)
    if not report.unchanged:
        yield from change_lines(report.changes, language)
        yield from emptied_lines(report.changes, language)
        encoded = index_texts.ENCODED.filled(encoded=report.encoded, taken_over=report.taken_over)
        yield encoded.into(language)
        yield from redone_lines(report.changes.redone, language)
    unread, skipped, incomplete = (
        _of_interest(files, report, is_first=is_first) for files in (report.unread, report.skipped, report.incomplete)
    )
    yield from unread_lines(unread, len(report.unread), language)
    yield from skipped_lines(skipped, len(report.skipped), language)
    yield from incomplete_lines(incomplete, len(report.incomplete), language)


def preview_lines(changes: Changes, language: Language) -> Iterator[str]:
    """Give what an indexing would do: + added, ~ changed, > moved, - removed, and what is made again and why."""
    if changes.is_nothing:
        yield index_texts.NOTHING_TO_DO.into(language)
        return
    for sign, names in (("+", changes.added), ("~", changes.changed)):
        yield from _shortened([f"{sign} {one_line(name)}" for name in names], language)
    moves = [index_texts.MOVE.filled(old=old, new=new).into(language) for old, new in changes.moved]
    yield from _shortened([f"> {one_line(move)}" for move in moves], language)
    yield from _shortened([f"- {one_line(name)}" for name in changes.removed], language)
    yield from change_lines(changes, language)
    yield from emptied_lines(changes, language)
    yield from redone_lines(changes.redone, language)
    files = counted(len(changes.to_read), index_texts.FILE)
    yield index_texts.TO_READ.filled(files=files).into(language)
    yield index_texts.NOTHING_WRITTEN.into(language)


def change_lines(changes: Changes, language: Language) -> Iterator[str]:
    """Give how many files were added, changed, moved and removed, in one line; nothing when none were."""
    counts = (
        (index_texts.ADDED, len(changes.added)),
        (index_texts.CHANGED, len(changes.changed)),
        (index_texts.MOVED, len(changes.moved)),
        (index_texts.REMOVED, len(changes.removed)),
    )
    kinds = [index_texts.SIGN.filled(what=what, value=count).into(language) for what, count in counts if count]
    if kinds:
        yield index_texts.FILES.filled(kinds=", ".join(kinds)).into(language)


def redone_lines(redone: Sequence[Redone], language: Language) -> Iterator[str]:
    """Give what is made again, and why, in one line each."""
    for why in redone:
        yield index_texts.REDONE[why].into(language)


def emptied_lines(changes: Changes, language: Language) -> Iterator[str]:
    """Warn of the folders that held documents and are empty now."""
    lines = [
        index_texts.EMPTIED.filled(folder=emptied.folder, documents=counted(emptied.documents, texts.DOCUMENTS))
        for emptied in changes.emptied
    ]
    yield from _shortened([one_line(line.into(language)) for line in lines], language)


def skipped_lines(skipped: Sequence[Skipped], count: int, language: Language, most: int | None = MOST) -> Iterator[str]:
    """Give how many files were skipped, and some of them with their reasons, or all where `most` is None."""
    yield from _file_lines(index_texts.SKIPPED, skipped, count, language, most)


def unread_lines(unread: Sequence[Skipped], count: int, language: Language, most: int | None = MOST) -> Iterator[str]:
    """Give how many documents could not be read now and stay, and some of them as `skipped_lines` does."""
    yield from _file_lines(index_texts.UNREAD_FILES, unread, count, language, most)


def incomplete_lines(
    incomplete: Sequence[Skipped], count: int, language: Language, most: int | None = MOST
) -> Iterator[str]:
    """Give how many files were read in part, and some of them as `skipped_lines` does."""
    yield from _file_lines(index_texts.INCOMPLETE, incomplete, count, language, most)


def _file_lines(
    head: Text, skipped: Sequence[Skipped], count: int, language: Language, most: int | None
) -> Iterator[str]:
    if not count:
        return
    yield head.filled(count=count).into(language)
    for file in islice(skipped, most):
        said = index_texts.SKIPPED_FILE.filled(path=one_line(file.path), reason=reason(file.reason))
        yield _INDENT + one_line(said.into(language))
    if most is not None and len(skipped) > most:
        yield _INDENT + index_texts.SHOW_ALL.filled(more=_more(len(skipped) - most)).into(language)


def one_line(text: str) -> str:
    """Return a text, such as the name of a file, that neither breaks the line nor rewrites what stands around it."""
    return printable(text).replace("\n", "\ufffd")


def _of_interest(files: Sequence[Skipped], report: Report, *, is_first: bool) -> Sequence[Skipped]:
    if is_first:
        return files
    changes = report.changes
    touched = {*changes.added, *changes.changed, *(new for _old, new in changes.moved)}
    return [file for file in files if file.path in touched]


def _shortened(lines: Sequence[str], language: Language) -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield "  " + _more(len(lines) - MOST).into(language)


def _more(count: int) -> Text:
    return index_texts.AND_ONE_MORE if count == 1 else index_texts.AND_MORE.filled(count=count)
