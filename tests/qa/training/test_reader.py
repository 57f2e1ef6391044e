from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from qa import network
from qa.training.reader import Settings, Trainer, example_sets

if TYPE_CHECKING:
    from index.encode import Encoder
    from qa.training.examples import Examples

ROOT = Path(__file__).parents[3]
SMALL = Settings(steps=6, examples=2, warm_up=2, learning_rate=3e-4)


@pytest.fixture(scope="module")
def sets(
    encoder: Encoder, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Examples], list[Examples]]:
    return example_sets(data, encoder, SMALL, tmp_path_factory.mktemp("cache"))


def trained(trainer: Trainer, steps: int) -> Trainer:
    while trainer.step < steps:
        trainer.learn()
    return trainer


def test_a_small_run_by_its_command_writes_weights_that_load(data: Path, tmp_path: Path) -> None:
    settings = ["--steps", "3", "--examples", "2", "--warm-up", "1", "--development", "1"]
    command = [sys.executable, "-m", "qa.training.reader", "--data", str(data), "--out", str(tmp_path), *settings]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    loaded = network.load(tmp_path / "reader.safetensors", torch.float32, "cpu")
    assert all(weights.isfinite().all() for weights in loaded.parameters())
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert set(lines[-1]["development"]) == {"search", "relevance", "answers", "f1", "em", "auroc"}


def test_the_losses_fall(encoder: Encoder, sets: tuple[list[Examples], list[Examples]], tmp_path: Path) -> None:
    settings = replace(SMALL, steps=24, examples=3, french_at_first=1.0)
    trained(Trainer(settings, encoder, sets, tmp_path), 24)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["span"] < lines[0]["span"]


def test_a_run_that_was_interrupted_goes_on_as_if_it_had_not_been(
    encoder: Encoder, sets: tuple[list[Examples], list[Examples]], tmp_path: Path
) -> None:
    whole = trained(Trainer(SMALL, encoder, sets, tmp_path), 4)
    first = trained(Trainer(SMALL, encoder, sets, tmp_path), 2)
    first.keep()
    second = Trainer(SMALL, encoder, sets, tmp_path)
    assert second.resume()
    trained(second, 4)
    for one, other in zip(whole.reading().parameters(), second.reading().parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-4)


def test_a_checkpoint_of_other_settings_is_refused(
    encoder: Encoder, sets: tuple[list[Examples], list[Examples]], tmp_path: Path
) -> None:
    Trainer(SMALL, encoder, sets, tmp_path).keep()
    with pytest.raises(ValueError, match="other settings"):
        Trainer(replace(SMALL, seed=1), encoder, sets, tmp_path).resume()


def test_training_goes_on_from_weights_that_are_given(
    encoder: Encoder, sets: tuple[list[Examples], list[Examples]], tmp_path: Path
) -> None:
    before = trained(Trainer(SMALL, encoder, sets, tmp_path), 1)
    network.save(before.reading().float().state_dict(), tmp_path / "weights")
    after = Trainer(SMALL, encoder, sets, tmp_path)
    after.begin_with(tmp_path / "weights")
    given = network.load(tmp_path / "weights", next(after.reading().parameters()).dtype, "cpu")
    for one, other in zip(given.parameters(), after.reading().parameters(), strict=True):
        assert torch.equal(one, other)
