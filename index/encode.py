"""Texts -> unit vectors, by the embedded encoder or by any other SentenceTransformer."""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index import embedded
from index.errors import DeviceUnavailable, EncoderUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

EMBEDDED = "embedded"
BATCH = 32
_QUESTIONS_AT_A_TIME = 8

_log = logging.getLogger(__name__)


def fingerprint(name: str = EMBEDDED) -> str:
    """Return what tells one encoder from another: its name and the SHA-256 of its files, without loading it.

    Raises EncoderUnavailable.
    """
    if name == EMBEDDED:
        weights = embedded.weights_file()
        return f"{embedded.NAME}-{importlib.metadata.version(embedded.NAME)}:{_files_sha256([weights])[:16]}"
    folder = _folder(name)
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    return f"{Path(name).name}:{_files_sha256(files, folder)[:16]}"


class Encoder:
    """A SentenceTransformer that speaks float32 unit vectors, and never cuts a text silently."""

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str) -> None:
        self._model = model
        self.name = name
        self.fingerprint = fingerprint
        self._remembered = lru_cache(maxsize=_QUESTIONS_AT_A_TIME)(self._encode_query)

    @classmethod
    def open(cls, name: str = EMBEDDED, device: str | None = None) -> Encoder:
        """Load an encoder: "embedded", a folder, or a name known to the model hub or its local cache.

        The embedded encoder runs in bfloat16 where the processor computes in it natively (cosine to float32 at least
        0.996, at three times the speed); another one in the type that it was saved in. `device` is torch's; by default
        a GPU when there is one. Raises EncoderUnavailable.
        """
        mark = fingerprint(name)
        device = _device(device)
        if name == EMBEDDED:
            return cls(embedded.load_embedded(_native_type(device), device), name, mark)
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(str(_folder(name)), device=device, local_files_only=True)
        except Exception as error:  # what is no encoder breaks each of the libraries that try to read it in its own way
            raise EncoderUnavailable(encoder=name, reason="its files are not a SentenceTransformer's") from error
        return cls(model, name, mark)

    def nearness(self, similarity: float) -> float:
        """Return a question's cosine with a passage in standard deviations above that of unrelated French texts.

        Encoders spread their cosines differently (multilingual-e5 keeps all of them above 0.7); so expressed, they
        compare, and one weight serves every encoder.
        """
        mean, deviation = self._unrelated
        return (similarity - mean) / deviation

    @cached_property
    def _unrelated(self) -> tuple[float, float]:
        questions, passages = zip(*_UNRELATED, strict=True)
        cosines = self.encode_queries(questions) @ self.encode_passages(passages).T
        others = cosines[~np.eye(len(cosines), dtype=bool)]
        return float(others.mean()), max(float(others.std()), 1e-6)

    @property
    def model(self) -> SentenceTransformer:
        """The SentenceTransformer itself."""
        return self._model

    @property
    def device(self) -> str:
        """Where it runs, as torch names it."""
        return str(self._model.device)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a question, float32 [len(texts), width]."""
        return self._encode(texts, self._model.encode_query)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of one question, float32 [width], read-only; the last few are remembered.

        The search and the reader of a question both want it, and it takes a fifth of the time of an answer.
        """
        return self._remembered(text)

    def _encode_query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encode_queries([text])[0]
        vector.flags.writeable = False
        return vector

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a passage, float32 [len(texts), width].

        A text with more tokens than the model reads is encoded in parts, and gets the mean of their vectors, each
        weighted by its length.
        """
        return self._encode(texts, self._model.encode_document)

    def _encode(self, texts: Sequence[str], encode: Callable[..., Any]) -> NDArray[np.float32]:
        whole = [self._parts(text) for text in texts]
        parts = [part for parts in whole for part in parts]
        if not parts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), dtype=np.float32)
        vectors = np.asarray(encode(parts, batch_size=BATCH, show_progress_bar=False), dtype=np.float32)
        if len(parts) > len(texts):
            _log.info("%d of %d texts were longer than the encoder reads, and encoded in parts", *_long(whole))
            vectors = _mean_by_text(vectors, whole)
        return _unit(vectors)

    def _parts(self, text: str) -> list[str]:
        """Cut a text in halves, at the blank nearest to the middle, until each part fits the model."""
        longest = self._model.max_seq_length
        if longest is None or self._fits(text, longest):
            return [text]
        middle = len(text) // 2
        cut = text.rfind(" ", 1, middle) + 1 or middle
        return self._parts(text[:cut]) + self._parts(text[cut:])

    def _fits(self, text: str, longest: int) -> bool:
        return len(text) < 2 or self._tokens(text) + self._around <= longest

    @cached_property
    def _around(self) -> int:
        """The tokens that are read with each text: the longest prompt, and the special ones."""
        return (
            max((self._tokens(prompt) for prompt in self._model.prompts.values() if prompt), default=0)
            + _SPECIAL_TOKENS
        )

    def _tokens(self, text: str) -> int:
        tokenizer = self._model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # the tokenizers library's own
            return len(tokenizer.encode(text, add_special_tokens=False).ids)
        return len(tokenizer(text, truncation=False, add_special_tokens=False, verbose=False)["input_ids"])


class LazyEncoder:
    """An encoder that is loaded when it is first needed, and then kept: most synchronisations need none."""

    def __init__(self, name: str = EMBEDDED, device: str | None = None) -> None:
        self.name = name
        self._device = device
        self._opened: Encoder | None = None

    def open(self) -> Encoder:
        """Return the encoder; raise what `Encoder.open` raises."""
        if self._opened is None:
            self._opened = Encoder.open(self.name, self._device)
        return self._opened


_SPECIAL_TOKENS = 4

# Questions and passages on as many subjects: each question is unrelated to the passages of the others.
_UNRELATED = (
    (
        "Qui a peint ce tableau ?",
        "Le peintre a travaillé trois ans à cette toile, exposée depuis au musée de la ville.",
    ),
    ("Combien coûte un timbre ?", "Le prix des envois postaux augmente au premier janvier, comme chaque année."),
    ("Où pousse l'olivier ?", "Cet arbre aime les sols secs et le soleil du bord de la mer Méditerranée."),
    (
        "Quand la gare a-t-elle été construite ?",
        "Les premiers trains sont arrivés en 1857, dix ans après la concession.",
    ),
    ("Pourquoi le fleuve déborde-t-il ?", "La fonte des neiges et les pluies de printemps font monter les eaux."),
    ("Comment demander un congé parental ?", "Le salarié informe son employeur par lettre recommandée."),
    (
        "Quelle équipe a gagné le championnat ?",
        "Au terme d'une saison de trente-huit matchs, les joueurs ont fêté leur titre.",
    ),
    ("Quel est le rôle du foie ?", "L'organe filtre le sang et met en réserve une partie des sucres."),
    ("Qui dirige l'entreprise ?", "Nommée en mars, la nouvelle directrice veut ouvrir deux usines à l'étranger."),
    ("Que contient la soupe au pistou ?", "On ajoute aux haricots des courgettes, des pâtes et beaucoup de basilic."),
    (
        "Quelle est la vitesse de la lumière ?",
        "Dans le vide, aucun signal ne va plus vite que les ondes électromagnétiques.",
    ),
    ("Qui a voté la loi ?", "Les députés ont adopté le texte en seconde lecture, à une large majorité."),
)


def _long(whole: list[list[str]]) -> tuple[int, int]:
    return sum(len(parts) > 1 for parts in whole), len(whole)


def _mean_by_text(vectors: NDArray[np.float32], whole: list[list[str]]) -> NDArray[np.float32]:
    ends = np.cumsum([len(parts) for parts in whole])
    weights = [[len(part) for part in parts] for parts in whole]
    pieces = np.split(vectors, ends[:-1])
    means = [np.average(rows, axis=0, weights=w) for rows, w in zip(pieces, weights, strict=True)]
    return np.stack(means).astype(np.float32, copy=False)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit


def _device(name: str | None) -> str:
    """Return the device that is named, or a GPU when there is one; raise DeviceUnavailable for one that is not."""
    import torch

    if name is None:
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError) as error:
        raise DeviceUnavailable(device=name) from error
    return name


def _native_type(device: str) -> torch.dtype:
    """Return bfloat16 where the device computes in it natively, else float32."""
    import torch

    if device.startswith("cuda"):
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        capabilities = torch.cpu.get_capabilities()
        native = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    return torch.bfloat16 if native else torch.float32


def _folder(name: str) -> Path:
    """Return the folder of an encoder: the one that is named, or the hub's local copy, fetched if need be."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise EncoderUnavailable(encoder=name, reason="there is no such folder")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled

    other_formats = ["onnx/*", "openvino/*", "coreml/*", "*.h5", "*.ot", "*.msgpack", "*.tflite"]
    try:
        try:
            return Path(snapshot_download(name, local_files_only=True, ignore_patterns=other_formats))
        except LocalEntryNotFoundError:
            return Path(snapshot_download(name, ignore_patterns=other_formats))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        reason = "it is no folder, it is not in the local cache of models, and the model hub does not give it"
        raise EncoderUnavailable(encoder=name, reason=reason) from error


def _files_sha256(files: Sequence[Path], root: Path | None = None) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update((file.relative_to(root).as_posix() if root else file.name).encode())
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
