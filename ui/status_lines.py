"""Status -> lines for a terminal, or one object of JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ui import index_texts, texts
from ui.error_texts import sentence
from ui.index_lines import (
    MOST,
    change_lines,
    emptied_lines,
    incomplete_lines,
    one_line,
    redone_lines,
    skipped_lines,
    unread_lines,
)
from ui.reasons import reason
from ui.render import date_in_words
from ui.texts import Text, counted
from ui.told_commands import naming_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from pathlib import Path

    from index.status import OtherGeneration, Status
    from ui.texts import Language

_INDENT: Final = "    "


def status_lines(status: Status, corpus: Path, language: Language, *, all_skipped: bool) -> Iterator[str]:
    """Give how a corpus stands, each thing in a line with its name, then the files that were skipped."""
    for what, value in _named(status, corpus, language):
        yield one_line(index_texts.SIGN.filled(what=what, value=value).into(language))
        if what == index_texts.STATE and status.pending is not None:
            for line in (
                *change_lines(status.pending, language),
                *emptied_lines(status.pending, language),
                *redone_lines(status.pending.redone, language),
            ):
                yield _INDENT + line
            if status.pending.to_read:
                files = counted(len(status.pending.to_read), index_texts.FILE)
                yield _INDENT + index_texts.TO_READ.filled(files=files).into(language)
    most = None if all_skipped else MOST
    yield from unread_lines(status.unread, len(status.unread), language, most)
    yield from skipped_lines(status.skipped, len(status.skipped), language, most)
    yield from incomplete_lines(status.incomplete, len(status.incomplete), language, most)


def _named(status: Status, corpus: Path, language: Language) -> Iterator[tuple[Text, object]]:
    yield index_texts.CORPUS, corpus
    for folder in status.folders:
        yield index_texts.FOLDER, folder
    documents, passages = counted(status.documents, texts.DOCUMENTS), counted(status.chunks, texts.PASSAGES)
    yield index_texts.CONTENT, f"{documents.into(language)}, {passages.into(language)}"
    yield index_texts.BUILT, built_in_words(status.built, status.age, language)
    yield index_texts.GENERATION, status.stamp
    yield index_texts.ENCODER, status.encoder
    yield index_texts.SIZE, size_in_words(status.bytes)
    yield index_texts.STATE, _state(status, corpus)
    if status.writer:
        yield index_texts.WRITER, index_texts.IS_WRITTEN.filled(holder=reason(status.writer))
    for other in status.others:
        yield index_texts.OTHER_GENERATION, _other(other, is_written=bool(status.writer))


def _state(status: Status, corpus: Path) -> Text:
    if status.obstacle is not None:
        return index_texts.IS_UNKNOWN.filled(sentence=sentence(status.obstacle))
    if status.is_up_to_date:
        return index_texts.IS_UP_TO_DATE
    return naming_corpus(index_texts.IS_BEHIND, corpus).filled()


def _other(other: OtherGeneration, *, is_written: bool) -> Text:
    if other.is_complete:
        said = index_texts.STILL_READ if other.is_read else index_texts.UNREAD
    else:
        said = index_texts.BEING_BUILT if is_written else index_texts.LEFT_BEHIND
    return said.filled(stamp=other.stamp)


def built_in_words(built: str, age: timedelta | None, language: Language) -> str:
    """Return when something was built, in the time of this place, and how long ago where that is known."""
    try:
        at = datetime.strptime(built, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone()
    except ValueError:
        return built
    date = date_in_words(f"{at:%Y-%m-%d}", language)
    said = index_texts.BUILT_AT.filled(date=date, time=f"{at:%H:%M}")
    if age is not None:
        said = index_texts.BUILT_AGO.filled(ago=age_in_words(age), at=said)
    return said.into(language)


def age_in_words(age: timedelta) -> Text:
    """Return how long ago something was, in the largest unit that fits: minutes, hours, days, months, years."""
    minutes = int(age.total_seconds()) // 60
    if not minutes:
        return index_texts.JUST_NOW
    if age.days >= 730:
        return index_texts.AGO.filled(time=counted(age.days // 365, index_texts.YEAR))
    if age.days >= 61:
        return index_texts.MONTHS_AGO.filled(count=age.days * 12 // 365)
    if age.days:
        return index_texts.AGO.filled(time=counted(age.days, index_texts.DAY))
    if minutes >= 60:
        return index_texts.AGO.filled(time=counted(minutes // 60, index_texts.HOUR))
    return index_texts.AGO.filled(time=counted(minutes, index_texts.MINUTE))


def size_in_words(size: int) -> Text:
    """Return a number of bytes in the largest unit that fits, kilobytes at least."""
    unit, said = next((pair for pair in index_texts.UNITS if size >= pair[0]), index_texts.UNITS[-1])
    number = f"{size / unit:.1f}"
    return said.filled(size=Text(number.replace(".", ","), number))


def status_json(status: Status) -> str:
    """Return the status as one JSON object; a field may be added, none is renamed or removed."""
    pending = status.pending
    told = {
        "stamp": status.stamp,
        "built": status.built,
        "age_seconds": None if status.age is None else int(status.age.total_seconds()),
        "folders": status.folders,
        "documents": status.documents,
        "chunks": status.chunks,
        "encoder": status.encoder,
        "bytes": status.bytes,
        "up_to_date": None if pending is None else status.is_up_to_date,
        "pending": pending
        and {
            "added": pending.added,
            "changed": pending.changed,
            "moved": [{"from": old, "to": new} for old, new in pending.moved],
            "removed": pending.removed,
            "emptied": [emptied.folder for emptied in pending.emptied],
            "redone": pending.redone,
            "to_read": [file.id for file in pending.to_read],
        },
        "obstacle": None if status.obstacle is None else str(status.obstacle),
        "writer": status.writer or None,
        "others": [
            {"stamp": other.stamp, "complete": other.is_complete, "read": other.is_read} for other in status.others
        ],
        "unread": [{"path": file.path, "reason": file.reason} for file in status.unread],
        "skipped": [{"path": file.path, "reason": file.reason} for file in status.skipped],
        "incomplete": [{"path": file.path, "reason": file.reason} for file in status.incomplete],
    }
    return json.dumps(told, ensure_ascii=False)
