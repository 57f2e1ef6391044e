"""What is said of indexing, of the status of a corpus, and of its health, in French with English beside it."""

from __future__ import annotations

from ui.texts import Text

FILE = Text("fichier", "file")
SIGN = Text("{what} : {value}", "{what}: {value}")
AND_ONE_MORE = Text("et 1 autre", "and 1 more")
AND_MORE = Text("et {count} autres", "and {count} more")

# --- A synchronisation ----------------------------------------------------------------------------------------------

PROGRESS = Text("Indexation", "Indexing")
PROGRESS_UNIT = Text(" fichiers", " files")
UP_TO_DATE = Text(
    "Le corpus est déjà à jour : {documents}, {passages}.",
    "The corpus is already up to date: {documents}, {passages}.",
)
INDEXED = Text(
    "Le corpus est prêt : {documents}, {passages}, en {seconds} s.",
    "The corpus is ready: {documents}, {passages}, in {seconds} s.",
)
FILES = Text("Fichiers {kinds}", "Files {kinds}")
ADDED = Text("ajoutés", "added")
CHANGED = Text("modifiés", "changed")
MOVED = Text("déplacés", "moved")
REMOVED = Text("supprimés", "removed")
ENCODED = Text(
    "Passages encodés : {encoded} ; vecteurs repris : {taken_over}",
    "Passages encoded: {encoded}; vectors taken over: {taken_over}",
)
REDONE = {
    "encoder": Text("Tout est encodé de nouveau : l'encodeur a changé.", "All is encoded again: the encoder changed."),
    "splitting": Text(
        "Tout est lu de nouveau : le découpage en passages a changé.",
        "All is read again: the splitting into passages changed.",
    ),
    "text": Text(
        "Tout est lu de nouveau : la lecture des fichiers a changé.",
        "All is read again: the reading of files changed.",
    ),
    "lexicon": Text(
        "L'index des mots est refait : il a changé, ou il était abîmé.",
        "The index of words is made again: it changed, or was damaged.",
    ),
    "format": Text(
        "Tout est refait : le corpus venait d'une version antérieure.",
        "All is made again: the corpus was of an earlier version.",
    ),
    "damage": Text("Tout est refait : le corpus était abîmé.", "All is made again: the corpus was damaged."),
    "folders": Text(
        "Les dossiers du corpus ne sont plus les mêmes.", "The folders of the corpus are no longer the same."
    ),
}
SKIPPED = Text("Fichiers écartés : {count}", "Files skipped: {count}")
INCOMPLETE = Text("Fichiers lus en partie : {count}", "Files read in part: {count}")
SKIPPED_FILE = Text("{path} : {reason}", "{path}: {reason}")
UNREAD_FILES = Text(
    "Documents illisibles pour le moment, gardés tels qu'ils étaient : {count}",
    "Documents that cannot be read now, kept as they were: {count}",
)
EMPTIED = Text(
    "Attention : le dossier {folder}, qui contenait {documents}, est vide. Si c'est un disque qui n'est pas monté, "
    "montez-le, puis relancez `sourcier index`.",
    "Careful: the folder {folder}, which held {documents}, is empty. If it is a disk that is not mounted, mount it, "
    "then run `sourcier index` again.",
)
SHOW_ALL = Text("{more} (tous : sourcier status --skipped)", "{more} (all of them: sourcier status --skipped)")

NOTHING_TO_DO = Text("Le corpus est à jour : il n'y a rien à faire.", "The corpus is up to date: nothing to do.")
TO_READ = Text("À lire : {files}", "To be read: {files}")
NOTHING_WRITTEN = Text("Rien n'a été écrit.", "Nothing was written.")
MOVE = Text("{old} -> {new}", "{old} -> {new}")

WATCHING = Text("À l'écoute des dossiers (Ctrl-C pour arrêter)", "Watching the folders (Ctrl-C to stop)")

# --- The status -----------------------------------------------------------------------------------------------------

CORPUS = Text("Corpus", "Corpus")
FOLDER = Text("Dossier", "Folder")
CONTENT = Text("Contenu", "Content")
BUILT = Text("Construit", "Built")
BUILT_AT = Text("{date} à {time}", "{date} at {time}")
BUILT_AGO = Text("{ago}, le {at}", "{ago}, on {at}")
GENERATION = Text("Génération", "Generation")
ENCODER = Text("Encodeur", "Encoder")
SIZE = Text("Taille", "Size")
STATE = Text("État", "State")
WRITER = Text("Écriture", "Writing")
OTHER_GENERATION = Text("Autre génération", "Other generation")
IS_UP_TO_DATE = Text("à jour", "up to date")
IS_BEHIND = Text("à mettre à jour par `sourcier index`", "to be brought up to date with `sourcier index`")
IS_UNKNOWN = Text("inconnu : {sentence}", "unknown: {sentence}")
IS_WRITTEN = Text("en cours, par {holder}", "going on, by {holder}")
STILL_READ = Text("{stamp}, encore lue", "{stamp}, still read")
UNREAD = Text("{stamp}, remplacée, ôtée par la prochaine indexation", "{stamp}, replaced, removed by the next indexing")
BEING_BUILT = Text("{stamp}, en construction", "{stamp}, being built")
LEFT_BEHIND = Text(
    "{stamp}, inachevée, ôtée par la prochaine indexation", "{stamp}, unfinished, removed by the next indexing"
)

JUST_NOW = Text("à l'instant", "just now")
AGO = Text("il y a {time}", "{time} ago")
MINUTE = Text("minute", "minute")
HOUR = Text("heure", "hour")
DAY = Text("jour", "day")
MONTHS_AGO = Text("il y a {count} mois", "{count} months ago")
YEAR = Text("an", "year")

UNITS = (
    (1_000_000_000, Text("{size} Go", "{size} GB")),
    (1_000_000, Text("{size} Mo", "{size} MB")),
    (1_000, Text("{size} ko", "{size} kB")),
)

# --- The health of a corpus -----------------------------------------------------------------------------------------

REPAIRING = Text("Réparation", "Repair")
REPAIRING_UNIT = Text(" passages", " passages")
HEALTH = Text("Santé", "Health")
NOT_KNOWN = Text("inconnu", "not known")
IS_WHOLE = Text("le corpus est entier", "the corpus is whole")
IS_MENDABLE = Text(
    "le corpus est abîmé ; à réparer par `sourcier doctor --repair`",
    "the corpus is damaged; mend it with `sourcier doctor --repair`",
)
IS_LOST = Text(
    "le corpus est abîmé ; à refaire par `sourcier index {folders}`",
    "the corpus is damaged; make it again with `sourcier index {folders}`",
)
IS_HINDERED = Text("le corpus ne peut pas servir", "the corpus cannot be used")
FOLDER_NAME = Text("DOSSIER", "FOLDER")
# The French of what the examination says of each kind of finding, and of each cure; the English is its own.
FINDINGS = {
    "pointer": "{part} ne dit pas quelle génération est la bonne.",
    "foreign": "Le dossier contient {detail}, et non un corpus de cette version.",
    "outdated": "Le corpus a été fait par une version antérieure ({detail}).",
    "manifest": "{part} n'est pas le sceau de cette génération ({detail}) : rien n'en prouve le contenu.",
    "lease": "Il manque {part} : personne ne peut ouvrir cette génération.",
    "texts": "Les textes gardés ne sont plus ceux qui avaient été scellés ({part} : {detail}).",
    "vectors": "Les vecteurs ne sont plus ceux qui avaient été scellés, ou ne servent plus ({part} : {detail}).",
    "lexicon": "L'index des mots n'est plus celui qui avait été scellé, ou ne se lit plus ({part} : {detail}).",
    "spelling": "Les graphies ne sont plus celles qui avaient été scellées, ou ne se lisent plus ({part} : {detail}).",
    "sources": "{part} ne dit plus ce qu'étaient les fichiers ({detail}).",
    "forbidden": "Cet utilisateur n'a pas le droit de lire {part}.",
    "space": "Il y a trop peu de place dans {part} ({detail}).",
    "leftover": "{part} n'est pas la génération qui sert ({detail}).",
    "writer": "Le corpus est écrit en ce moment ({detail}).",
    "readonly": (
        "Cet utilisateur n'a pas le droit d'écrire {part} : les questions ont leurs réponses, mais `sourcier index` "
        "ne peut rien faire."
    ),
}
CURES = {
    "none": "Il n'y a rien à faire.",
    "point": "Une réparation met en service une autre génération, encore gardée.",
    "derive": "Une réparation le refait à partir des textes gardés.",
    "encode": "Une réparation encode de nouveau les textes gardés.",
    "compare": "Après une réparation, le prochain `sourcier index` relit tous les fichiers.",
    "remove": "Une réparation l'ôte.",
    "index": "Il faut le refaire : `sourcier index DOSSIER`.",
    "person": "Remédiez-y vous-même, ou nommez un autre endroit par --corpus.",
}
