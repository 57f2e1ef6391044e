"""What is said of files that an administrator adds from the page."""

from __future__ import annotations

from ui.texts import Text

NOT_SET = Text(
    "Ajouter des documents depuis la page demande le réglage « uploads », un dossier, et « upload_key », une clé, ou "
    "que l'on se connecte (« access »).",
    "To add documents from the page takes the setting `uploads`, a folder, and `upload_key`, a key, or that people log "
    "in (`access`).",
)
OUTSIDE = Text(
    "Le dossier du réglage « uploads » n'est pas dans un dossier indexé : choisissez un dossier qui s'y trouve.",
    "The folder of the setting `uploads` is not below an indexed folder: choose one that is.",
)
NAME_TAKEN = Text(
    "Il y a déjà un fichier « {name} » : donnez un autre nom à celui-ci, ou remplacez l'autre dans son dossier.",
    "There is a file “{name}” already: give this one another name, or replace the other in its folder.",
)
TOO_LARGE = Text(
    "Ce fichier dépasse {most} Mo : découpez-le, ou relevez « max_file_megabytes ».",
    "This file is larger than {most} MB: cut it up, or raise `max_file_megabytes`.",
)
EMPTY = Text("Ce fichier est vide : choisissez-en un autre.", "This file is empty: choose another.")
BAD_NAME = Text(
    "Ce nom de fichier ne convient pas : prenez-en un plus simple, qui ne commence pas par un point.",
    "This name will not do for a file: take a simpler one that does not begin with a dot.",
)
NOT_WRITTEN = Text(
    "Ce fichier n'a pas pu être gardé ; le journal du serveur dit pourquoi.",
    "This file could not be kept; the server's log says why.",
)
