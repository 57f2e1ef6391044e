"""The errors of the floor that people and programs touch.

SourcierError
├── InvalidRequest
│   ├── InvalidField        a field of a request is missing, unknown, or of the wrong kind
│   ├── MalformedRequest    a request is not in the form that was expected
│   ├── RequestTooLarge
│   ├── NoSuchAddress       there is nothing at an address, or not for this method
│   └── QuestionSetUnwritable
├── AccessRefused
│   ├── NotLetIn            nobody is known by what was shown, or nothing was shown
│   ├── NotForReaders       it is for administrators
│   ├── FromElsewhere       a page of another site asks, or the server is addressed by a name that is not its own
│   └── LoginTooOften       too many wrong passwords: try again later
├── Unavailable
│   ├── ServerBusy          as many questions wait as may
│   ├── TooManyRequests     of one person in a minute
│   ├── TookTooLong         a question was not answered in the time that it may take
│   └── ServerStopping
├── UserUnusable            a name or a password cannot be taken
├── RegisterUnusable        the file of users or keys cannot be read or written
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


class MalformedRequest(InvalidRequest):
    """A request is not in the form that was expected."""

    sentence = "The request cannot be read: {reason}."


class RequestTooLarge(InvalidRequest):
    """The body of a request is larger than any that is needed."""

    sentence = "The request is too large: {most} bytes are the most."


class NoSuchAddress(InvalidRequest):
    """There is nothing at an address, or nothing that this method does there."""

    sentence = "There is nothing here for {method}."


class AccessRefused(SourcierError):
    """What was asked is not for whoever asked."""


class NotLetIn(AccessRefused):
    """Nobody is known by what was shown, or nothing was shown."""

    sentence = "Who you are is not known here: log in, or send a key that is valid."


class NotForReaders(AccessRefused):
    """It is for administrators."""

    sentence = "This is for administrators."


class FromElsewhere(AccessRefused):
    """A page of another site asks, or the server is addressed by a name that is not its own."""

    sentence = "This request comes from {origin}, which is not let in."


class LoginTooOften(AccessRefused):
    """Too many wrong passwords or keys were tried."""

    sentence = "Too many logins have failed: try again in {seconds} s."


class Unavailable(SourcierError):
    """It cannot be done now, and can be later."""


class ServerBusy(Unavailable):
    """As many questions wait as may."""

    sentence = "The server is busy: try again in {seconds} s."


class TooManyRequests(Unavailable):
    """One person asks more in a minute than one may."""

    sentence = "You have asked {most} times within a minute, which is the most: try again in {seconds} s."


class TookTooLong(Unavailable):
    """A question was not answered in the time that it may take."""

    sentence = "The question was not answered within {most} s: try again, or ask it more shortly."


class ServerStopping(Unavailable):
    """The server is being stopped, and takes no more questions."""

    sentence = "The server is being stopped: try again in {seconds} s."


class UserUnusable(SourcierError):
    """A name or a password cannot be taken."""

    sentence = "{name!r} cannot be taken: {reason}."


class RegisterUnusable(SourcierError):
    """The file of users or of keys cannot be read or written."""

    sentence = "The file {file} cannot be used: {reason}. Mend that, or name another file by {setting}."
