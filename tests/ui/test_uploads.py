"""What is promised of files that are added from the page."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from index.errors import InvalidRequest
from index.sync import synchronise
from ui.access.guard import Guard
from ui.access.person import Person, Role
from ui.serving.handlers import handlers
from ui.settings import Settings, load_settings
from ui.uploads import Uploads, plain_name, router

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import HTTPConnection

KEY = "une clé très secrète"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder that is not indexed yet."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "offre.txt").write_text("Ilya Sutskever a refusé l'offre de Meta.", encoding="utf-8")
    return folder


@pytest.fixture
def indexed(documents: Path, tmp_path: Path, quick: str) -> Path:
    """The same, indexed."""
    synchronise([documents], tmp_path / "corpus", quick)
    return documents


@pytest.fixture
def settings(documents: Path, tmp_path: Path, quick: str, bare_environment: Path) -> Settings:  # noqa: ARG001
    return load_settings(
        corpus=tmp_path / "corpus",
        encoder=quick,
        uploads=documents / "ajouts",
        upload_key=KEY,
        max_file_megabytes=1,
    )


def client_of(settings: Settings, role: Role = "reader") -> TestClient:
    class Somebody:
        async def person(self, _connection: HTTPConnection) -> Person:
            return Person("somebody", role)

    app = FastAPI()
    for kind, handler in handlers("fr").items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(Guard, ways=(Somebody(),), language="fr")
    app.include_router(router(Uploads(settings), settings))
    return TestClient(app)


@pytest.fixture
def indexing(settings: Settings, indexed: Path) -> TestClient:  # noqa: ARG001
    return client_of(settings)


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """One that takes files and does not index them, which takes a process for each."""
    monkeypatch.setattr(Uploads, "_want", lambda _: None)
    return client_of(settings)


def send(client: TestClient, name: str, content: bytes, key: str = KEY) -> tuple[int, dict[str, Any]]:
    headers = {"X-Sourcier-Key": quote(key), "X-File-Name": quote(name)}
    answered = client.post("/uploads", content=content, headers=headers)
    return answered.status_code, answered.json()


def state(client: TestClient, name: str) -> dict[str, str]:
    """Wait until a file is no longer waited for."""
    deadline = time.monotonic() + 90
    while True:
        told: dict[str, str] = client.get(f"/uploads/{quote(name)}", headers={"X-Sourcier-Key": quote(KEY)}).json()
        if told["state"] != "waiting" or time.monotonic() > deadline:
            return told
        time.sleep(0.2)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_that_is_added_is_indexed_and_one_that_cannot_be_read_is_told(
    indexing: TestClient, documents: Path
) -> None:
    assert send(indexing, "été.txt", b"La plage ouvre en juin.") == (200, {"name": "été.txt"})
    assert send(indexing, "faux.pdf", b"%PDF-1.7 rien de plus") == (200, {"name": "faux.pdf"})

    assert state(indexing, "été.txt") == {"state": "indexed", "reason": ""}
    told = state(indexing, "faux.pdf")
    assert told["state"] == "skipped"
    assert told["reason"]
    assert left(documents / "ajouts") == ["faux.pdf", "été.txt"]


@pytest.mark.parametrize("key", ["", "une clé", KEY + "x"])
def test_without_the_key_nothing_is_taken(client: TestClient, documents: Path, key: str) -> None:
    status, told = send(client, "a.txt", b"Un texte.", key)

    assert (status, left(documents / "ajouts")) == (403, [])
    assert "administrateur" in told["error"]["message"]
    assert client.get("/uploads/a.txt", headers={"X-Sourcier-Key": quote(key)}).status_code == 403


def test_a_file_that_is_there_is_not_replaced(client: TestClient, documents: Path) -> None:
    send(client, "a.txt", b"Le premier.")
    status, told = send(client, "a.txt", b"Le second.")

    assert status == 422
    assert "a.txt" in told["error"]["message"]
    assert (documents / "ajouts" / "a.txt").read_bytes() == b"Le premier."


@pytest.mark.parametrize(("content", "said"), [(b"x" * 1_000_001, "1 Mo"), (b"", "vide")])
def test_a_file_that_will_not_do_leaves_nothing(client: TestClient, documents: Path, content: bytes, said: str) -> None:
    status, told = send(client, "a.txt", content)

    assert (status, left(documents / "ajouts")) == (422, [])
    assert said in told["error"]["message"]


def test_the_sentence_is_in_the_language_of_who_asks(client: TestClient) -> None:
    answered = client.post("/uploads", headers={"X-Sourcier-Key": quote(KEY), "Accept-Language": "en"})
    assert "This name will not do" in answered.json()["error"]["message"]


def test_whoever_reads_a_file_is_told_no_secret(
    indexing: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[dict[str, str]] = []

    def starting(command: list[str], env: dict[str, str], **_given: Any) -> subprocess.CompletedProcess[str]:
        started.append(env)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", starting)
    monkeypatch.setenv("SOURCIER_OIDC_CLIENT_SECRET", "le secret")
    monkeypatch.setenv("sourcier_upload_key", "le secret")
    monkeypatch.setenv("SOURCIER_CONFIG", str(tmp_path / "sourcier.toml"))
    send(indexing, "a.txt", b"Un texte.")
    while not started:
        time.sleep(0.01)
    assert "le secret" not in started[0].values()
    assert started[0]["SOURCIER_CONFIG"] == str(tmp_path / "sourcier.toml")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Documents\\été.txt", "été.txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("a\x00\n\u202etxt.b", "atxt.b"),
        (" a.txt ", "a.txt"),
    ],
)
def test_a_name_leads_nowhere_else(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize("name", ["", ".", "..", ".cache", "a/", "\x00", "é" * 101])
def test_a_name_that_will_not_do_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest):
        plain_name(name)


def test_what_was_left_by_one_who_was_stopped_is_removed(settings: Settings, documents: Path) -> None:
    (documents / "ajouts").mkdir()
    (documents / "ajouts" / ".sourcier-upload-1-1").write_bytes(b"la moiti")
    Uploads(settings)

    assert left(documents / "ajouts") == []


@pytest.mark.usefixtures("indexed")
def test_a_folder_that_is_not_indexed_is_refused(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"uploads": tmp_path / "ailleurs"})
    status, told = send(client_of(elsewhere), "a.txt", b"Un texte.")

    assert status == 422
    assert "indexé" in told["error"]["message"]
    assert not (tmp_path / "ailleurs").exists()


@pytest.mark.parametrize("missing", ["uploads", "upload_key"])
def test_one_setting_without_the_other_is_refused(settings: Settings, missing: str) -> None:
    with pytest.raises(InvalidRequest, match="upload_key"):
        Uploads(settings.model_copy(update={missing: None}))
