"""The commands that a sentence tells a person to run, so that they can be pasted: of the corpus that is meant."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Final

from ui.texts import Text

DEFAULT_CORPUS: Final = Path(".sourcier")
"""The corpus of whoever names none."""

_COMMAND: Final = re.compile(r"`(sourcier (?:index|doctor)(?: [^`]*)?)`")


def naming_corpus(said: Text, corpus: object) -> Text:
    """Return a sentence whose commands name their corpus, quoted for a shell, unless it is the default one.

    The {places} of the sentence are still open; a command that names a corpus already stays as it is.
    """
    if Path(str(corpus)) == DEFAULT_CORPUS:
        return said
    flag = literal(f" --corpus {shlex.quote(str(corpus))}")
    return Text(_named(said.fr, flag), _named(said.en, flag))


def literal(text: str) -> str:
    """Return a text as it is to stand in a sentence whose places are filled later."""
    return text.replace("{", "{{").replace("}", "}}")


def _named(said: str, flag: str) -> str:
    return _COMMAND.sub(lambda found: found[0] if " --corpus " in found[0] else f"`{found[1]}{flag}`", said)
