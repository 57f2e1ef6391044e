"""The REST door, before an engine that is a fake: what it answers does not matter here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from tests.ui.doors.conftest import UPDATED

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.ui.doors.conftest import FakeEngine

FEEDBACK: dict[str, Any] = {"question": "Quel est le budget ?", "verdict": "useful", "shown": "answered", "stamp": "1"}


def test_feedback_that_cannot_be_kept_is_told_without_its_path(
    served: Callable[..., AbstractContextManager[str]], bare_environment: Path
) -> None:
    (bare_environment / "said.jsonl").mkdir()  # where a file should be
    with served() as address:
        refused = httpx.post(f"{address}/api/v1/feedback", json=FEEDBACK, headers={"Accept-Language": "en"})
    assert refused.json()["error"]["message"] == "What you said could not be noted; the server's log says why."
    assert str(bare_environment) not in refused.text


def test_the_list_and_the_document_tell_the_last_update(address: str) -> None:
    (entry,) = httpx.get(f"{address}/api/v1/documents").json()["documents"]
    document = httpx.get(f"{address}/api/v1/document", params={"document": entry["document"]}).json()
    assert (entry["updated"], document["updated"]) == (UPDATED, UPDATED)


def test_by_gradio_the_list_tells_the_last_update(address: str) -> None:
    told = httpx.post(f"{address}/gradio_api/run/documents", json={"data": ["", 0, 50]}).json()
    assert [entry["updated"] for entry in told["data"][0]["documents"]] == [UPDATED]


def test_what_the_corpus_cannot_do_is_told_without_its_path(address: str, engine: FakeEngine, tmp_path: Path) -> None:
    from index.errors import CorpusMissing

    engine.missing = CorpusMissing(corpus=tmp_path)
    refused = httpx.post(f"{address}/api/v1/ask", json={"question": "Quel est le budget ?"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "CorpusMissing")
    assert str(tmp_path) not in refused.text
    assert "retry-after" not in refused.headers


def test_more_questions_than_may_wait_are_told_to_come_again(
    served: Callable[..., AbstractContextManager[str]], engine: FakeEngine
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    engine.seconds = 0.3
    with served(at_a_time=1, max_waiting=2) as address, ThreadPoolExecutor(8) as many:

        def ask(number: int) -> httpx.Response:
            return httpx.post(f"{address}/api/v1/ask", json={"question": f"Quel est le budget {number} ?"}, timeout=30)

        answers = list(many.map(ask, range(8)))
    refused = [answer for answer in answers if answer.status_code == 503]
    assert sum(answer.status_code == 200 for answer in answers) == 8 - len(refused)
    assert refused
    assert {answer.json()["error"]["code"] for answer in refused} == {"ServerBusy"}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)


def test_by_gradio_too_many_questions_are_not_let_in_for_ever(
    served: Callable[..., AbstractContextManager[str]], engine: FakeEngine
) -> None:
    engine.seconds = 0.5
    with served(at_a_time=1, max_waiting=2) as address:
        calls = [
            httpx.post(f"{address}/gradio_api/call/v2/ask", json={"question": f"Quel est le budget {number} ?"})
            for number in range(12)
        ]
        events = [call.json()["event_id"] for call in calls if call.status_code == 200]
        told = [httpx.get(f"{address}/gradio_api/call/ask/{event}", timeout=30).text for event in events]
    busy = [text for text in told if "event: error" in text]
    assert busy
    assert all("r\\u00e9essayez dans" in text for text in busy)
    assert len(engine.asked) < 12
