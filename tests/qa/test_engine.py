from __future__ import annotations

import json
import re
import shutil
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.encode import Encoder
from index.errors import (
    CorpusMissing,
    DocumentUnknown,
    InvalidFilter,
    InvalidHistory,
    InvalidQuestion,
    OriginalGone,
)
from index.generation import Generation, live
from index.sync import recipe, synchronise
from qa.answer import Answer, Filters, Turn
from qa.engine import Engine, _grouped, _pages, short_answer
from qa.near import with_missing
from qa.question import LONGEST_QUESTION, clean_question
from qa.reading import Reading, Span
from qa.sentence_reader import SentenceReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.store import Passage
    from qa.search import Candidate

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTION = "Qui a refusé l'offre de Meta ?"
NOWHERE = "Quelle est la recette de la bouillabaisse marseillaise ?"


def test_an_answer_is_proved_by_quotes_from_the_documents(seeds_engine: Engine) -> None:
    answer = seeds_engine.ask(QUESTION)
    assert answer.verdict == "answered"
    assert answer.text
    assert answer.near == []
    for quote in answer.quotes:
        document = (SEEDS / quote.document).read_text(encoding="utf-8")
        assert quote.text == document[quote.start : quote.end]
        assert quote.answer_start is not None
        assert quote.answer_end is not None
        assert quote.start <= quote.answer_start < quote.answer_end <= quote.end


def test_a_question_that_the_corpus_does_not_answer_shows_what_came_nearest(seeds_engine: Engine) -> None:
    answer = seeds_engine.ask(NOWHERE)
    assert answer.verdict == "not_found"
    assert answer.text == ""
    assert answer.quotes == []
    assert answer.near
    assert all(quote.answer_start is None for quote in answer.near)


def test_the_contract_comes_through_json_unchanged(seeds_engine: Engine) -> None:
    answer = seeds_engine.ask(QUESTION)
    fields = json.loads(answer.model_dump_json())
    assert fields["schema"] == "1"
    assert Answer.model_validate(fields) == answer


def test_the_stages_are_told_in_order(seeds_engine: Engine) -> None:
    stages: list[str] = []
    seeds_engine.ask(QUESTION, on_stage=stages.append)
    assert stages == ["search", "read"]


@pytest.mark.parametrize(
    "typed",
    [
        "QUI A REFUSÉ L'OFFRE DE META ?",
        "qui a refuse l'offre de meta ?",
        "Qui a refusé l’offre de Meta\u00a0?",
        "Qui a refuse\u0301 l'offre de Meta ?",
        "qui a refusé l offre de meta ?",
        "  Qui a\trefusé l'offre\nde Meta ?  ",
        "Qui a refusé l\u2019offre de\u200b Meta ?",
    ],
)
def test_the_way_of_typing_makes_no_difference_to_what_is_found(seeds_engine: Engine, typed: str) -> None:
    expected = [(quote.document, quote.start) for quote in seeds_engine.search(QUESTION)]
    assert [(quote.document, quote.start) for quote in seeds_engine.search(typed)] == expected


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x01", "???", "\u200b", "«  »"])
def test_a_question_without_a_word_is_refused_in_one_sentence(seeds_engine: Engine, question: str) -> None:
    with pytest.raises(InvalidQuestion, match="no word"):
        seeds_engine.ask(question)


def test_a_question_that_is_too_long_is_refused_with_the_bound(seeds_engine: Engine) -> None:
    with pytest.raises(InvalidQuestion, match=str(LONGEST_QUESTION)):
        seeds_engine.ask("mot " * 2_500)


def test_the_longest_question_is_answered_cleanly(seeds_engine: Engine) -> None:
    assert seeds_engine.ask("mot " * (LONGEST_QUESTION // 4)).verdict == "not_found"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
def test_any_text_gets_an_answer_or_a_clear_refusal(seeds_engine: Engine, question: str) -> None:
    try:
        answer = seeds_engine.ask(question)
    except InvalidQuestion:
        assert not any(character.isalnum() for character in question)
    else:
        assert answer.question == clean_question(question)


def test_a_period_leaves_out_what_lies_outside_and_what_has_no_date(seeds_engine: Engine) -> None:
    july = Filters(date_from="2025-07", date_to="2025-07")
    answer = seeds_engine.ask(QUESTION, filters=july)
    found = {quote.document[:3] for quote in seeds_engine.search(QUESTION, k=50, filters=july)}
    assert {quote.document[:3] for quote in [*answer.quotes, *answer.near]} <= found
    assert found == {"000", "004"}


def test_a_partial_date_counts_as_all_its_days(seeds_engine: Engine) -> None:
    found = seeds_engine.search(QUESTION, k=50, filters=Filters(date_from="2025-07-02", date_to="2025-07-02"))
    assert {quote.document[:3] for quote in found} == {"000", "004"}


def test_documents_can_be_named(seeds_engine: Engine) -> None:
    only = Filters(documents=("002_12a1e5f383fb0e8f.txt",))
    assert {quote.document for quote in seeds_engine.search(QUESTION, k=50, filters=only)} == set(only.documents)


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        (Filters(date_from="hier"), "date_from"),
        (Filters(date_to="2025-13"), "date_to"),
        (Filters(date_from="2025-08", date_to="2025-07"), "date_from"),
        (Filters(documents=("absent.txt",)), "documents"),
        (Filters(documents=("\ud800",)), "documents"),
        (Filters(documents=("absent/",)), "documents"),
        (Filters(documents=("/",)), "documents"),
    ],
)
def test_a_filter_that_means_nothing_is_named(seeds_engine: Engine, filters: Filters, name: str) -> None:
    with pytest.raises(InvalidFilter, match=name):
        seeds_engine.ask(QUESTION, filters=filters)


@pytest.mark.parametrize("most", [0, 21])
def test_the_number_of_quotes_is_bounded(seeds_engine: Engine, most: int) -> None:
    with pytest.raises(InvalidFilter, match="from 1 to 20"):
        seeds_engine.ask(QUESTION, max_quotes=most)


def test_no_more_quotes_come_than_were_asked_for(seeds_engine: Engine) -> None:
    assert len(seeds_engine.ask(QUESTION, max_quotes=1).quotes) == 1


def test_what_does_not_answer_is_not_quoted_beside_what_does(seeds_engine: Engine) -> None:
    quotes = seeds_engine.ask("Qui a fondé Anthropic ?", max_quotes=20).quotes
    assert quotes
    assert all("Anthropic" in quote.text for quote in quotes)


def test_a_follow_up_is_searched_with_what_it_leans_on(seeds_engine: Engine) -> None:
    answer = seeds_engine.ask("Et pourquoi ?", [Turn(question=QUESTION, answer="Ilya Sutskever")])
    assert answer.question == "Et pourquoi ?"
    assert "l'offre de Meta" in answer.searched


def test_a_turn_that_is_too_long_is_refused(seeds_engine: Engine) -> None:
    with pytest.raises(InvalidHistory, match=str(LONGEST_QUESTION)):
        seeds_engine.ask("Et lui ?", [Turn(question="a " * 1_000_000)])


def test_a_turn_is_cleaned_before_it_is_searched(seeds_engine: Engine) -> None:
    turn = Turn(question="Qui est\n\x1b[31m Mark\ud800 ?", answer="un \x00chercheur")
    assert seeds_engine.ask("Et lui ?", [turn]).searched == "Lui ? ← Qui est [31m Mark ? un chercheur"


def test_a_turn_without_a_word_is_passed_over(seeds_engine: Engine) -> None:
    assert seeds_engine.ask("Et lui, Sam Altman ?", [Turn(question="\x00 ?")]).searched == "Et lui, Sam Altman ?"


def test_search_gives_whole_passages_best_first(seeds_engine: Engine) -> None:
    quotes = seeds_engine.search(QUESTION, k=7)
    assert [quote.n for quote in quotes] == list(range(1, 8))
    assert [quote.score for quote in quotes] == sorted((quote.score for quote in quotes), reverse=True)


def test_a_document_is_given_whole(seeds_engine: Engine) -> None:
    for path in SEEDS.iterdir():
        assert seeds_engine.document(path.name).text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["absent.txt", "", "../../etc/passwd", "004_8d6c69091edc9ada.txt#0"])
def test_a_document_that_is_not_there_is_refused(seeds_engine: Engine, name: str) -> None:
    with pytest.raises(DocumentUnknown):
        seeds_engine.document(name)


def test_without_a_corpus_the_models_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Encoder, "open", lambda *_: pytest.fail("the encoder was loaded"))
    with pytest.raises(CorpusMissing):
        Engine.open(tmp_path / "nothing")


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "prix.txt").write_text(
        "Le prix du timbre\nLe timbre rouge coûte deux euros depuis mars.", encoding="utf-8"
    )
    return folder


def by_sentences(encoder: Encoder, generation: Generation) -> SentenceReader:
    return SentenceReader(encoder, generation.lexicon)


def answer_from(engine: Engine, stamp: str, seconds: float) -> Answer | None:
    """Ask until an answer comes from a generation; None when that takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = engine.ask("Combien coûte le timbre rouge ?")
        if answer.corpus.stamp == stamp:
            return answer
        time.sleep(0.05)
    return None


def test_a_corpus_that_is_built_anew_is_taken_up_by_itself(
    small_folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    first = synchronise([small_folder], tmp_path / "corpus")
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    assert engine.ask("Combien coûte le timbre rouge ?").corpus.stamp == first.stamp
    (small_folder / "lettre.txt").write_text("La lettre verte\nElle arrive en trois jours.", encoding="utf-8")
    second = synchronise([small_folder], tmp_path / "corpus")
    answer = answer_from(engine, second.stamp, seconds=20)  # how fast it is, the benchmarks tell
    assert answer is not None
    assert answer.corpus.documents == 2
    engine.close()


def test_while_a_new_generation_is_opened_the_old_one_answers(
    small_folder: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = synchronise([small_folder], tmp_path / "corpus")
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    (small_folder / "lettre.txt").write_text("La lettre verte\nElle arrive en trois jours.", encoding="utf-8")
    opening, may_open = threading.Event(), threading.Event()
    really_open = Generation.open

    def slowly(*arguments: object) -> Generation:
        opening.set()
        may_open.wait(20)
        return really_open(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Generation, "open", slowly)
    second = synchronise([small_folder], tmp_path / "corpus")
    assert opening.wait(20)
    assert engine.ask("Combien coûte le timbre rouge ?").corpus.stamp == first.stamp
    may_open.set()
    assert answer_from(engine, second.stamp, seconds=20)
    engine.close()


def test_a_generation_that_was_replaced_is_removed_when_its_last_answer_is_given(
    small_folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    synchronise([small_folder], tmp_path / "corpus")
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    (small_folder / "prix.txt").write_text("Le prix du timbre\nIl a changé.", encoding="utf-8")
    second = synchronise([small_folder], tmp_path / "corpus")
    assert answer_from(engine, second.stamp, seconds=20)
    deadline = time.monotonic() + 20
    while len(list((tmp_path / "corpus" / "generations").iterdir())) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [folder.name for folder in (tmp_path / "corpus" / "generations").iterdir()] == [second.stamp]
    engine.close()


def test_a_corpus_that_was_built_anew_and_is_damaged_is_tried_once_and_the_old_one_goes_on(
    small_folder: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = synchronise([small_folder], tmp_path / "corpus")
    monkeypatch.setattr("qa.engine._LOOK_EVERY", 3600)  # it looks when it is told to, and not before the damage
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    (small_folder / "lettre.txt").write_text("La lettre verte\nElle arrive en trois jours.", encoding="utf-8")
    synchronise([small_folder], tmp_path / "corpus")
    (live(tmp_path / "corpus") / "store" / "chroma.sqlite3").write_bytes(b"")
    engine.take_up()
    assert engine.ask("Combien coûte le timbre rouge ?").corpus.stamp == first.stamp
    monkeypatch.setattr(Generation, "open", lambda *_: pytest.fail("it was tried again"))
    engine.take_up()
    assert engine.ask("Combien coûte le timbre rouge ?").corpus.stamp == first.stamp
    engine.close()


def test_a_corpus_that_disappears_goes_on_answering(small_folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    synchronise([small_folder], tmp_path / "corpus")
    engine = Engine(tmp_path / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    shutil.move(tmp_path / "corpus" / "current.json", tmp_path / "away.json")
    assert engine.ask("Combien coûte le timbre rouge ?").question
    engine.close()


def test_the_reader_can_be_chosen(seeds_corpus: Path, seeds_engine: Engine) -> None:
    plain = Engine.open(seeds_corpus, reader="sentences")
    assert plain.ask(QUESTION).corpus.reader == "sentences-1"
    assert seeds_engine.ask(QUESTION).corpus.reader == "reader-1"
    plain.close()


def test_fewer_passages_can_be_read(seeds_corpus: Path) -> None:
    hasty = Engine.open(seeds_corpus, passages_read=1)
    answer = hasty.ask(QUESTION)
    assert len(answer.quotes or answer.near) == 1
    hasty.close()


def test_a_short_answer_in_sentences_is_the_sentences_that_it_lies_in(seeds_engine: Engine) -> None:
    text = "Il pleut. Le chat dort parce qu'il est las. Il rêve."
    start = text.index("parce")
    places = {"start": 100, "answer_start": 100 + start, "answer_end": 100 + text.index(" Il rêve")}
    quote = seeds_engine.search(QUESTION, k=1)[0].model_copy(update={"text": text} | places)
    assert short_answer(quote) == "parce qu'il est las."
    assert short_answer(quote, in_sentences=True) == "Le chat dort parce qu'il est las."


def test_a_long_answer_is_cut_after_a_word(seeds_engine: Engine) -> None:
    quote = seeds_engine.search(QUESTION, k=1)[0].model_copy(update={"text": "mot " * 200})
    text = short_answer(quote)
    assert text.endswith("mot…")
    assert len(text) < 330


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Engine]:
    """An engine about three documents, in two folders one of which has the beginning of the other's name."""
    above = tmp_path_factory.mktemp("shelves")
    texts = {
        "postes/timbre.md": "---\ntitle: Le timbre\n---\nLe timbre rouge coûte deux euros depuis mars.",
        "postes/lettre.md": "---\ntitle: La lettre\n---\nLe timbre rouge coûte 3 euros, et la lettre un euro.",
        "postes-anciennes/timbre.md": "---\ntitle: Archive\n---\nLe timbre rouge coûte 2 euros.",
    }
    for name, text in texts.items():
        path = above / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    synchronise([above / "documents"], above / "corpus")
    engine = Engine(above / "corpus", encoder, recipe(), partial(by_sentences, encoder))
    yield engine
    engine.close()


def test_a_folder_stands_for_the_documents_below_it(shelves: Engine) -> None:
    found = shelves.search("Combien coûte le timbre ?", filters=Filters(documents=("postes/",)))
    assert {quote.document for quote in found} == {"postes/timbre.md", "postes/lettre.md"}


def test_folders_and_documents_can_be_named_together(shelves: Engine) -> None:
    both = Filters(documents=("postes/", "postes/timbre.md", "postes-anciennes/timbre.md"))
    assert len({quote.document for quote in shelves.search("timbre", filters=both)}) == 3


def test_documents_are_listed_a_page_at_a_time(shelves: Engine) -> None:
    pages = [shelves.documents(offset=offset, most=2) for offset in (0, 2, 4)]
    assert [[entry.title for entry in page.documents] for page in pages] == [
        ["Archive", "La lettre"],
        ["Le timbre"],
        [],
    ]
    assert {(page.total, page.found) for page in pages} == {(3, 3)}


def test_a_list_tells_how_many_match_and_which_folders_there_are(shelves: Engine) -> None:
    listing = shelves.documents("LETTRE", most=1)
    assert (listing.total, listing.found) == (3, 1)
    assert listing.folders == ["postes-anciennes/", "postes/"]
    assert listing.corpus.built
    assert not listing.updating


def test_a_list_tells_that_the_corpus_is_being_written(shelves: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.engine.writer_of", lambda _: "process 1")
    assert shelves.documents().updating


@pytest.mark.parametrize(("offset", "most"), [(-1, 10), (0, 0), (0, 201)])
def test_a_page_of_the_list_has_bounds(shelves: Engine, offset: int, most: int) -> None:
    with pytest.raises(InvalidFilter):
        shelves.documents("", offset, most)


def test_the_file_of_a_document_is_named_while_it_is_the_same(small_folder: Path, tmp_path: Path, quick: str) -> None:
    synchronise([small_folder], tmp_path / "corpus", quick)
    engine = Engine.open(tmp_path / "corpus", quick, reader="sentences")
    assert engine.original("prix.txt") == small_folder / "prix.txt"
    with pytest.raises(DocumentUnknown):
        engine.original("../prix.txt")
    (small_folder / "prix.txt").write_text("Il a changé.", encoding="utf-8")
    with pytest.raises(OriginalGone):
        engine.original("prix.txt")
    engine.close()


def test_the_whole_document_tells_where_its_pages_begin(shelves: Engine) -> None:
    def passage(number: int, page: int, breaks: tuple[int, ...]) -> Passage:
        return replace(whole[0], number=number, start=100 * number, page=page, page_breaks=breaks)

    with shelves._borrowed() as corpus:
        whole = corpus.generation.store.document("postes/timbre.md")
    assert shelves.document("postes/timbre.md").pages == []
    # The second page begins within the first passage; the third and an empty fourth where the third passage does.
    paged = [passage(0, 1, (40,)), passage(1, 2, ()), passage(2, 4, (250, 260))]
    assert _pages(paged) == [0, 40, 200, 200, 250, 260]


def test_suggestions_are_looked_for_once(shelves: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def slowly(*given: object) -> list[str]:
        calls.append(given)
        time.sleep(0.2)
        return ["Quoi ?"]

    monkeypatch.setattr("qa.engine.suggestions", slowly)
    asked = [threading.Thread(target=shelves.suggestions) for _ in range(4)]
    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join()
    assert shelves.suggestions() == ["Quoi ?"]
    assert len(calls) == 1


def test_suggestions_that_failed_are_looked_for_again(seeds_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with seeds_engine._borrowed() as corpus:
        monkeypatch.setattr(corpus, "suggested", None)
    monkeypatch.setattr("qa.engine.suggestions", lambda *_: clean_question(""))
    with pytest.raises(InvalidQuestion):
        seeds_engine.suggestions()
    monkeypatch.setattr("qa.engine.suggestions", lambda *_: ["Quoi ?"])
    assert seeds_engine.suggestions() == ["Quoi ?"]


def test_quotes_are_grouped_by_what_they_answer(shelves: Engine) -> None:
    quotes = [quote.model_copy(update={"answer_start": None}) for quote in shelves.search("timbre", k=3)]
    assert [quote.group for quote in _grouped(quotes, (1, 2, 1))] == [1, 2, 1]


def test_sources_that_contradict_each_other_are_told(shelves: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_question: str, candidates: Sequence[Candidate]) -> Reading:
        spans = []
        for number, candidate in enumerate(candidates):
            price = re.search(r"\w+ euros", candidate.passage.text)
            assert price is not None
            start, end = (candidate.passage.start + place for place in price.span())
            spans.append(Span(number, candidate.passage.start, candidate.passage.end, start, end, 1.0))
        return Reading(tuple(spans), tuple(0.9 for _ in spans), not_here=0.1, confidence=0.9)

    with shelves._borrowed() as corpus:
        monkeypatch.setattr(corpus.reader, "read", read)
    answer = shelves.ask("Combien coûte le timbre rouge ?")
    said = {quote.document: quote.group for quote in answer.quotes}
    assert answer.opposed == [1, 2]
    assert said["postes/timbre.md"] == said["postes-anciennes/timbre.md"] != said["postes/lettre.md"]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Quelle est la recette de la bouillabaisse marseillaise ?", ["recette", "bouillabaisse", "marseillaise"]),
        ("Est-ce que le timbre vert existe à Lyon ?", ["vert", "existe", "Lyon"]),
        ("En quelle année le timbre bleu est-il paru ?", ["bleu", "paru"]),
        ("Que s'est-il passé à Lyon ?", ["Lyon"]),
        ("Comment s'appelle l'inventeur du timbre ?", ["inventeur"]),
        ("Où se trouve le musée de l’Aventure, à Lyon ou Lyon ?", ["musée", "Aventure", "Lyon"]),
        ("Les timbres ROUGES : deux euros ?", []),
        ("Et le bleu ? ← Que vaut le timbre vert à Lyon ?", ["bleu"]),
    ],
)
def test_a_near_passage_tells_which_words_of_the_question_it_lacks(
    shelves: Engine, question: str, missing: list[str]
) -> None:
    (near,) = shelves.search("timbre", filters=Filters(documents=("postes/timbre.md",)))
    assert with_missing(near, question).missing == missing


def test_words_of_the_title_are_not_missing(shelves: Engine) -> None:
    (near,) = shelves.search("timbre", filters=Filters(documents=("postes-anciennes/timbre.md",)))
    assert with_missing(near, "Quelle archive ?").missing == []
