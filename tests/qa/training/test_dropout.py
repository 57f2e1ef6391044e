from __future__ import annotations

import random

import torch

from qa.network import Network
from qa.training.dropout import SharedDropout, hide_words, with_dropout
from qa.window import Window


def test_the_same_numbers_are_left_out_of_all_tokens_of_a_window() -> None:
    torch.manual_seed(0)
    left = SharedDropout(0.25)(torch.ones(2, 5, 400))
    assert torch.equal(left[:, :1].expand_as(left), left)
    assert not torch.equal(left[0], left[1])
    assert 0.15 < (left == 0).float().mean() < 0.35
    assert torch.allclose(left[left > 0], torch.tensor(4 / 3))


def test_nothing_is_left_out_when_reading() -> None:
    tokens = torch.ones(1, 2, 8)
    assert torch.equal(SharedDropout(0.5).eval()(tokens), tokens)


def test_the_layers_of_a_network_get_it() -> None:
    network = with_dropout(Network(), 0.1)
    assert sum(isinstance(module, SharedDropout) for module in network.modules()) == 24


def test_words_are_hidden_and_the_rest_of_a_window_stays() -> None:
    window = Window([0, *range(10, 210), 2, 2, 300, 2], [0] * 205, 203, [(0, 3)])
    hidden = hide_words(window, 0.5, 999, random.Random(0))
    assert [hidden.ids[at] for at in (0, 201, 202, 204)] == [0, 2, 2, 2]
    assert 70 < hidden.ids.count(999) < 130
    assert (hidden.kinds, hidden.first, hidden.places) == (window.kinds, window.first, window.places)
