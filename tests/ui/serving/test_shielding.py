"""What other programs of the same user can read of a process that shields itself: real processes of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
SECRET = "tres-secret"  # noqa: S105

# Of root, it gives up all capabilities, which let root alone look into every process: any user can do what is left.
ORDINARY = """
import ctypes, os, sys
for capability in range(64):
    ctypes.CDLL(None).prctl(24, capability)  # PR_CAPBSET_DROP: the program that follows has none of them
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
READING = """
import sys
try:
    with open(sys.argv[1], "rb") as stream:
        print(len(stream.read(100)))
except OSError as error:
    print(type(error).__name__)
"""
WAITING = "print('ready', flush=True); input()"
SHIELDED = f"from ui.serving.shielding import shield; shield(); {WAITING}"
MEASURED = """
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from ui.serving.shielding import shield
shield()
registry = CollectorRegistry()
ProcessCollector(registry=registry)
print(generate_latest(registry).decode())
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is the kernel of Linux that shields")


def by_an_ordinary_program(*command: str) -> str:
    """Run Python as any program of this user could; return what it says."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    whole = [sys.executable, "-c", ORDINARY, *command]
    return subprocess.run(whole, capture_output=True, text=True, check=True, env=environment).stdout


def read_of(process: int, name: str) -> str:
    """Return how many bytes an ordinary program reads of a file of a process, else the error that it gets."""
    return by_an_ordinary_program("-c", READING, f"/proc/{process}/{name}").strip()


@contextmanager
def running(code: str) -> Iterator[int]:
    """Run Python as any user, with a secret in its environment; give its number once it is ready."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SOURCIER_OIDC_CLIENT_SECRET": SECRET}
    command = [sys.executable, "-c", ORDINARY, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("a process was started without its pipes")
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.stdin.write(b"\n")


def test_a_program_of_the_same_user_reads_no_environment_and_no_memory_of_it() -> None:
    with running(WAITING) as open_to_all, running(SHIELDED) as shielded:
        assert read_of(open_to_all, "environ") == "100"  # else the test could not fail
        assert [read_of(shielded, name) for name in ("environ", "mem", "maps", "auxv")] == ["PermissionError"] * 4


def test_how_much_it_takes_is_still_read() -> None:
    with running(SHIELDED) as shielded:
        assert [read_of(shielded, name) for name in ("stat", "status", "limits")] == ["100"] * 3


def test_it_measures_itself() -> None:
    told = by_an_ordinary_program("-c", MEASURED)
    for name in ("resident_memory_bytes", "cpu_seconds_total", "open_fds", "max_fds"):
        assert f"\nprocess_{name} " in told


@pytest.mark.parametrize("command", ["serve", "chat"])
def test_what_serves_is_shielded_before_all_else(
    command: str, bare_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCIER_ACCESS", "basic")  # and there is no user, so that it ends at once
    monkeypatch.setenv("SOURCIER_CORPUS", str(bare_environment / "corpus"))
    code = f"import ctypes; from ui.cli import main; print(main(['{command}']), ctypes.CDLL(None).prctl(3))"
    assert by_an_ordinary_program("-c", code) == "2 0\n"  # USAGE, and PR_GET_DUMPABLE
