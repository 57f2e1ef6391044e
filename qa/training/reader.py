"""Train the reader: `python -m qa.training.reader --data FOLDER --out FOLDER`.

Goes on from the last checkpoint in `--out`, where there is one of the same settings. What is written there:
`log.jsonl` (losses and development figures), `checkpoint.pt`, and at the end `reader.safetensors`, the weights to ship.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from index.embedded import embeddings
from index.encode import Encoder
from qa import network
from qa.network import Network, batches, forward
from qa.spans import tokens_of
from qa.training.development import Development
from qa.training.dropout import hide_words, with_dropout
from qa.training.losses import Read, losses
from qa.training.schedule import Schedule
from qa.training.settings import Settings
from qa.window import Windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from index.embedded import Embeddings
    from qa.training.examples import Example

_log = logging.getLogger("training")

WEIGHTS = {"span": 1.0, "relevance": 1.0, "verdict": 1.0}
_TOKENS = 5_000  # read at a time, padding included


@dataclass(frozen=True, slots=True)
class Run:
    """The folders, the file of written questions, and when to look at the development set."""

    data: Path
    written: Path
    out: Path
    minutes_between: float
    development: int


def main() -> None:
    """Train, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SOURCIER_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--written", type=Path, default=Path(__file__).with_name("written.jsonl"))
    parser.add_argument("--minutes-between", type=float, default=25.0, help="between two looks at the development set")
    parser.add_argument("--development", type=int, default=120, help="development questions to look at")
    for name, default in asdict(Settings()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    options = vars(parser.parse_args())
    settings = Settings(**{name: options[name] for name in asdict(Settings())})
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(settings, Run(**{field.name: options[field.name] for field in fields(Run)}))


def train(settings: Settings, run: Run) -> None:
    """Train to the last step; the weights are the same for the same settings, processor and libraries."""
    run.out.mkdir(parents=True, exist_ok=True)
    encoder = Encoder.open()
    schedule = Schedule(run.data, run.written, encoder, settings, run.out)
    look = Development(run.data, encoder, run.development, run.out)
    trainer = Trainer(settings, encoder, schedule, run.out)
    trainer.resume()
    looked = time.monotonic()
    while trainer.step < settings.steps:
        trainer.learn()
        if time.monotonic() - looked > 60 * run.minutes_between:
            trainer.keep()
            trainer.note({"development": look.figures(trainer.reading())})
            looked = time.monotonic()
    network.save(trainer.reading().state_dict(), run.out / "reader.safetensors")
    trainer.keep()
    trainer.note({"development": look.figures(trainer.reading())})


class Trainer:
    """The network in training, its optimiser, and how far it is.

    The network computes in bfloat16 where the processor does natively; the optimiser keeps its weights in float32.
    """

    def __init__(self, settings: Settings, encoder: Encoder, schedule: Schedule, out: Path) -> None:
        """Checkpoints and log go to `out`."""
        self._settings = settings
        self._schedule = schedule
        self._out = out
        module: Any = encoder.model[0]
        bert = module.model
        self._shared: Embeddings = embeddings(encoder.model)
        self._windows = Windows(self._shared.tokenizer)
        self._mask = self._shared.tokenizer.encode("<mask>", add_special_tokens=False).ids[-1]
        self._device = bert.device
        self._dtype = bert.dtype
        torch.manual_seed(settings.seed)
        fresh = Network("eager")  # half as fast again as torch's fused attention, backward and on a CPU
        fresh.begin_with(bert.state_dict())
        self._exact = [weights.detach().clone().to(self._device) for weights in fresh.parameters()]
        self._network = with_dropout(fresh, settings.dropout).to(self._device, self._dtype).train()
        self._optimiser = torch.optim.AdamW(self._exact, lr=0.0, betas=(0.9, 0.98), weight_decay=0.01)
        self._seconds = 0.0
        self.step = 0

    def learn(self) -> None:
        """Take one step over some examples."""
        began = time.monotonic()
        torch.manual_seed(self._settings.seed + self.step)  # so that a run that goes on leaves out the same
        examples = self._schedule.examples(self.step)
        read = self._read(examples)
        sums: dict[str, Tensor] = {}
        for number in range(len(examples)):
            for name, loss in losses(read[number]).items():
                sums[name] = loss / len(examples) + sums.get(name, 0.0)
        torch.stack([WEIGHTS[name] * value for name, value in sums.items()]).sum().backward()  # type: ignore[no-untyped-call]
        self._update()
        self.step += 1
        self._seconds += time.monotonic() - began
        if self.step % 100 == 0:
            self.keep()
        if self.step % 10 == 0:
            self.note({name: round(value.item(), 4) for name, value in sums.items()})

    def _update(self) -> None:
        for exact, weights in zip(self._exact, self._network.parameters(), strict=True):
            exact.grad = None if weights.grad is None else weights.grad.float()
            weights.grad = None
        torch.nn.utils.clip_grad_norm_(self._exact, 1.0)
        for group in self._optimiser.param_groups:
            group["lr"] = self._learning_rate()
        self._optimiser.step()
        with torch.no_grad():
            for exact, weights in zip(self._exact, self._network.parameters(), strict=True):
                weights.copy_(exact)

    def _learning_rate(self) -> float:
        rising = (self.step + 1) / self._settings.warm_up
        falling = (self._settings.steps - self.step) / max(self._settings.steps - self._settings.warm_up, 1)
        return self._settings.learning_rate * max(min(rising, falling, 1.0), 0.01)

    def _read(self, examples: Sequence[Example]) -> list[list[Read]]:
        """Read all windows of all examples, those of like length together; the groups come back in order."""
        windows = [self._windows.of(example.question, example.texts) for example in examples]
        chance = random.Random(f"{self._settings.seed} words {self.step}")  # noqa: S311 - repeatable
        for number, example in enumerate(examples):
            if number % 2 and any(example.answers):  # without an answer, the word that tells it apart might be hidden
                windows[number] = [
                    hide_words(window, self._settings.hidden_words, self._mask, chance) for window in windows[number]
                ]
        places = [(number, which) for number, row in enumerate(windows) for which in range(len(row))]
        read: dict[tuple[int, int], Read] = {}
        for batch in batches([len(windows[n][w].ids) for n, w in places], _TOKENS):
            chosen = [places[at] for at in batch]
            logits = forward(self._network, self._shared, [windows[n][w] for n, w in chosen])
            for row, (number, which) in enumerate(chosen):
                window = windows[number][which]
                own = slice(window.first, window.first + len(window.places))
                answers = [tokens_of(window.places, *place) for place in examples[number].answers[which]]
                read[number, which] = Read(
                    logits.start[row, own],
                    logits.end[row, own],
                    logits.relevance[row],
                    logits.answers[row],
                    [answer for answer in answers if answer],
                )
        return [[read[number, which] for which in range(len(row))] for number, row in enumerate(windows)]

    def reading(self) -> Network:
        """Return the network as it is now, for reading, in float32's exactness cut to the type it computes in."""
        copy = Network()
        weights = dict(zip((name for name, _ in self._network.named_parameters()), self._exact, strict=True))
        copy.load_state_dict(weights)
        return copy.to(self._device, self._dtype).eval()

    def keep(self) -> None:
        """Write a checkpoint: first beside the old one, then in its place."""
        fresh = self._out / "checkpoint.new"
        state = {
            "settings": asdict(self._settings),
            "step": self.step,
            "seconds": self._seconds,
            "drawn": self._schedule.drawn,
            "weights": self._exact,
            "optimiser": self._optimiser.state_dict(),
        }
        torch.save(state, fresh)
        fresh.replace(self._out / "checkpoint.pt")

    def resume(self) -> bool:
        """Go on from the checkpoint, if there is one; raise ValueError when it is one of other settings."""
        file = self._out / "checkpoint.pt"
        if not file.is_file():
            return False
        state = torch.load(file, weights_only=True)
        if state["settings"] != asdict(self._settings):
            raise ValueError(f"{file} was made with other settings: name another folder with --out")
        with torch.no_grad():
            for exact, own, given in zip(self._exact, self._network.parameters(), state["weights"], strict=True):
                exact.copy_(given)
                own.copy_(given)
        self._optimiser.load_state_dict(state["optimiser"])
        self.step, self._seconds = state["step"], state["seconds"]
        self._schedule.drawn = state["drawn"]
        return True

    def note(self, facts: dict[str, Any]) -> None:
        """Add a line to the log."""
        known = {"step": self.step, "minutes": round(self._seconds / 60, 1), "learning_rate": self._learning_rate()}
        line = known | facts
        with (self._out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        _log.info("%s", line)


if __name__ == "__main__":
    main()
