"""The trial of a sealed generation, in a process of its own: what is damaged may end the process that reads it."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from index.diagnosis import OWNERS, Finding
from index.layout import LEXICON, SPELLING, STORE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.diagnosis import Code

_PROGRAM = "index.trial_child"
_ASIDE = "sourcier-doctor-"
_SECONDS = 600.0  # to copy and to search; 50,000 passages take some seconds
_START = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "runpy.run_module(sys.argv.pop(2), run_name='__main__')"
)


def tried(folder: Path, wrong: set[Code]) -> list[Finding]:
    """Return what another process finds wrong when it opens the parts that are what was sealed."""
    parts = [part for part in (STORE, LEXICON, SPELLING) if OWNERS[part][0] not in wrong]
    if not parts:
        return []
    told, ending = _trial(folder, parts)
    findings = []
    for part in parts:
        code, cure = OWNERS[part]
        trouble = told.get(part, ending)
        if trouble == os.strerror(errno.ENOSPC):
            findings.append(Finding("space", tempfile.gettempdir(), "person", "no copy of the corpus fits into it"))
        elif trouble:
            findings.append(Finding(code, part, cure, trouble))
        if part not in told:
            break  # what would have come next was not tried
    return findings


def _trial(folder: Path, parts: Sequence[str]) -> tuple[dict[str, str], str]:
    """Return what is wrong with each part that was tried, "" for nothing; and how the process ended.

    The copies that it makes lie in a folder that is removed here: a process that is ended by a signal removes nothing.
    """
    paths = json.dumps([os.path.abspath(path) for path in sys.path])  # noqa: PTH100  # "" is the working directory
    try:
        copies = tempfile.TemporaryDirectory(prefix=_ASIDE)
    except OSError as error:
        return {parts[0]: error.strerror or type(error).__name__}, ""
    with copies as aside:
        command = [sys.executable, "-P", "-c", _START, paths, _PROGRAM, aside, str(folder.absolute()), *parts]
        said, status = _run(command)
    return dict(json.loads(line) for line in said.splitlines()), _ending(status)


def _run(command: Sequence[str]) -> tuple[bytes, int | None]:
    """Return what a process said, and its exit status, or None where it had to be stopped; it has ended then."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603  # ours
        try:
            return process.communicate(timeout=_SECONDS)[0], process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            return process.communicate()[0], None
        finally:  # after Ctrl-C, it is not waited for otherwise, and would still write
            process.kill()
            process.wait()


def _ending(status: int | None) -> str:
    """Return how the process ended, by its exit status; None where it did not."""
    if status is None:
        return "the process that read it did not end, and was stopped"
    if status < 0:
        return f"the process that read it was ended by {signal.Signals(-status).name}"
    return f"the process that read it ended with exit status {status}"
