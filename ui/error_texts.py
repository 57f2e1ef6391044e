"""What a user reads when something cannot be done, in French with English beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index import errors
from index.mismatch import Parts
from index.skipped import Reasons
from ui.errors import (
    AccessRefused,
    AddressUnusable,
    FeedbackUnreadable,
    FeedbackUnwritable,
    FromElsewhere,
    InvalidField,
    InvalidSettings,
    LoginFailed,
    LoginTooOften,
    MalformedRequest,
    ModelUnknown,
    NoSuchAddress,
    NotForReaders,
    NotLetIn,
    ProviderUnusable,
    QuestionSetUnwritable,
    RegisterUnusable,
    RequestTooLarge,
    ServerBusy,
    ServerStopping,
    TookTooLong,
    TooManyRequests,
    TooManyWaiting,
    Unavailable,
    UserUnusable,
    WorkerEnded,
    WrongUploadKey,
)
from ui.reasons import reason, reasons
from ui.texts import Text
from ui.told_commands import naming_corpus

if TYPE_CHECKING:
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
    (r"argument (.+?): not allowed with argument (.+)", "{0} ne va pas avec {1}"),
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
    "string_too_long": Text(
        "au plus {max_length} caractères sont admis", "at most {max_length} characters are allowed"
    ),
    "bool_type": Text("true ou false est attendu", "true or false is expected"),
    "bool_parsing": Text("true ou false est attendu", "true or false is expected"),
    "inside_the_corpus": Text(
        "ce fichier doit être hors du dossier du corpus", "this file must be outside the folder of the corpus"
    ),
    "address_of_ours": Text(
        "le serveur a déjà une adresse de ce nom ; prenez-en un autre, comme /sourcier",
        "the server has an address of this name already; take another, as /sourcier",
    ),
    "not_a_network": Text(
        "une adresse IP ou un réseau est attendu, comme 10.0.0.0/8",
        "an IP address or a network is expected, as 10.0.0.0/8",
    ),
    "not_an_origin": Text(
        "une origine est attendue, comme https://intranet.exemple.fr",
        "an origin is expected, as https://intranet.example.org",
    ),
    "string_pattern_mismatch": Text("cette forme n'est pas admise", "this form is not allowed"),
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
    errors.DocumentUnknown: (
        "Le corpus n'a pas, ou n'a plus, de document {document!r} : prenez son nom dans une réponse ou dans la liste."
    ),
    errors.OriginalGone: (
        "Le fichier de {document!r} a été déplacé, retiré ou modifié depuis sa lecture : redemandez-le plus tard."
    ),
    errors.FolderUnusable: "Le dossier {folder} ne peut pas être indexé : {reason}.",
    errors.NoDocument: "Le dossier {folder} ne peut pas être indexé : {reason} ({skipped}).",
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
        "{corpus} contient {found}, et non un corpus de cette version : choisissez un autre endroit, et faites-y un "
        "corpus par `sourcier index DOSSIER --corpus ENDROIT`."
    ),
    errors.CorpusOutdated: (
        "Le corpus de {corpus} a été fait par une version antérieure (format {format}) : refaites-le par "
        "`sourcier index DOSSIER`."
    ),
    errors.CorpusUnreadable: ("Le corpus de {corpus} est abîmé ({reason}) : refaites-le par `sourcier index DOSSIER`."),
    errors.CorpusUnwritable: (
        "Le corpus ne peut pas être écrit dans {corpus} : {reason}. Remédiez-y, ou nommez un autre endroit "
        "par --corpus."
    ),
    errors.CorpusMismatch: (
        "Le corpus de {corpus} n'a pas été fait comme il le serait maintenant (ce qui diffère : {parts}) : refaites-le "
        "par `sourcier index`."
    ),
    errors.EncoderMismatch: (
        "Le corpus de {corpus} a été fait par l'encodeur {theirs}, et celui qui est réglé est {ours} : nommez le sien "
        "par --encoder, ou refaites-le par `sourcier index`."
    ),
    errors.CorpusLocked: "Le corpus de {corpus} est écrit en ce moment par {holder} : attendez qu'il ait fini.",
    AddressUnusable: "Le serveur ne peut pas écouter sur {host}, port {port} : {reason}. Changez --host ou --port.",
    FeedbackUnreadable: (
        "Les avis gardés dans {file} ne peuvent pas être lus : {reason}. Remédiez-y, ou nommez un autre fichier par "
        "SOURCIER_FEEDBACK."
    ),
    FeedbackUnwritable: (
        "L'avis ne peut pas être gardé dans {file} : {reason}. Remédiez-y, ou nommez un autre fichier par "
        "SOURCIER_FEEDBACK."
    ),
    AccessRefused: "{reason}",
    NotLetIn: "Vous n'êtes pas reconnu ici : connectez-vous, ou envoyez une clé valable.",
    WrongUploadKey: "Cette clé n'est pas celle de l'administrateur : demandez-la-lui.",
    LoginFailed: "La connexion n'a pas abouti : {reason}.",
    NotForReaders: "Ceci est réservé aux administrateurs.",
    FromElsewhere: "Cette requête vient de {origin}, qui n'est pas admis.",
    LoginTooOften: "Trop de connexions ont échoué : réessayez dans {seconds} s.",
    Unavailable: "{reason}",
    ServerBusy: "Le serveur est occupé : réessayez dans {seconds} s.",
    TooManyRequests: (
        "Vous avez fait {most} demandes en une minute, ce qui est le maximum : réessayez dans {seconds} s."
    ),
    TooManyWaiting: (
        "Vos questions, ou celles de votre adresse, sont déjà {waiting} à attendre : réessayez dans {seconds} s."
    ),
    TookTooLong: "La réponse n'est pas venue en {most} s : réessayez, ou posez la question plus brièvement.",
    ProviderUnusable: (
        "Personne ne peut se connecter pour le moment, parce que le service d'identité ne répond pas : réessayez plus "
        "tard."
    ),
    ServerStopping: "Le serveur s'arrête : réessayez dans {seconds} s.",
    UserUnusable: "{name!r} ne convient pas : {reason}.",
    RegisterUnusable: (
        "Le fichier {file} ne peut pas servir : {reason}. Remédiez-y, ou nommez un autre fichier par {setting}."
    ),
    MalformedRequest: "La requête ne peut pas être lue : {reason}.",
    RequestTooLarge: "La requête est trop grande : {most} octets sont le maximum.",
    NoSuchAddress: "Il n'y a rien ici pour {method}.",
    ModelUnknown: "Il n'y a pas ici de modèle {model!r} : demandez {offered!r}.",
    WorkerEnded: (
        "L'un des {workers} processus qui répondent s'est arrêté à son démarrage (statut {status}) : la mémoire ne "
        "suffit peut-être pas à tous. Réglez-en moins par SOURCIER_WORKERS."
    ),
    InvalidField: "Le champ {name} ne convient pas : {reason}.",
    InvalidSettings: "Le réglage {name} ne convient pas : {reason}.",
    QuestionSetUnwritable: (
        "Le jeu de questions ne peut pas être écrit dans {file} : {reason}. Nommez un autre fichier."
    ),
}

# The French of the parts of a recipe; the English is their own.
PARTS = {
    "encoder": "l'encodeur",
    "splitting": "le découpage en passages",
    "text": "la lecture des fichiers",
    "lexicon": "l'index des mots",
}

# The details of an error that are words of the lower floors, and not a name or a value that a user gave.
SAID = {"reason", "found", "holder", "place"}


def sentence(error: errors.SourcierError) -> Text:
    """Return an error as one sentence in each language."""
    french = next(ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS)
    known = {name: reason(value) for name, value in error.details.items() if name in SAID and isinstance(value, str)}
    listed = {name: _listed(value) for name, value in error.details.items() if isinstance(value, Reasons | Parts)}
    said = Text(french, error.sentence)
    if "corpus" in error.details:
        said = naming_corpus(said, error.details["corpus"])
    return said.filled(**(error.details | known | listed))


def _listed(values: Reasons | Parts) -> Text:
    if isinstance(values, Reasons):
        return reasons(values)
    return Text(", ".join(PARTS[part] for part in values), str(values))


def refusal(problem: ErrorDetails) -> Text:
    """Return why a value was refused by pydantic."""
    return REFUSALS.get(problem["type"], REFUSED).filled(**problem.get("ctx", {}))
