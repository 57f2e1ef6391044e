"""The rows of a sheet or of a CSV file as lines that can be understood alone: "Ville : Lyon ; Habitants : 522 250"."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from index.formats.blocks import flat, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.formats.reading import TextBuilder

_SAMPLE = 30  # rows of a table that are looked at to find its header
_HEADER_WITHIN = 10  # rows: above a header stand a title, a source, a date
_LONGEST_LABEL = 100  # characters
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_VALUE = re.compile(r"[-+]?[\d\s.,:/%€$£-]+(?:h|k€|m€|eur|euros?)?|vrai|faux|true|false|oui|non|x", re.IGNORECASE)
_NO_LABEL = re.compile(r"@|https?:|[;!]$")


def write_rows(rows: Iterable[Sequence[str]], builder: TextBuilder) -> None:
    """Add the rows of a sheet, each as a line; what is empty is left out.

    Under a header each cell comes with the label of its column. A row without words ends a table: what follows has its
    own header, or fills the columns of the one before, or else has no labels, as a wrong label would be a false
    statement.
    """
    labels: list[str] = []
    for block in _blocks(rows):
        sample = list(islice(block, _SAMPLE))
        above, labels, below = _split(sample, labels)
        add = builder.paragraph
        for row in above:
            add(joined(row))
            add = builder.line
        for row in chain(below, block):
            add(_labelled(row, labels) if labels else joined(row))
            add = builder.line


def write_sheet(name: str, rows: Iterable[Sequence[str]], builder: TextBuilder) -> bool:
    """Add a sheet, its name as a heading; return False, and add nothing, when it is empty."""
    rest = iter(rows)
    first = next((row for row in rest if any(cell.strip() for cell in row)), None)
    if first is not None:
        builder.heading(name)
        write_rows(chain([first], rest), builder)
    return first is not None


def _blocks(rows: Iterable[Sequence[str]]) -> Iterator[Iterator[list[str]]]:
    """Give the runs of rows with words; each must be read to its end before the next one."""
    clean = ([flat(cell) for cell in row] for row in rows)
    for row in clean:
        if any(row):
            yield _run(row, clean)


def _run(first: list[str], rows: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    for row in rows:
        if not any(row):
            return
        yield row


def _split(sample: list[list[str]], former: list[str]) -> tuple[list[list[str]], list[str], list[list[str]]]:
    """Return the rows above the header of a table, its labels ([] where it has none), and the rows below it."""
    for place, row in enumerate(sample[:_HEADER_WITHIN]):
        if sum(map(bool, row)) < 2:
            continue
        if _is_header(row, sample[place + 1 :]):
            return sample[:place], row, sample[place + 1 :]
        break
    is_continued = bool(former) and any(_columns(row) >= _columns(former) for row in sample)
    fits = is_continued and all(_columns(row) <= _columns(former) for row in sample)
    return [], former if fits else [], sample


def _is_header(row: list[str], below: list[list[str]]) -> bool:
    """Tell whether a row names the columns of the rows below it: short, different words, over all columns but one."""
    labels = _columns(row)
    words = [row[column] for column in labels]
    if not below or len(set(words)) < len(words) or not all(map(_is_label, words)):
        return False
    unnamed = set().union(*map(_columns, below)) - labels
    if not any(map(_is_words, words)) and unnamed != {0}:  # years, above rows that begin with a name
        return False
    recurs = any(row[column] == other[column] for other in below for column in labels & _columns(other))
    return unnamed <= {0} and not recurs and (len(labels | unnamed) > 2 or _is_contrast(row, below))


def _is_contrast(row: list[str], below: list[list[str]]) -> bool:
    """Tell whether the rows below are of another kind than their label, and not more names beside more values.

    Two columns may as well be a form: "Service | Logement", "Téléphone | 04 72 00 00 00".
    """
    columns = [[other[column] for other in below if column in _columns(other)] for column in _columns(row)]
    if len(below) < 2 or not all(columns):
        return False
    is_long = all(len(cell) >= 2 * len(row[column]) for column in _columns(row) for cell in columns[column])
    return is_long or any(not any(map(_is_words, column)) for column in columns)


def _is_label(words: str) -> bool:
    is_year = _YEAR.fullmatch(words) is not None
    return is_year or (_is_words(words) and len(words) <= _LONGEST_LABEL and not _NO_LABEL.search(words))


def _is_words(words: str) -> bool:
    return _VALUE.fullmatch(words) is None and any(map(str.isalpha, words))


def _columns(row: Sequence[str]) -> set[int]:
    return {column for column, cell in enumerate(row) if cell}


def _labelled(row: list[str], labels: list[str]) -> str:
    if len(_columns(row)) == 1:
        return "".join(row)  # it names the group of the rows that follow
    named = ((labels[column] if column < len(labels) else "", cell) for column, cell in enumerate(row) if cell)
    return " ; ".join(f"{label} : {cell}" if label else cell for label, cell in named)
