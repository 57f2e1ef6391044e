"""The numerals that stand before the points of a list: 3, c, C, iii, III."""

from __future__ import annotations

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LARGEST = 4_000  # beyond it Roman numerals are no longer written, and letters no longer read


def numeral(number: int, form: str) -> str:
    """Return a number in the form that "1", "a", "A", "i" or "I" begins; another form counts as "1"."""
    if form not in ("a", "A", "i", "I") or not 0 < number < _LARGEST:
        return str(number)
    written = _letters(number) if form in ("a", "A") else _roman(number)
    return written.upper() if form.isupper() else written


def _letters(number: int) -> str:
    """Return a to z, then aa to zz, as office programs count."""
    times, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (times + 1)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        written += letters * times
    return written
