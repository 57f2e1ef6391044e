"""What the README states of the product is so."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from qa.answer import Answer, Quote
from qa.question_set import QuestionSet
from ui.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.partition(f"# {title}\n")[2].partition("\n## ")[0]


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(SOURCIER_\w+)` \|", section("Settings"), re.MULTILINE)
    assert {name for name, _ in rows} == set(Settings.model_fields)
    assert all(variable == f"SOURCIER_{name.upper()}" for name, variable in rows)


@pytest.mark.parametrize("model", [Answer, Quote])
def test_every_field_of_the_contract_is_described(model: type[Answer | Quote]) -> None:
    described = section("The Answer, version 1")
    for name, field in model.model_fields.items():
        assert f"`{field.alias or name}`" in described


@pytest.mark.parametrize("document", [README, GUIDE])
def test_every_command_that_is_named_exists(document: str) -> None:
    known = subprocess.run(
        [sys.executable, "-m", "ui.cli", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    commands = set(re.findall(r"sourcier ([a-z]+)\b", document))
    assert commands
    assert all(re.search(rf"\b{command}\b", known) for command in commands)


@pytest.mark.parametrize("document", [README, GUIDE])
def test_the_example_of_a_question_set_is_one(document: str, tmp_path: Path) -> None:
    example = re.search(r"^```json\n(\{\"question\".*?)^```", document, re.MULTILINE | re.DOTALL)
    assert example is not None
    file = tmp_path / "questions.jsonl"
    file.write_text(example[1], encoding="utf-8")
    kinds = [question.kind for question in QuestionSet.read(file).questions]
    assert kinds == ["answerable", "answerable", "unanswerable"]


@pytest.mark.parametrize("document", [README, GUIDE])
def test_every_make_target_that_is_named_exists(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z]+)\b", document))
    assert targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changelog, re.MULTILINE)[1] == version  # type: ignore[index]


@pytest.mark.parametrize("document", [README, GUIDE])
def test_no_placeholder_is_left(document: str) -> None:
    assert not re.search(r"@@|FIGURES|TODO|TBD", document)
