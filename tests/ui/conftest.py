from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from qa.answer import Answer, CorpusInfo, Quote, Timings
from qa.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working directory, and no SOURCIER_ variable."""
    for variable in list(os.environ):
        if variable.upper().startswith("SOURCIER_"):
            monkeypatch.delenv(variable)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, seeds_engine: Engine) -> None:
    """Let each command use the engine that is open already: the models are loaded once for all tests."""
    monkeypatch.setattr(Engine, "open", lambda *_, **__: seeds_engine)
    monkeypatch.setattr(seeds_engine, "close", lambda: None)


@pytest.fixture
def quote_of() -> Callable[..., Quote]:
    """Make a quote of a document that says `text`, with `found` as the answer in it."""

    def make(  # noqa: PLR0917
        text: str,
        found: str = "",
        title: str = "Titre",
        document: str = "notes/a.txt",
        date: str = "",
        page: int | None = None,
        section: str = "",
    ) -> Quote:
        start = 100
        found_at = start + text.index(found) if found else None
        return Quote(
            n=1,
            document=document,
            title=title,
            date=date,
            origin=document,
            sha256="0" * 64,
            start=start,
            end=start + len(text),
            text=text,
            answer_start=found_at,
            answer_end=None if found_at is None else found_at + len(found),
            score=1.0,
            page=page,
            section=section,
        )

    return make


@pytest.fixture
def answer_with() -> Callable[..., Answer]:
    """Make an answer with these quotes, or one that found nothing with these passages near."""

    def make(
        *quotes: Quote,
        text: str = "Ilya Sutskever",
        near: tuple[Quote, ...] = (),
        withheld: int = 0,
        opposed: tuple[int, ...] = (),
        nothing_in_scope: bool = False,
    ) -> Answer:
        return Answer(
            question="Qui ?",
            searched="Qui ?",
            verdict="answered" if quotes else "not_found",
            text=text if quotes else "",
            confidence=0.9 if quotes else 0.1,
            quotes=list(quotes),
            near=list(near),
            withheld=withheld,
            opposed=list(opposed),
            nothing_in_scope=nothing_in_scope,
            corpus=CorpusInfo(stamp="s", documents=1, chunks=1, encoder="e", reader="r"),
            timings_ms=Timings(search=1, read=1, total=2),
        )

    return make
