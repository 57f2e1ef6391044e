from __future__ import annotations

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from index.errors import InvalidFilter
from qa.question_set import QuestionSet
from ui import feedback
from ui.errors import FeedbackUnreadable, FeedbackUnwritable, InvalidField, InvalidSettings, QuestionSetUnwritable
from ui.feedback import (
    Feedback,
    FeedbackRequest,
    json_line,
    question_set_lines,
    read,
    record,
    since,
    write_question_set,
)
from ui.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Collection

    from qa.question_set import Question

ROOT = Path(__file__).parents[2]
QUOTE = {"document": "notes/a.txt", "start": 3, "end": 9, "sha256": "a" * 64}
FIELDS: dict[str, Any] = {
    "question": "Qui a fondé Anthropic ?",
    "verdict": "useful",
    "answer": "Dario Amodei",
    "shown": "answered",
    "quotes": [QUOTE],
    "stamp": "20260301T120000Z-abcdef",
}


def _request(**fields: Any) -> FeedbackRequest:
    return FeedbackRequest.read(FIELDS | fields)


def _said(**fields: Any) -> Feedback:
    return Feedback.read(FIELDS | {"time": "2026-03-01T12:00:00Z"} | fields)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "feedback.jsonl"


# --- What is taken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"question": ""}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({"question": "x" * 1_000_000}, "question"),
        ({"question": "\ud800"}, "question"),
        ({"searched": "x" * 10_001}, "searched"),
        ({"verdict": "perfect"}, "verdict"),
        ({"shown": "both"}, "shown"),
        ({"answer": "x" * 2001}, "answer"),
        ({"answer": None}, "answer"),
        ({"comment": "x" * 501}, "comment"),
        ({"stamp": "x" * 101}, "stamp"),
        ({"filtered": "no"}, "filtered"),
        ({"quotes": [QUOTE] * 41}, "quotes"),
        ({"quotes": [QUOTE | {"start": -1}]}, "quotes.0.start"),
        ({"quotes": [QUOTE | {"end": 10**13}]}, "quotes.0.end"),
        ({"quotes": [QUOTE | {"end": "9"}]}, "quotes.0.end"),
        ({"quotes": [QUOTE | {"sha256": "a" * 63}]}, "quotes.0.sha256"),
        ({"quotes": [QUOTE | {"document": "x" * 4097}]}, "quotes.0.document"),
        ({"quotes": [QUOTE | {"text": "words of the document"}]}, "quotes.0.text"),
        ({"history": []}, "history"),
        ({"time": "2026-03-01T12:00:00Z"}, "time"),
    ],
)
def test_field_of_another_form_is_refused_by_name(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidField) as refused:
        _request(**fields)
    assert refused.value.details["name"] == name


def test_text_that_is_no_unicode_is_refused_by_whichever_door_it_comes() -> None:
    with pytest.raises(ValidationError):
        FeedbackRequest(**(FIELDS | {"comment": "\udcff"}))


# --- What is kept ----------------------------------------------------------------------------------------------------


def test_what_was_said_is_read_again_as_it_was_said(file: Path) -> None:
    request = _request(searched="Qui ?", comment="Très bien.", quotes=[QUOTE, QUOTE | {"start": 4}])
    record(file, request)
    kept = read(file)
    assert kept.unreadable == ()
    assert [said.model_dump(exclude={"time"}) for said in kept.feedbacks] == [request.model_dump()]
    assert since(kept.feedbacks, "2026")


def test_file_is_for_its_owner_alone(file: Path) -> None:
    record(file, _request())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "words",
    ["a\nb\r\nc", "a\u2028b\u2029c\x85d", "\x00\x1b[2J\x9b2J", "\u202egnp.txt\u2066", '"}\n{"question": "', "😀" * 500],
)
def test_hostile_words_stay_in_their_line_and_are_read_again_letter_for_letter(words: str, file: Path) -> None:
    record(file, _request(question=words, answer=words, comment=words, quotes=[QUOTE | {"document": words}]))
    record(file, _request())
    assert len(file.read_text(encoding="utf-8").splitlines()) == 2
    first = read(file).feedbacks[0]
    assert {first.question, first.answer, first.comment, first.quotes[0].document} == {words}


def test_line_of_json_has_nothing_that_a_terminal_obeys() -> None:
    line = json_line(_said(comment="".join(map(chr, range(0x20))) + "\x7f\x9b\u2028\u202e\u2066\u200fé"))
    assert [character for character in line if not character.isprintable()] == []
    assert "é" in line


def test_threads_and_processes_write_at_once_and_every_line_is_whole(file: Path) -> None:
    program = (
        "import json, sys\nfrom pathlib import Path\nfrom ui.feedback import FeedbackRequest, record\n"
        "request = FeedbackRequest.read(json.loads(sys.argv[2]))\n"
        "for _ in range(100): record(Path(sys.argv[1]), request)"
    )
    long = FIELDS | {"quotes": [QUOTE | {"document": "é" * 4096}] * 3}
    command = [sys.executable, "-c", program, str(file), json.dumps(long | {"comment": "process"})]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    request = FeedbackRequest.read(long | {"comment": "thread"})
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: record(file, request), range(100)))
    assert [process.wait() for process in processes] == [0, 0]
    kept = read(file)
    assert kept.unreadable == ()
    assert sorted(said.comment for said in kept.feedbacks) == ["process"] * 200 + ["thread"] * 100


def test_torn_last_line_loses_neither_the_lines_before_nor_those_after(file: Path) -> None:
    record(file, _request(comment="before"))
    whole = file.read_bytes()
    file.write_bytes(whole + whole[: len(whole) // 2])
    assert read(file).unreadable == (2,)
    record(file, _request(comment="after"))
    kept = read(file)
    assert [said.comment for said in kept.feedbacks] == ["before", "after"]
    assert kept.unreadable == (2,)


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"\x00" * 100,
        b"[" * 100_000,
        b"{}",
        b"null",
        json.dumps(FIELDS).encode(),
        json.dumps(FIELDS | {"time": "2026-99-99T00:00:00Z"}).encode(),
        json.dumps(FIELDS | {"time": "0001-01-01T00:00:00Z"}).encode(),
        json.dumps(FIELDS | {"time": "2026-03-01T12:00:00Z", "comment": "\ud800"}).encode(),
    ],
)
def test_damaged_line_costs_only_itself(line: bytes, file: Path) -> None:
    record(file, _request())
    file.write_bytes(line + b"\n\n" + file.read_bytes())
    kept = read(file)
    assert (len(kept.feedbacks), kept.unreadable) == (1, (1,))


def test_file_that_has_grown_too_large_takes_no_more(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(file, _request())
    before = file.read_bytes()
    monkeypatch.setattr(feedback, "MOST_BYTES", len(before) * 2 - 1)
    with pytest.raises(FeedbackUnwritable, match="larger than"):
        record(file, _request())
    assert file.read_bytes() == before


def test_line_for_which_there_is_no_room_is_not_there_at_all(file: Path) -> None:
    record(file, _request())
    before = file.read_bytes()
    program = (
        "import json, resource, sys\nfrom pathlib import Path\nfrom ui.errors import FeedbackUnwritable\n"
        "from ui.feedback import FeedbackRequest, record\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 10}, {len(before) + 10}))\n"
        "try: record(Path(sys.argv[1]), FeedbackRequest.read(json.loads(sys.argv[2])))\n"
        "except FeedbackUnwritable: sys.exit(7)"
    )
    command = [sys.executable, "-c", program, str(file), json.dumps(FIELDS)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 7
    assert file.read_bytes() == before


def test_place_where_nothing_can_be_kept_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    for place in (tmp_path, Path("/dev/null"), tmp_path / "a file" / "feedback.jsonl"):
        with pytest.raises(FeedbackUnwritable, match=r"SOURCIER_FEEDBACK"):
            record(place, _request())


def test_no_file_holds_no_feedback_and_a_folder_cannot_be_read(tmp_path: Path) -> None:
    assert read(tmp_path / "nowhere").feedbacks == ()
    with pytest.raises(FeedbackUnreadable, match="Is a directory"):
        read(tmp_path)


# --- Where it is kept ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bare_environment")
def test_file_is_beside_the_corpus_and_hidden_however_the_corpus_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().feedback_file == tmp_path / ".sourcier-feedback.jsonl"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "link").symlink_to("corpus")
    expected = tmp_path / ".corpus-feedback.jsonl"
    assert {load_settings(corpus=name).feedback_file for name in ("corpus", "./corpus/", "link")} == {expected}
    monkeypatch.chdir("corpus")
    assert load_settings(corpus=".").feedback_file == expected


@pytest.mark.usefixtures("bare_environment")
def test_file_can_be_named_but_not_inside_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_FEEDBACK", "kept.jsonl")
    assert load_settings().feedback_file == Path("kept.jsonl")
    with pytest.raises(InvalidSettings, match=r"feedback \(SOURCIER_FEEDBACK\) .*outside the folder of the corpus"):
        load_settings(corpus=".")


@pytest.mark.usefixtures("bare_environment")
def test_collecting_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().collect_feedback
    monkeypatch.setenv("SOURCIER_COLLECT_FEEDBACK", "false")
    assert not load_settings().collect_feedback
    monkeypatch.setenv("SOURCIER_COLLECT_FEEDBACK", "perhaps")
    with pytest.raises(InvalidSettings, match="true or false is expected"):
        load_settings()


# --- Since when ------------------------------------------------------------------------------------------------------


def test_day_is_that_of_this_place(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    late = [_said(time="2026-03-01T23:30:00Z")]
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert not since(late, "2026-03-02")
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    assert since(late, "2026-03-02")
    assert since(late, "2026-03")
    assert not since(late, "2026-04")
    monkeypatch.undo()
    time.tzset()


def test_date_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidFilter, match="--since='hier'"):
        since([], "hier")


# --- As a question set -----------------------------------------------------------------------------------------------


def _questions(tmp_path: Path, *said: Feedback, documents: Collection[str] | None = None) -> tuple[Question, ...]:
    """Return what a question set made of feedback is read as."""
    target = tmp_path / "questions.jsonl"
    write_question_set(target, list(question_set_lines(said, documents)))
    return QuestionSet.read(target).questions


def test_useful_answer_is_a_right_one_with_its_document(tmp_path: Path) -> None:
    (question,) = _questions(tmp_path, _said(quotes=[QUOTE, QUOTE | {"document": "b.txt"}]))
    assert (question.text, question.document, question.answers) == (
        "Qui a fondé Anthropic ?",
        "notes/a.txt",
        ("Dario Amodei",),
    )


def test_useful_refusal_says_that_nothing_answers(tmp_path: Path) -> None:
    (question,) = _questions(tmp_path, _said(shown="not_found", answer=""))
    assert (question.kind, question.document) == ("unanswerable", None)


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "wrong_passage"},
        {"verdict": "wrong_answer"},
        {"verdict": "out_of_date"},
        {"verdict": "missing"},
        {"verdict": "missing", "shown": "not_found", "answer": ""},
        {"verdict": "wrong_answer", "shown": "not_found", "answer": ""},
        {"shown": "not_found", "answer": "", "filtered": True},
        {"quotes": []},
        {"quotes": [QUOTE | {"document": " "}]},
    ],
)
def test_nothing_is_claimed_that_was_not_said(fields: dict[str, Any], tmp_path: Path) -> None:
    (question,) = _questions(tmp_path, _said(**fields))
    assert (question.kind, question.document, question.answers) == ("unknown", None, None)


@pytest.mark.parametrize("answer", ["", " ", "Une réponse trop longue pour être montrée…"])
def test_words_that_are_no_whole_answer_leave_the_document(answer: str, tmp_path: Path) -> None:
    (question,) = _questions(tmp_path, _said(answer=answer))
    assert (question.kind, question.document, question.answers) == ("answerable", "notes/a.txt", None)


@pytest.mark.parametrize(("documents", "kind"), [({"notes/a.txt"}, "answerable"), ({"b.txt"}, "unknown")])
def test_answer_whose_document_has_gone_is_no_longer_proved(documents: set[str], kind: str, tmp_path: Path) -> None:
    (question,) = _questions(tmp_path, _said(), documents=documents)
    assert question.kind == kind


def test_question_that_leaned_on_the_turns_before_stands_as_it_was_searched(tmp_path: Path) -> None:
    (question,) = _questions(tmp_path, _said(question="Et où ?", searched="Où ? ← Qui a fondé Anthropic ?"))
    assert question.text == "Où ? ← Qui a fondé Anthropic ?"


def test_what_was_said_last_of_a_question_counts(tmp_path: Path) -> None:
    said = [_said(), _said(question="Qui ?"), _said(question="QUI A FONDÉ  ANTHROPIC ?", verdict="wrong_answer")]
    assert [question.kind for question in _questions(tmp_path, *said)] == ["unknown", "answerable"]


def test_question_that_cannot_be_asked_does_not_spoil_the_set(tmp_path: Path) -> None:
    said = [
        _said(question="?!"),
        _said(question="\x00"),
        _said(searched="x" * 2001),
        _said(question="a\u2028b\x00c\nd"),
    ]
    assert [question.text for question in _questions(tmp_path, *said)] == ["a\u2028b\x00c\nd"]


def test_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(QuestionSetUnwritable, match="exists already"):
        write_question_set(tmp_path / "mine", ["{}"])
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"
    with pytest.raises(QuestionSetUnwritable, match="No such file"):
        write_question_set(tmp_path / "nowhere" / "set.jsonl", ["{}"])
