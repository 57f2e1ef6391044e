"""The whole way, from a folder to an answer with its quotes, with the network cut off."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = {
    "joconde.md": "# La Joconde\n\nLéonard de Vinci a peint la Joconde à Florence, entre 1503 et 1506. Le tableau est "
    "exposé au musée du Louvre, à Paris.\n",
    "timbre.txt": "Le prix du timbre\n\nLe prix des envois postaux augmente au premier janvier, comme chaque année.\n",
    "foie.txt": "Le rôle du foie\n\nL'organe filtre le sang et met en réserve une partie des sucres.\n",
}

# Runs in a process of its own, so that what the libraries do as they are imported is seen too.
WAY = """
import json, socket, sys
from pathlib import Path

tried = []

def refuse(*arguments, **options):
    tried.append(repr(arguments[-2:]))
    raise OSError("the network is cut off")

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection"):
    setattr(socket, name, refuse)

from index.sync import synchronise
from qa.engine import Engine

folder, corpus = Path(sys.argv[1]), Path(sys.argv[2])
synchronise([folder], corpus)
engine = Engine.open(corpus)
answer = engine.ask("Qui a peint la Joconde ?")
engine.close()
on_the_way = list(tried)

attempts = [
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.socket().connect(("192.0.2.1", 80)),
    lambda: socket.getaddrinfo("huggingface.co", 443),
]
for attempt in attempts:
    try:
        attempt()
    except OSError:
        pass
print(json.dumps({
    "answer": json.loads(answer.model_dump_json()),
    "tried": on_the_way,
    "noticed": len(tried) - len(on_the_way),
    "interfaces": [name for _number, name in socket.if_nameindex()],
}))
"""


def without_a_network() -> list[str]:
    """Return the command that runs another one with no network at all, or nothing where that is not allowed."""
    for options in (["-n"], ["-rn"]):
        if (
            shutil.which("unshare")
            and subprocess.run(["unshare", *options, "true"], capture_output=True, check=False).returncode == 0
        ):
            return ["unshare", *options]
    return []


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    place = tmp_path_factory.mktemp("offline")
    folder = place / "documents"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    # Where nothing is cached and nothing says "offline": an install as it comes.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    done = subprocess.run(
        [*without_a_network(), sys.executable, "-c", WAY, folder, place / "corpus"],
        cwd=ROOT,
        env=environment | {"HOME": str(place), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_without_a_network_a_question_is_answered_with_quotes(outcome: dict[str, Any]) -> None:
    assert outcome["answer"]["verdict"] == "answered"
    assert outcome["answer"]["quotes"]


def test_without_a_network_the_quotes_are_those_of_the_files(outcome: dict[str, Any]) -> None:
    for quote in outcome["answer"]["quotes"]:
        assert DOCUMENTS[quote["document"]][quote["start"] : quote["end"]] == quote["text"]


def test_nothing_tries_to_reach_the_network(outcome: dict[str, Any]) -> None:
    assert outcome["tried"] == []


def test_an_attempt_to_reach_the_network_would_have_been_noticed(outcome: dict[str, Any]) -> None:
    assert outcome["noticed"] == 3


@pytest.mark.skipif(not without_a_network(), reason="this machine does not let a process give up its network")
def test_there_was_no_network_to_reach(outcome: dict[str, Any]) -> None:
    assert outcome["interfaces"] == ["lo"]
