"""Where the sentences of a French text lie: spans that partition the text, found with rules and no model."""

from __future__ import annotations

import re

# An address is stepped over whole, so that no full stop inside it is looked at; its last stop is the sentence's.
_MARK = re.compile(
    r"""(?P<address>(?:https?://|www\.)\S*[^\s.!?…»”")\],;])
      | (?P<stop>[.!?…]+(?:[\ \u00a0\u202f]?»|[”"’')\]])*)
      | (?P<line>[\n\r\u2028\u2029])""",
    re.VERBOSE | re.IGNORECASE,
)
_BLANK = re.compile(r"\s*")
_OPENING = re.compile(r"[\s«“\"‘'’(\[—–•*-]{0,12}")
_NEXT_WORD = re.compile(r"[^\W\d_]{1,20}['’]?")
_LAST_WORD = re.compile(r"[\w°]+\Z")
_INITIAL = re.compile(r"[^\W\d_]\.")
_GLUED_WORD = re.compile(r"[«“\"(]?[\s]?(?P<capital>[^\W\d_])(?:['’]|\s|(?P<second>[^\W\d_]))(?!\w{0,40}\.\w)")
_LIST_NUMBER = re.compile(r"\s{0,99}(?:[0-9]{1,3}|[IVX]{1,5})\Z")

# After these a sentence goes on, whatever comes.
_NEVER_LAST = re.compile(
    "M|MM|Mr|Mmes?|Mlles?|[Dd]rs?|[Pp]r|[Pp]rof|Me|Mgr|Stes?|Sts?|ste?|av|apr|cf|pp?|[Nn][°o]s?|réf|env|tél|boul|bd|chap|vs"
    "|ibid|éd|trad|hab"
)
# These may end a sentence: it goes on before a digit, a small letter or an initial. Several are words too ("l'art.").
_SELDOM_LAST = re.compile(
    "al|art|etc|ex|coll?|fig|vol|tab|dir|cap|ch|jr|suiv|janv|févr?|avr|juill?|sept|oct|nov|déc", re.IGNORECASE
)
# After an initial or a dotted acronym, only one of these words tells that a new sentence begins.
_OPENER = re.compile(
    "Ils?|Elles?|On|[NV]ous|Je|Cet?|Cette|Ces|Cela|Ceci|Une?|Mais|Et|Or|Donc|En|Dans|Pour|Par|Avec|Sans|Selon|Si|À|Aux?"
    "|S(?:on|a|es)|Leurs?|[NV]o(?:tre|s)|Après|Avant|Depuis|Puis|Ainsi|Toutefois|Cependant|Enfin|Alors|Quand|Lorsque"
    "|Comme|Plus|Qui|Que|Quel(?:le)?s?|Pourquoi|Comment|Aucune?|Tous|Toutes|(?:[CJSN]|Qu)['’]"
)
_PARTICLE = re.compile("L[ea]s?|D[eu]s?|[LD]['’]")  # after an initial they may be a name: J. Le Goff


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of a text, in order; joined, they are the text.

    A sentence ends at . ! ? … and at every line break. Its closing quotes and the white space after it belong to it. A
    stop that is glued to the next sentence ("offensive.Selon") ends one too; that of an abbreviation, an initial, a
    number, an address or the number of a list item does not. Takes time linear in the length of the text.
    """
    spans: list[tuple[int, int]] = []
    start = _blank_end(text, 0)  # leading white space belongs to the first sentence: nothing ends in it
    begin = 0
    position = start
    while mark := _MARK.search(text, position):
        position = mark.end()
        if mark["address"] or not _is_end(text, begin, mark):
            continue
        position = _blank_end(text, position)
        spans.append((begin, position))
        begin = position
    if begin < len(text):
        spans.append((begin, len(text)))
    return spans


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its two ends; an empty span at `start` when it is nothing else."""
    piece = text[start:end]
    leading = len(piece) - len(piece.lstrip())
    if leading == len(piece):
        return start, start
    return start + leading, start + len(piece.rstrip())


def _blank_end(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _is_end(text: str, begin: int, mark: re.Match[str]) -> bool:
    """Tell whether the sentence that begins at `begin` ends at this mark."""
    if mark["line"]:
        return True
    end = mark.end()
    after = _blank_end(text, end)
    if after == end:
        return _is_glued_end(text, mark)
    is_full_stop = mark["stop"].rstrip(" \u00a0\u202f»”\"’')]") == "."
    return _is_full_stop_end(text, begin, mark, after) if is_full_stop else not _goes_on(text, after)


def _is_full_stop_end(text: str, begin: int, mark: re.Match[str], after: int) -> bool:
    """Tell whether a full stop with white space after it ends a sentence."""
    stop = mark.start()
    word = _last_word(text, stop)
    if len(mark["stop"]) > 1 or not word:
        return not _goes_on(text, after)
    if _NEVER_LAST.fullmatch(word) or (stop - begin < 100 and _LIST_NUMBER.fullmatch(text, begin, stop)):
        return False
    if len(word) == 1 and not word.isdigit():
        return _ends_after_letter(text, stop, after)
    if _SELDOM_LAST.fullmatch(word):
        return _next_character(text, after).isupper() and not _INITIAL.match(text, after)
    # A short unknown word before a small letter is rather an abbreviation; a long one ends a carelessly typed sentence.
    return len(word) > 3 or not _goes_on(text, after)


def _ends_after_letter(text: str, stop: int, after: int) -> bool:
    """Tell whether a sentence ends after a single letter: the end of "plan B.", but not an initial or an acronym."""
    opening = _OPENING.match(text, after)
    following = _NEXT_WORD.match(text, opening.end() if opening else after)
    word = following[0] if following else ""
    is_acronym = stop >= 2 and text[stop - 2] in ".-"
    if text[stop - 1].islower() and not is_acronym:
        return word[:1].isupper()
    return bool(_OPENER.fullmatch(word) or (is_acronym and _PARTICLE.fullmatch(word)))


def _is_glued_end(text: str, mark: re.Match[str]) -> bool:
    """Tell whether a stop without white space ends a sentence, as in "offensive.Selon" or "sujet ?Que"."""
    following = _GLUED_WORD.match(text, mark.end())
    if following is None or not following["capital"].isupper():
        return False
    if following["second"] and not following["second"].islower():
        return False  # Character.AI
    word = _last_word(text, mark.start())
    is_initial = len(word) == 1 and word.isupper() and mark["stop"] == "."
    return not is_initial and not _NEVER_LAST.fullmatch(word)


def _last_word(text: str, end: int) -> str:
    """Return the last word before a position, or its end where it is longer than any abbreviation."""
    word = _LAST_WORD.search(text[max(0, end - 12) : end])
    return word[0] if word else ""


def _next_character(text: str, position: int) -> str:
    opening = _OPENING.match(text, position)
    position = opening.end() if opening else position
    return text[position : position + 1]


def _goes_on(text: str, position: int) -> bool:
    return _next_character(text, position).islower()
