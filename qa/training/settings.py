"""What decides the weights of a training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the weights; a checkpoint of other settings is refused."""

    steps: int = 1_750
    examples: int = 18  # questions a step
    learning_rate: float = 2e-4
    warm_up: int = 60  # steps
    french: float = 0.35  # of the questions of a step at first, growing
    french_at_last: float = 0.95
    passages: int = 2  # read with a question at first, growing for those in French
    passages_at_last: int = 4
    written_from: float = 0.35  # of all steps, after which the questions written for the project are asked too
    dropout: float = 0.1  # of the numbers that a layer adds to its tokens, the same ones for all tokens of a window
    hidden_words: float = 0.1  # of the tokens of every other example that has an answer
    questions: int = 0  # of each set; 0 takes all of them
    seed: int = 0
