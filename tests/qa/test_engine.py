from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.encode import Encoder
from index.errors import CorpusMissing, DocumentUnknown, InvalidFilter, InvalidQuestion, OriginalGone
from index.sync import synchronise
from qa.answer import Answer, Filters, Turn
from qa.engine import Engine, _grouped
from qa.question import clean_question
from qa.reading import Reading, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def test_documents_are_listed_a_page_at_a_time(shelves: Engine) -> None:
    pages = [shelves.documents(offset=offset, most=2) for offset in (0, 2, 4)]
    assert [[entry.title for entry in page.documents] for page in pages] == [
        ["Archive", "La lettre"],
        ["Le timbre"],
        [],
    ]
    assert {(page.total, page.found) for page in pages} == {(3, 3)}


def test_filters_that_leave_no_document_are_why_nothing_was_found(shelves: Engine) -> None:
    nothing = shelves.ask("Combien coûte le timbre ?", filters=Filters(date_from="1900", date_to="1900"))
    assert (nothing.verdict, nothing.near, nothing.nothing_in_scope) == ("not_found", [], True)
    assert not shelves.ask("Combien coûte le timbre ?", filters=Filters(documents=("postes/",))).nothing_in_scope
    assert not shelves.ask("Quelle est la recette de la tarte ?").nothing_in_scope


def test_a_list_tells_how_many_match_and_which_folders_there_are(shelves: Engine) -> None:
    listing = shelves.documents("LETTRE", most=1)
    assert (listing.total, listing.found) == (3, 1)
    assert listing.folders == ["postes-anciennes/", "postes/"]
    assert listing.corpus.built
    assert not listing.updating


def test_a_list_tells_that_the_corpus_is_being_written(shelves: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.engine.holder", lambda _: "process 1")
    assert shelves.documents().updating


def test_the_list_and_the_document_tell_the_same_last_update(shelves: Engine) -> None:
    built = shelves.documents().corpus.built
    for entry in shelves.documents().documents:
        assert "" < entry.updated <= built
        assert shelves.document(entry.document).updated == entry.updated


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
    with seeds_engine._live.borrowed() as corpus:
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

    with shelves._live.borrowed() as corpus:
        monkeypatch.setattr(corpus.reader, "read", read)
    answer = shelves.ask("Combien coûte le timbre rouge ?")
    said = {quote.document: quote.group for quote in answer.quotes}
    assert answer.opposed == [1, 2]
    assert said["postes/timbre.md"] == said["postes-anciennes/timbre.md"] != said["postes/lettre.md"]
