"""The errors of the floor that people and programs touch.

SourcierError
├── InvalidRequest
│   ├── InvalidField        a field of a request is missing, unknown, or of the wrong kind
│   ├── MalformedRequest    a request is not in the form that was expected
│   ├── RequestTooLarge
│   ├── NoSuchAddress       there is nothing at an address, or not for this method
│   ├── ModelUnknown        a model is asked for that is not offered
│   └── QuestionSetUnwritable
├── AccessRefused
│   ├── NotLetIn            nobody is known by what was shown, or nothing was shown
│   │   └── LoginFailed     at the provider of identities, or on the way back from it
│   ├── NotForReaders       it is for administrators
│   ├── WrongUploadKey      the key to add documents with is another
│   ├── FromElsewhere       a page of another site asks, or the server is addressed by a name that is not its own
│   └── LoginTooOften       too many wrong passwords: try again later
├── Unavailable
│   ├── ServerBusy          as many questions wait as may
│   ├── TooManyRequests     of one person in a minute
│   ├── TooManyWaiting      of one person, where others wait too
│   ├── TookTooLong         a question was not answered in the time that it may take
│   ├── ProviderUnusable    the provider of identities cannot be reached, or is not one
│   └── ServerStopping
├── UserUnusable            a name or a password cannot be taken
├── RegisterUnusable        the file of users or keys cannot be read or written
├── InvalidSettings         a setting is unknown, or has a value that is not allowed
├── FeedbackUnwritable      what a reader said cannot be kept
├── FeedbackUnreadable
├── WorkerEnded             a process that answers has ended as it was started
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


class ModelUnknown(InvalidRequest):
    """A model is asked for that is not offered."""

    sentence = "There is no model {model!r} here: ask for {offered!r}."


class NotLetIn(AccessRefused):
    """Nobody is known by what was shown, or nothing was shown."""

    sentence = "Who you are is not known here: log in, or send a key that is valid."


class LoginFailed(NotLetIn):
    """A login at the provider of identities did not succeed, or nobody can be known by what came of it."""

    sentence = "The login did not succeed: {reason}."


class NotForReaders(AccessRefused):
    """It is for administrators."""

    sentence = "This is for administrators."


class WrongUploadKey(AccessRefused):
    """The key with which an administrator adds documents is another."""

    sentence = "This is not the administrator's key: ask for it."


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


class TooManyWaiting(Unavailable):
    """Of one person, or of one address where nobody is known, many questions wait, and others ask too."""

    sentence = "{waiting} questions of yours, or from your address, are waiting already: try again in {seconds} s."


class TookTooLong(Unavailable):
    """A question was not answered in the time that it may take."""

    sentence = "The question was not answered within {most} s: try again, or ask it more shortly."


class ProviderUnusable(Unavailable):
    """The provider of identities cannot be reached, or does not answer as one does."""

    sentence = "Nobody can log in at the moment, because the identity provider does not answer: try again later."


class ServerStopping(Unavailable):
    """The server is being stopped, and takes no more questions."""

    sentence = "The server is being stopped: try again in {seconds} s."


class UserUnusable(SourcierError):
    """A name or a password cannot be taken."""

    sentence = "{name!r} cannot be taken: {reason}."


class RegisterUnusable(SourcierError):
    """The file of users or of keys cannot be read or written."""

    sentence = "The file {file} cannot be used: {reason}. Mend that, or name another file by {setting}."


class WorkerEnded(SourcierError):
    """A process that answers questions has ended as it was started."""

    sentence = (
        "One of {workers} processes that answer has ended as it was started (status {status}): there may be too little "
        "memory for so many. Set fewer by SOURCIER_WORKERS."
    )
