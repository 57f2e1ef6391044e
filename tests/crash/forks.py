"""Functions run in processes of their own: forks of one that has imported everything, each begun in no time."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

P = ParamSpec("P")
T = TypeVar("T")

_fork = multiprocessing.get_context("fork")


class Failed(Exception):
    """What a child raised: its class by name, and where."""


def import_everything() -> None:
    """Import what synchronising needs, and start no thread: a fork would lose it, with the locks that it holds."""
    import chromadb.api.rust
    import sentence_transformers
    import tantivy
    import torch

    import index.sync  # noqa: F401

    torch.set_num_threads(1)
    del chromadb, sentence_transformers, tantivy


def start(target: Callable[..., object], *arguments: object) -> tuple[Any, Connection[Any, Any]]:
    """Begin a function in a child, which gets this end's other one first; return the child and this end."""
    ours, theirs = _fork.Pipe()
    child = _fork.Process(target=target, args=(theirs, *arguments))
    child.start()
    theirs.close()  # so that its end is seen when the child ends, however it ends
    return child, ours


def in_a_child(function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what a function returns in a child; raise Failed with what it raised."""
    child, connection = start(_answer, lambda: function(*arguments, **named))
    try:
        is_returned, outcome = connection.recv()
    except EOFError:
        child.join()
        raise Failed(f"the child ended (exit status {child.exitcode})") from None
    child.join()
    if is_returned:
        returned: T = outcome
        return returned
    raise Failed(outcome)


def _answer(connection: Connection[Any, Any], function: Callable[[], object]) -> None:
    try:
        connection.send((True, function()))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
        connection.send((False, f"{type(error).__name__}: {error}\n{traceback.format_exc()}"))


def children(process: int) -> list[int]:
    """Return the processes that a process has started."""
    listed: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        listed += map(int, (task / "children").read_text().split())
    return listed


def is_alive(process: int) -> bool:
    """Tell whether a process, be it nobody's child any more, still runs."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX" and process != os.getpid()
