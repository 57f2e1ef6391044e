"""Against learning by heart: numbers and words that are left out while the network learns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    import random

    from qa.network import Network
    from qa.window import Window


class SharedDropout(nn.Module):
    """Dropout whose mask is one for all tokens of a window, which costs next to nothing on a CPU.

    Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks", 2016.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def forward(self, tokens: Tensor) -> Tensor:
        """Leave out a share of the numbers of tokens [B, L, D], and scale up the rest; when reading, nothing."""
        if not self.training or not self._share:
            return tokens
        kept = torch.rand(tokens.shape[0], 1, tokens.shape[2], device=tokens.device) >= self._share
        return tokens * (kept / (1 - self._share)).to(tokens.dtype)


def with_dropout(network: Network, share: float) -> Network:
    """Return the network with dropout on what each layer adds to its tokens."""
    layers: Any = network.layers.encoder.layer
    for layer in layers:
        layer.attention.output.dropout = SharedDropout(share)
        layer.output.dropout = SharedDropout(share)
    return network


def hide_words(window: Window, share: float, mask: int, chance: random.Random) -> Window:
    """Return the window with a share of the tokens of its question and its texts replaced by the mask's token."""
    ends = {window.ids[0], window.ids[-1]}
    hidden = [mask if token not in ends and chance.random() < share else token for token in window.ids]
    return replace(window, ids=hidden)
