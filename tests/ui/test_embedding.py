from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ui.embedding import embedding_router, framed_page, loader
from ui.page_texts import WORDS
from ui.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path

FRAMER = "https://intranet.example"


@pytest.fixture
def settings(bare_environment: Path) -> Settings:  # noqa: ARG001  settings are read in it
    return load_settings(frame_ancestors=FRAMER, uploads="added")


@pytest.fixture
def client(settings: Settings) -> TestClient:
    app = FastAPI()
    app.include_router(embedding_router(settings))
    return TestClient(app)


def _told(page: str) -> dict[str, object]:
    found = re.search(r'id="sourcier-setup">(.*?)</script>', page)
    assert found is not None
    return dict(json.loads(found[1]))


def test_page_in_a_frame_links_only_to_what_lies_below_it(settings: Settings) -> None:
    links = re.findall(r'(?:href|src)="([^"]+)"', framed_page(settings))
    assert links
    assert [link for link in links if link.startswith("/") or ":" in link] == []


def test_page_in_a_frame_begins_with_its_own_script(settings: Settings) -> None:
    assert re.findall(r'<script type="module" src="[^"]*/([^"/]+)">', framed_page(settings)) == ["embedded.js"]


def test_page_in_a_frame_is_told_whose_pages_may_show_it(settings: Settings) -> None:
    assert _told(framed_page(settings))["framers"] == [FRAMER]


def test_no_files_are_added_from_a_frame(settings: Settings) -> None:
    assert _told(framed_page(settings))["uploads"] is False


def test_page_in_a_frame_has_no_inline_script_or_style(settings: Settings) -> None:
    page = framed_page(settings)
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    assert re.findall(r'<script(?![^>]*\bsrc=)(?! type="application/json")', page) == []


def test_loader_knows_every_word_that_it_says() -> None:
    source = loader("fr")
    said = set(re.findall(r'\bsay\("(\w+)"\)', source))
    assert said
    assert all(f'"{name}": {json.dumps(WORDS[name].fr, ensure_ascii=False)}' in source for name in said)


def test_loader_has_the_style_in_it_and_loads_none() -> None:
    assert ".launcher {" in loader("fr")
    assert "TOLD;" not in loader("fr")


@pytest.mark.parametrize(
    ("path", "kind", "control"),
    [("/embed", "text/html", "no-cache"), ("/embed.js", "text/javascript", "public, max-age=600")],
)
def test_browser_keeps_it_and_asks_about_it(client: TestClient, path: str, kind: str, control: str) -> None:
    first = client.get(path)
    assert first.headers["content-type"] == f"{kind}; charset=utf-8"
    assert first.headers["cache-control"] == control
    for known in (first.headers["etag"], f"W/{first.headers['etag']}"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
