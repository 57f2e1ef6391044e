"""The errors of the floor that people and programs touch.

SourcierError
├── InvalidRequest
│   ├── InvalidField        a field of a request is missing, unknown, or of the wrong kind
│   └── QuestionSetUnwritable
├── InvalidSettings         a setting is unknown, or has a value that is not allowed
├── FeedbackUnwritable      what a reader said cannot be kept
├── FeedbackUnreadable
└── AddressUnusable         the server cannot listen where it was told to
"""

from __future__ import annotations

from index.errors import InvalidRequest, SourcierError


class InvalidField(InvalidRequest):
    """A field of a request is missing, unknown, or of the wrong kind."""

    sentence = "The field {name} cannot be used: {reason}."


class QuestionSetUnwritable(InvalidRequest):
    """A question set cannot be written where it was to go, or another file is there already."""

    sentence = "The question set cannot be written to {file}: {reason}. Name another file."


class FeedbackUnwritable(SourcierError):
    """What a reader said cannot be kept: no permission, no space, or a file that has grown too large."""

    sentence = "The feedback cannot be kept in {file}: {reason}. Mend that, or name another file by SOURCIER_FEEDBACK."


class FeedbackUnreadable(SourcierError):
    """The file of what readers said cannot be read: most often, it belongs to the user that the server runs as."""

    sentence = "The feedback in {file} cannot be read: {reason}. Mend that, or name another file by SOURCIER_FEEDBACK."


class InvalidSettings(SourcierError):
    """A setting is unknown, or has a value that is not allowed."""

    sentence = "The setting {name} cannot be used: {reason}."


class AddressUnusable(SourcierError):
    """The server cannot listen on an address."""

    sentence = "The server cannot listen on {host}, port {port}: {reason}. Give another --host or --port."
