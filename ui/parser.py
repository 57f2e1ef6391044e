"""The command line's grammar, in French with English beside it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from ui import help_texts
from ui.error_texts import PARSER_ERROR, PARSER_ERRORS
from ui.reasons import translated
from ui.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class FrenchHelp(argparse.RawDescriptionHelpFormatter):
    """Help whose usage line begins in French."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Add the usage line."""
        super().add_usage(usage, actions, groups, help_texts.USAGE.fr if prefix is None else prefix)


class FrenchParser(argparse.ArgumentParser):
    """An ArgumentParser whose own words are French, with the English of its errors below."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, formatter_class=FrenchHelp, allow_abbrev=False)
        self._positionals.title = help_texts.ARGUMENTS.fr
        self._optionals.title = help_texts.OPTIONS.fr
        self.add_argument("-h", "--help", action="help", help=beside(help_texts.HELP_HELP))

    def error(self, message: str) -> NoReturn:
        """End with status 2 and one sentence in each language."""
        said = PARSER_ERROR.filled(reason=Text(translated(message, PARSER_ERRORS), message), program=self.prog)
        self.exit(2, said.both() + "\n")


def beside(text: Text) -> str:
    """Return a help text: French, and English in brackets."""
    return f"{text.fr} ({text.en})".replace("%", "%%")


class _Version(argparse.Action):
    """Print the version of the distribution, which is looked up only when asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002  the signature is argparse's
        values: str | Sequence[Any] | None,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        """Print and stop."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("sourcier")
        except PackageNotFoundError:  # run from a checkout
            number = help_texts.NOT_INSTALLED.fr
        sys.stdout.write(f"sourcier {number}\n")
        parser.exit()


def build_parser() -> FrenchParser:
    """Return the grammar of `sourcier`."""
    parser = FrenchParser(
        prog="sourcier", description=help_texts.DESCRIPTION.both(), epilog=help_texts.EXIT_STATUSES.both()
    )
    parser.add_argument("--version", action=_Version, nargs=0, help=beside(help_texts.HELP_VERSION))
    commands = parser.add_subparsers(dest="command", required=True, title=help_texts.COMMANDS.fr, metavar="COMMANDE")
    _add_chat(_add_command(commands, "chat", help_texts.HELP_CHAT))
    _add_serve(_add_command(commands, "serve", help_texts.HELP_SERVE, epilog=help_texts.WHERE_SETTINGS_ARE.both()))
    _add_index(_add_command(commands, "index", help_texts.HELP_INDEX))
    _add_status(_add_command(commands, "status", help_texts.HELP_STATUS))
    _add_doctor(_add_command(commands, "doctor", help_texts.HELP_DOCTOR))
    _add_ask(_add_command(commands, "ask", help_texts.HELP_ASK, epilog=help_texts.READ_FROM_STDIN.both()))
    _add_measure(
        _add_command(commands, "measure", help_texts.HELP_MEASURE, epilog=help_texts.QUESTION_SET_FORMATS.both())
    )
    _add_feedback(
        _add_command(commands, "feedback", help_texts.HELP_FEEDBACK, epilog=help_texts.WHAT_FEEDBACK_PROVES.both())
    )
    _add_user(commands)
    _add_key(commands)
    return parser


def _add_command(
    commands: argparse._SubParsersAction[FrenchParser], name: str, help_text: Text, epilog: str | None = None
) -> FrenchParser:
    """Add a command, with what every command takes."""
    command = commands.add_parser(name, help=beside(help_text), description=help_text.both(), epilog=epilog)
    command.add_argument("--corpus", metavar="DOSSIER", help=beside(help_texts.HELP_CORPUS))
    command.add_argument("--encoder", metavar="NOM", help=beside(help_texts.HELP_ENCODER))
    return command


def _add_reading(command: FrenchParser) -> None:
    """Add what the commands that answer take."""
    command.add_argument("--reader", metavar="NOM", help=beside(help_texts.HELP_READER))
    command.add_argument("--passages-read", metavar="N", help=beside(help_texts.HELP_PASSAGES_READ))


def _add_chat(chat: FrenchParser) -> None:
    _add_reading(chat)
    chat.add_argument("--host", metavar="ADRESSE", help=beside(help_texts.HELP_HOST))
    chat.add_argument("--port", metavar="PORT", help=beside(help_texts.HELP_PORT))


def _add_serve(serve: FrenchParser) -> None:
    _add_chat(serve)
    serve.add_argument("--root-path", metavar="CHEMIN", help=beside(help_texts.HELP_ROOT_PATH))
    serve.add_argument("--workers", metavar="N", help=beside(help_texts.HELP_WORKERS))
    serve.add_argument("--access", metavar="MODE", help=beside(help_texts.HELP_ACCESS))
    serve.add_argument("--open-to-all", action="store_const", const=True, help=beside(help_texts.HELP_OPEN_TO_ALL))


def _add_index(index: FrenchParser) -> None:
    index.add_argument("folders", nargs="*", metavar="DOSSIER", help=beside(help_texts.HELP_FOLDERS))
    one_of = index.add_mutually_exclusive_group()
    one_of.add_argument("--dry-run", action="store_true", help=beside(help_texts.HELP_DRY_RUN))
    one_of.add_argument("--watch", action="store_true", help=beside(help_texts.HELP_WATCH))
    _add_limits(index)


def _add_limits(command: FrenchParser) -> None:
    """Add what reading one file may cost."""
    command.add_argument("--max-file-megabytes", metavar="N", help=beside(help_texts.HELP_MAX_FILE_MEGABYTES))
    command.add_argument("--max-file-pages", metavar="N", help=beside(help_texts.HELP_MAX_FILE_PAGES))
    command.add_argument("--max-file-seconds", metavar="N", help=beside(help_texts.HELP_MAX_FILE_SECONDS))
    command.add_argument("--max-file-memory", metavar="N", help=beside(help_texts.HELP_MAX_FILE_MEMORY))


def _add_status(status: FrenchParser) -> None:
    status.add_argument("--skipped", action="store_true", help=beside(help_texts.HELP_STATUS_SKIPPED))
    status.add_argument("--json", action="store_true", help=beside(help_texts.HELP_STATUS_JSON))
    _add_limits(status)


def _add_doctor(doctor: FrenchParser) -> None:
    doctor.add_argument("--repair", action="store_true", help=beside(help_texts.HELP_REPAIR))
    doctor.add_argument("--json", action="store_true", help=beside(help_texts.HELP_DOCTOR_JSON))


def _add_ask(ask: FrenchParser) -> None:
    _add_reading(ask)
    ask.add_argument("question", metavar="QUESTION", help=beside(help_texts.HELP_QUESTION))
    ask.add_argument("--json", action="store_true", help=beside(help_texts.HELP_JSON))
    ask.add_argument("--from", dest="date_from", metavar="DATE", help=beside(help_texts.HELP_FROM))
    ask.add_argument("--to", dest="date_to", metavar="DATE", help=beside(help_texts.HELP_TO))
    ask.add_argument(
        "--document", dest="documents", action="append", metavar="ID", help=beside(help_texts.HELP_DOCUMENT)
    )
    ask.add_argument("--max-quotes", metavar="N", help=beside(help_texts.HELP_MAX_QUOTES))


def _add_measure(measure: FrenchParser) -> None:
    _add_reading(measure)
    measure.add_argument("question_set", metavar="QUESTIONS", help=beside(help_texts.HELP_QUESTION_SET))
    measure.add_argument("--json", action="store_true", help=beside(help_texts.HELP_MEASURE_JSON))


def _add_feedback(feedback: FrenchParser) -> None:
    feedback.add_argument("--since", metavar="DATE", help=beside(help_texts.HELP_SINCE))
    one_of = feedback.add_mutually_exclusive_group()
    one_of.add_argument("--json", action="store_true", help=beside(help_texts.HELP_FEEDBACK_JSON))
    one_of.add_argument("--export", metavar="FICHIER", help=beside(help_texts.HELP_EXPORT))


def _add_user(commands: argparse._SubParsersAction[FrenchParser]) -> None:
    actions = _add_actions(commands, "user", help_texts.HELP_USER)
    add = _add_action(actions, "add", help_texts.HELP_USER_ADD, epilog=help_texts.WHERE_A_PASSWORD_COMES_FROM.both())
    _add_named(add, help_texts.HELP_USER_NAME)
    add.add_argument("--administrator", action="store_true", help=beside(help_texts.HELP_ADMINISTRATOR))
    listed = _add_action(actions, "list", help_texts.HELP_USER_LIST)
    listed.add_argument("--json", action="store_true", help=beside(help_texts.HELP_LIST_JSON))
    asked = help_texts.WHERE_A_PASSWORD_COMES_FROM.both()
    password = _add_action(actions, "password", help_texts.HELP_USER_PASSWORD, epilog=asked)
    _add_named(password, help_texts.HELP_USER_NAME)
    _add_named(_add_action(actions, "remove", help_texts.HELP_USER_REMOVE), help_texts.HELP_USER_NAME)


def _add_key(commands: argparse._SubParsersAction[FrenchParser]) -> None:
    actions = _add_actions(commands, "key", help_texts.HELP_KEY)
    add = _add_action(actions, "add", help_texts.HELP_KEY_ADD)
    _add_named(add, help_texts.HELP_KEY_NAME)
    add.add_argument("--administrator", action="store_true", help=beside(help_texts.HELP_ADMINISTRATOR))
    listed = _add_action(actions, "list", help_texts.HELP_KEY_LIST)
    listed.add_argument("--json", action="store_true", help=beside(help_texts.HELP_LIST_JSON))
    _add_named(_add_action(actions, "revoke", help_texts.HELP_KEY_REVOKE), help_texts.HELP_KEY_NAME)


def _add_actions(
    commands: argparse._SubParsersAction[FrenchParser], name: str, help_text: Text
) -> argparse._SubParsersAction[FrenchParser]:
    """Add a command that is followed by what is to be done."""
    command = commands.add_parser(name, help=beside(help_text), description=help_text.both())
    return command.add_subparsers(dest="action", required=True, title=help_texts.ACTIONS.fr, metavar="ACTION")


def _add_action(
    actions: argparse._SubParsersAction[FrenchParser], name: str, help_text: Text, epilog: str | None = None
) -> FrenchParser:
    action = actions.add_parser(name, help=beside(help_text), description=help_text.both(), epilog=epilog)
    action.add_argument("--corpus", metavar="DOSSIER", help=beside(help_texts.HELP_CORPUS_BESIDE))
    return action


def _add_named(action: FrenchParser, help_text: Text) -> None:
    action.add_argument("name", metavar="NOM", help=beside(help_text))
