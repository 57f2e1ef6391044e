from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ui.batch import answers
from ui.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from qa.engine import Engine


@pytest.fixture
def settings(bare_environment: Path) -> Settings:  # noqa: ARG001  the environment is made bare before it is read
    return load_settings()


LINES = (
    b"Qui est Mark Chen ?\n",
    b"\n",
    b'{"question": "Qui est Mark Chen ?", "max_quotes": 1}\r\n',
    b'{"question": "Qui", "k": 1}\n',
    b'{"question": \n',
    b"\xff\xfe\n",
    b'{"question": "q", "history": [[[1]]]}\n',
    b'{"question": "Qui est Mark Chen ?", "history": [{"question": "a", "answer": "b"}]}',
)


def test_each_line_gives_one_line_in_its_place(seeds_engine: Engine, settings: Settings) -> None:
    given = list(answers(LINES, seeds_engine, settings))
    assert [is_answer for _, is_answer in given] == [True, False, True, False, False, False, False, True]
    assert [line for line, _ in given if "\n" in line] == []
    read = [json.loads(line) for line, _ in given]
    assert [record["error"]["code"] for record in read if "error" in record] == ["InvalidField"] * 5
    assert all(record["schema"] == "1" for record in read if "error" not in record)
    assert len(read[2]["quotes"]) <= 1


def test_answers_come_as_the_lines_come(seeds_engine: Engine, settings: Settings) -> None:
    def lines() -> object:
        yield b"Qui est Mark Chen ?\n"
        pytest.fail("the second line was read before the first was answered")

    line, is_answer = next(iter(answers(lines(), seeds_engine, settings)))  # type: ignore[arg-type]
    assert is_answer
    assert json.loads(line)["schema"] == "1"
