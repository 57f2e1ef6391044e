"""What docs/deploy has for an administrator to copy; those of the proxies are run in tests/browser/proxy."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from ui.access.check import check_access
from ui.errors import InvalidSettings
from ui.parser import build_parser
from ui.serving.ending import SECONDS_TO_CLOSE
from ui.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def said(unit: Path, name: str) -> str:
    """Return the last value that a unit gives a setting of systemd."""
    found: list[str] = re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    return found[-1]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_the_units(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd here")
    placed = tmp_path / unit.name
    program = said(unit, "ExecStart").split()[0]
    placed.write_text(unit.read_text(encoding="utf-8").replace(program, "/bin/true"), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", placed], capture_output=True, text=True, check=False)
    assert [line for line in verified.stderr.splitlines() if unit.name in line] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_units_start_what_there_is(unit: Path) -> None:
    _, *arguments = shlex.split(said(unit, "ExecStart"))
    assert build_parser().parse_args(arguments).command in {"serve", "index"}


def test_systemd_waits_for_the_last_answer() -> None:
    most = 2 * Settings.model_fields["question_seconds"].default + SECONDS_TO_CLOSE
    assert int(said(DEPLOY / "sourcier.service", "TimeoutStopSec")) > most


@pytest.fixture
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith("SOURCIER_"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("SOURCIER_CONFIG", str(DEPLOY / "sourcier.toml"))


@pytest.mark.usefixtures("_bare_environment")
def test_the_settings_of_a_server_are_settings() -> None:
    settings = load_settings()
    assert (settings.access, settings.root_path, settings.tls) == ("basic", "/sourcier", True)


@pytest.mark.usefixtures("_bare_environment")
def test_the_server_of_the_guide_lets_nobody_in_by_oversight() -> None:
    with pytest.raises(InvalidSettings, match="open_to_all"):
        check_access(load_settings(access="none"))


def test_the_image_has_the_torch_and_the_packages_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    torch = next(each for each in project["project"]["dependencies"] if each.startswith("torch=="))
    assert f" {torch}\n" in image
    copied = {word for line in re.findall(r"^COPY (?!--)(.*) \S+$", image, re.MULTILINE) for word in line.split()}
    packages = {name.partition(".")[0] for name in project["tool"]["setuptools"]["packages"]}
    assert copied == packages | {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
