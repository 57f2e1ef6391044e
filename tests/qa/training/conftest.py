"""A folder of question sets in the formats of the real ones, a few lines each."""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TIMBRE = "Le timbre rouge a été dessiné par Jeanne Martin. La poste le vend depuis mars 2024. Il coûte deux euros."
JARDIN = (
    "Le jardin de Lyon ouvre à neuf heures. Les chiens y sont admis en laisse. Le gardien se nomme Paul Roux, et il "
    "arrose les rosiers chaque soir d'été."
)
PONT = "Le pont de Nantes mesure 320 mètres. Il a été construit en 1956. Trois équipes y ont travaillé un an."
FICHE = "Carte perdue\n\nCoût\nUne carte perdue coûte 25 euros. Elle est refaite en trois semaines par la mairie."
QUESTIONS = {
    TIMBRE: [("Qui a dessiné le timbre rouge ?", "Jeanne Martin"), ("Combien coûte le timbre ?", "deux euros")],
    JARDIN: [("Quand ouvre le jardin de Lyon ?", "à neuf heures"), ("Qui garde le jardin ?", "Paul Roux")],
    PONT: [("Combien mesure le pont de Nantes ?", "320 mètres"), ("Quand a-t-il été construit ?", "1956")],
}


def squad_paragraph(text: str) -> dict[str, Any]:
    return {
        "context": text,
        "qas": [
            {"question": question, "id": question, "answers": [{"text": answer, "answer_start": text.index(answer)}]}
            for question, answer in QUESTIONS[text]
        ],
    }


def title_of(split: int) -> str:
    """Return a title that the split by article puts into this tenth."""
    return next(f"Article {n}" for n in range(1000) if zlib.crc32(f"Article {n}".encode()) % 10 == split)


def key(title: str, text: str) -> str:
    """Return what the file of written questions calls a paragraph."""
    return f"{title}#{zlib.crc32(text.encode()):08x}"


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name in ("piaf", "afriqa", "other_languages", "service_public"):
        (folder / name).mkdir()
    articles = [
        {"title": title_of(split), "paragraphs": [squad_paragraph(text)]}
        for split, text in ((5, TIMBRE), (6, JARDIN), (1, PONT), (0, TIMBRE), (7, PONT))
    ]
    (folder / "piaf" / "piaf-v1.1.json").write_text(json.dumps({"data": articles}), encoding="utf-8")
    rows = [
        {"question_translated": question, "title": "Poste", "context": TIMBRE}
        | {"answer_pivot": {"text": [answer, answer], "answer_start": [start]}}
        for question, answer, start in (
            ("Qui a dessiné ce timbre ?", "Jeanne Martin", TIMBRE.index("Jeanne")),
            ("Quand ?", "mars 2024", -1),
            ("Où ?", "la poste", 3),
        )
    ]
    for split in ("train", "dev"):
        file = folder / "afriqa" / f"gold.fon.fr.{split}.json"
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    one = {"data": [{"title": "Super_Jardin", "paragraphs": [squad_paragraph(JARDIN)]}]}
    for language in ("en", "es", "de", "ro"):
        (folder / "other_languages" / f"xquad.{language}.json").write_text(json.dumps(one), encoding="utf-8")
    with gzip.open(folder / "other_languages" / "SQuAD_it-test.json.gz", "wt", encoding="utf-8") as italian:
        json.dump(one, italian)
    pages = [["F1", "Comment refaire sa carte ?", "Il faut se rendre à la mairie."]]
    (folder / "service_public" / "questions_spf.json").write_text(json.dumps(pages), encoding="utf-8")
    with zipfile.ZipFile(folder / "service_public" / "fiches_txt.zip", "w") as sheets:
        sheets.writestr("flat_txts/F2.txt", FICHE)
    return folder


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Questions as they are written for the project: answered and not, of PIAF and of a sheet."""
    rows = [
        {"of": key(title_of(5), TIMBRE), "question": "Qui est l'auteur du timbre rouge ?", "answer": "Jeanne Martin"},
        {"of": key(title_of(5), TIMBRE), "question": "Qui a dessiné le timbre bleu ?", "answer": None},
        {"of": "flat_txts/F2.txt", "question": "Quel est le prix d'une carte perdue ?", "answer": "25 euros"},
    ]
    file = tmp_path_factory.mktemp("written") / "written.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file
