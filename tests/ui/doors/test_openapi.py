"""The description of the API, that the server does what it says, and the page that shows it.

Schemathesis makes requests of the description, right ones and wrong ones. With SOURCIER_ALL_ATTACKS=1 it makes many.
The engine is a fake: what it answers does not matter here.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from qa.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from schemathesis import Case

EVERY = bool(os.environ.get("SOURCIER_ALL_ATTACKS"))
EXAMPLES = 300 if EVERY else 5
REFUSALS = ["400", "404", "413", "422"]  # a wrong request may be too large, too
# A request may have the form that is described and yet not be possible: a question without a word, a date in no month.
NOT_CHECKED = ["positive_data_acceptance"]
OPERATIONS = [
    "POST /api/v1/ask",
    "POST /api/v1/search",
    "GET /api/v1/document",
    "GET /api/v1/documents",
    "GET /api/v1/suggestions",
    "POST /api/v1/feedback",
    "POST /v1/chat/completions",
    "GET /v1/models",
    "GET /v1/models/{model}",
]
WITHOUT_A_WRONG_REQUEST = {"GET /api/v1/suggestions", "GET /v1/models", "GET /v1/models/{model}"}


@pytest.fixture
def description(address: str) -> dict[str, Any]:
    described: dict[str, Any] = httpx.get(f"{address}/api/v1/openapi.json").json()
    return described


def test_what_is_described_is_what_is_tested(description: dict[str, Any]) -> None:
    told = [f"{method.upper()} {path}" for path, methods in description["paths"].items() for method in methods]
    assert told == OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_the_server_does_what_is_described(address: str, operation: str, mode: GenerationMode) -> None:
    if mode is GenerationMode.NEGATIVE and operation in WITHOUT_A_WRONG_REQUEST:
        return
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    schema.config.checks.update(excluded_check_names=NOT_CHECKED)
    schema.config.checks.negative_data_rejection.expected_statuses = REFUSALS
    method, _, path = operation.partition(" ")

    @settings(
        max_examples=EXAMPLES,
        derandomize=not EVERY,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def holds(case: Case[Any]) -> None:
        case.call_and_validate()

    holds()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_another_method_is_refused_with_those_that_there_are(address: str, operation: str) -> None:
    method, _, path = operation.partition(" ")
    refused = httpx.request("DELETE", address + path.replace("{model}", "sourcier"))
    assert (refused.status_code, refused.headers["allow"]) == (405, method)
    assert refused.json()["error"]["code"] == "NoSuchAddress"


def test_it_is_that_of_the_api_and_of_nothing_else(description: dict[str, Any]) -> None:
    assert description["info"]["title"] == "Sourcier API"
    assert description["info"]["version"]
    assert set(description["components"]["securitySchemes"]) == {"key", "password"}
    assert all(path.startswith(("/api/v1/", "/v1/")) for path in description["paths"])


def test_the_answer_is_described_as_the_contract_has_it(description: dict[str, Any]) -> None:
    described = description["components"]["schemas"]["Answer"]["properties"]
    assert list(described) == list(Answer.model_json_schema()["properties"])


@pytest.mark.parametrize(("access", "anybody"), [("none", True), ("header", False)])
def test_who_may_come_without_a_key_is_told(access: str, anybody: bool) -> None:  # noqa: FBT001
    from ui.doors.docs import describe
    from ui.settings import Settings

    told = describe(Settings(access=access), [])["security"]  # type: ignore[arg-type]
    assert ({} in told) is anybody


def test_errors_are_declared_where_they_can_come_about(description: dict[str, Any]) -> None:
    ask, models = description["paths"]["/api/v1/ask"]["post"], description["paths"]["/v1/models"]["get"]
    assert {"400", "401", "422", "503", "504"} <= set(ask["responses"])
    assert not {"400", "422", "503", "504"} & set(models["responses"])


def test_the_page_loads_nothing_from_elsewhere(address: str) -> None:
    page = httpx.get(f"{address}/api/v1/docs")
    assert "//" not in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["swagger-ui-bundle.js", "swagger-ui.css", "start.js"])
def test_the_files_of_the_page_are_there(address: str, name: str) -> None:
    assert httpx.get(f"{address}/api/v1/docs/{name}").status_code == 200


@pytest.mark.parametrize("name", ["redoc.standalone.js", "..%2Fcore.py", "docs.js"])
def test_no_other_file_is(address: str, name: str) -> None:
    assert httpx.get(f"{address}/api/v1/docs/{name}").status_code == 404


@pytest.mark.parametrize("root_path", ["", "/sourcier"])
def test_the_page_shows_the_description_and_complains_of_nothing(
    served: Callable[..., AbstractContextManager[str]], root_path: str
) -> None:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("SOURCIER_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium here: install it, or name it in SOURCIER_CHROMIUM")
    complaints: list[str] = []
    asked: list[str] = []
    with served(root_path=root_path) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}{root_path}/api/v1/docs")
        page.locator(".opblock").nth(len(OPERATIONS) - 1).wait_for()
        shown = page.locator(".opblock").count()
        browser.close()
    assert (shown, complaints) == (len(OPERATIONS), [])
    assert all(url.startswith(f"{address}{root_path}/api/v1/") for url in asked)
