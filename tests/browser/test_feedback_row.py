from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.talking import QUESTION, answered, ask, door, quote, refusal, replies, unanswered

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

THANKS = "Merci, c'est noté."


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def _newest(file: Path, before: int) -> dict[str, Any]:
    [line] = _lines(file)[before:]
    return line


def test_useful_takes_one_click_and_notes_question_answer_quotes_and_corpus(page: Page, feedback_file: Path) -> None:
    before = len(_lines(feedback_file))
    answer = ask(page)
    words = answer.locator(".line").inner_text().rsplit(" ", 1)[0]
    shown = [link.get_attribute("href") for link in answer.locator("a.open").all()]
    answer.get_by_role("button", name="Utile", exact=True).click()
    expect(answer.locator(".feedback")).to_have_text(THANKS)
    noted = _newest(feedback_file, before)
    assert noted["verdict"] == "useful"
    assert noted["question"] == QUESTION
    assert noted["answer"] == words
    assert noted["stamp"]
    assert [
        f"#doc={one['document']}&start={one['start']}&end={one['end']}&text={one['sha256'][:12]}"
        for one in noted["quotes"]
    ] == shown


@pytest.mark.parametrize(
    ("label", "verdict"),
    [
        ("Mauvais passage", "wrong_passage"),
        ("Mauvaise réponse", "wrong_answer"),
        ("Périmé", "out_of_date"),
        ("Il manque quelque chose", "missing"),
    ],
)
def test_not_useful_takes_two_clicks_with_its_reason(page: Page, feedback_file: Path, label: str, verdict: str) -> None:
    replies(page, "ask", answered(quote()))
    before = len(_lines(feedback_file))
    row = ask(page).locator(".feedback")
    row.get_by_role("button", name="Pas utile").click()
    row.get_by_role("button", name=label).click()
    expect(row).to_have_text(THANKS)
    assert _newest(feedback_file, before)["verdict"] == verdict


def test_remark_is_noted_with_the_reason(page: Page, feedback_file: Path) -> None:
    replies(page, "ask", answered(quote()))
    before = len(_lines(feedback_file))
    row = ask(page).locator(".feedback")
    row.get_by_role("button", name="Pas utile").click()
    row.get_by_label("Une remarque").fill("C'était en 2024.")
    row.get_by_role("button", name="Périmé").click()
    expect(row).to_have_text(THANKS)
    assert _newest(feedback_file, before)["comment"] == "C'était en 2024."


def test_nothing_found_is_judged_too(page: Page, feedback_file: Path) -> None:
    replies(page, "ask", unanswered(quote(found="")))
    before = len(_lines(feedback_file))
    row = ask(page).locator(".feedback")
    row.get_by_role("button", name="Utile", exact=True).click()
    expect(row).to_have_text(THANKS)
    assert _newest(feedback_file, before)["shown"] == "not_found"


def test_conversation_before_is_not_noted(page: Page, feedback_file: Path) -> None:
    replies(page, "ask", lambda fields: answered(quote(), question=fields["question"]))
    before = len(_lines(feedback_file))
    ask(page, "Un secret de tout à l'heure ?")
    row = ask(page).locator(".feedback")
    row.get_by_role("button", name="Utile", exact=True).click()
    expect(row).to_have_text(THANKS)
    assert "secret" not in json.dumps(_newest(feedback_file, before), ensure_ascii=False)


def test_nothing_is_sent_before_a_click(page: Page, requested: list[str]) -> None:
    replies(page, "ask", answered(quote()))
    ask(page).get_by_role("button", name="Pas utile").click()
    assert [address for address in requested if "feedback" in address and "/page/" not in address] == []


def test_feedback_that_is_not_noted_says_so_and_can_be_sent_again(page: Page) -> None:
    replies(page, "ask", answered(quote()))
    said = refusal("Votre avis n'a pas été noté.")
    page.route(door("feedback"), lambda route: route.fulfill(status=422, json=said))
    row = ask(page).locator(".feedback")
    row.get_by_role("button", name="Utile", exact=True).click()
    expect(row).to_contain_text("Votre avis n'a pas été noté.")
    expect(row.get_by_role("button", name="Utile", exact=True)).to_be_visible()
