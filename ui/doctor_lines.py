"""Diagnosis -> lines for a terminal, or one object of JSON."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from ui import index_texts, texts
from ui.index_lines import one_line
from ui.reasons import reason
from ui.texts import Text, counted
from ui.told_commands import literal, naming_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.diagnosis import Diagnosis, Finding
    from ui.texts import Language


def diagnosis_lines(diagnosis: Diagnosis, language: Language) -> Iterator[str]:
    """Give what a corpus is, whether it is whole, and each thing that was found with what mends it."""
    for what, value in _named(diagnosis, language):
        yield one_line(index_texts.SIGN.filled(what=what, value=value).into(language))
    for finding in diagnosis.findings:
        yield "    " + one_line(finding_in_words(finding, diagnosis.corpus).into(language))


def _named(diagnosis: Diagnosis, language: Language) -> Iterator[tuple[Text, object]]:
    yield index_texts.CORPUS, diagnosis.corpus
    if diagnosis.stamp:
        yield index_texts.GENERATION, diagnosis.stamp
        yield index_texts.CONTENT, _content(diagnosis, language)
    yield index_texts.HEALTH, _health(diagnosis)


def _content(diagnosis: Diagnosis, language: Language) -> str:
    if diagnosis.documents is None or diagnosis.chunks is None:
        return index_texts.NOT_KNOWN.into(language)
    documents, passages = counted(diagnosis.documents, texts.DOCUMENTS), counted(diagnosis.chunks, texts.PASSAGES)
    return f"{documents.into(language)}, {passages.into(language)}"


def _health(diagnosis: Diagnosis) -> Text:
    if diagnosis.is_whole:
        return index_texts.IS_WHOLE
    if diagnosis.must_be_indexed:
        folders = shlex.join(diagnosis.folders) if diagnosis.folders else index_texts.FOLDER_NAME
        return naming_corpus(index_texts.IS_LOST, diagnosis.corpus).filled(folders=folders)
    if diagnosis.is_mendable:
        return naming_corpus(index_texts.IS_MENDABLE, diagnosis.corpus).filled()
    return index_texts.IS_HINDERED


def finding_in_words(finding: Finding, corpus: Path) -> Text:
    """Return one thing that was found in a corpus, with what mends it."""
    french = f"{index_texts.FINDINGS[finding.code]} {index_texts.CURES[finding.cure]}"
    said = naming_corpus(Text(french, literal(str(finding))), corpus)
    return said.filled(part=finding.part, detail=reason(finding.detail))


def diagnosis_json(diagnosis: Diagnosis) -> str:
    """Return a diagnosis as one JSON object; a field may be added, none is renamed or removed."""
    told = {
        "corpus": str(diagnosis.corpus),
        "stamp": diagnosis.stamp,
        "documents": diagnosis.documents,
        "chunks": diagnosis.chunks,
        "folders": diagnosis.folders,
        "whole": diagnosis.is_whole,
        "mendable": diagnosis.is_mendable,
        "findings": [
            {
                "code": finding.code,
                "part": finding.part,
                "detail": finding.detail,
                "cure": finding.cure,
                "harmless": finding.is_harmless,
                "sentence": finding_in_words(finding, diagnosis.corpus).en,
            }
            for finding in diagnosis.findings
        ],
    }
    return json.dumps(told, ensure_ascii=False)
