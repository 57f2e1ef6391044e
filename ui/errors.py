"""The errors of the floor that people and programs touch.

SourcierError
├── InvalidRequest
│   └── InvalidField        a field of a request is missing, unknown, or of the wrong kind
├── InvalidSettings         a setting is unknown, or has a value that is not allowed
└── AddressUnusable         the server cannot listen where it was told to
"""

from __future__ import annotations

from index.errors import InvalidRequest, SourcierError


class InvalidField(InvalidRequest):
    """A field of a request is missing, unknown, or of the wrong kind."""

    sentence = "The field {name} cannot be used: {reason}."


class InvalidSettings(SourcierError):
    """A setting is unknown, or has a value that is not allowed."""

    sentence = "The setting {name} cannot be used: {reason}."


class AddressUnusable(SourcierError):
    """The server cannot listen on an address."""

    sentence = "The server cannot listen on {host}, port {port}: {reason}. Give another --host or --port."
