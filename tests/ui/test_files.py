from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from index.sync import synchronise
from qa.engine import Engine
from ui.files import original_of
from ui.serving.handlers import handlers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = "<script>alert(1)</script>\nLe timbre rouge coûte deux euros.\n"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    above = tmp_path_factory.mktemp("files")
    lyon, nantes = above / "lyon", above / "nantes"
    for folder in (lyon, nantes):
        (folder / "notes").mkdir(parents=True)
        (folder / "notes" / "prix.html").write_text(f"<title>{folder.name}</title><p>{TEXT}</p>", encoding="utf-8")
    (lyon / "été & hiver #1?.txt").write_text(TEXT, encoding="utf-8")
    (lyon / "rien.txt").write_text(" ", encoding="utf-8")  # is skipped
    (above / "secret.txt").write_text("secret", encoding="utf-8")
    return lyon, nantes


@pytest.fixture(scope="module")
def client(folders: tuple[Path, Path], quick: str) -> Iterator[TestClient]:
    corpus = folders[0].parent / "corpus"
    synchronise(folders, corpus, quick)
    engine = Engine.open(corpus, quick, reader="sentences")
    app = FastAPI()
    for kind, handler in handlers("fr").items():
        app.add_exception_handler(kind, handler)
    app.add_api_route("/files/{document:path}", original_of(engine), methods=["GET"])
    with TestClient(app) as client:
        yield client
    engine.close()


def test_a_file_is_handed_over_byte_for_byte(client: TestClient, folders: tuple[Path, Path]) -> None:
    for folder in folders:
        answered = client.get(f"/files/{folder.name}/notes/prix.html")
        assert answered.status_code == 200
        assert answered.content == (folder / "notes" / "prix.html").read_bytes()


def test_a_file_is_saved_and_never_shown_by_the_browser(client: TestClient) -> None:
    headers = client.get("/files/lyon/notes/prix.html").headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"] == 'attachment; filename="prix.html"'


def test_any_name_can_be_asked_for(client: TestClient) -> None:
    answered = client.get("/files/lyon/%C3%A9t%C3%A9%20%26%20hiver%20%231%3F.txt")
    assert answered.text == TEXT
    assert answered.headers["content-disposition"].endswith("''%C3%A9t%C3%A9%20%26%20hiver%20%231%3F.txt")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "%2e%2e/secret.txt",
        "..%2Fsecret.txt",
        "lyon/../../secret.txt",
        "lyon/..%2F..%2Fsecret.txt",
        "lyon%2F..%2F..%2Fsecret.txt",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "lyon//etc/passwd",
        "lyon/notes/prix.html%00.txt",
        "lyon/notes/..%2Fnotes/prix.html",
        "lyon/notes",
        "lyon/",
        "",
        "notes/prix.html",
        "nantes/%C3%A9t%C3%A9%20%26%20hiver%20%231%3F.txt",
        "..%5Csecret.txt",
        "lyon/rien.txt",
    ],
)
def test_nothing_but_a_document_is_handed_over(client: TestClient, path: str) -> None:
    answered = client.get(f"/files/{path}")
    assert answered.status_code == 404
    assert "secret" not in answered.text.replace("secret.txt", "")
    assert "root:" not in answered.text


def test_a_changed_file_is_refused_in_a_sentence_without_its_place(
    client: TestClient, folders: tuple[Path, Path]
) -> None:
    path = folders[1] / "notes" / "prix.html"
    before = path.read_bytes()
    path.write_bytes(before + b" ")
    answered = client.get("/files/nantes/notes/prix.html")
    path.write_bytes(before)
    assert answered.status_code == 404
    said = answered.json()["error"]["message"]
    assert said.startswith("Le fichier de 'nantes/notes/prix.html' a été déplacé, retiré ou modifié")
    assert str(folders[1].parent) not in answered.text


def test_a_file_is_read_for_its_digest_once_and_again_when_it_was_changed_in_place(
    client: TestClient, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folders[0] / "notes" / "prix.html"
    path.touch()  # it is not the same as for the tests before
    before, content, digested, now = path.stat(), path.read_bytes(), hashlib.file_digest, time.time_ns
    read: list[object] = []

    def noting(*given: Any) -> Any:
        read.append(given)
        return digested(*given)

    monkeypatch.setattr(hashlib, "file_digest", noting)
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10_000_000_000)  # s, in which it has not changed

    statuses = [client.get("/files/lyon/notes/prix.html").status_code for _ in range(3)]
    assert (statuses, len(read)) == ([200] * 3, 1)
    path.write_bytes(content.replace(b"deux", b"cinq"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    changed = client.get("/files/lyon/notes/prix.html").status_code
    path.write_bytes(content)
    assert changed == 404


def test_a_refusal_is_in_the_language_of_who_asks(client: TestClient) -> None:
    for language, begins in (("fr", "Le corpus n'a pas"), ("en-GB", "The corpus")):
        answered = client.get("/files/<b>absent</b>", headers={"Accept-Language": language})
        assert answered.headers["content-type"] == "application/json"
        assert answered.json()["error"]["message"].startswith(begins)


def test_a_file_cannot_be_written(client: TestClient) -> None:
    assert client.put("/files/lyon/notes/prix.html", content=b"x").status_code == 405


def test_without_a_corpus_no_path_of_the_server_is_told(tmp_path: Path, quick: str) -> None:
    engine = Engine.open(tmp_path / "secret", quick, reader="sentences", wait=True)
    app = FastAPI()
    for kind, handler in handlers("fr").items():
        app.add_exception_handler(kind, handler)
    app.add_api_route("/files/{document:path}", original_of(engine), methods=["GET"])
    answered = TestClient(app).get("/files/a.txt")
    engine.close()
    assert answered.status_code == 503
    assert "secret" not in answered.text
