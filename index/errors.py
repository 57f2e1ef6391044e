"""The errors of Sourcier, each with one sentence that says what happened and what to do.

SourcierError
├── InvalidRequest          what was asked cannot be done as it was asked
│   ├── InvalidQuestion
│   ├── InvalidFilter
│   ├── InvalidHistory
│   ├── DocumentUnknown
│   ├── FolderUnusable
│   │   └── NoDocument
│   ├── QuestionSetUnreadable
│   └── QuestionSetMalformed
├── OriginalGone
├── DocumentUnreadable      one file of a folder; listed, never fatal to a build
├── EncoderUnavailable
├── ReaderUnavailable
├── DeviceUnavailable
└── CorpusError             the corpus cannot be used as it is
    ├── CorpusMissing
    ├── CorpusIncomplete
    ├── CorpusForeign
    ├── CorpusOutdated
    ├── CorpusUnreadable
    ├── CorpusMismatch
    │   └── EncoderMismatch
    ├── CorpusUnwritable
    └── CorpusLocked

StoreDamaged and StoreUnwritable are for the floors' own use: whoever meets one of them raises a CorpusError for it.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar


class SourcierError(Exception):
    """An error that a person can cause or mend; `str(error)` is one English sentence.

    The details given by keyword fill the sentence, and stay readable in `details`, so that the sentence can be said in
    another language higher up.
    """

    sentence: ClassVar[str] = "{reason}"

    def __init__(self, **details: object) -> None:
        super().__init__(self.sentence.format(**details))
        self.details = details

    def __reduce__(self) -> tuple[object, ...]:
        """Be itself again in another process: what is given by keyword is not restored otherwise."""
        return partial(type(self), **self.details), ()


class InvalidRequest(SourcierError):
    """What was asked cannot be done as it was asked."""


class InvalidQuestion(InvalidRequest):
    """The question is empty, or too long."""

    sentence = "The question cannot be used: {reason}."


class InvalidFilter(InvalidRequest):
    """A filter holds a value that is no date or no document, or a bound that is out of range."""

    sentence = "The filter {name}={value!r} cannot be used: {reason}."


class InvalidHistory(InvalidRequest):
    """The turns before the question have a form that is not understood."""

    sentence = "The history cannot be used: {reason}."


class DocumentUnknown(InvalidRequest):
    """The corpus holds no such document."""

    sentence = "The corpus holds no document {document!r}, or no longer: take its name from an answer or from the list."


class FolderUnusable(InvalidRequest):
    """A folder to index does not exist, cannot be read, or holds no document."""

    sentence = "The folder {folder} cannot be indexed: {reason}."


class NoDocument(FolderUnusable):
    """A folder to index holds files, and none of them can become a document."""

    sentence = "The folder {folder} cannot be indexed: {reason} ({skipped})."


class QuestionSetUnreadable(InvalidRequest):
    """A file of questions cannot be read, or holds none."""

    sentence = (
        "The question set {file} cannot be read: {reason}. Name a file in SQuAD format, or with one JSON object a line."
    )


class QuestionSetMalformed(InvalidRequest):
    """One place in a file of questions is not as it must be."""

    sentence = "The question set {file} cannot be used ({place}): {reason}."


class DocumentUnreadable(SourcierError):
    """One file cannot become a document."""

    sentence = "{reason}"


class EncoderUnavailable(SourcierError):
    """The encoder cannot be loaded."""

    sentence = "The encoder {encoder} cannot be loaded: {reason}. Name another one with --encoder NAME_OR_FOLDER."


class ReaderUnavailable(SourcierError):
    """The trained reader cannot be loaded."""

    sentence = "The reader cannot be loaded: {reason}. Install Sourcier again, or do without it: --reader sentences."


class DeviceUnavailable(SourcierError):
    """The device on which the models were to run is not there."""

    sentence = "There is no device {device!r} here for the models: name cpu, cuda or cuda:N, or leave it unset."


class OriginalGone(SourcierError):
    """The file of a document is no longer the one that was read."""

    sentence = "The file of {document!r} has been moved, removed or changed since it was read: ask for it again later."


class CorpusError(SourcierError):
    """The corpus in a folder cannot be used as it is."""


class CorpusMissing(CorpusError):
    """There is no corpus yet."""

    sentence = "There is no corpus in {corpus}: make one with `sourcier index FOLDER`."


class CorpusIncomplete(CorpusError):
    """A build was begun and never finished, and there is no earlier corpus."""

    sentence = "The corpus in {corpus} was never finished: build it again with `sourcier index FOLDER`."


class CorpusForeign(CorpusError):
    """The folder holds something that is not a corpus of this version of Sourcier."""

    sentence = (
        "{corpus} holds {found}, not a corpus of this version: name another place, and make a corpus there with "
        "`sourcier index FOLDER --corpus PLACE`."
    )


class CorpusOutdated(CorpusError):
    """The corpus has the layout of an earlier version of Sourcier."""

    sentence = (
        "The corpus in {corpus} was made by an earlier version (format {format}): build it again with "
        "`sourcier index FOLDER`."
    )


class CorpusUnreadable(CorpusError):
    """Something in the corpus is damaged or cannot be read."""

    sentence = "The corpus in {corpus} is damaged ({reason}): build it again with `sourcier index FOLDER`."


class CorpusUnwritable(CorpusError):
    """The corpus cannot be written where it should be: no permission, no space."""

    sentence = "The corpus cannot be written in {corpus}: {reason}. Mend that, or name another place with --corpus."


class CorpusMismatch(CorpusError):
    """The corpus was made by other rules, perhaps by another encoder too, than those in force."""

    sentence = (
        "The corpus in {corpus} was not made as it would be now (what differs: {parts}): make it again with "
        "`sourcier index`."
    )


class EncoderMismatch(CorpusMismatch):
    """The corpus was made by another encoder than the one in force, and as it would be now in all else."""

    sentence = (
        "The corpus in {corpus} was made by the encoder {theirs}, and the one that is set is {ours}: name its own with "
        "--encoder, or make it again with `sourcier index`."
    )


class CorpusLocked(CorpusError):
    """Another process is writing the corpus."""

    sentence = "The corpus in {corpus} is being written by {holder}: wait until it has finished."


class StoreDamaged(Exception):
    """Chroma or SQLite cannot read what lies in the folder of a store."""


class StoreUnwritable(Exception):
    """Chroma or SQLite cannot write, for want of space or of permission."""
