"""What the style of a page hides from its visitors: by the rules in its <style>, and by the style of an element.

Of CSS this knows what hides a text and nothing else: selectors of names, classes, ids and what they are inside of;
whatever it does not know hides nothing. What a script may show, as what fades in (`opacity`) or unfolds (`max-height`),
is kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE = re.compile(r"([^{}]*)([{}])")
_COMPOUND = re.compile(r"(?P<name>[a-z][a-z0-9]*|\*)?(?P<marks>(?:[.#][\w-]+)*)", re.IGNORECASE)
_MARK = re.compile(r"[.#][\w-]+")
_SCREENS = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)\s*|@supports\b.*|@layer\b.*", re.IGNORECASE)
_LENGTH = re.compile(r"(-?\d*\.?\d+)([a-z%]*)", re.IGNORECASE)
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "ex": 8.0, "cm": 38.0, "mm": 3.8, "in": 96.0}
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_RGB = re.compile(r"rgba?\((\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+)(%?))?\)", re.IGNORECASE)
_NAMED = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240)}
_KNOWN = frozenset({
    *("display", "visibility", "font-size", "font", "color", "background", "background-color", "background-image"),
    *("position", "left", "right", "top", "bottom", "text-indent", "clip", "clip-path", "width", "height", "overflow"),
})  # fmt: skip
_CLIPPED = re.compile(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)")
_CLIPPED_AWAY = re.compile(r"inset\(\s*(?:50|100)%\s*\)|circle\(\s*0(?:px|%)?\s*\)")

_FAR = -900.0  # pixels: so far to the left, or above, nobody scrolls
_TINIEST = 2.0  # pixels: type that is smaller cannot be read
_SAME = 12  # of 255: two colours that differ by less in red, green and blue cannot be told apart
_MOST_RULES = 20_000
_WHITE = (255, 255, 255)

Colour = tuple[int, int, int]
Style = dict[str, str]
"""The declarations that hold for an element, by property."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """Declarations, for what fits the compounds: the last one is the element, those before it are around it."""

    compounds: tuple[tuple[str, frozenset[str]], ...]
    declarations: tuple[tuple[str, str, bool], ...]
    order: int

    @property
    def weight(self) -> tuple[int, int, int]:
        """The specificity (CSS, Selectors 4, 17): ids, classes, names."""
        marks = [mark for _name, those in self.compounds for mark in those]
        ids = sum(mark[0] == "#" for mark in marks)
        return ids, len(marks) - ids, sum(name not in ("", "*") for name, _marks in self.compounds)


class PageStyle:
    """The style of a page, from the <style> elements of its tree."""

    def __init__(self, root: Any) -> None:
        self._rules: defaultdict[str, list[_Rule]] = defaultdict(list)
        css = "\n".join(element.text or "" for element in root.iter("style") if _is_for_screens(element))
        for order, rule in enumerate(_rules(css)):
            if order >= _MOST_RULES:
                break
            name, marks = rule.compounds[-1]
            self._rules[min(marks, default=name or "*")].append(_Rule(rule.compounds, rule.declarations, order))
        self._known: dict[Any, Style] = {}

    def hides(self, element: Any) -> bool:
        """Tell whether the text of an element is not seen by who opens the page."""
        style = self._style(element)
        return bool(style) and (_is_away(style) or self._is_tiny(element, style) or self._is_uncoloured(element, style))

    def _is_tiny(self, element: Any, style: Style) -> bool:
        size = _pixels(style.get("font-size", ""))
        if size is None or size > _TINIEST or "%" in style["font-size"] or ("em" in style["font-size"] and size):
            return False
        inner = (_pixels(self._style(child).get("font-size", "")) for child in element.iterdescendants())
        return not any(other is not None and other > _TINIEST for other in inner)  # it only closes the gaps between

    def _is_uncoloured(self, element: Any, style: Style) -> bool:
        colour = _colour(style.get("color", ""))
        if colour is None or not _near(colour, ground := self._ground(element)) or ground is None:
            return False
        return all(
            _near(_colour(self._style(child).get("color", "")) or colour, ground)
            and not {"background", "background-color", "background-image"} & self._style(child).keys()
            for child in element.iterdescendants()
        )

    def _ground(self, element: Any) -> Colour | None:
        """Return the colour behind an element; None where a picture is, or what is not known."""
        for around in (element, *element.iterancestors()):
            style = self._style(around)
            told = style.get("background") or style.get("background-color") or around.get("bgcolor") or ""
            if style.get("background-image", "none") != "none" or around.get("background"):
                return None
            if told and told not in ("none", "transparent", "inherit", "initial", "unset"):
                return _colour(told)
            if style.get("position") in ("absolute", "fixed", "sticky"):  # it may lie over anything
                return None
        return _WHITE

    def _style(self, element: Any) -> Style:
        if element not in self._known:
            self._known[element] = self._cascaded(element)
        return self._known[element]

    def _cascaded(self, element: Any) -> Style:
        found: dict[str, tuple[tuple[Any, ...], str]] = {}
        if element.tag == "font" and element.get("color"):
            found["color"] = ((False, (-1, 0, 0), 0), element.get("color").strip().lower())
        for rule in self._fitting(element):
            _take(found, rule.declarations, rule.weight, rule.order)
        if own := element.get("style"):
            _take(found, tuple(_declarations(own)), (1_000, 0, 0), 0)
        return {name: value for name, (_rank, value) in found.items()}

    def _fitting(self, element: Any) -> Iterator[_Rule]:
        if not self._rules:
            return
        for key in (*_marks(element), str(element.tag), "*"):
            for rule in self._rules.get(key, ()):
                if _fits(rule, element):
                    yield rule


def _take(
    found: dict[str, tuple[tuple[Any, ...], str]],
    declarations: tuple[tuple[str, str, bool], ...],
    weight: tuple[int, int, int],
    order: int,
) -> None:
    """Take over the declarations that outweigh those which were found."""
    for name, value, is_important in declarations:
        rank = (is_important, weight, order)
        if name not in found or found[name][0] <= rank:
            found[name] = (rank, value)


def _is_for_screens(element: Any) -> bool:
    return (element.get("media") or "all").strip().lower() in ("all", "screen", "")


def _rules(css: str) -> Iterator[_Rule]:
    """Yield a rule for each selector that is known, in the order of the text; what is for print or a width is not."""
    inside: list[bool] = []  # for each open block, whether what stands in it holds on a screen
    head = ""
    for found in _RULE.finditer(_COMMENT.sub(" ", css)):
        words, brace = found[1].rpartition(";")[2].strip() if found[2] == "{" else found[1], found[2]
        if brace == "{":
            inside.append(not words.startswith("@") or _SCREENS.fullmatch(words) is not None)
            head = words
        elif inside:
            if head and not head.startswith("@") and all(inside):
                yield from _selected(head, tuple(_declarations(words)))
            head = ""
            inside.pop()


def _selected(selectors: str, declarations: tuple[tuple[str, str, bool], ...]) -> Iterator[_Rule]:
    for selector in selectors.split(",") if declarations else ():
        parts = [_COMPOUND.fullmatch(part) for part in selector.split()]
        if parts and all(parts):
            compounds = tuple(
                ((part["name"] or "").lower(), frozenset(_MARK.findall(part["marks"]))) for part in parts if part
            )
            yield _Rule(compounds, declarations, 0)


def _declarations(words: str) -> Iterator[tuple[str, str, bool]]:
    """Yield property, value, and whether it is important, of the properties that can hide a text."""
    for declaration in words.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip().lower()
        if name in _KNOWN and value:
            is_important = value.endswith("!important")
            yield name, value.removesuffix("!important").strip(), is_important


def _fits(rule: _Rule, element: Any) -> bool:
    *outer, own = rule.compounds
    if not _is(element, own):
        return False
    around = element.iterancestors()
    return all(any(_is(ancestor, compound) for ancestor in around) for compound in reversed(outer))


def _is(element: Any, compound: tuple[str, frozenset[str]]) -> bool:
    name, marks = compound
    return name in ("", "*", element.tag) and marks <= _marks(element)


def _marks(element: Any) -> frozenset[str]:
    classes = {f".{name}" for name in (element.get("class") or "").split()}
    return frozenset(classes | ({f"#{element.get('id')}"} if element.get("id") else set()))


def _is_away(style: Style) -> bool:
    """Tell whether a style takes a text from the page: not displayed, beside the screen, or clipped to nothing."""
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if (_pixels(style.get("text-indent", "")) or 0) <= _FAR or _CLIPPED_AWAY.fullmatch(style.get("clip-path", "")):
        return True
    if style.get("position") not in ("absolute", "fixed"):
        return False
    is_far = any((_pixels(style.get(edge, "")) or 0) <= _FAR for edge in ("left", "right", "top", "bottom"))
    return is_far or _CLIPPED.fullmatch(style.get("clip", "")) is not None


def _pixels(length: str) -> float | None:
    """Return a length in pixels, about; None for what is none."""
    found = _LENGTH.fullmatch(length)
    return float(found[1]) * _PIXELS.get(found[2], 1.0) if found else None


def _colour(words: str) -> Colour | None:
    """Return a colour; None for what is none, or is seen through."""
    if words in _NAMED:
        return _NAMED[words]
    if found := _HEX.fullmatch(words):
        digits = found[1] if len(found[1]) > 4 else "".join(2 * digit for digit in found[1])
        is_solid = len(digits) == 6 or digits[6:].lower() == "ff"
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)) if is_solid else None
    if (found := _RGB.fullmatch(words)) and (found[4] is None or float(found[4]) >= (100 if found[5] else 1)):
        return int(found[1]), int(found[2]), int(found[3])
    return None


def _near(one: Colour, other: Colour | None) -> bool:
    return other is not None and all(abs(mine - its) < _SAME for mine, its in zip(one, other, strict=True))
