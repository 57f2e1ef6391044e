"""The reader's network: the layers of a BERT over word embeddings that are given to it, and four numbers out.

The word embeddings are the encoder's and frozen, so that only layers and heads are kept: eight bits a weight, with one
scale for each row, as in Dettmers et al., "LLM.int8()", 2022, but expanded when they are loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from qa.window import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.embedded import Embeddings
    from qa.window import Window

WIDTH = 384
LAYERS = 12
LONGEST = 512  # tokens
_SCALE = ".scale"


class Logits(NamedTuple):
    """What the network says of B windows of L tokens.

    `start` and `end` [B, L]: where the answer begins and ends. `relevance` [B]: which window of a question answers it,
    to be compared among them. `answers` [B]: whether the window answers it at all, each by itself.
    """

    start: Tensor
    end: Tensor
    relevance: Tensor
    answers: Tensor


class Network(nn.Module):
    """A cross-encoder as in Nogueira and Cho, "Passage Re-ranking with BERT", 2019, that also points at the answer."""

    def __init__(self, attention: str = "sdpa") -> None:
        super().__init__()
        configuration = BertConfig(
            vocab_size=1,  # the words come as embeddings
            hidden_size=WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=12,
            intermediate_size=4 * WIDTH,
            max_position_embeddings=LONGEST,
            type_vocab_size=KINDS,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            attn_implementation=attention,  # type: ignore[call-arg]  # the library's base class takes it
        )
        self.layers = BertModel(configuration, add_pooling_layer=False)
        self.span = nn.Linear(WIDTH, 2)
        self.pool = nn.Linear(WIDTH, WIDTH)
        self.verdict = nn.Linear(WIDTH, 2)

    def forward(self, words: Tensor, kinds: Tensor, mask: Tensor) -> Logits:
        """Read windows: word embeddings [B, L, WIDTH], the kind of each token [B, L], 1 where there is one [B, L]."""
        places = torch.arange(words.shape[1], device=words.device).unsqueeze(0)
        read = self.layers(inputs_embeds=words, token_type_ids=kinds, position_ids=places, attention_mask=mask)
        tokens = read.last_hidden_state
        start, end = self.span(tokens).float().unbind(-1)
        relevance, answers = self.verdict(torch.tanh(self.pool(tokens[:, 0]))).float().unbind(-1)
        return Logits(start, end, relevance, answers)

    def begin_with(self, encoder: dict[str, Tensor]) -> None:
        """Take over the layers of an encoder (a BertModel's weights); every kind of token begins as its first one."""
        own = self.layers.state_dict()
        for name, weights in encoder.items():
            if name == "embeddings.token_type_embeddings.weight":
                own[name] = weights[:1].repeat(KINDS, 1)
            elif name != "embeddings.word_embeddings.weight":
                own[name] = weights
        self.layers.load_state_dict({name: weights.float() for name, weights in own.items()})


def forward(network: Network, shared: Embeddings, windows: Sequence[Window]) -> Logits:
    """Return what the network says of some windows, padded to the longest of them."""
    longest = max(len(window.ids) for window in windows)
    ids = torch.zeros((len(windows), longest), dtype=torch.long)
    kinds, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        kinds[row, : len(window.ids)] = torch.tensor(window.kinds)
        mask[row, : len(window.ids)] = 1
    device = shared.words.device
    logits: Logits = network(shared.words[ids.to(device)], kinds.to(device), mask.to(device))
    return logits


def batches(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Return the numbers of the windows of these lengths in batches of like length, of at most `most` tokens."""
    found: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lambda number: lengths[number]):
        if not found or (len(found[-1]) + 1) * lengths[number] > most:
            found.append([])
        found[-1].append(number)
    return found


def save(weights: dict[str, Tensor], file: Path) -> None:
    """Write a network's weights: matrices in eight bits with one scale a row, the rest in float32."""
    packed: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        full = tensor.detach().float().cpu()
        if full.ndim < 2:
            packed[name] = full.contiguous()
            continue
        scale = full.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
        packed[name] = (full / scale).round().to(torch.int8)
        packed[name + _SCALE] = scale
    save_file(packed, file)


def load(file: Path, dtype: torch.dtype, device: str) -> Network:
    """Return the network whose weights lie in a file, ready to read.

    Raises FileNotFoundError, or ValueError for a file that is not such a network's.
    """
    try:
        packed = load_file(file)
        weights = {
            name: (tensor * packed[name + _SCALE] if name + _SCALE in packed else tensor).to(dtype)
            for name, tensor in packed.items()
            if not name.endswith(_SCALE)
        }
        with torch.device("meta"):  # no weights are made that would be thrown away
            network = Network().to(dtype)
        network.to_empty(device=device).load_state_dict(weights)
    except FileNotFoundError:
        raise
    except Exception as error:  # safetensors and torch each have errors of their own for a damaged file
        raise ValueError(f"{file.name} does not hold the weights of the reader") from error
    return network.eval()
