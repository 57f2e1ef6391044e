"""What `sourcier user` and `sourcier key` do; a key goes to standard output alone, and what is said of it beside."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Final

from ui import access_texts as texts
from ui.access.keys import keys_of, new_key
from ui.access.register import composed_name
from ui.access.users import LONGEST_PASSWORD, new_proof, new_user, users_of
from ui.errors import UserUnusable
from ui.render import printable

if TYPE_CHECKING:
    import argparse

    from ui.access.register import Register
    from ui.settings import Settings
    from ui.texts import Text

_DONE: Final = 0
_MOST_BYTES: Final = 4 * LONGEST_PASSWORD + 2  # of a line in UTF-8; one that is longer is refused for its length


def user(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add, list, change or remove the users who have a password; return the exit status."""
    actions = {"add": _add_user, "list": _list_users, "password": _change_password, "remove": _remove_user}
    return actions[arguments.action](arguments, settings)


def key(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add, list or revoke API keys; return the exit status."""
    return {"add": _add_key, "list": _list_keys, "revoke": _revoke_key}[arguments.action](arguments, settings)


def _add_user(arguments: argparse.Namespace, settings: Settings) -> int:
    name = composed_name(arguments.name)
    entry = new_user(name, _password(name, settings), is_administrator=arguments.administrator)
    users_of(settings).add(entry)
    _say(texts.USER_ADDED.filled(name=entry.name, role=texts.ROLES[entry.role]), settings)
    return _DONE


def _change_password(arguments: argparse.Namespace, settings: Settings) -> int:
    users = users_of(settings)
    name = users.entry(arguments.name).name  # nobody types a password for a user that there is not
    users.change(name, new_proof(name, _password(name, settings)))
    _say(texts.PASSWORD_CHANGED.filled(name=name), settings)
    return _DONE


def _password(name: str, settings: Settings) -> str:
    return _asked(name, settings) if sys.stdin and sys.stdin.isatty() else _read_line(name)


def _asked(name: str, settings: Settings) -> str:
    """Return a password that a person typed twice, unseen."""
    try:
        password = getpass.getpass(texts.PASSWORD.filled(name=name).into(settings.language))
        again = getpass.getpass(texts.PASSWORD_AGAIN.into(settings.language))
    except EOFError:
        return ""
    if password != again:
        raise UserUnusable(name=name, reason=texts.PASSWORDS_DIFFER)
    return password


def _read_line(name: str) -> str:
    """Return a password that a program wrote as one line."""
    line = sys.stdin.buffer.readline(_MOST_BYTES) if sys.stdin else b""
    try:
        return line.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        # What was read is no part of what is told, nor of the error behind it.
        raise UserUnusable(name=name, reason=texts.PASSWORD_NOT_UTF8) from None


def _list_users(arguments: argparse.Namespace, settings: Settings) -> int:
    return _list(users_of(settings), arguments, settings)


def _remove_user(arguments: argparse.Namespace, settings: Settings) -> int:
    users_of(settings).remove(arguments.name)
    _say(texts.USER_REMOVED.filled(name=arguments.name), settings)
    return _DONE


def _add_key(arguments: argparse.Namespace, settings: Settings) -> int:
    made, entry = new_key(arguments.name, is_administrator=arguments.administrator)
    keys_of(settings).add(entry)
    _print(made)
    _say(texts.KEY_ADDED.filled(name=entry.name, role=texts.ROLES[entry.role]), settings)
    return _DONE


def _list_keys(arguments: argparse.Namespace, settings: Settings) -> int:
    return _list(keys_of(settings), arguments, settings)


def _revoke_key(arguments: argparse.Namespace, settings: Settings) -> int:
    keys_of(settings).remove(arguments.name)
    _say(texts.KEY_REVOKED.filled(name=arguments.name), settings)
    return _DONE


def _list(register: Register, arguments: argparse.Namespace, settings: Settings) -> int:
    """Show who is in a register, one a line, and nothing of what they are checked by."""
    entries = register.entries().values()
    if arguments.json:
        for entry in entries:
            _print(entry.model_dump_json(exclude={"proof"}))
        return _DONE
    for entry in entries:
        listed = texts.LISTED.filled(name=entry.name, role=texts.ROLES[entry.role], created=entry.created)
        _print(listed.into(settings.language))
    if not entries:
        _say(texts.NOBODY[register.kind.name].filled(file=register.file), settings)
    return _DONE


def _print(line: str) -> None:
    sys.stdout.write(printable(line) + "\n")


def _say(said: Text, settings: Settings) -> None:
    """Tell the person at the terminal something that is no part of what the command puts out."""
    sys.stdout.flush()
    sys.stderr.write(printable(said.into(settings.language)) + "\n")
