from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from qa import network
from qa.training.reader import Trainer
from qa.training.schedule import Schedule
from qa.training.settings import Settings

if TYPE_CHECKING:
    from index.encode import Encoder

ROOT = Path(__file__).parents[3]
SMALL = Settings(steps=6, examples=2, warm_up=2, learning_rate=3e-4)


Open = Callable[[Settings], Trainer]


@pytest.fixture
def opened(encoder: Encoder, data: Path, written: Path, tmp_path: Path) -> Open:
    """Give a way to begin a training in the test's own folder."""

    def opened(settings: Settings) -> Trainer:
        return Trainer(settings, encoder, Schedule(data, written, encoder, settings, tmp_path), tmp_path)

    return opened


def trained(trainer: Trainer, steps: int) -> Trainer:
    while trainer.step < steps:
        trainer.learn()
    return trainer


def test_a_small_run_by_its_command_writes_weights_that_load(data: Path, written: Path, tmp_path: Path) -> None:
    settings = ["--written", str(written), "--steps", "3", "--examples", "2", "--warm-up", "1", "--development", "1"]
    command = [sys.executable, "-m", "qa.training.reader", "--data", str(data), "--out", str(tmp_path), *settings]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    loaded = network.load(tmp_path / "reader.safetensors", torch.float32, "cpu")
    assert all(weights.isfinite().all() for weights in loaded.parameters())
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert set(lines[-1]["development"]) == {"search", "relevance", "answers", "f1", "em", "auroc"}


def test_the_losses_fall(opened: Open, tmp_path: Path) -> None:
    trained(opened(replace(SMALL, steps=24, examples=3, french=1.0, dropout=0.0, hidden_words=0.0)), 24)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["span"] < lines[0]["span"]


def test_a_run_that_was_interrupted_goes_on_as_if_it_had_not_been(opened: Open) -> None:
    settings = replace(SMALL, steps=12)
    whole = trained(opened(settings), 7)
    first = trained(opened(settings), 4)
    first.keep()
    second = opened(settings)
    assert second.resume()
    trained(second, 7)
    for one, other in zip(whole.reading().parameters(), second.reading().parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_a_checkpoint_of_other_settings_is_refused(opened: Open) -> None:
    opened(SMALL).keep()
    with pytest.raises(ValueError, match="other settings"):
        opened(replace(SMALL, seed=1)).resume()
