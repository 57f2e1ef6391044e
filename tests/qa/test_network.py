from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from index.embedded import embeddings
from qa import network
from qa.network import LAYERS, WIDTH, Network, batches, forward
from qa.window import KINDS, Text, Windows

if TYPE_CHECKING:
    from pathlib import Path

    from index.encode import Encoder

TEXTS = [Text("", "", "Le chat dort.", ""), Text("Titre", "", "Le chien de la voisine aboie toute la nuit.", "Fin.")]


@pytest.fixture(scope="module")
def random_network() -> Network:
    torch.manual_seed(0)
    return Network().eval()


def test_padding_changes_nothing(encoder: Encoder, random_network: Network) -> None:
    shared = embeddings(encoder.model)
    windows = Windows(shared.tokenizer).of("Où dort le chat ?", TEXTS)
    fresh = Network()
    fresh.load_state_dict(random_network.state_dict())
    exact = fresh.to(shared.words.dtype).eval()
    with torch.inference_mode():
        together = forward(exact, shared, windows)
        alone = forward(exact, shared, windows[:1])
    length = len(windows[0].ids)
    assert torch.allclose(together.start[:1, :length], alone.start, atol=0.05)
    assert torch.allclose(together.relevance[:1], alone.relevance, atol=0.05)


def test_eight_bits_a_weight_change_a_weight_by_half_a_step_at_most(random_network: Network, tmp_path: Path) -> None:
    network.save(random_network.state_dict(), tmp_path / "weights")
    loaded = network.load(tmp_path / "weights", torch.float32, "cpu").state_dict()
    for name, weights in random_network.state_dict().items():
        if weights.ndim < 2:
            assert torch.equal(loaded[name], weights), name
        else:
            step = weights.abs().amax(1, keepdim=True) / 127
            assert ((loaded[name] - weights).abs() <= step * 0.501).all(), name


def test_a_network_of_this_size_fits_the_repository(random_network: Network, tmp_path: Path) -> None:
    network.save(random_network.state_dict(), tmp_path / "weights")
    assert (tmp_path / "weights").stat().st_size < 45_000_000


@pytest.mark.parametrize("damage", [b"", b"not weights", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_file_of_something_else_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "weights").write_bytes(damage)
    with pytest.raises(ValueError, match="does not hold"):
        network.load(tmp_path / "weights", torch.float32, "cpu")


def test_a_cut_file_is_refused(random_network: Network, tmp_path: Path) -> None:
    network.save(random_network.state_dict(), tmp_path / "weights")
    content = (tmp_path / "weights").read_bytes()
    (tmp_path / "weights").write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="does not hold"):
        network.load(tmp_path / "weights", torch.float32, "cpu")


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        network.load(tmp_path / "weights", torch.float32, "cpu")


def test_training_begins_with_the_layers_of_the_encoder(encoder: Encoder) -> None:
    module: Any = encoder.model[0]
    bert = module.model.state_dict()
    fresh = Network()
    fresh.begin_with(bert)
    own = fresh.layers.state_dict()
    name = f"encoder.layer.{LAYERS - 1}.output.dense.weight"
    assert torch.equal(own[name], bert[name].float())
    kinds = own["embeddings.token_type_embeddings.weight"]
    assert kinds.shape == (KINDS, WIDTH)
    assert torch.equal(kinds[0], kinds[-1])


@pytest.mark.parametrize(("lengths", "most"), [([5, 3, 9, 3], 10), ([20], 10), ([1] * 25, 10), ([], 10)])
def test_batches_hold_every_window_once_and_no_more_tokens_than_allowed(lengths: list[int], most: int) -> None:
    found = batches(lengths, most)
    assert sorted(number for batch in found for number in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[number] for number in batch) <= most
